// The arithmetic of the guided player: phases, rounds, skipping, and a position that pauses do not move.
import assert from "node:assert/strict";
import test from "node:test";
import { backFrom, clock, forwardFrom, laidOut, phaseAt, Position, roundsOf, stops } from "../src/js/player/timeline.js";

const phase = (kind, seconds, set = 1, repetition = 0, side = "") => ({ kind, seconds, step: 0, set, repetition, side });
const PHASES = laidOut({
  phases: [
    phase("ready", 5), phase("hold", 6, 1, 1), phase("release", 4, 1, 1), phase("hold", 6, 1, 2), phase("release", 4, 1, 2),
    phase("rest", 10), phase("hold", 6, 2, 1), phase("release", 4, 2, 1),
  ],
});

test("phases follow one another without a gap", () => {
  assert.deepEqual(PHASES.map(({ start, end }) => [start, end]), [[0, 5], [5, 11], [11, 15], [15, 21], [21, 25], [25, 35], [35, 41], [41, 45]]);
});

test("a second lies in one phase, its first second included", () => {
  assert.deepEqual([0, 4.99, 5, 14.9, 15, 44.9, 45, 99].map((at) => phaseAt(PHASES, at).index), [0, 0, 1, 2, 3, 7, 7, 7]);
});

test("the rounds of a set are its holds with their releases", () => {
  const shown = roundsOf(PHASES, PHASES[3]).map(({ start, end, hold }) => [start, end, hold]);
  assert.deepEqual(shown, [[5, 15, 6], [15, 25, 6]]);
});

test("getting ready and rest show the rounds that follow", () => {
  assert.equal(roundsOf(PHASES, PHASES[0])[0].start, 5);
  assert.equal(roundsOf(PHASES, PHASES[5])[0].start, 35);
});

test("skipping goes from round to round and from the last to the end", () => {
  const marks = stops(PHASES);
  assert.deepEqual(marks, [0, 5, 15, 25, 35]);
  assert.deepEqual([0, 5, 12, 30, 36].map((at) => forwardFrom(marks, at, 45)), [5, 15, 15, 35, 45]);
});

test("back goes to the begin of the round, and to the one before right after it began", () => {
  const marks = stops(PHASES);
  assert.deepEqual([0, 6, 9, 15.5, 20].map((at) => backFrom(marks, at)), [0, 0, 5, 5, 15]);
});

test("sides are sets of their own", () => {
  const sided = laidOut({ phases: [phase("hold", 3, 1, 1, "left"), phase("change", 2), phase("hold", 3, 1, 1, "right")] });
  assert.equal(roundsOf(sided, sided[0]).length, 1);
  assert.deepEqual(stops(sided), [0, 3, 5]);
});

test("pauses and what was skipped are not done", () => {
  let now = 0;
  const position = new Position(() => now);
  position.run();
  now = 4000;
  position.pause();
  now = 60_000;
  position.run();
  position.jump(20);
  now = 63_000;
  assert.deepEqual(position.read(), { at: 23, done: 7 });
});

test("a tab that slept is where the clock says", () => {
  let now = 0;
  const position = new Position(() => now);
  position.run();
  now = 40_000;
  assert.equal(phaseAt(PHASES, position.read().at).index, 6);
});

test("times are told up to the second that runs", () => {
  assert.deepEqual([364, 363.2, 59.5, 0, -1].map(clock), ["6:04", "6:04", "1:00", "0:00", "0:00"]);
});
