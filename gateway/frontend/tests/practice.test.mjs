// The arithmetic of practice: what is called when, for whom, and a virtual clock over a whole class.
import assert from "node:assert/strict";
import test from "node:test";
import { backFrom, forwardFrom, Position } from "../src/js/player/timeline.js";
import { callAt, COUNT_IN_SECONDS, moment, songAt, targetOf } from "../src/js/practice/engine.js";

const EDGES = [0.55, 0.75, 0.9, 1.05, 1.2, 1.5];
const LINES = [0.45, 0.65, 0.825, 0.975, 1.125, 1.35, 1.6];
const call = (start, end, zones, pace = null) => ({ start, end, zones, pace, name: zones ? `Zone ${zones[0]}` : "Nothing called" });
const TIMELINE = {
  seconds: 240,
  calls: [call(0, 60, null), call(60, 120, [4, 4]), call(120, 180, [2, 3]), call(180, 240, [7, 7])],
  songs: [{ start: 0, place: 0, title: "One" }, { start: 90, place: 1, title: "Two" }],
  edges: EDGES,
  lines: LINES,
  paces: { 5: { "4..4": ["10.8–12.1 km/h", "5:34–4:58 /km"] } },
};
const RIDER = { ftp: 238, level: "" };

test("a second lies in one call, its first second included", () => {
  assert.deepEqual([-5, 0, 59.9, 60, 179.9, 180, 240, 999].map((at) => callAt(TIMELINE.calls, at).index), [0, 0, 0, 1, 2, 3, 3, 3]);
});

test("targets are in watts of any FTP, rounded half up, and in percent without one", () => {
  const at = (index, ftp) => targetOf(TIMELINE.calls[index], TIMELINE, { ftp });
  assert.deepEqual(at(1, 238), { range: "214–250 W", aim: "aim for 232 W" });
  assert.deepEqual(at(1, 300), { range: "270–315 W", aim: "aim for 293 W" });
  assert.deepEqual(at(2, 238), { range: "131–214 W", aim: "aim for 176 W" });
  assert.deepEqual(at(3, 238), { range: "over 357 W", aim: "aim for 381 W" });
  assert.deepEqual(at(1, 0), { range: "90–105 % of FTP", aim: "aim for 97.5 % of FTP" });
  assert.deepEqual(at(0, 238), { range: "", aim: "" });
});

test("the lowest zone begins at nothing", () => {
  assert.equal(targetOf(call(0, 9, [1, 1]), TIMELINE, RIDER).range, "0–131 W");
});

test("paces are those of the level", () => {
  const run = call(0, 60, null, [4, 4]);
  assert.deepEqual(targetOf(run, TIMELINE, { level: "5" }), { range: "10.8–12.1 km/h", aim: "5:34–4:58 /km" });
  assert.deepEqual(targetOf(run, TIMELINE, { level: "9" }), { range: "", aim: "" });
});

test("the count-in tells what comes first, and the class has not begun", () => {
  const now = moment(TIMELINE, -4, RIDER);
  assert.deepEqual([now.isCountIn, now.intervalLeft, now.classAt, now.classLeft, now.next.start], [true, 4, 0, 240, 0]);
});

test("a moment has the block, what is left of it and of the class, what is next, and the song", () => {
  const now = moment(TIMELINE, 100, RIDER);
  assert.deepEqual(
    [now.call.index, now.intervalLeft, now.classLeft, now.next.start, now.nextTarget.range, now.song.title, now.isOver],
    [1, 20, 140, 120, "131–214 W", "Two", false],
  );
  assert.equal(moment(TIMELINE, 200, RIDER).next, null);
  assert.equal(moment(TIMELINE, 240, RIDER).isOver, true);
});

test("before the first song there is none", () => {
  assert.equal(songAt([{ start: 30 }], 10), null);
});

test("a whole class under a virtual clock: count-in, pause, skip, end", () => {
  let ms = 0;
  const position = new Position(() => ms, -COUNT_IN_SECONDS);
  const marks = TIMELINE.calls.map((each) => each.start);
  const now = () => moment(TIMELINE, position.read().at, RIDER);
  position.run();
  assert.equal(now().isCountIn, true);
  ms += (COUNT_IN_SECONDS + 30) * 1000;
  assert.deepEqual([now().call.index, now().intervalLeft], [0, 30]);
  position.pause();
  ms += 600_000;
  position.run();
  assert.equal(now().intervalLeft, 30);
  position.jump(forwardFrom(marks, position.read().at, TIMELINE.seconds));
  assert.deepEqual([now().call.index, now().classAt], [1, 60]);
  ms += 5000;
  position.jump(backFrom(marks, position.read().at));
  assert.equal(now().classAt, 60);
  ms += 179_000;
  assert.deepEqual([now().classLeft, now().isOver], [1, false]);
  ms += 1000;
  assert.equal(now().isOver, true);
});
