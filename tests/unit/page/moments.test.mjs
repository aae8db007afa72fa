import assert from "node:assert/strict";
import test from "node:test";

import { filled, leftWords, momentOf, nearestIndex, phaseOf, repAt } from "./js/moments.js";
import { pathOf } from "./js/strip.js";
import { shareOf } from "./js/progress.js";

test("the nearest frame is found in uneven times, at both ends and beyond them", () => {
  const times = [0, 0.03, 0.1, 0.11, 0.5];
  for (const time of [-1, 0, 0.014, 0.016, 0.06, 0.07, 0.106, 0.3, 0.31, 9]) {
    const best = times.reduce((found, at, i) => (Math.abs(at - time) < Math.abs(times[found] - time) ? i : found), 0);
    assert.equal(nearestIndex(times, time), best, `${time}`);
  }
  assert.equal(nearestIndex([], 1), -1);
  assert.equal(nearestIndex([2], 7), 0);
});

test("a moment asked for lies inside its own frame, also the last", () => {
  const times = [0, 0.04, 0.05, 0.2];
  times.forEach((_, i) => assert.equal(nearestIndex(times, momentOf(times, i)), i));
  assert.equal(momentOf(times, -3), momentOf(times, 0));
  assert.equal(momentOf(times, 99), momentOf(times, 3));
  assert.ok(times.every((time, i) => momentOf(times, i) > time));
});

test("reps are half-open, and each has its phases in order", () => {
  const reps = [{ start_s: 1, bottom_s: 2, ascent_s: 2.4, end_s: 3 }, { start_s: 3, bottom_s: 4, ascent_s: 4, end_s: 5 }];
  assert.deepEqual([0.9, 1, 2.99, 3, 5].map((time) => repAt(reps, time)), [-1, 0, 0, 1, -1]);
  assert.deepEqual([1.1, 2, 2.3, 2.5].map((time) => phaseOf(reps[0], time)), ["down", "bottom", "bottom", "up"]);
});

test("words take their values and keep what they were not given", () => {
  assert.equal(filled("Rep {n} of {total}", { n: 2 }), "Rep 2 of {total}");
  const words = { left_s: "{n} s", left_min: "{n} min" };
  assert.deepEqual([0.2, 30.4, 200, NaN].map((seconds) => leftWords(seconds, words)), ["1 s", "30 s", "3 min", ""]);
});

test("a gap in the numbers is a gap in the line", () => {
  assert.equal(pathOf([0, 1, 2, 3], [0, null, 10, 5], [0, 3], [0, 10], 30, 10), "M0.0 10.0M20.0 0.0L30.0 5.0");
});

test("progress only grows from stage to stage, and says nothing while waiting", () => {
  const told = [{ stage: "start" }, { stage: "pose", done: 0, total: 10 }, { stage: "pose", done: 10, total: 10 }, { stage: "judge" }, { stage: "write" }];
  const shares = told.map(shareOf);
  assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
  assert.equal(shareOf({ stage: "queued" }), null);
  assert.ok(shareOf({ stage: "pose", done: 99, total: 10 }) <= 100);
});
