// The replay enters; the curve of the set under the scrubber and the little curves of the reps leave, as SVG.

const SVG = "http://www.w3.org/2000/svg";

/** How high the hips are over the set: mean thigh angle of the legs, straight legs up. Frames without it are null. */
export function depthCurve(replay) {
  const legs = ["left", "right"].map((leg) => replay.series[`thigh_angle_${leg}_deg`]?.value).filter(Boolean);
  return replay.time_s.map((_, i) => {
    const known = legs.map((leg) => leg[i]).filter((value) => value !== null && value !== undefined);
    return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
  });
}

/** An SVG path through (time, value) pairs, fitted into width x height; gaps stay gaps. */
export function pathOf(times, values, [from, to], [low, high], width, height) {
  let path = "";
  let isDown = false;
  times.forEach((time, i) => {
    if (time < from || time > to || values[i] === null) {
      isDown = false;
      return;
    }
    const x = (width * (time - from)) / (to - from);
    const y = height - (height * (values[i] - low)) / (high - low || 1);
    path += `${isDown ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    isDown = true;
  });
  return path;
}

export class Strip {
  constructor(root, replay, onRep) {
    this.replay = replay;
    this.curve = depthCurve(replay);
    const known = this.curve.filter((value) => value !== null);
    this.span = known.length ? [Math.min(...known), Math.max(...known)] : [0, 1];
    this.buttons = [...root.querySelectorAll("[data-rep]")];
    for (const button of this.buttons) button.addEventListener("click", () => onRep(Number(button.dataset.rep)));
    this.svg = root.querySelector("#curve");
    this.drawReps();
    this.drawSet();
  }

  get ends() {
    const times = this.replay.time_s;
    return [times[0] ?? 0, times[times.length - 1] ?? 1];
  }

  drawReps() {
    for (const button of this.buttons) {
      const rep = this.replay.reps[Number(button.dataset.rep)];
      if (!rep) continue;
      const path = pathOf(this.replay.time_s, this.curve, [rep.start_s, rep.end_s], this.span, 60, 24);
      button.querySelector("svg").append(made("path", { d: path, transform: "translate(0 3)" }));
    }
  }

  drawSet() {
    const [from, to] = this.ends;
    const wide = 1000;
    const at = (seconds) => (wide * (seconds - from)) / (to - from);
    this.svg.setAttribute("viewBox", `0 0 ${wide} 56`);
    this.svg.replaceChildren();
    for (const rep of this.replay.reps)
      this.svg.append(made("rect", { class: `of-rep ${rep.is_partial ? "" : rep.state}`, x: at(rep.start_s), y: 0, width: at(rep.end_s) - at(rep.start_s), height: 56, rx: 6 }));
    this.past = made("rect", { class: "past", x: 0, y: 0, width: 0, height: 56 });
    const line = pathOf(this.replay.time_s, this.curve, [from, to], this.span, wide, 40);
    this.svg.append(this.past, made("path", { class: "depth-line", d: line, transform: "translate(0 8)" }));
    for (const finding of this.replay.findings.filter(({ clip }) => clip !== 2))
      this.svg.append(made("rect", { class: `spot ${finding.severity}`, x: at(finding.time_s) - 2.5, y: 0, width: 5, height: 9 }));
    this.now = made("rect", { class: "now", x: 0, y: 0, width: 3, height: 56 });
    this.svg.append(this.now);
  }

  show(seconds, repIndex) {
    const [from, to] = this.ends;
    const x = Math.min(Math.max((1000 * (seconds - from)) / (to - from), 0), 1000);
    this.now.setAttribute("x", x - 1.5);
    this.past.setAttribute("width", x);
    this.buttons.forEach((button) => {
      const is = Number(button.dataset.rep) === repIndex;
      if (String(is) === button.getAttribute("aria-pressed")) return;
      button.setAttribute("aria-pressed", String(is));
      if (is) keepInSight(button);
    });
  }
}

/** Scroll the row of reps, and nothing else, until the button shows. */
function keepInSight(button) {
  const row = button.parentElement;
  const [left, right] = [button.offsetLeft - row.offsetLeft, button.offsetLeft - row.offsetLeft + button.offsetWidth];
  if (left < row.scrollLeft) row.scrollLeft = left - 8;
  else if (right > row.scrollLeft + row.clientWidth) row.scrollLeft = right - row.clientWidth + 8;
}

export function made(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
