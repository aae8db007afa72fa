import assert from "node:assert/strict";
import test from "node:test";

import { Cancelled, Refused, Upload, fingerprint, metadata, unfinished } from "./js/upload.js";

const MB = 1024 * 1024;

/** A server that speaks tus, and loses requests as it is told: the numbers of those that fail before they arrive. */
function server({ size, lost = [], lostAnswers = [], refuses = null }) {
  const state = { offset: 0, requests: [], made: 0 };
  const answer = (status, headers = {}) => new Response(null, { status, headers });
  const send = async (url, { method, headers, body }) => {
    const number = state.requests.push(`${method} ${headers["Upload-Offset"] ?? ""}`.trim());
    if (lost.includes(number)) throw new TypeError("lost");
    let said = answer(404);
    if (refuses) said = new Response(JSON.stringify(refuses), { status: 413 });
    else if (method === "POST") {
      state.made += 1;
      said = answer(201, { Location: `/uploads/${state.made}` });
    } else if (method === "HEAD" && url === `/uploads/${state.made}`) said = answer(200, { "Upload-Offset": state.offset });
    else if (method === "PATCH" && Number(headers["Upload-Offset"]) !== state.offset) said = answer(409);
    else if (method === "PATCH") {
      state.offset += body.size;
      said = answer(204, { "Upload-Offset": state.offset, ...(state.offset === size ? { Location: "/sets/7" } : {}) });
    }
    if (lostAnswers.includes(number)) throw new TypeError("lost");
    return said;
  };
  return { state, send };
}

function store() {
  const kept = new Map();
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
}

const file = (size) => Object.assign(new Blob([new Uint8Array(size)]), { name: "set.mp4", lastModified: 5 });

function upload(size, made, more = {}) {
  const waits = [];
  const one = new Upload(file(size), { url: "/uploads", meta: {}, csrf: "word", store: store(), send: made.send, wait: async (ms) => waits.push(ms), ...more });
  return { one, waits };
}

test("a file goes in pieces, in order, and ends at its set", async () => {
  const made = server({ size: 9 * MB });
  const { one, waits } = upload(9 * MB, made);
  assert.equal(await one.run(), "/sets/7");
  assert.deepEqual(made.state.requests, ["POST", "PATCH 0", `PATCH ${4 * MB}`, `PATCH ${8 * MB}`]);
  assert.deepEqual(waits, []);
  assert.equal(one.store.kept.size, 0);
});

test("after a lost connection it asks where it stopped, and waits longer each time", async () => {
  const made = server({ size: 6 * MB, lost: [3, 4, 5] });
  const { one, waits } = upload(6 * MB, made);
  assert.equal(await one.run(), "/sets/7");
  assert.deepEqual(waits, [500, 1000, 2000]);
  assert.equal(made.state.offset, 6 * MB);
});

test("a piece whose answer was lost is not sent twice, and neither is the last", async () => {
  const made = server({ size: 6 * MB, lostAnswers: [2, 5] });
  const { one } = upload(6 * MB, made);
  assert.equal(await one.run(), "/sets/7");
  assert.equal(made.state.offset, 6 * MB);
});

test("a reload goes on where it stopped", async () => {
  const made = server({ size: 9 * MB });
  const kept = store();
  made.state.made = 1;
  made.state.offset = 8 * MB;
  kept.setItem(fingerprint(file(9 * MB)), "/uploads/1");
  const { one } = upload(9 * MB, made, { store: kept });
  assert.equal(await one.run(), "/sets/7");
  assert.deepEqual(made.state.requests, ["HEAD", `PATCH ${8 * MB}`]);
  assert.ok(one.wasResumed);
});

test("an upload that the server forgot begins anew", async () => {
  const made = server({ size: 2 * MB });
  const kept = store();
  kept.setItem(fingerprint(file(2 * MB)), "/uploads/old");
  const { one } = upload(2 * MB, made, { store: kept });
  assert.equal(await one.run(), "/sets/7");
  assert.deepEqual(made.state.requests, ["HEAD", "POST", "PATCH 0"]);
});

test("a refusal is final and says why", async () => {
  const made = server({ size: 1, refuses: { message: "Too large.", hint: "Trim it." } });
  const { one, waits } = upload(1, made);
  await assert.rejects(one.run(), (error) => error instanceof Refused && error.message === "Too large. Trim it.");
  assert.deepEqual(waits, []);
});

test("cancelling ends it and forgets the place", async () => {
  const made = server({ size: 6 * MB, lost: [3] });
  const { one } = upload(6 * MB, made, { wait: async () => one.cancel() });
  await assert.rejects(one.run(), Cancelled);
  assert.equal(one.store.kept.size, 0);
});

test("metadata holds names of any letters", () => {
  assert.equal(metadata({ filename: "Kniebeuge ü.mp4", exercise: "" }), `filename ${Buffer.from("Kniebeuge ü.mp4").toString("base64")}`);
});

test("what was cut off is named on the next visit", () => {
  const kept = { "lookfeel-upload:my: set.mp4:12:34": "/uploads/1", other: "x" };
  assert.equal(unfinished(kept), "my: set.mp4");
  assert.equal(unfinished({ other: "x" }), null);
});
