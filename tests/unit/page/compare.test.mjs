import assert from "node:assert/strict";
import test from "node:test";

globalThis.document = { getElementById: () => null };
const { marksOf, matched } = await import("./js/compare.js");

const slow = marksOf({ start_s: 1, bottom_s: 3, end_s: 7 });
const fast = marksOf({ start_s: 10, bottom_s: 10.5, end_s: 11 });

test("start, bottom and end of a rep fall together, and between them the share", () => {
  assert.deepEqual([1, 2, 3, 5, 7].map((time) => matched(time, slow, fast)), [10, 10.25, 10.5, 10.75, 11]);
});

test("there and back is the same moment", () => {
  for (const time of [0.7, 1.3, 2.9, 4.4, 6.9, 7.2]) assert.ok(Math.abs(matched(matched(time, slow, fast), fast, slow) - time) < 1e-9);
});

test("before and after, it stays at the ends", () => {
  assert.equal(matched(-5, slow, fast), fast[0]);
  assert.equal(matched(50, slow, fast), fast.at(-1));
});
