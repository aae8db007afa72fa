// A file enters, tus 1.0 requests leave (create, PATCH in pieces, HEAD to find the place again); survives a bad network
// and a reload. The page is told through callbacks.

const VERSION = { "Tus-Resumable": "1.0.0" };
const KEPT = "lookfeel-upload:";
const PIECE_BYTES = 4 * 1024 * 1024; // a lost connection then costs seconds, not the whole file
const WAITS_MS = [500, 1000, 2000, 4000, 8000, 15000, 30000];

/** Said when trying again would not help: the server refused the file. */
export class Refused extends Error {}
export class Cancelled extends Error {}

/** The same file again has the same print: name, size and date, without reading it. */
export function fingerprint(file) {
  return `${KEPT}${file.name}:${file.size}:${file.lastModified}`;
}

/** Name of a file whose upload an earlier visit began and did not finish; null when there is none. */
export function unfinished(store = localStorage) {
  const key = Object.keys(store).find((name) => name.startsWith(KEPT));
  return key ? key.slice(KEPT.length).replace(/:\d+:\d+$/, "") : null;
}

/** tus's metadata header: names and base64 values. */
export function metadata(values) {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `${name} ${base64(String(value))}`)
    .join(",");
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

export class Upload {
  /** store: where the place of an unfinished upload is kept; send: as fetch; wait: promise after milliseconds. */
  constructor(file, { url, meta, csrf, store = localStorage, send = (...a) => fetch(...a), wait = pause, onProgress = () => {}, onWaiting = () => {} }) {
    Object.assign(this, { file, url, meta, csrf, store, send, wait, onProgress, onWaiting });
    this.place = null;
    this.wasResumed = false;
    this.stopper = new AbortController();
  }

  cancel() {
    this.stopper.abort();
    this.forget();
  }

  forget() {
    this.store.removeItem(fingerprint(this.file));
  }

  /** Send it all. Returns the address of the set; throws Refused or Cancelled. */
  async run() {
    let offset = await this.persist(() => this.begin());
    for (;;) {
      const done = await this.persist(async (isRetry) => {
        if (isRetry) offset = await this.whereItStopped();
        return offset === null ? { offset: await this.create() } : this.sendPiece(offset);
      });
      offset = done.offset;
      this.onProgress(offset, this.file.size);
      if (done.target) {
        this.forget();
        return done.target;
      }
      if (offset >= this.file.size) throw new Refused("");
    }
  }

  /** Take up what an earlier visit began, else begin. Returns the bytes that the server has. */
  async begin() {
    this.place = this.store.getItem(fingerprint(this.file));
    if (this.place) {
      const offset = await this.whereItStopped();
      if (offset !== null) {
        this.wasResumed = offset > 0;
        return offset;
      }
    }
    return this.create();
  }

  async create() {
    const answer = await this.ask("POST", this.url, { "Upload-Length": String(this.file.size), "Upload-Metadata": metadata(this.meta) });
    if (answer.status !== 201) throw await refusal(answer);
    this.place = answer.headers.get("Location");
    this.store.setItem(fingerprint(this.file), this.place);
    return 0;
  }

  /** Bytes that the server has; null when it no longer knows the upload. */
  async whereItStopped() {
    const answer = await this.ask("HEAD", this.place, {});
    if (answer.status === 404 || answer.status === 410 || answer.status === 403) return null;
    if (!answer.ok) throw await refusal(answer);
    return Number(answer.headers.get("Upload-Offset"));
  }

  async sendPiece(offset) {
    const piece = this.file.slice(offset, offset + PIECE_BYTES);
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
    const answer = await this.ask("PATCH", this.place, headers, piece);
    if (answer.status === 409 || answer.status === 404 || answer.status === 410) throw new TypeError("the place was lost");
    if (!answer.ok) throw await refusal(answer);
    const next = Number(answer.headers.get("Upload-Offset"));
    return { offset: next, target: next >= this.file.size ? answer.headers.get("Location") : null };
  }

  ask(method, url, headers, body) {
    return this.send(url, { method, headers: { ...VERSION, "X-CSRF-Token": this.csrf, ...headers }, body, signal: this.stopper.signal });
  }

  /** Try until it works: after a lost connection or a server that is not well, wait longer each time, without end. */
  async persist(step) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await step(attempt > 0);
      } catch (error) {
        if (this.stopper.signal.aborted) throw new Cancelled();
        if (error instanceof Refused) {
          this.forget();
          throw error;
        }
        const length = WAITS_MS[Math.min(attempt, WAITS_MS.length - 1)];
        this.onWaiting(length);
        await this.wait(length, this.stopper.signal);
        if (this.stopper.signal.aborted) throw new Cancelled();
      }
    }
  }
}

/** Waits; shorter when the network comes back or somebody cancels. */
function pause(length, signal) {
  return new Promise((settle) => {
    const timer = setTimeout(settle, length);
    const soon = () => (clearTimeout(timer), settle());
    signal.addEventListener("abort", soon, { once: true });
    globalThis.addEventListener?.("online", soon, { once: true });
  });
}

/** 4xx is final and says why; 5xx and 429 pass, so they are errors to try again after. */
async function refusal(answer) {
  if (answer.status >= 500 || answer.status === 429 || answer.status === 423) return new TypeError(`status ${answer.status}`);
  let words = "";
  try {
    const said = await answer.json();
    words = [said.message, said.hint].filter(Boolean).join(" ");
  } catch {
    words = "";
  }
  return new Refused(words);
}
