// A video element and the true times of its frames enter; "this frame is shown now" leaves, for every frame shown.
import { momentOf, nearestIndex } from "./moments.js";

const PROXY_WAIT_MS = 2000;

export class Player {
  /** times: seconds of each frame. onFrame(index, seconds): after each frame that the screen really got. */
  constructor(video, times, { onFrame, onState = () => {}, onNote = () => {} }) {
    Object.assign(this, { video, times, onFrame, onState, onNote });
    this.index = -1;
    this.range = null;
    for (const event of ["play", "pause", "ended"]) video.addEventListener(event, () => this.onState());
    video.addEventListener("loadeddata", () => this.tell(video.currentTime));
    video.addEventListener("error", () => this.useProxy());
    video.addEventListener("loadedmetadata", () => video.videoWidth === 0 && this.useProxy());
    this.watch();
  }

  /** Play the athlete's own file, or the server's copy of it. */
  open(file) {
    this.video.src = file ? URL.createObjectURL(file) : this.video.dataset.src;
  }

  /** For codecs that this browser lacks: ask for a copy that it can play, until it is made. */
  async useProxy() {
    const url = this.video.dataset.proxy;
    if (this.isProxy || !url) return;
    this.isProxy = true;
    this.onNote("proxy");
    for (;;) {
      const answer = await fetch(url, { headers: { Range: "bytes=0-0" } }).catch(() => null);
      if (answer?.status !== 202) {
        this.onNote(answer?.ok ? null : "no_video");
        if (answer?.ok) this.video.src = url;
        return;
      }
      await new Promise((settle) => setTimeout(settle, PROXY_WAIT_MS));
    }
  }

  watch() {
    const { video } = this;
    if (video.requestVideoFrameCallback) {
      const shown = (_, frame) => {
        this.tell(frame.mediaTime);
        video.requestVideoFrameCallback(shown);
      };
      video.requestVideoFrameCallback(shown);
      return;
    }
    const look = () => {
      this.tell(video.currentTime);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  tell(seconds) {
    const index = nearestIndex(this.times, seconds);
    if (this.range && seconds >= this.range[1] && !this.video.paused) this.seek(this.range[0]);
    if (index === this.index) return;
    this.index = index;
    this.onFrame(index, seconds);
  }

  get isPlaying() {
    return !this.video.paused && !this.video.ended;
  }

  toggle() {
    if (this.isPlaying) this.video.pause();
    else this.video.play().catch(() => this.onState());
  }

  seek(seconds) {
    this.video.currentTime = momentOf(this.times, nearestIndex(this.times, seconds));
  }

  step(by) {
    this.video.pause();
    this.video.currentTime = momentOf(this.times, this.index + by);
  }

  /** Repeat a part of the clip, [start, end) in seconds; null: play on to the end. */
  repeat(range) {
    this.range = range;
  }
}
