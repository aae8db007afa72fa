// The poses of the fitted body enter; a figure on a floor leaves, which can be turned and follows the replay.
// Axes, signs and angles are those of the program: x ahead of the athlete, y left, z up, floor z = 0, metres; yaw 0 is
// ahead of the athlete, +90 degrees at the athlete's left. Written after the figure of the HTML report.
import { filled, nearestIndex } from "./moments.js";
import { isCalm, onTheme, tints } from "./page.js";

const RAD = Math.PI / 180;
const UNKNOWN_MM = -32768;
const LONGEST_GAP_MS = 500; // poses further apart are not blended
const GLIDE_MS = 350;
const WIDTHS_M = { knee: 0.075, ankle: 0.06, hip: 0.05, shoulder: 0.05 };

const plus = (a, b, factor = 1) => a.map((value, i) => value + factor * b[i]);
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const middle = (points) => points.reduce((sum, point) => plus(sum, point, 1 / points.length), [0, 0, 0]);
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** The poses as the page got them: whole millimetres of 16 bits in base64, and the SD of each joint in a byte. */
export class Poses {
  constructor(data) {
    const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    this.joints = data.joints;
    this.times = data.time_ms;
    this.packed = new DataView(bytes(data.positions).buffer);
    this.spreads = bytes(data.spread);
  }

  stored(pose, joint) {
    const start = 6 * (pose * this.joints.length + joint);
    const mm = [0, 2, 4].map((offset) => this.packed.getInt16(start + offset, true));
    return mm.includes(UNKNOWN_MM) ? null : mm.map((value) => value / 1000);
  }

  /** Metres of each joint at a moment, null where unknown, blended between the two nearest poses. */
  at(ms) {
    const nearest = nearestIndex(this.times, ms);
    const low = this.times[nearest] <= ms ? nearest : Math.max(nearest - 1, 0);
    const high = Math.min(low + 1, this.times.length - 1);
    const gap = this.times[high] - this.times[low];
    const share = gap > 0 ? clamp((ms - this.times[low]) / gap, 0, 1) : 0;
    const points = this.joints.map((_, joint) => {
      const [a, b] = [this.stored(low, joint), this.stored(high, joint)];
      return a && b && gap <= LONGEST_GAP_MS ? plus(a, plus(b, a, -1), share) : this.stored(nearest, joint);
    });
    return { points, spread: this.joints.map((_, joint) => this.spreads[nearest * this.joints.length + joint]) };
  }
}

export function mountFigure(root, data, words) {
  const canvas = root.querySelector("canvas");
  const figure = new Figure(canvas, data, words);
  const buttons = [...root.querySelectorAll("[data-figure-view]")];
  const mark = () => buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.figureView === figure.active)));
  for (const button of buttons) {
    if (button.dataset.figureView === "phone" && !data.camera) button.hidden = true;
    button.addEventListener("click", () => (figure.show(button.dataset.figureView), mark()));
  }
  for (const button of root.querySelectorAll("[data-figure-zoom]"))
    button.addEventListener("click", () => figure.zoom(Number(button.dataset.figureZoom)));
  const keys = {
    ArrowLeft: () => figure.turn(5, 0), ArrowRight: () => figure.turn(-5, 0), ArrowUp: () => figure.turn(0, 5), ArrowDown: () => figure.turn(0, -5),
    "+": () => figure.zoom(1.15), "=": () => figure.zoom(1.15), "-": () => figure.zoom(1 / 1.15), Home: () => figure.show("start"),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
    mark();
  });
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || held) return;
    held = { id: event.pointerId, x: event.clientX, y: event.clientY };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    figure.turn((held.x - event.clientX) * 0.5, (event.clientY - held.y) * 0.4);
    [held.x, held.y] = [event.clientX, event.clientY];
    mark();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (held = null));
  return figure;
}

class Figure {
  constructor(canvas, data, words) {
    Object.assign(this, { canvas, data, words, pen: canvas.getContext("2d"), poses: new Poses(data), active: "start", ms: data.time_ms[0] ?? 0 });
    this.home = [...data.home_m, 0]; // middle of the floor that the body was seen over
    this.measureRoom();
    this.readTints();
    onTheme(() => (this.readTints(), this.ask()));
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
  }

  readTints() {
    this.tint = tints("card", "band", "ink", "muted", "rule", "left", "right", "accent");
  }

  measureRoom() {
    const { times } = this.poses;
    const every = Math.ceil(times.length / 60);
    const places = times.filter((_, pose) => pose % every === 0).flatMap((ms) => this.poses.at(ms).points.filter(Boolean));
    const far = [0, 1].map((axis) => Math.max(...places.map((place) => Math.abs(place[axis] - this.home[axis]))));
    this.tallest = Math.max(1.2, ...places.map((place) => place[2]));
    this.reach = Math.max(0.3, ...far);
    this.radius = Math.max(1.1, this.reach + 0.5);
  }

  resize() {
    const box = this.canvas.getBoundingClientRect();
    if (!box.width || !box.height) return;
    [this.width, this.height] = [box.width, box.height];
    const ratio = devicePixelRatio || 1;
    [this.canvas.width, this.canvas.height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (this.active) this.view = this.preset(this.active);
    this.ask();
  }

  // ---- the eye: it looks at `target` from yaw and pitch; focal is in heights of the canvas
  around(yaw, pitch, rise = this.tallest / 2 + 0.02, room = this.tallest + 0.84) {
    const focal = 2.3;
    const tall = Math.max(room, ((2 * this.reach + 0.8) * this.height) / this.width);
    return { yaw, pitch, roll: 0, distance: focal * tall, focal, target: [this.home[0], this.home[1], rise], shift: [0, 0] };
  }

  preset(name) {
    const { camera } = this.data;
    const phoneYaw = camera ? Math.atan2(camera.position_m[1] - this.home[1], camera.position_m[0] - this.home[0]) : 0;
    const views = {
      start: () => this.around(phoneYaw + (phoneYaw > 0 ? -1 : 1) * 35 * RAD, 13 * RAD),
      front: () => this.around(0, 6 * RAD),
      left: () => this.around(90 * RAD, 6 * RAD),
      right: () => this.around(-90 * RAD, 6 * RAD),
      above: () => this.around(180 * RAD, 89 * RAD, 0.5, Math.max(2, 2 * this.radius)),
      phone: () => this.phoneView(camera),
    };
    return views[name]();
  }

  phoneView(phone) {
    const [right, , away] = phone.axes;
    const [wide, tall] = phone.size_px;
    const scale = (Math.min(this.width / wide, this.height / tall) * 0.96) / this.height;
    const distance = Math.max(0.5, dot(plus([this.home[0], this.home[1], 0.5 * this.tallest], phone.position_m, -1), away));
    const yaw = Math.atan2(-away[1], -away[0]);
    const pitch = Math.asin(clamp(-away[2], -1, 1));
    const level = [-Math.sin(yaw), Math.cos(yaw), 0];
    const roll = Math.atan2(dot(right, cross(away, level)), dot(right, level));
    const shift = [(phone.centre_px[0] - wide / 2) * scale, (phone.centre_px[1] - tall / 2) * scale];
    return { yaw, pitch, roll, distance, focal: phone.focal_px * scale, target: plus(phone.position_m, away, distance), shift };
  }

  basis() {
    const { yaw, pitch, roll, target, distance } = this.view;
    const [sy, cy, sp, cp] = [Math.sin(yaw), Math.cos(yaw), Math.sin(pitch), Math.cos(pitch)];
    const toEye = [cy * cp, sy * cp, sp];
    const away = toEye.map((value) => -value);
    const level = [-sy, cy, 0];
    const below = cross(away, level);
    const [sr, cr] = [Math.sin(roll), Math.cos(roll)];
    const right = level.map((value, i) => cr * value + sr * below[i]);
    const down = level.map((value, i) => -sr * value + cr * below[i]);
    return { eye: plus(target, toEye, distance), right, down, away };
  }

  project(point) {
    const { eye, right, down, away } = this.seen;
    const from = plus(point, eye, -1);
    const depth = dot(from, away);
    const scale = (this.view.focal * this.height) / Math.max(depth, 0.1);
    const [x, y] = [this.width / 2 + this.view.shift[0] * this.height, this.height / 2 + this.view.shift[1] * this.height];
    return { x: x + scale * dot(from, right), y: y + scale * dot(from, down), depth, scale, isAhead: depth > 0.1 };
  }

  // ---- what is asked for
  follow(seconds) {
    this.ms = seconds * 1000;
    this.ask();
  }

  show(name) {
    this.active = name;
    const to = this.preset(name);
    this.glide = isCalm() ? null : { from: this.view, to, begun: performance.now() };
    if (!this.glide) this.view = to;
    this.ask();
  }

  turn(yawDeg, pitchDeg) {
    this.glide = this.active = null;
    this.view = { ...this.view, roll: 0, yaw: this.view.yaw + yawDeg * RAD, pitch: clamp(this.view.pitch + pitchDeg * RAD, -15 * RAD, 89 * RAD) };
    this.ask();
  }

  zoom(factor) {
    this.glide = this.active = null;
    this.view = { ...this.view, focal: clamp(this.view.focal * factor, 0.6, 12) };
    this.ask();
  }

  ask() {
    if (this.isAsked) return;
    this.isAsked = true;
    requestAnimationFrame((stamp) => {
      this.isAsked = false;
      this.move(stamp);
      if (this.width) this.draw();
    });
  }

  move(stamp) {
    if (!this.glide) return;
    const { from, to, begun } = this.glide;
    const done = clamp((stamp - begun) / GLIDE_MS, 0, 1);
    const share = done * done * (3 - 2 * done);
    const between = (a, b) => a + share * (b - a);
    const turn = ((((to.yaw - from.yaw) % (2 * Math.PI)) + 3 * Math.PI) % (2 * Math.PI)) - Math.PI;
    this.view = { yaw: from.yaw + share * turn };
    for (const key of ["pitch", "roll", "distance", "focal"]) this.view[key] = between(from[key], to[key]);
    for (const key of ["target", "shift"]) this.view[key] = from[key].map((value, i) => between(value, to[key][i]));
    if (done === 1) this.glide = null;
    else this.ask();
  }

  // ---- drawing, far to near
  draw() {
    const { pen } = this;
    pen.clearRect(0, 0, this.width, this.height);
    pen.lineCap = pen.lineJoin = "round";
    this.seen = this.basis();
    const pose = this.poses.at(this.ms);
    this.drawFloor();
    this.drawShadow(pose);
    for (const side of ["left", "right"]) this.drawSole(pose, side);
    this.drawVertical(pose);
    const items = [...this.trunk(pose), ...this.bones(pose), ...this.dots(pose)];
    for (const item of items.sort((a, b) => b.depth - a.depth)) item.draw();
    this.drawPhone();
  }

  drawFloor() {
    const rim = Array.from({ length: 72 }, (_, i) => [Math.cos(i * 5 * RAD), Math.sin(i * 5 * RAD)]);
    this.trace(rim.map(([x, y]) => this.project([this.home[0] + this.radius * x, this.home[1] + this.radius * y, 0])), true);
    this.pen.fillStyle = this.tint.card;
    this.pen.fill();
    for (const axis of [0, 1]) {
      const middleOf = this.home[axis];
      for (let level = Math.ceil((middleOf - this.radius) / 0.5) * 0.5; level < middleOf + this.radius; level += 0.5) {
        const half = Math.sqrt(Math.max(0, this.radius ** 2 - (level - middleOf) ** 2));
        const ends = [-half, half].map((other) => {
          const place = [0, 0, 0];
          place[axis] = level;
          place[1 - axis] = this.home[1 - axis] + other;
          return this.project(place);
        });
        this.stroke(ends, this.mixed("card", "muted", 0.25), 1);
      }
    }
  }

  drawShadow(pose) {
    const { pen } = this;
    pen.beginPath();
    for (const [a, b] of this.data.bones) {
      const ends = [pose.points[a], pose.points[b]];
      if (!ends[0] || !ends[1]) continue;
      const [from, to] = ends.map((place) => this.project([place[0], place[1], 0]));
      pen.moveTo(from.x, from.y);
      pen.lineTo(to.x, to.y);
    }
    pen.strokeStyle = this.mixed("card", "ink", 0.12);
    pen.lineWidth = 0.05 * this.project(this.home).scale;
    pen.stroke();
  }

  drawSole(pose, side) {
    const [heel, toe] = ["heel", "toe"].map((part) => pose.points[this.data.joints.indexOf(`${side}_${part}`)]);
    if (!heel || !toe) return;
    const ahead = [toe[0] - heel[0], toe[1] - heel[1], 0];
    const outward = side === "left" ? [-ahead[1], ahead[0], 0] : [ahead[1], -ahead[0], 0];
    const on = ([along, aside]) => this.project(plus(plus([heel[0], heel[1], 0], ahead, along), outward, aside));
    const lifted = clamp((Math.min(heel[2], toe[2]) - 0.04) / 0.15, 0, 0.75);
    this.trace(this.data.sole.map(on), true);
    this.pen.fillStyle = this.mixed("card", side, 0.22 * (1 - lifted));
    this.pen.fill();
    this.pen.strokeStyle = this.mixed("card", side, 1 - lifted);
    this.pen.lineWidth = 1.5;
    this.pen.stroke();
  }

  drawVertical(pose) {
    const feet = this.named(pose, ["left_heel", "left_toe", "right_heel", "right_toe"]);
    const [x, y] = feet.length ? middle(feet) : this.home;
    const top = this.tallest + 0.15;
    this.stroke([this.project([x, y, 0]), this.project([x, y, top])], this.mixed("band", "ink", 0.6), 1.25, [5, 4]);
    for (let level = 0.5; level < top && this.view.pitch < 60 * RAD; level += 0.5) {
      const place = this.project([x, y, level]);
      this.stroke([{ x: place.x - 4, y: place.y }, { x: place.x + 4, y: place.y }], this.tint.ink, 1.25);
    }
  }

  bones(pose) {
    const { joints, bones } = this.data;
    return bones.flatMap(([a, b]) => {
      const ends = [pose.points[a], pose.points[b]];
      if (!ends[0] || !ends[1]) return [];
      const seen = ends.map((place) => this.project(place));
      if (!seen[0].isAhead || !seen[1].isAhead) return [];
      const [one, other] = [joints[a], joints[b]];
      const side = one.split("_")[0] === other.split("_")[0] ? one.split("_")[0] : "muted";
      const part = one.includes("shoulder") ? "shoulder" : other.split("_")[1];
      const draw = () => {
        const thick = Math.max(3, ((WIDTHS_M[part] || 0.035) * (seen[0].scale + seen[1].scale)) / 2);
        this.stroke(seen, this.tint.band, thick + 3);
        this.stroke(seen, this.mixed(side, "band", unsure(Math.max(pose.spread[a], pose.spread[b]))), thick);
      };
      return [{ depth: (seen[0].depth + seen[1].depth) / 2, draw }];
    });
  }

  dots(pose) {
    const { pen } = this;
    return pose.points.flatMap((point, joint) => {
      const name = this.data.joints[joint];
      if (!point || /heel|toe/.test(name)) return [];
      const place = this.project(point);
      const side = name.split("_")[0];
      const draw = () => {
        pen.beginPath();
        pen.arc(place.x, place.y, Math.max(3, 0.03 * place.scale), 0, 2 * Math.PI);
        pen.fillStyle = this.tint.card;
        pen.fill();
        pen.strokeStyle = this.mixed(this.tint[side] ? side : "muted", "card", unsure(pose.spread[joint]));
        pen.lineWidth = Math.max(1.5, 0.012 * place.scale);
        pen.stroke();
      };
      return place.isAhead ? [{ depth: place.depth - 0.12, draw }] : [];
    });
  }

  trunk(pose) {
    const corners = this.named(pose, ["left_shoulder", "right_shoulder", "right_hip", "left_hip"]);
    if (corners.length < 4) return [];
    const { pen } = this;
    const up = plus(middle(corners.slice(0, 2)), middle(corners.slice(2)), -1);
    const head = this.project(plus(middle(corners.slice(0, 2)), up, 0.25 / Math.sqrt(dot(up, up))));
    const seen = corners.map((place) => this.project(place));
    const drawTrunk = () => {
      this.trace(seen, true);
      pen.globalAlpha = 0.16;
      pen.fillStyle = this.tint.muted;
      pen.fill();
      pen.globalAlpha = 1;
    };
    const drawHead = () => {
      pen.beginPath();
      pen.arc(head.x, head.y, 0.105 * head.scale, 0, 2 * Math.PI);
      pen.setLineDash([3, 4]);
      pen.strokeStyle = this.tint.muted;
      pen.lineWidth = 1.5;
      pen.stroke();
      pen.setLineDash([]);
    };
    const depth = seen.reduce((sum, place) => sum + place.depth / 4, 0);
    return [{ depth, draw: drawTrunk }, { depth: head.depth, draw: drawHead }].filter((item) => item.depth > 0.1);
  }

  /** Where the phone stood, as a small plate on a dotted line, when it is in sight. */
  drawPhone() {
    const { camera } = this.data;
    if (!camera || this.active === "phone") return;
    const lens = this.project(camera.position_m);
    const foot = this.project([camera.position_m[0], camera.position_m[1], 0]);
    if (!lens.isAhead || lens.x < 30 || lens.x > this.width - 30 || lens.y < 20 || lens.depth < 0.5 * this.view.distance) return;
    this.stroke([foot, lens], this.tint.accent, 1.25, [2, 4]);
    const [wide, tall] = [0.045 * lens.scale, 0.085 * lens.scale];
    this.pen.fillStyle = this.tint.accent;
    this.pen.beginPath();
    this.pen.roundRect(lens.x - wide / 2, lens.y - tall / 2, wide, tall, 2);
    this.pen.fill();
    const away = Math.hypot(camera.position_m[0] - this.home[0], camera.position_m[1] - this.home[1]);
    this.pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
    this.pen.textAlign = "center";
    this.pen.fillText(filled(this.words.phone, { metres: away.toFixed(1) }), lens.x, lens.y - tall / 2 - 8);
  }

  // ---- pen
  named(pose, names) {
    return names.map((name) => pose.points[this.data.joints.indexOf(name)]).filter(Boolean);
  }

  mixed(name, other, share) {
    const channels = (colour) => [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
    const [a, b] = [channels(this.tint[name]), channels(this.tint[other])];
    return `rgb(${a.map((value, i) => Math.round(value + share * (b[i] - value))).join(" ")})`;
  }

  trace(points, isClosed) {
    this.pen.beginPath();
    points.forEach((place, i) => (i ? this.pen.lineTo(place.x, place.y) : this.pen.moveTo(place.x, place.y)));
    if (isClosed) this.pen.closePath();
  }

  stroke(points, colour, width, dashes = []) {
    this.trace(points, false);
    this.pen.setLineDash(dashes);
    this.pen.strokeStyle = colour;
    this.pen.lineWidth = width;
    this.pen.stroke();
    this.pen.setLineDash([]);
  }
}

/** How pale a joint is drawn for its SD in mm: 5 cm in full, 11 cm pale. */
function unsure(spread) {
  return clamp((spread - 50) / 80, 0, 0.75);
}
