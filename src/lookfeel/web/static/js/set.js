// One set's page: while it is measured the progress, then the replay with everything that follows it.
import { mountFeels } from "./feels.js";
import { mountFigure } from "./figure.js";
import { filled, phaseOf, repAt } from "./moments.js";
import { Overlay } from "./overlay.js";
import { dataOf, icon, swapMain } from "./page.js";
import { Player } from "./player.js";
import { Plots } from "./plots.js";
import { mountProgress } from "./progress.js";
import { Strip } from "./strip.js";

/** file: the athlete's own, when it is still in memory; else the server's copy is played. */
export function mountSet(main, file = null) {
  mountFeels(main);
  if (main.dataset.status === "ready") mountResult(main, file);
  else if (main.dataset.status !== "failed") mountWorking(main, file);
}

function mountWorking(main, file) {
  const video = main.querySelector("#video");
  video.src = file ? URL.createObjectURL(file) : video.dataset.src;
  video.addEventListener("error", () => main.querySelector(".replay").remove());
  const url = `/sets/${main.dataset.set}`;
  mountProgress(main, `${url}/progress`, dataOf("strings", main), async () => {
    const next = await swapMain(url);
    if (!next) return;
    mountSet(next, file);
    const heading = next.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  });
}

async function mountResult(main, file) {
  const words = dataOf("strings", main);
  const byId = (id) => main.querySelector(`#${id}`);
  if (!byId("stage")) return; // imported: there is nothing to replay
  const note = (key) => {
    byId("stage-note").hidden = !key;
    byId("stage-note").textContent = key ? words[key] : "";
  };
  const answer = await fetch(`/sets/${main.dataset.set}/replay.json`);
  if (!answer.ok) {
    byId("video").controls = true;
    byId("video").src = byId("video").dataset.src;
    note("no_replay");
    return;
  }
  const replay = await answer.json();
  const view = dataOf("view", main);
  const overlay = new Overlay(byId("overlay"), replay, { view, words });
  byId("stage").style.aspectRatio = `${replay.width_px} / ${replay.height_px}`;

  const followers = [];
  const shown = { index: -1, seconds: 0 };
  const draw = () => overlay.draw(shown.index, replay.reps[repAt(replay.reps, replay.time_s[shown.index])]);
  const player = new Player(byId("video"), replay.time_s, {
    onFrame(index) {
      Object.assign(shown, { index, seconds: replay.time_s[index] });
      draw();
      for (const follow of followers) follow(shown.seconds, index);
    },
    onState: () => tellState(main, player, words),
    onNote: note,
  });
  const strip = new Strip(main, replay, (place) => player.seek(replay.reps[place].start_s));
  followers.push((seconds, index) => tellMoment(main, replay, words, seconds, index, strip));
  mountControls(main, player, replay, () => draw(), overlay);
  new ResizeObserver(() => {
    overlay.resize();
    draw();
  }).observe(byId("overlay"));

  if (byId("plots")) {
    const plots = new Plots(byId("plots"), replay, words, { sideOn: overlay.sideOn, onSeek: (seconds) => player.seek(seconds) });
    followers.push((seconds) => plots.follow(seconds));
    byId("plot-rep").addEventListener("change", (event) => {
      const rep = replay.reps.find((one) => String(one.index) === event.target.value && !one.is_partial);
      plots.show(rep);
      player.repeat(rep ? [rep.start_s, rep.end_s] : null);
      if (rep) player.seek(rep.start_s);
    });
  }
  if (byId("figure") && replay.body) {
    byId("body3d").hidden = false;
    const figure = mountFigure(byId("body3d"), replay.body, words);
    followers.push((seconds) => figure.follow(seconds));
  }
  player.open(file);
  const first = replay.reps.find((rep) => !rep.is_partial);
  byId("video").addEventListener("loadeddata", () => player.seek(replay.findings[0]?.time_s ?? first?.bottom_s ?? 0), { once: true });
}

function mountControls(main, player, replay, redraw, overlay) {
  const byId = (id) => main.querySelector(`#${id}`);
  const time = byId("time");
  const times = replay.time_s;
  [time.min, time.max] = [times[0] ?? 0, times[times.length - 1] ?? 1];
  time.addEventListener("input", () => player.seek(Number(time.value)));
  for (const id of ["play", "stage-play"]) byId(id).addEventListener("click", () => player.toggle());
  byId("step-back").addEventListener("click", () => player.step(-1));
  byId("step-next").addEventListener("click", () => player.step(1));
  for (const choice of main.querySelectorAll('[name="speed"]'))
    choice.addEventListener("change", () => (player.video.playbackRate = Number(choice.value)));
  for (const box of main.querySelectorAll('[name="layer"]'))
    box.addEventListener("change", () => {
      overlay.layers[box.checked ? "add" : "delete"](box.value);
      redraw();
    });
  const second = byId("second-video");
  second?.addEventListener("error", () => {
    second.hidden = true;
    byId("second-note").hidden = false;
  });
  main.addEventListener("click", (event) => {
    const other = event.target.closest("[data-seek-second]");
    if (other && second) {
      player.video.pause();
      second.currentTime = Number(other.dataset.seekSecond);
      second.scrollIntoView({ block: "center" });
    }
    const button = event.target.closest("[data-seek]");
    if (!button) return;
    player.video.pause();
    player.seek(Number(button.dataset.seek));
    byId("stage").scrollIntoView({ block: "nearest" });
  });
  const jump = (by) => {
    const starts = replay.reps.map((rep) => rep.start_s);
    const now = times[player.index] ?? 0;
    const next = by > 0 ? starts.find((start) => start > now + 0.05) : starts.findLast((start) => start < now - 0.4);
    if (next !== undefined) player.seek(next);
  };
  const keys = {
    " ": () => player.toggle(), k: () => player.toggle(),
    ",": () => player.step(-1), ".": () => player.step(1), ArrowLeft: () => player.step(-1), ArrowRight: () => player.step(1),
    ArrowUp: () => jump(-1), ArrowDown: () => jump(1),
  };
  document.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || !main.isConnected || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target, event.key)) return;
    event.preventDefault();
    act();
  });
}

/** Whether an element wants the key for itself. */
function isTyping(target, key) {
  if (target.id === "time") return key === "ArrowUp" || key === "ArrowDown";
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.id === "figure") return true;
  if (/^(BUTTON|A|SUMMARY)$/.test(target.tagName) && key === " ") return true;
  const isOnPage = target === document.body && /^( |ArrowLeft|ArrowRight)$/.test(key);
  return !isOnPage && !target.closest?.(".replay"); // single letters only near the video (WCAG 2.1.4)
}

function tellState(main, player, words) {
  const { isPlaying } = player;
  main.querySelector("#stage").classList.toggle("playing", isPlaying);
  const play = main.querySelector("#play");
  play.setAttribute("aria-label", isPlaying ? words.pause : words.play);
  play.querySelector("use").setAttribute("href", icon(isPlaying ? "pause" : "play"));
}

function tellMoment(main, replay, words, seconds, index, strip) {
  const place = repAt(replay.reps, seconds);
  const rep = replay.reps[place];
  const total = replay.reps.filter((one) => !one.is_partial).length;
  const phase = rep ? words[phaseOf(rep, seconds)] : "";
  const name = rep ? (rep.is_partial ? words.cut : filled(words.rep_of, { n: rep.index, total })) : words.between;
  main.querySelector("#hud-rep").textContent = [name, phase].filter(Boolean).join(" · ");
  const of = (stem) => ["left", "right"].map((leg) => replay.series[`${stem}_${leg}_deg`]?.value[index]).map((value) => (value === null || value === undefined ? "–" : `${Math.round(value)}°`.replace("-", "−")));
  const said = `${seconds.toFixed(2)} s · ${words.knee_bend} ${of("knee_flexion").join(" / ")} · ${words.thigh} ${of("thigh_angle").join(" / ")}`;
  main.querySelector("#moment").textContent = said;
  const time = main.querySelector("#time");
  time.value = seconds;
  time.setAttribute("aria-valuetext", [name, phase, `${seconds.toFixed(1)} s`].filter(Boolean).join(", "));
  strip.show(seconds, place);
}

document.addEventListener("htmx:afterSwap", (event) => {
  const part = document.getElementById("decision");
  if (!part || event.detail.target.id !== "decision") return;
  part.classList.add("swapped");
  mountFeels(part);
  const next = part.querySelector(".next") ?? part.firstElementChild;
  next.scrollIntoView({ block: "start" });
  next.focus({ preventScroll: true });
});

const main = document.querySelector("main.set");
if (main && !main.dataset.mounted) {
  main.dataset.mounted = "true";
  mountSet(main);
}
