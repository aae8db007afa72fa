// The series of the history enter; plots of looks against load and over the weeks leave, as SVG whose marks are links,
// each with its numbers in a table behind it.
import { filled } from "./moments.js";
import { dataOf } from "./page.js";
import { made } from "./strip.js";

const KG_PER_LB = 0.45359237;
const TALL = 270;
const EDGE = { left: 40, right: 14, top: 16, bottom: 34 };

const words = dataOf("strings");
const unit = dataOf("unit");
const shown = (kg) => (unit === "lb" ? kg / KG_PER_LB : kg);
const number = (value, decimals = 0) => (value === null || value === undefined ? "–" : value.toFixed(decimals).replace("-", "−"));

const charts = document.getElementById("charts");
const WIDE = charts?.clientWidth < 700 ? 330 : 520; // drawn at about the size that is shown, so that letters keep theirs
if (charts) {
  const answer = await fetch(charts.dataset.source);
  if (answer.ok) {
    const { exercises } = await answer.json();
    charts.replaceChildren(...exercises.filter(({ points }) => points.some(({ score }) => score !== null)).map(card));
  } else {
    charts.remove();
  }
}
mountPicks();

function card(series) {
  const section = textOf("section", "", "card chart");
  section.append(textOf("h2", words.exercises[series.exercise] ?? series.exercise.replaceAll("_", " ")));
  const pair = textOf("div", "", "chart-pair");
  const loaded = series.points.filter((point) => point.load_kg !== null && point.score !== null);
  const weeks = weekChart(series.points);
  pair.append(...(loaded.length ? [loadChart(loaded, series.threshold), weeks] : [weeks, textOf("p", words.no_load, "muted")]));
  section.append(pair, legend(), table(series.points));
  return section;
}

/** Looks against load, with the band in which form breaks down. */
function loadChart(points, threshold) {
  const ends = [...points.map(({ load_kg: kg }) => kg), threshold?.low_kg, threshold?.high_kg].filter((kg) => kg !== null && kg !== undefined).map(shown);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const margin = Math.max((high - low) * 0.12, 2.5);
  const x = scale([low - margin, high + margin], [EDGE.left, WIDE - EDGE.right]);
  const svg = frame(x, (value) => `${number(value)} ${unit}`);
  if (threshold?.status === "estimated") {
    const [from, to] = [threshold.low_kg ?? threshold.load_kg, threshold.high_kg ?? threshold.load_kg].map((kg) => x.at(shown(kg)));
    svg.append(made("rect", { class: "band", x: from, y: EDGE.top, width: Math.max(to - from, 2), height: TALL - EDGE.top - EDGE.bottom }));
    const at = x.at(shown(threshold.load_kg));
    svg.append(made("line", { class: "edge", x1: at, x2: at, y1: EDGE.top, y2: TALL - EDGE.bottom }));
  }
  for (const point of points) svg.append(...mark(point, x.at(shown(point.load_kg))));
  return figure(words.load, svg, [thresholdWords(threshold)]);
}

function thresholdWords(threshold) {
  if (!threshold) return "";
  const told = (kg) => `${number(shown(kg), 1).replace(/\.0$/, "")} ${unit}`;
  if (threshold.status === "estimated") return filled(words.threshold, { load: told(threshold.load_kg), low: told(threshold.low_kg), high: told(threshold.high_kg) });
  if (threshold.status === "not_reached") return filled(words.threshold_above, { low: told(threshold.low_kg) });
  return `${words.threshold_unknown} ${threshold.reason ?? ""}`.trim();
}

/** Looks over the weeks, with pain as small bars along the floor. */
function weekChart(points) {
  const times = points.map(({ time }) => Date.parse(time));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const margin = Math.max((last - first) * 0.06, 86_400_000);
  const x = scale([first - margin, last + margin], [EDGE.left, WIDE - EDGE.right]);
  const date = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short" });
  const svg = frame(x, (value) => date.format(value), 4);
  const scored = points.filter(({ score }) => score !== null);
  svg.append(made("path", { class: "thread", d: scored.map((point, i) => `${i ? "L" : "M"}${x.at(Date.parse(point.time))} ${level(point.score)}`).join("") }));
  for (const point of points) {
    const at = x.at(Date.parse(point.time));
    if (point.pain) svg.append(made("rect", { class: "pain", x: at - 4, y: level(0) - 6 * point.pain, width: 8, height: 6 * point.pain, rx: 2 }));
    if (point.score !== null) svg.append(...mark(point, at));
  }
  return figure(words.weeks, svg, [points.some(({ pain }) => pain) ? words.pain : ""]);
}

/** A score on the page: its interval, and a mark whose form says its state as well as its colour. Leads to the set. */
function mark(point, x) {
  const parts = [];
  if (point.low !== null) parts.push(made("line", { class: "error", x1: x, x2: x, y1: level(point.low), y2: level(point.high) }));
  const link = made("a", { href: `/sets/${point.id}` });
  const title = made("title", {});
  title.textContent = spoken(point);
  link.append(title, shape(point.looks, x, level(point.score), 7), made("circle", { cx: x, cy: level(point.score), r: 14, fill: "transparent" }));
  parts.push(link);
  return parts;
}

function shape(looks, x, y, r) {
  const css = `mark ${looks}`;
  if (looks === "bad") return made("path", { class: css, d: `M${x} ${y - r - 1}L${x + r + 1} ${y}L${x} ${y + r + 1}L${x - r - 1} ${y}Z` });
  if (looks === "uncertain") return made("rect", { class: css, x: x - r + 1, y: y - r + 1, width: 2 * r - 2, height: 2 * r - 2, rx: 2 });
  return made("circle", { class: css, cx: x, cy: y, r });
}

function spoken(point) {
  const date = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "long" }).format(Date.parse(point.time));
  const load = point.load_kg === null ? "" : `, ${number(shown(point.load_kg), 1)} ${unit}`;
  return filled(words.spoken, { date, load, score: number(point.score), low: number(point.low), high: number(point.high) });
}

function level(score) {
  return EDGE.top + ((100 - score) / 100) * (TALL - EDGE.top - EDGE.bottom);
}

function frame(x, name, most = 5) {
  const svg = made("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, role: "group" });
  for (const score of [0, 25, 50, 75, 100]) {
    svg.append(made("line", { class: score ? "grid" : "axis", x1: EDGE.left, x2: WIDE - EDGE.right, y1: level(score), y2: level(score) }));
    svg.append(label(String(score), EDGE.left - 8, level(score) + 4, "end"));
  }
  const told = new Set(); // days and small loads may have the same name
  for (const tick of x.ticks(most)) {
    if (told.has(name(tick))) continue;
    told.add(name(tick));
    svg.append(label(name(tick), x.at(tick), TALL - EDGE.bottom + 20, "middle"));
  }
  return svg;
}

function scale([low, high], [from, to]) {
  const at = (value) => Number((from + ((value - low) / (high - low || 1)) * (to - from)).toFixed(1));
  const ticks = (most) => {
    if (high - low > 1e6) return Array.from({ length: most }, (_, i) => low + ((i + 0.5) * (high - low)) / most);
    const step = [1, 2, 2.5, 5, 10, 20, 25, 50, 100, 200].find((one) => (high - low) / one <= most) ?? 500;
    const first = Math.ceil(low / step) * step;
    return Array.from({ length: Math.floor((high - first) / step) + 1 }, (_, i) => first + i * step);
  };
  return { at, ticks };
}

function label(text, x, y, anchor) {
  const element = made("text", { x, y, "text-anchor": anchor });
  element.textContent = text;
  return element;
}

function figure(title, svg, notes) {
  const element = textOf("figure", "", "field");
  svg.setAttribute("aria-label", title);
  element.append(textOf("h3", title), svg, ...notes.filter(Boolean).map((note) => textOf("p", note, "small")));
  return element;
}

function legend() {
  const list = textOf("ul", "", "legend");
  for (const looks of ["good", "uncertain", "bad"]) {
    const item = document.createElement("li");
    const svg = made("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" });
    svg.append(shape(looks, 10, 10, 6.5));
    item.append(svg, words[looks]);
    list.append(item);
  }
  list.append(textOf("li", words.band));
  return list;
}

function table(points) {
  const details = document.createElement("details");
  details.append(textOf("summary", words.table));
  const holder = textOf("div", "", "scroll");
  const body = document.createElement("table");
  const head = body.createTHead().insertRow();
  for (const name of [words.date, unit, words.reps, words.score, words.pain_axis, words.next]) head.append(Object.assign(textOf("th", name), { scope: "col" }));
  const rows = body.createTBody();
  for (const point of [...points].reverse()) {
    const row = rows.insertRow();
    row.append(Object.assign(textOf("th", point.time.slice(0, 10)), { scope: "row" }));
    const score = point.score === null ? words.not_assessable : `${number(point.score)} (${number(point.low)}–${number(point.high)})`;
    for (const text of [point.load_kg === null ? "–" : number(shown(point.load_kg), 1), point.n_reps ?? "–", score, number(point.pain), point.text ?? "–"]) row.append(textOf("td", text));
  }
  holder.append(body);
  details.append(holder);
  return details;
}

/** Two sets are picked, then they can be compared. */
function mountPicks() {
  const boxes = [...document.querySelectorAll("[data-pick]:not(:disabled)")];
  const form = document.getElementById("pick");
  for (const box of boxes)
    box.addEventListener("change", () => {
      const picked = boxes.filter(({ checked }) => checked);
      for (const other of boxes) if (!other.checked) other.disabled = picked.length >= 2;
      form.querySelectorAll('input[type="hidden"]').forEach((input) => input.remove());
      picked.forEach((one, i) => form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "ab"[i], value: one.value })));
      document.getElementById("compare").disabled = picked.length !== 2;
    });
}

function textOf(tag, text, css = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  if (css) element.className = css;
  return element;
}
