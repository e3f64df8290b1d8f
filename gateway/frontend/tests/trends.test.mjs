// The charts over spans of time: scales, places under the cursor, what they say and hold as a table.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fitnessModel } from "../src/js/trends/fitness.js";
import { powerModel } from "../src/js/trends/power.js";
import { axisLength, dayAfter, dayText, effortLength, heightOf, roundTicks, whole } from "../src/js/trends/scale.js";

const root = { dataset: { label: "Chart" } };

function power(curves, lines = []) {
  return powerModel(root, { curves, lines });
}

const season = { key: "season", name: "2026", points: [[60, 402.4, 5.75, "2 May 2026", "/workouts/a"], [1200, 254, null, "9 June 2026", "/workouts/b"]] };
const ride = { key: "ride", name: "a ride", points: [[1200, 240, null, "1 May 2026", "/workouts/c"]] };

function fitness(days, today = days - 1) {
  const values = Array.from({ length: days }, (_, place) => place);
  return fitnessModel(root, {
    from: "2026-02-27", today, load: values, fitness: values, fatigue: values, form: values.map((value) => -value), ramp: values, sources: [values, values.map(() => 0), values.map(() => 0)], marks: [[1, "FTP 238"]],
  });
}

test("ticks are round and few", () => {
  assert.deepEqual([0, 200, 400], roundTicks(0, 440, 4));
  assert.deepEqual([0, 25, 50, 75], roundTicks(0, 90, 4));
});

test("a height stays inside its plot", () => {
  const plot = { y0: 10, y1: 110, low: 0, high: 100 };
  assert.deepEqual([110, 60, 10, 10], [-5, 50, 100, 900].map((value) => heightOf(plot, value)));
});

test("days pass over the end of a month and a leap year", () => {
  assert.equal("1 March 2026", dayText(dayAfter("2026-02-27", 2)));
  assert.equal("29 February 2028", dayText(dayAfter("2028-02-27", 2)));
  assert.equal(0, dayAfter("2026-11-23", 0).weekday);
});

test("lengths and numbers are written as elsewhere", () => {
  assert.deepEqual(["5 s", "1 min", "90 min"], [5, 60, 5400].map(effortLength));
  assert.deepEqual(["−3", "0", "12"], [-3.2, 0.4, 12.4].map(whole));
});

test("places of a power curve are its lengths, each once, found again under the cursor at any width", () => {
  const model = power([season, ride]);
  assert.equal(2, model.count);
  for (const width of [320, 1200]) {
    const plan = model.layout(width);
    assert.deepEqual([0, 1], [0, 1].map((place) => model.placeAt(plan, model.xOf(plan, place))));
    assert.deepEqual([plan.x0, plan.x1], [model.xOf(plan, 0), model.xOf(plan, 1)]);
  }
});

test("a place of a power curve says watts, watts per kilogram where a weight is known, and leads to its rides", () => {
  const model = power([season, ride]);
  assert.deepEqual([["2026", "402 W, 5.75 W/kg"]], model.reading(0).rows);
  assert.deepEqual([["2026: 9 June 2026", "/workouts/b"], ["a ride: 1 May 2026", "/workouts/c"]], model.reading(1).links);
  assert.deepEqual(["1 min", "402 W, 5.75 W/kg, 2 May 2026", "–"], model.table().rows[0]);
});

test("where there is little room a unit stands at its first tick and at the last one", () => {
  const ticks = [1, 5, 20, 60, 300, 1200, 3600];
  assert.deepEqual(["1 s", "5", "20", "1 min", "5", "20", "60 min"], ticks.map((_, place) => axisLength(ticks, place)));
  assert.deepEqual(["5 s"], [axisLength([5], 0)]);
});

test("a curve of a single point has a place in the middle of nothing", () => {
  const model = power([ride], [["FTP", 238]]);
  const plan = model.layout(400);
  assert.ok(Number.isFinite(model.xOf(plan, 0)));
  assert.equal(0, model.placeAt(plan, 300));
});

test("a day of fitness says its load, planned or done, and its marks", () => {
  const model = fitness(40, 30);
  assert.equal("28 February 2026", model.reading(1).title);
  assert.equal("FTP 238", model.reading(1).aside);
  assert.deepEqual(["Load", "Planned load"], [30, 31].map((place) => model.reading(place).rows[0][0]));
  assert.deepEqual(["Form", "−12, building"], model.reading(12).rows[3]);
  assert.equal(7, model.jump(0, 1));
});

test("a span as a table has its newest day first and says what is planned", () => {
  const { rows } = fitness(40, 30).table();
  assert.equal(40, rows.length);
  assert.match(rows[0][0], /^7 April 2026, planned$/);
  assert.deepEqual(["28 February 2026, FTP 238", "1", "1", "1", "−1"], rows[38]);
});

test("marks that lie outside the span are left out", () => {
  const model = fitness(10);
  model.addMarks([[-4, "too early"], [3, "June Build"], [10, "too late"]]);
  assert.deepEqual(["", "FTP 238", "June Build", ""], [0, 1, 3, 9].map((place) => model.reading(place).aside));
});
