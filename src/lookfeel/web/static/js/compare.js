// Two replays enter; both play in step: at the same share of the same repetition, not at the same second.
import { momentOf, nearestIndex, repAt, filled } from "./moments.js";
import { Overlay } from "./overlay.js";
import { dataOf, icon } from "./page.js";
import { Player } from "./player.js";

const LEAD_S = 0.4; // shown before a rep starts and after it ends

/**
 * The moment of the other clip that matches `seconds` of this one: before, between and after start, bottom and end the
 * share is the same. Both marks are rising lists of the same length.
 */
export function matched(seconds, marks, others) {
  const place = Math.min(Math.max(marks.findLastIndex((mark) => mark <= seconds), 0), marks.length - 2);
  const share = (seconds - marks[place]) / (marks[place + 1] - marks[place] || 1);
  return others[place] + Math.min(Math.max(share, 0), 1) * (others[place + 1] - others[place]);
}

export const marksOf = (rep) => [rep.start_s - LEAD_S, rep.start_s, rep.bottom_s, rep.end_s, rep.end_s + LEAD_S];

class Side {
  constructor(root, replay, view, words, onFrame) {
    Object.assign(this, { replay, root, words });
    this.overlay = new Overlay(root.querySelector("canvas"), replay, { view, words });
    root.querySelector(".stage").style.aspectRatio = `${replay.width_px} / ${replay.height_px}`;
    this.player = new Player(root.querySelector("video"), replay.time_s, {
      onFrame: (index, seconds) => {
        this.draw(index);
        onFrame(seconds);
      },
    });
    new ResizeObserver(() => (this.overlay.resize(), this.draw(this.player.index))).observe(root.querySelector("canvas"));
    this.reps = replay.reps.filter((rep) => !rep.is_partial);
    this.player.open(null);
  }

  draw(index) {
    const { replay, words } = this;
    if (index < 0) return;
    this.overlay.draw(index, replay.reps[repAt(replay.reps, replay.time_s[index])]);
    const of = (stem) => ["left", "right"].map((leg) => replay.series[`${stem}_${leg}_deg`]?.value[index]).map((value) => (value === null || value === undefined ? "–" : `${Math.round(value)}°`.replace("-", "−")));
    this.root.querySelector("[data-moment-of]").textContent = `${words.knee_bend} ${of("knee_flexion").join(" / ")} · ${words.thigh} ${of("thigh_angle").join(" / ")}`;
  }

  /** Show a moment without a fight with a player that is there already. */
  showAt(seconds) {
    const { times, video } = this.player;
    const want = momentOf(times, nearestIndex(times, seconds));
    if (Math.abs(video.currentTime - want) > 0.012) video.currentTime = want;
  }
}

const pair = document.getElementById("pair");
if (pair) await mount();

async function mount() {
  const words = dataOf("strings");
  const views = dataOf("views");
  const replays = await Promise.all(["a", "b"].map(async (side) => (await fetch(`/sets/${pair.dataset[side]}/replay.json`)).json()));
  const byId = (id) => document.getElementById(id);
  const share = byId("share");
  let number = 0;
  const marks = (side) => marksOf(side.reps[Math.min(number, side.reps.length - 1)] ?? { start_s: 0, bottom_s: side.replay.time_s.at(-1) / 2, end_s: side.replay.time_s.at(-1) });
  const roots = [...pair.children];
  const sides = roots.map((root, i) => new Side(root, replays[i], views[i], words, (seconds) => i === 0 && follow(seconds)));
  const [first, second] = sides;

  function follow(seconds) {
    const [own, other] = [marks(first), marks(second)];
    if (seconds > own.at(-1) && first.player.isPlaying) {
      first.showAt(own[0]);
      return;
    }
    second.showAt(matched(seconds, own, other));
    share.value = (seconds - own[0]) / (own.at(-1) - own[0]);
  }
  const seek = (value) => {
    const own = marks(first);
    first.showAt(own[0] + value * (own.at(-1) - own[0]));
  };
  share.addEventListener("input", () => (first.player.video.pause(), seek(Number(share.value))));
  byId("play").addEventListener("click", () => first.player.toggle());
  byId("step-back").addEventListener("click", () => first.player.step(-1));
  byId("step-next").addEventListener("click", () => first.player.step(1));
  first.player.onState = () => {
    byId("play").setAttribute("aria-label", first.player.isPlaying ? words.pause : words.play);
    byId("play").querySelector("use").setAttribute("href", icon(first.player.isPlaying ? "pause" : "play"));
  };
  const most = Math.max(1, Math.min(...sides.map((side) => side.reps.length)));
  for (let i = 0; i < most; i += 1) byId("rep").append(new Option(filled(words.rep, { n: i + 1 }), i));
  byId("rep").addEventListener("change", (event) => {
    number = Number(event.target.value);
    seek(0.5);
  });
  first.player.video.playbackRate = 0.5;
  first.player.video.addEventListener("loadeddata", () => seek(0.5), { once: true });
}
