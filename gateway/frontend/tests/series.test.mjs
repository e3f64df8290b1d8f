// The chart's arithmetic, by the rules and vectors of the product's number rules.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleRide } from "../src/example-ride.mjs";
import { paceScale, powerScale, rangeText, zoneOf, zoneText } from "../src/js/ride/scale.js";
import { layoutOf, timeToX, valueToY, xToTime } from "../src/js/ride/layout.js";
import { adherenceRuns, blockAt, meanBetween, nearest, normalizedPower, readSeries, runs, smooth, songAt, uncalled } from "../src/js/ride/series.js";
import { amount, clock } from "../src/js/ride/words.js";

const EDGES = [0.55, 0.75, 0.9, 1.05, 1.2, 1.5];

function seriesOf(watts, changes = {}) {
  return readSeries({
    clock: [[0, watts.length, 1]],
    duration_seconds: watts.length,
    metrics: { output: { name: "Output", unit: "W", values: watts, mean: null, max: null } },
    zones: { ftp_watts: 100, edges_watts: EDGES.map((edge) => edge * 100) },
    targets: null,
    gaps: [],
    ...changes,
  });
}

const repeat = (value, times) => new Array(times).fill(value);

test("the upper edge belongs to the lower zone", () => {
  const zones = powerScale({ ftp_watts: 1, edges_watts: EDGES });
  assert.deepEqual([1, 2, 3, 4, 5, 6], EDGES.map((share) => zoneOf(zones, share)));
  assert.equal(2, zoneOf(zones, 0.5501));
  assert.equal(7, zoneOf(zones, 1.5001));
});

test("zone ranges are shown in watts rounded half up", () => {
  const zones = powerScale({ ftp_watts: 238, edges_watts: EDGES.map((edge) => edge * 238) });
  assert.equal("250–286 W", rangeText(zones, 5));
  assert.equal("over 357 W", rangeText(zones, 7));
});

test("normalized power gives the product's vectors", () => {
  const steady = seriesOf(repeat(200, 3600));
  assert.equal("200.0000", normalizedPower(steady, 0, 3600).toFixed(4));
  const alternating = seriesOf(Array.from({ length: 30 }, () => [...repeat(300, 60), ...repeat(100, 60)]).flat());
  assert.equal("239.0995", normalizedPower(alternating, 0, 3600).toFixed(4));
  const thirds = seriesOf([...repeat(200, 1200), ...repeat(300, 1200), ...repeat(100, 1200)]);
  assert.equal("239.075", normalizedPower(thirds, 0, 3600).toFixed(3));
  const pause = seriesOf([...repeat(300, 200), ...repeat(0, 200), ...repeat(200, 200)]);
  assert.equal("234.006", normalizedPower(pause, 0, 600).toFixed(3));
});

test("normalized power is absent under 30 s, over a hole and at a coarse step", () => {
  assert.ok(Number.isNaN(normalizedPower(seriesOf(repeat(200, 29)), 0, 29)));
  assert.ok(Number.isNaN(normalizedPower(seriesOf([...repeat(200, 40), null, ...repeat(200, 40)]), 0, 81)));
  const coarse = seriesOf(repeat(200, 100), { clock: [[1, 100, 5]], duration_seconds: 500 });
  assert.ok(Number.isNaN(normalizedPower(coarse, 0, 500)));
});

test("a line breaks at a missing value and at a hole in the clock", () => {
  const series = seriesOf([1, 2, null, 4, 5, 6], { clock: [[0, 4, 1], [30, 2, 1]] });
  assert.deepEqual([[0, 2], [3, 4], [4, 6]], runs(series, series.main.values));
});

test("smoothing never reaches across a hole", () => {
  const series = seriesOf([...repeat(100, 10), ...repeat(300, 10)], { clock: [[0, 10, 1], [60, 10, 1]], duration_seconds: 70 });
  const smoothed = smooth(series, series.main.values, 5);
  assert.equal(100, smoothed[9]);
  assert.equal(300, smoothed[10]);
});

test("blocks are half open, what they leave is uncalled", () => {
  const targets = { blocks: [{ start_seconds: 2, end_seconds: 4, zone: 3 }], in_seconds: 1, above_seconds: 1, below_seconds: 0 };
  const series = seriesOf([50, 50, 80, 95, 50, 50], { targets });
  assert.equal(3, blockAt(series, 2).zone);
  assert.equal(null, blockAt(series, 4));
  assert.deepEqual([{ start: 0, end: 2 }, { start: 4, end: 6 }], uncalled(series));
  assert.deepEqual([{ start: 2, end: 3, side: 0 }, { start: 3, end: 4, side: 1 }], adherenceRuns(series));
});

test("the strip of the example ride adds up to its reported seconds", () => {
  const series = readSeries(exampleRide());
  const seconds = { "-1": 0, 0: 0, 1: 0 };
  for (const run of adherenceRuns(series)) seconds[run.side] += run.end - run.start;
  assert.deepEqual([series.adherence.below, series.adherence.in, series.adherence.above], [seconds[-1], seconds[0], seconds[1]]);
});

test("the nearest sample is found, also beside a hole", () => {
  const series = seriesOf(repeat(1, 6), { clock: [[0, 3, 1], [10, 3, 1]], duration_seconds: 13 });
  assert.deepEqual([0, 2, 3, 5], [-5, 5, 7, 99].map((time) => nearest(series, time)));
});

test("means leave out missing values", () => {
  const series = seriesOf([100, null, 200, 900]);
  assert.equal(150, meanBetween(series, series.main.values, 0, 3));
  assert.ok(Number.isNaN(meanBetween(series, series.main.values, 10, 20)));
});

test("a series without power has panels only, and pace is upside down", () => {
  const pace = { name: "Pace", unit: "/km", values: [330, 300, 360], mean: 330, max: 300 };
  const series = readSeries({ clock: [[0, 3, 1]], duration_seconds: 3, metrics: { pace }, zones: null, targets: null, gaps: [] });
  const plan = layoutOf(1000, series, true);
  assert.equal(null, plan.main);
  assert.ok(valueToY(plan.panels[0], 300) < valueToY(plan.panels[0], 360));
  assert.equal("5:30", amount(series.panels[0], 330));
});

test("time and place on the axis are inverse", () => {
  const series = seriesOf(repeat(100, 600));
  const plan = layoutOf(360, series, true);
  const view = { start: 60, end: 300 };
  assert.equal(120, Math.round(xToTime(plan, view, timeToX(plan, view, 120))));
  assert.equal(60, xToTime(plan, view, -50));
});

test("what rounds to nothing has no sign", () => {
  const ahead = { slug: "ahead" };
  const output = { slug: "output" };
  assert.deepEqual(["0.0", "0.0", "−0.1", "−1.5", "2.0"], [-0.04, 0.04, -0.06, -1.5, 2].map((value) => amount(ahead, value)));
  assert.deepEqual(["0", "−1"], [-0.4, -0.6].map((value) => amount(output, value)));
});

test("clock writes hours only when there are some", () => {
  assert.deepEqual(["0:05", "26:50", "1:02:03"], [5, 1610, 3723].map(clock));
});

test("called ranges belong to their metric, and adherence of nothing is none", () => {
  const cadence = { name: "Cadence", unit: "rpm", values: [80, 90], mean: 85, max: 90 };
  const series = readSeries({
    clock: [[0, 2, 1]], duration_seconds: 2, metrics: { cadence }, zones: null, gaps: [],
    targets: { blocks: [], in_seconds: 0, above_seconds: 0, below_seconds: 0 },
    ranges: { cadence: [{ start_seconds: 0, end_seconds: 2, low: 70, high: 110 }] },
  });
  assert.deepEqual([{ start: 0, end: 2, low: 70, high: 110 }], series.panels[0].ranges);
  assert.equal(null, series.adherence);
  assert.ok(layoutOf(1000, series, true).panels[0].low < 70);
});

test("the series of a run begin with the pace, those of a ride without FTP with the output", () => {
  const metric = { name: "m", unit: "", values: [1, 2], mean: 1, max: 2 };
  const order = (...slugs) => {
    const metrics = Object.fromEntries(slugs.map((slug) => [slug, metric]));
    return readSeries({ clock: [[0, 2, 1]], duration_seconds: 2, metrics, zones: null, targets: null, gaps: [] }).panels.map(({ slug }) => slug);
  };
  assert.deepEqual(["pace", "output", "heart_rate", "incline"], order("incline", "output", "heart_rate", "pace"));
  assert.deepEqual(["output", "heart_rate", "cadence", "resistance", "speed"], order("speed", "cadence", "output", "resistance", "heart_rate"));
});

const LEVEL = { metric: "pace", name: "Pace", unit: "/km", names: ["Recovery", "Easy", "Max"], edges: [400, 300], lines: [430, 340, 280] };

function runOf(seconds, changes = {}) {
  const pace = { name: "Pace", unit: "/km", values: seconds, mean: null, max: null };
  return readSeries({ clock: [[0, seconds.length, 1]], duration_seconds: seconds.length, metrics: { pace }, zones: null, pace: LEVEL, targets: null, gaps: [], ...changes });
}

test("a run has pace bands: faster is up, an edge belongs to the faster band", () => {
  const series = runOf([500, 400, 350, 300, 250]);
  const plan = layoutOf(1000, series, true);
  const bands = Array.from(series.main.values, (level) => zoneOf(series.scale, level));
  assert.deepEqual([1, 2, 2, 3, 3], bands);
  assert.ok(valueToY(plan.main, series.main.values[4]) < valueToY(plan.main, series.main.values[1]));
  assert.deepEqual(["slower than 6:40 /km", "6:40–5:00 /km", "from 5:00 /km on"], [1, 2, 3].map((band) => rangeText(series.scale, band)));
  assert.equal("2 Easy", zoneText(series.scale, 2));
  assert.equal(0, plan.panels.length);
});

test("called paces make the strip of a run, and the mean of a stretch is distance over time", () => {
  const targets = { blocks: [{ start_seconds: 0, end_seconds: 4, zone: 2 }], in_seconds: 2, above_seconds: 1, below_seconds: 1 };
  const series = runOf([500, 350, 350, 250], { targets });
  assert.deepEqual([-1, 0, 1], adherenceRuns(series).map(({ side }) => side));
  assert.equal(3600 / 340, series.blocks[0].line);
  const two = runOf([300, 600]);
  assert.equal("6:40", two.scale.text(meanBetween(two, two.main.values, 0, 2)));
  assert.ok(Number.isNaN(normalizedPower(runOf(repeat(300, 60)), 0, 60)));
});

test("a belt's tenth of a mile an hour lies in the band that begins with it", () => {
  const scale = paceScale({ ...LEVEL, edges: [3600 / 4.3, 3600 / 5] });
  assert.equal(2, zoneOf(scale, 3600 / Math.round(3600 / 4.3)));
});

test("a song lasts until the next one, the last one to the end", () => {
  const songs = [{ start_seconds: 0, text: "One" }, { start_seconds: 3, text: "Two" }];
  const series = seriesOf(repeat(100, 10), { songs });
  assert.deepEqual(["One", "One", "Two", "Two"], [0, 2, 3, 9].map((time) => songAt(series, time).text));
  assert.equal(null, songAt(series, 10));
  assert.ok(layoutOf(1000, series, true).music.y < layoutOf(1000, series, true).axisY);
});

test("another attempt widens the range of its panel", () => {
  const output = { name: "Output", unit: "W", values: [100, 110], mean: null, max: null, other: { name: "12 March", values: [300, null] } };
  const series = readSeries({ clock: [[0, 2, 1]], duration_seconds: 2, metrics: { output }, zones: null, targets: null, gaps: [] });
  assert.ok(layoutOf(1000, series, true).panels[0].high > 300);
});
