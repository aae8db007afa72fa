// The server's events about one set enter; the calm bar, its words and, at the end, the call to show the result leave.
import { filled, leftWords } from "./moments.js";

/** Per cent of the whole that each stage spans. Measuring takes as long as finding the joints, and tells no steps. */
const SPANS = { start: [0, 2], pose: [2, 45], pose_second: [2, 45], judge: [45, 95], write: [95, 100] };
const STEP_OF = { start: 0, pose: 0, pose_second: 0, judge: 1, write: 2 };

/** Per cent of the whole for a stage and how much of it is done; null when that cannot be said. */
export function shareOf({ stage, done, total }) {
  const span = SPANS[stage];
  if (!span) return null;
  const part = total > 0 ? Math.min(done / total, 1) : 0;
  return span[0] + part * (span[1] - span[0]);
}

export function mountProgress(root, url, words, onReady) {
  const byId = (id) => root.querySelector(`#${id}`);
  const events = new EventSource(url);
  let highest = 0;
  events.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    const share = shareOf(told);
    if (share !== null) {
      highest = Math.max(highest, share); // a bar that goes back is not calm
      byId("stage-bar").value = highest;
    }
    const name = told.ahead > 0 ? filled(words.ahead, { n: told.ahead }) : (words[told.stage] ?? words.working);
    say(byId("stage-name"), name);
    say(byId("stage-eta"), told.eta_s === null || told.eta_s === undefined ? "" : leftWords(told.eta_s, words));
    byId("stage-bar").classList.toggle("busy", told.stage === "judge");
    const now = STEP_OF[told.stage] ?? -1;
    root.querySelectorAll(".stages li").forEach((step, i) => {
      step.classList.toggle("done", i < now);
      step.classList.toggle("now", i === now);
    });
  });
  const end = () => {
    events.close();
    onReady();
  };
  events.addEventListener("ready", end);
  events.addEventListener("failed", end);
  events.addEventListener("error", () => say(byId("stage-eta"), events.readyState === EventSource.OPEN ? "" : words.lost));
  return () => events.close();
}

/** Live regions are read out when they change, so they only change when the words do. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
