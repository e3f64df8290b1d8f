// Pictures of exercises: colours come from the page, bones keep their length, nobody sinks into the floor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { joints, pieces } from "../src/exercises/body.mjs";
import { DRAWINGS } from "../src/exercises/drawings.mjs";
import { EXERCISE_KEYS, exercisesSvg, symbol } from "../src/exercises/sprite.mjs";

const LARGEST_BYTES = 4096;
const BONES = { nearArm: [19, 20], farArm: [19, 20], nearLeg: [29, 28], farLeg: [29, 28] };
const distance = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);

for (const key of EXERCISE_KEYS) {
  const drawing = DRAWINGS[key];
  const poses = [drawing.pose, ...(drawing.ghosts ?? [])];

  test(`${key}: small, whole, and coloured by the page`, () => {
    const text = symbol(key);
    assert.ok(text.length <= LARGEST_BYTES, `${text.length} bytes`);
    assert.ok(text.startsWith(`<symbol id="e-${key}" viewBox="0 0 240 160">`));
    assert.doesNotMatch(text, /NaN|undefined|Infinity|#[0-9a-f]{3}|rgb\(|<style|<script| on[a-z]+=/i);
    assert.match(text, /fill="currentColor"/);
    assert.match(text, /var\(--accent\)/);
  });

  test(`${key}: no bone is longer than it is, whichever way it points`, () => {
    for (const pose of poses) {
      const body = joints(pose);
      for (const [limb, [first, second]] of Object.entries(BONES)) {
        const [start, middle, end] = body[limb];
        assert.ok(distance(start, middle) <= first * 1.1, `${limb}: ${distance(start, middle)}`);
        assert.ok(distance(middle, end) <= second * 1.1, `${limb}: ${distance(middle, end)}`);
      }
    }
  });

  test(`${key}: stands, sits or lies on the floor`, () => {
    if (drawing.top) return;
    for (const pose of poses) {
      const { near, far } = pieces(pose);
      const lowest = Math.min(...[...near, ...far].flatMap(([a, ra, b, rb]) => [a[1] - ra, b[1] - rb]));
      assert.ok(lowest > -3 && lowest < 3, `${lowest}`);
    }
  });

  test(`${key}: lies within its picture`, () => {
    const numbers = [...symbol(key).matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
    for (const [x, y] of numbers) assert.ok(x >= 4 && x <= 236 && y >= 0 && y <= 158, `${x} ${y}`);
  });
}

test("the sprite holds every picture once", () => {
  const ids = [...exercisesSvg().matchAll(/<symbol id="e-([a-z-]+)"/g)].map(([, key]) => key);
  assert.deepEqual(ids, EXERCISE_KEYS);
  assert.equal(new Set(ids).size, ids.length);
});
