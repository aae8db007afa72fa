// The replay's series enter; plots that follow the video leave, each with its numbers in a table behind it.
import { filled, nearestIndex } from "./moments.js";
import { onTheme, tints } from "./page.js";

const HEIGHT_PX = 176;
const MARGIN_S = 0.25; // shown before and after a single rep
const MOST_ROWS = 40;

/** Plots in the order of the page: which series, as what, with which reference line. */
const PANELS = [
  { key: "knee", series: ["knee_over_foot_left_m", "knee_over_foot_right_m"], factor: 100, unit: " cm", decimals: 1, not: "side" },
  { key: "depth", series: ["thigh_angle_left_deg", "thigh_angle_right_deg"], factor: 1, unit: "°", decimals: 0 },
  { key: "bend", series: ["knee_flexion_left_deg", "knee_flexion_right_deg"], factor: 1, unit: "°", decimals: 0 },
  { key: "trunk", series: ["trunk_lean_deg"], factor: 1, unit: "°", decimals: 0, only: "side" },
];

export class Plots {
  constructor(root, replay, words, { sideOn, onSeek }) {
    Object.assign(this, { root, replay, words, onSeek, rep: null });
    this.readTints();
    const here = sideOn ? "side" : "front";
    this.panels = PANELS.filter((panel) => panel.not !== here && (!panel.only || panel.only === here))
      .map((panel) => ({ ...panel, series: panel.series.filter((name) => replay.series[name]) }))
      .filter((panel) => panel.series.length)
      .map((panel) => this.panel(panel));
    new ResizeObserver(() => this.resize()).observe(root);
    onTheme(() => {
      this.readTints();
      for (const { plot } of this.panels) plot.redraw();
    });
  }

  readTints() {
    this.tint = tints("left", "right", "accent", "muted", "rule", "ink", "band");
  }

  panel(panel) {
    const { words } = this;
    const figure = document.createElement("figure");
    figure.className = "plot";
    const caption = document.createElement("figcaption");
    caption.className = "plot-title";
    caption.append(textOf("h3", words[`plot_${panel.key}`]));
    const keys = textOf("p", "", "keys");
    const values = panel.series.map((name) => {
      const side = sideOf(name);
      const key = textOf("span", "", side);
      const value = document.createElement("span");
      key.append(document.createElement("i"), value);
      keys.append(key);
      return { value, word: side === "middle" ? "" : words[side] };
    });
    caption.append(keys);
    const area = document.createElement("div");
    area.setAttribute("role", "img");
    area.setAttribute("aria-label", filled(words.plot_spoken, { name: words[`plot_${panel.key}`] }));
    figure.append(caption, area, textOf("p", words[`plot_note_${panel.key}`], "small"), this.table(panel));
    this.root.append(figure);
    const plot = new uPlot(this.options(panel), this.dataOf(panel), area);
    plot.over.addEventListener("click", (event) => this.onSeek(plot.posToVal(event.offsetX, "x")));
    return { ...panel, plot, values };
  }

  /** Per series its value and the ends of its band of one SD. */
  dataOf(panel) {
    const scaled = (list) => list.map((value) => (value === null ? null : value * panel.factor));
    const rows = panel.series.flatMap((name) => {
      const { value, sd } = this.replay.series[name];
      const ends = [1, -1].map((sign) => value.map((one, i) => (one === null || sd[i] === null ? null : one + sign * sd[i])));
      return [value, ...ends].map(scaled);
    });
    return [this.replay.time_s, ...rows];
  }

  options(panel) {
    const lines = panel.series.flatMap((name) => {
      const side = sideOf(name);
      const colour = () => this.tint[side === "middle" ? "accent" : side];
      return [{ stroke: colour, width: 2, dash: side === "right" ? [7, 4] : undefined, points: { show: false } }, unseen(), unseen()];
    });
    const bands = panel.series.map((name, i) => ({ series: [3 * i + 2, 3 * i + 3], fill: () => paler(this.tint[sideOf(name) === "middle" ? "accent" : sideOf(name)]) }));
    const axis = { stroke: () => this.tint.muted, grid: { stroke: () => this.tint.rule, width: 1 }, ticks: { show: false }, font: `12px ${getComputedStyle(document.body).fontFamily}` };
    return {
      width: this.root.clientWidth || 320, height: HEIGHT_PX, legend: { show: false }, padding: [10, 8, 0, 0],
      scales: { x: { time: false, range: () => this.range() } },
      cursor: { drag: { x: false, y: false }, points: { show: false }, y: false, bind: { mousemove: () => null, mouseleave: () => null, click: () => null, dblclick: () => null } },
      axes: [{ ...axis, size: 28, values: (_, ticks) => ticks.map((tick) => `${tick} s`) }, { ...axis, size: 46, values: (_, ticks) => ticks.map((tick) => `${tick}${panel.unit}`.replace("-", "−")) }],
      series: [{}, ...lines], bands,
      hooks: { drawClear: [(plot) => this.drawReps(plot)], draw: [(plot) => this.drawZero(plot)] },
    };
  }

  range() {
    const times = this.replay.time_s;
    return this.rep ? [this.rep.start_s - MARGIN_S, this.rep.end_s + MARGIN_S] : [times[0], times[times.length - 1]];
  }

  drawReps(plot) {
    const { ctx, bbox } = plot;
    ctx.fillStyle = this.tint.band;
    for (const rep of this.replay.reps) {
      const [from, to] = [rep.start_s, rep.end_s].map((at) => Math.min(Math.max(plot.valToPos(at, "x", true), bbox.left), bbox.left + bbox.width));
      ctx.fillRect(from, bbox.top, to - from, bbox.height);
    }
  }

  drawZero(plot) {
    const { ctx, bbox } = plot;
    const level = plot.valToPos(0, "y", true);
    if (level < bbox.top || level > bbox.top + bbox.height) return;
    ctx.save();
    ctx.strokeStyle = this.tint.ink;
    ctx.setLineDash([5, 4]);
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(bbox.left, level);
    ctx.lineTo(bbox.left + bbox.width, level);
    ctx.stroke();
    ctx.restore();
  }

  resize() {
    for (const { plot } of this.panels) {
      const width = plot.root.parentElement.clientWidth;
      if (width && width !== plot.width) plot.setSize({ width, height: HEIGHT_PX });
    }
    this.follow(this.seconds ?? 0);
  }

  /** Show one rep, or the whole set for undefined. */
  show(rep) {
    this.rep = rep ?? null;
    for (const { plot } of this.panels) plot.setData(plot.data);
    for (const details of this.root.querySelectorAll("details[open]")) details.dispatchEvent(new Event("toggle"));
  }

  follow(seconds) {
    this.seconds = seconds;
    const index = nearestIndex(this.replay.time_s, seconds);
    for (const { plot, series, values, factor, unit, decimals } of this.panels) {
      plot.setCursor({ left: plot.valToPos(seconds, "x"), top: 0 }, false);
      series.forEach((name, i) => {
        const value = this.replay.series[name].value[index];
        values[i].value.textContent = `${values[i].word} ${number(value, factor, decimals)}${unit}`.trim();
      });
    }
  }

  /** The numbers behind a plot: of every rep, or moment by moment when one rep is shown. Filled when it is opened. */
  table(panel) {
    const details = document.createElement("details");
    details.append(textOf("summary", this.words.table));
    const holder = textOf("div", "", "scroll");
    details.append(holder);
    details.addEventListener("toggle", () => {
      if (details.open) holder.replaceChildren(this.rows(panel));
    });
    return details;
  }

  rows(panel) {
    const [from, to] = this.range();
    const times = this.replay.time_s;
    const inside = times.map((time, i) => i).filter((i) => times[i] >= from && times[i] <= to);
    const every = Math.max(1, Math.ceil(inside.length / MOST_ROWS));
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const name of [this.words.time, ...panel.series.map((one) => this.words[sideOf(one)] ?? "")]) {
      const cell = textOf("th", name);
      cell.scope = "col";
      head.append(cell);
    }
    const body = table.createTBody();
    inside.filter((_, place) => place % every === 0).forEach((i) => {
      const row = body.insertRow();
      const cell = textOf("th", `${times[i].toFixed(2)} s`);
      cell.scope = "row";
      row.append(cell);
      for (const name of panel.series) {
        const { value, sd } = this.replay.series[name];
        row.append(textOf("td", value[i] === null ? "–" : `${number(value[i], panel.factor, panel.decimals)} ± ${number(sd[i], panel.factor, panel.decimals)}${panel.unit}`));
      }
    });
    return table;
  }
}

function sideOf(name) {
  return name.includes("_left_") ? "left" : name.includes("_right_") ? "right" : "middle";
}

function unseen() {
  return { stroke: "transparent", width: 0, points: { show: false } };
}

function paler(colour) {
  return `${colour}26`;
}

function number(value, factor, decimals) {
  return value === null || value === undefined ? "–" : (value * factor).toFixed(decimals).replace("-", "−");
}

function textOf(tag, text, css = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (css) element.className = css;
  return element;
}
