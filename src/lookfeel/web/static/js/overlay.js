// One frame of the replay enters, its drawing on the video leaves: skeleton, knee over foot, depth.
// Colours are bright with a dark edge, because the picture below may be anything.

const TINTS = { left: "#62d0ee", right: "#ffab5e", middle: "#ffffff" };
const NEAR_LEGS = { side_left: "left", side_right: "right" };
const EDGE = "rgb(0 0 0 / 62%)";
const FAR_OPACITY = 0.5; // of the side behind the body
const AHEAD = 1; // of the foot's length, that its line goes on beyond the toe, so that the knee can be held against it
const TOLD_FROM_M = 0.01; // a knee less than this off the foot line is over the foot

export class Overlay {
  /** view: where the camera stands; from the side the thigh's angle is true in the picture. words: {in, out}. */
  constructor(canvas, replay, { view, words }) {
    Object.assign(this, { canvas, replay, words, sideOn: view.startsWith("side"), nearLeg: NEAR_LEGS[view] });
    this.pen = canvas.getContext("2d");
    this.layers = new Set(["skeleton", "knees", "depth"]);
    this.place = Object.fromEntries(replay.joints.map((name, i) => [name, i]));
  }

  /** Fit the canvas to the element and find where in it the picture lies (it keeps its shape inside). */
  resize() {
    const box = this.canvas.getBoundingClientRect();
    const ratio = devicePixelRatio || 1;
    this.canvas.width = Math.round(box.width * ratio);
    this.canvas.height = Math.round(box.height * ratio);
    const { width_px: wide, height_px: tall } = this.replay;
    this.scale = Math.min(box.width / wide, box.height / tall);
    this.shift = [(box.width - wide * this.scale) / 2, (box.height - tall * this.scale) / 2];
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.size = [box.width, box.height];
    this.unit = Math.min(wide, tall) * this.scale / 100;
  }

  on([x, y]) {
    return [x * this.scale + this.shift[0], y * this.scale + this.shift[1]];
  }

  joint(frame, name) {
    const point = this.replay.xy[frame]?.[this.place[name]];
    return point ? this.on(point) : null;
  }

  draw(frame, rep) {
    this.pen.clearRect(0, 0, ...this.size);
    if (frame < 0) return;
    this.pen.lineCap = this.pen.lineJoin = "round";
    const legs = rep && rep.side !== "both" ? [rep.side] : ["left", "right"];
    if (this.layers.has("skeleton")) this.skeleton(frame);
    if (rep && this.layers.has("knees") && !this.sideOn) for (const leg of legs) this.kneeOverFoot(frame, leg);
    if (rep && this.layers.has("depth") && this.sideOn) this.depth(frame, this.nearLeg ?? legs[0]);
  }

  skeleton(frame) {
    const { replay } = this;
    const wide = Math.max(2.5, 0.85 * this.unit);
    const lines = replay.bones.flatMap(([a, b]) => {
      const ends = [this.joint(frame, replay.joints[a]), this.joint(frame, replay.joints[b])];
      const far = this.isFar(replay.joints[a]) && this.isFar(replay.joints[b]);
      return ends[0] && ends[1] ? [{ ends, far, tint: tintOf(replay.joints[a], replay.joints[b]) }] : [];
    });
    for (const isFar of [true, false]) {
      this.pen.globalAlpha = isFar ? FAR_OPACITY : 1;
      const side = lines.filter(({ far }) => far === isFar);
      for (const { ends } of side) this.line(ends, EDGE, wide + 2.5);
      for (const { ends, tint } of side) this.line(ends, tint, wide);
      for (const name of replay.joints.filter((one) => !/heel|toe/.test(one) && this.isFar(one) === isFar)) {
        const at = this.joint(frame, name);
        if (at) this.dot(at, tintOf(name, name), Math.max(3.2, 0.95 * this.unit));
      }
    }
  }

  /** From the side, whether a joint is of the leg and arm behind the body. */
  isFar(name) {
    return Boolean(this.nearLeg) && /^(left|right)_/.test(name) && !name.startsWith(this.nearLeg);
  }

  /** The line of the foot along the floor, the plumb line from the knee, and how far apart they are. */
  kneeOverFoot(frame, leg) {
    const line = this.replay.knee?.[leg]?.[frame];
    const knee = this.joint(frame, `${leg}_knee`);
    if (!line || !knee) return;
    const [from, toe] = line.map((point) => this.on(point));
    const to = [0, 1].map((axis) => toe[axis] + AHEAD * (toe[axis] - from[axis]));
    const floor = this.replay.knee_floor?.[leg]?.[frame];
    const foot = floor ? this.on(floor) : [knee[0], Math.max(knee[1], toe[1])];
    this.line([from, to], EDGE, 5);
    this.line([from, to], "#ffffff", 2.5);
    this.line([knee, foot], EDGE, 4);
    this.line([knee, foot], TINTS[leg], 2, [5, 5]);
    this.dot(foot, TINTS[leg], 3);
    const off = this.replay.series[`knee_over_foot_${leg}_m`]?.value[frame];
    if (off === null || off === undefined || Math.abs(off) < TOLD_FROM_M) return;
    const text = `${Math.abs(off * 100).toFixed(0)} cm ${off > 0 ? this.words.in : this.words.out}`;
    const away = Math.sign(knee[0] - this.middleX(frame)) || 1;
    this.plate(text, [foot[0] + away * 30, foot[1] + 18], TINTS[leg]);
  }

  /** The horizontal through the knee that the thigh is held against, and the angle to it. */
  depth(frame, leg) {
    const [hip, knee] = ["hip", "knee"].map((part) => this.joint(frame, `${leg}_${part}`));
    const angle = this.replay.series[`thigh_angle_${leg}_deg`]?.value[frame];
    if (!hip || !knee || angle === null || angle === undefined || angle > 60) return;
    const behind = Math.sign(hip[0] - knee[0]) || 1;
    const end = [knee[0] + behind * 1.3 * Math.hypot(hip[0] - knee[0], hip[1] - knee[1]), knee[1]];
    this.line([knee, end], EDGE, 4);
    this.line([knee, end], "#ffffff", 2, [6, 5]);
    const shown = Math.round(angle);
    this.plate(`${shown > 0 ? "+" : shown < 0 ? "−" : ""}${Math.abs(shown)}°`, [end[0] + behind * 26, end[1]], "#ffffff");
  }

  middleX(frame) {
    const hips = ["left_hip", "right_hip"].map((name) => this.joint(frame, name)).filter(Boolean);
    return hips.reduce((sum, point) => sum + point[0] / hips.length, 0);
  }

  line(points, colour, width, dashes = []) {
    const { pen } = this;
    pen.beginPath();
    points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.setLineDash(dashes);
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.stroke();
    pen.setLineDash([]);
  }

  dot([x, y], colour, radius) {
    const { pen } = this;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fillStyle = colour;
    pen.fill();
    pen.strokeStyle = EDGE;
    pen.lineWidth = 1.5;
    pen.stroke();
  }

  plate(text, [x, y], accent) {
    const { pen } = this;
    const [left, right] = [this.shift[0] + 4, this.size[0] - this.shift[0] - 4];
    pen.font = `650 13px ${getComputedStyle(document.body).fontFamily}`;
    const half = pen.measureText(text).width / 2 + 8;
    const middle = Math.min(Math.max(x, left + half), right - half);
    const level = Math.min(y, this.size[1] - this.shift[1] - 16);
    pen.beginPath();
    pen.roundRect(middle - half, level - 12, 2 * half, 24, 7);
    pen.fillStyle = "rgb(0 0 0 / 72%)";
    pen.fill();
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = accent;
    pen.fillText(text, middle, level + 0.5);
  }
}

/** Tint of a bone by the side of its ends, white across the body. */
function tintOf(first, second) {
  const [one, other] = [first, second].map((name) => name.split("_")[0]);
  return one === other && TINTS[one] ? TINTS[one] : TINTS.middle;
}
