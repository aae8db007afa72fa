// The page's only script: reads the poses embedded in the page and draws them on a canvas that can be turned.
// Axes, signs and angles are those of the program: x ahead of the athlete, y left, z up, floor z = 0, metres; yaw 0 is
// ahead of the athlete, +90 degrees at the athlete's left. It loads nothing, stores nothing and sends nothing.
(() => {
  "use strict";
  const byId = (name) => document.getElementById(`figure-${name}`);
  const canvas = byId("canvas");
  const pen = canvas.getContext("2d");
  if (!pen) return; // the still stays
  const data = JSON.parse(byId("data").textContent);

  // ---- vectors
  const plus = (a, b, factor = 1) => a.map((value, i) => value + factor * b[i]);
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const middle = (points) => points.reduce((sum, point) => plus(sum, point, 1 / points.length), [0, 0, 0]);
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const RAD = Math.PI / 180;

  // ---- poses
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const packed = new DataView(bytes(data.positions).buffer);
  const spreads = bytes(data.spread);
  const times = data.time_ms;
  const n = data.joints.length;
  const UNKNOWN_MM = -32768;
  const LONGEST_GAP_MS = 500; // poses further apart are not blended

  const stored = (pose, joint) => {
    const start = 6 * (pose * n + joint);
    const mm = [0, 2, 4].map((offset) => packed.getInt16(start + offset, true));
    return mm.includes(UNKNOWN_MM) ? null : mm.map((value) => value / 1000);
  };
  const poseAt = (ms) => {
    let low = 0, high = times.length - 1;
    while (high - low > 1) {
      const half = (low + high) >> 1;
      if (times[half] <= ms) low = half; else high = half;
    }
    const gap = times[high] - times[low];
    const share = gap > 0 ? clamp((ms - times[low]) / gap, 0, 1) : 0;
    const nearest = share < 0.5 ? low : high;
    const points = data.joints.map((_, joint) => {
      const a = stored(low, joint), b = stored(high, joint);
      return a && b && gap <= LONGEST_GAP_MS ? a.map((value, i) => value + share * (b[i] - value)) : stored(nearest, joint);
    });
    return { points, spread: data.joints.map((_, joint) => spreads[nearest * n + joint]) };
  };
  const named = (pose, names) => names.map((name) => pose.points[data.joints.indexOf(name)]).filter(Boolean);
  const hipsOf = (pose) => named(pose, ["left_hip", "right_hip"]);
  const feetOf = (pose) => named(pose, ["left_heel", "left_toe", "right_heel", "right_toe"]);

  const samples = times.map((_, pose) => pose).filter((pose) => pose % Math.ceil(times.length / 60) === 0);
  const places = samples.flatMap((pose) => poseAt(times[pose]).points.filter(Boolean));
  const lows = [0, 1].map((axis) => Math.min(...places.map((place) => place[axis])));
  const highs = [0, 1].map((axis) => Math.max(...places.map((place) => place[axis])));
  const home = [...data.home_m, 0]; // middle of the floor that the body was seen over
  const tallest = Math.max(1.2, ...places.map((place) => place[2]));
  const reach = Math.max(0.3, ...[0, 1].map((axis) => Math.max(highs[axis] - home[axis], home[axis] - lows[axis])));
  const radius = Math.max(1.25, reach + 0.5); // of the floor that is drawn

  // ---- the eye: it looks at `target` from `yaw` and `pitch`; `focal` is in heights of the canvas
  let width = 0, height = 0;
  const basis = (view) => {
    const [sy, cy, sp, cp] = [Math.sin(view.yaw), Math.cos(view.yaw), Math.sin(view.pitch), Math.cos(view.pitch)];
    const toEye = [cy * cp, sy * cp, sp];
    const away = toEye.map((value) => -value);
    const level = [-sy, cy, 0], below = cross(away, level);
    const [sr, cr] = [Math.sin(view.roll), Math.cos(view.roll)];
    const right = level.map((value, i) => cr * value + sr * below[i]);
    const down = level.map((value, i) => -sr * value + cr * below[i]);
    return { eye: plus(view.target, toEye, view.distance), right, down, away };
  };
  let seenBy = null;
  const project = (point) => {
    const from = plus(point, seenBy.eye, -1);
    const depth = dot(from, seenBy.away);
    const scale = (seenBy.focal * height) / Math.max(depth, 0.1);
    return {
      x: width / 2 + seenBy.shift[0] * height + scale * dot(from, seenBy.right),
      y: height / 2 + seenBy.shift[1] * height + scale * dot(from, seenBy.down),
      depth, scale, isAhead: depth > 0.1,
    };
  };
  const around = (yaw, pitch, rise = tallest / 2 + 0.02, room = tallest + 0.84) => {
    const focal = 2.3;
    const tall = Math.max(room, ((2 * reach + 0.8) * height) / width);
    return { yaw, pitch, roll: 0, distance: focal * tall, focal, target: [home[0], home[1], rise], shift: [0, 0] };
  };
  const phone = data.camera;
  const phoneYaw = phone ? Math.atan2(phone.position_m[1] - home[1], phone.position_m[0] - home[0]) : 0;
  const phoneView = () => {
    const [right, , away] = phone.axes;
    const [wide, tall] = phone.size_px;
    const scale = Math.min(width / wide, height / tall) * 0.96 / height;
    const distance = Math.max(0.5, dot(plus([home[0], home[1], 0.5 * tallest], phone.position_m, -1), away));
    const yaw = Math.atan2(-away[1], -away[0]), pitch = Math.asin(clamp(-away[2], -1, 1));
    const level = [-Math.sin(yaw), Math.cos(yaw), 0];
    const roll = Math.atan2(dot(right, cross(away, level)), dot(right, level));
    const shift = [(phone.centre_px[0] - wide / 2) * scale, (phone.centre_px[1] - tall / 2) * scale];
    return { yaw, pitch, roll, distance, focal: phone.focal_px * scale, target: plus(phone.position_m, away, distance), shift };
  };
  // The phone and the figure side by side where the canvas is wide enough, else the figure alone.
  const startView = () => {
    const aside = phoneYaw > 0 ? -1 : 1;
    if (phone) {
      const yaw = phoneYaw + aside * 72 * RAD, right = [-Math.sin(yaw), Math.cos(yaw), 0];
      const [x, y, z] = phone.position_m, rim = plus([0, 0, 0], right, radius), ahead = cross(right, [0, 0, radius]);
      const edges = [plus(home, rim), plus(home, rim, -1), plus(home, ahead), plus(home, ahead, -1)];
      edges.push([home[0], home[1], tallest + 0.4], [x, y, 0], [x, y, z], [x, y, z + 0.3]);
      for (let room = tallest + 0.6; room < 1.8 * tallest + 0.75; room += 0.1) {
        const seen = around(yaw, 12 * RAD, tallest / 2, room);
        seenBy = { ...basis(seen), focal: seen.focal, shift: [0, 0] };
        const spots = edges.map(project);
        const [left, high] = ["x", "y"].map((axis) => Math.min(...spots.map((spot) => spot[axis])));
        const [right, low] = ["x", "y"].map((axis) => Math.max(...spots.map((spot) => spot[axis])));
        if (spots.every((spot) => spot.isAhead) && right - left < width - 60 && low - high < height - 24)
          return { ...seen, shift: [(width - 50 - left - right) / 2 / height, (height + 12 - high - low) / 2 / height] };
      }
    }
    return around(phoneYaw + aside * 25 * RAD, 14 * RAD);
  };
  const presets = {
    start: startView,
    front: () => around(0, 6 * RAD),
    left: () => around(90 * RAD, 6 * RAD),
    right: () => around(-90 * RAD, 6 * RAD),
    above: () => around(180 * RAD, 89 * RAD, 0.5, Math.max(2.0, 2 * radius)),
    phone: phoneView,
  };

  // ---- colours of the page, light or dark
  let tint = {}, letters = "sans-serif";
  const readColours = () => {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["card", "ink", "muted", "rule", "band", "left", "right", "accent"])
      tint[name] = style.getPropertyValue(`--${name}`).trim();
    letters = getComputedStyle(document.body).fontFamily;
  };
  const channels = (colour) => [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16));
  const mixed = (colour, other, share) => {
    const [a, b] = [channels(colour), channels(other)];
    return `rgb(${a.map((value, i) => Math.round(value + share * (b[i] - value))).join(" ")})`;
  };

  // ---- drawing
  const trace = (points, isClosed) => {
    pen.beginPath();
    points.forEach((place, i) => (i ? pen.lineTo(place.x, place.y) : pen.moveTo(place.x, place.y)));
    if (isClosed) pen.closePath();
  };
  const stroke = (points, colour, lineWidth, dashes = []) => {
    trace(points, false);
    pen.setLineDash(dashes);
    pen.strokeStyle = colour;
    pen.lineWidth = lineWidth;
    pen.stroke();
    pen.setLineDash([]);
  };
  const write = (text, x, y, colour, align = "left", weight = 400) => {
    pen.font = `${weight} 12px ${letters}`;
    pen.textAlign = align;
    pen.textBaseline = "middle";
    pen.lineWidth = 4;
    pen.strokeStyle = tint.card;
    pen.strokeText(text, x, y);
    pen.fillStyle = colour;
    pen.fillText(text, x, y);
  };

  const drawFloor = () => {
    const rim = Array.from({ length: 72 }, (_, i) => [Math.cos(i * 5 * RAD), Math.sin(i * 5 * RAD)]);
    trace(rim.map(([x, y]) => project([home[0] + radius * x, home[1] + radius * y, 0])), true);
    pen.fillStyle = tint.band;
    pen.fill();
    for (const axis of [0, 1]) {
      const first = Math.ceil((home[axis] - radius) / 0.5) * 0.5;
      for (let level = first; level < home[axis] + radius; level += 0.5) {
        const half = Math.sqrt(Math.max(0, radius ** 2 - (level - home[axis]) ** 2));
        const ends = [-half, half].map((other) => {
          const place = [0, 0, 0];
          place[axis] = level;
          place[1 - axis] = home[1 - axis] + other;
          return project(place);
        });
        stroke(ends, mixed(tint.band, tint.muted, 0.28), 1);
      }
    }
  };
  const drawShadow = (pose) => {
    pen.beginPath();
    for (const [a, b] of data.bones) {
      const ends = [pose.points[a], pose.points[b]];
      if (!ends[0] || !ends[1]) continue;
      const [from, to] = ends.map((place) => project([place[0], place[1], 0]));
      pen.moveTo(from.x, from.y);
      pen.lineTo(to.x, to.y);
    }
    pen.strokeStyle = mixed(tint.band, tint.ink, 0.16);
    pen.lineWidth = 0.05 * project(home).scale;
    pen.stroke();
  };
  const drawSole = (pose, side) => {
    const [heel, toe] = ["heel", "toe"].map((part) => pose.points[data.joints.indexOf(`${side}_${part}`)]);
    if (!heel || !toe) return;
    const ahead = [toe[0] - heel[0], toe[1] - heel[1], 0];
    const outward = side === "left" ? [-ahead[1], ahead[0], 0] : [ahead[1], -ahead[0], 0];
    const on = ([along, aside]) => project(plus(plus([heel[0], heel[1], 0], ahead, along), outward, aside));
    const lifted = clamp((Math.min(heel[2], toe[2]) - 0.04) / 0.15, 0, 0.75);
    trace(data.sole.map(on), true);
    pen.fillStyle = mixed(tint.band, tint[side], 0.22 * (1 - lifted));
    pen.fill();
    pen.strokeStyle = mixed(tint.band, tint[side], 1 - lifted);
    pen.lineWidth = 1.5;
    pen.stroke();
    const tip = on([1.55, 0]);
    write(side === "left" ? "L" : "R", tip.x, tip.y, tint[side], "center", 650);
  };
  const drawVertical = (pose) => {
    const feet = feetOf(pose);
    const [x, y] = feet.length ? middle(feet) : home;
    const top = tallest + 0.15;
    const shoulders = named(pose, ["left_shoulder", "right_shoulder"]);
    const isLeft = !shoulders.length || project(middle(shoulders)).x < project([x, y, 1]).x; // the label goes beside the body
    stroke([project([x, y, 0]), project([x, y, top])], mixed(tint.card, tint.ink, 0.6), 1.25, [5, 4]);
    for (let level = 0.5; level < top && view.pitch < 60 * RAD; level += 0.5) {
      const place = project([x, y, level]);
      if (!place.isAhead) continue;
      stroke([{ x: place.x - 4, y: place.y }, { x: place.x + 4, y: place.y }], tint.ink, 1.25);
      if (level === 1) write("1 m", place.x + (isLeft ? 9 : -9), place.y, tint.muted, isLeft ? "left" : "right");
    }
  };
  const WIDTHS_M = { knee: 0.075, ankle: 0.06, hip: 0.05, shoulder: 0.05 };
  const boneItems = (pose) => data.bones.flatMap(([a, b]) => {
    const ends = [pose.points[a], pose.points[b]];
    if (!ends[0] || !ends[1]) return [];
    const seen = ends.map(project);
    if (!seen[0].isAhead || !seen[1].isAhead) return [];
    const [one, other] = [data.joints[a], data.joints[b]];
    const side = one.split("_")[0] === other.split("_")[0] ? one.split("_")[0] : "muted";
    const unsure = clamp((Math.max(pose.spread[a], pose.spread[b]) - 50) / 80, 0, 0.75); // 5 cm: full, 11 cm: pale
    const depth = (seen[0].depth + seen[1].depth) / 2;
    const part = one.includes("shoulder") ? "shoulder" : other.split("_")[1];
    const draw = () => {
      const thick = Math.max(3, (WIDTHS_M[part] || 0.035) * (seen[0].scale + seen[1].scale) / 2);
      stroke(seen, tint.card, thick + 3);
      stroke(seen, mixed(tint[side], tint.card, unsure), thick);
    };
    return [{ depth, draw }];
  });
  const jointItems = (pose) => pose.points.flatMap((point, joint) => {
    if (!point || /heel|toe/.test(data.joints[joint])) return [];
    const place = project(point);
    const unsure = clamp((pose.spread[joint] - 50) / 80, 0, 0.75);
    const draw = () => {
      pen.beginPath();
      pen.arc(place.x, place.y, Math.max(3, 0.03 * place.scale), 0, 2 * Math.PI);
      pen.fillStyle = tint.card;
      pen.fill();
      pen.strokeStyle = mixed(tint[data.joints[joint].split("_")[0]] || tint.muted, tint.card, unsure);
      pen.lineWidth = Math.max(1.5, 0.012 * place.scale);
      pen.stroke();
    };
    return place.isAhead ? [{ depth: place.depth - 0.12, draw }] : [];
  });
  const trunkItems = (pose) => {
    const corners = named(pose, ["left_shoulder", "right_shoulder", "right_hip", "left_hip"]);
    if (corners.length < 4) return [];
    const up = plus(middle(corners.slice(0, 2)), middle(corners.slice(2)), -1);
    const head = project(plus(middle(corners.slice(0, 2)), up, 0.25 / Math.sqrt(dot(up, up))));
    const seen = corners.map(project);
    const drawTrunk = () => {
      trace(seen, true);
      pen.globalAlpha = 0.14;
      pen.fillStyle = tint.muted;
      pen.fill();
      pen.globalAlpha = 1;
    };
    const drawHead = () => {
      pen.beginPath();
      pen.arc(head.x, head.y, 0.105 * head.scale, 0, 2 * Math.PI);
      pen.setLineDash([3, 4]);
      pen.strokeStyle = mixed(tint.card, tint.muted, 0.8);
      pen.lineWidth = 1.5;
      pen.stroke();
      pen.setLineDash([]);
    };
    const depth = middle(seen.map((place) => [place.depth, 0, 0]))[0];
    return [{ depth, draw: drawTrunk }, { depth: head.depth, draw: drawHead }].filter((item) => item.depth > 0.1);
  };

  // The phone as it stood: its outline, the edges of what it sees, and how high it is; a label where it is out of sight.
  const isInside = (place) => place.isAhead && place.x > 8 && place.x < width - 8 && place.y > 30 && place.y < height - 12;
  const drawPhone = () => {
    if (!phone || active === "phone") return;
    const [right, down, away] = phone.axes, lens = phone.position_m;
    const foot = [lens[0], lens[1], 0];
    const path = Array.from({ length: 41 }, (_, i) => plus(home, plus(foot, home, -1), i / 40)).map(project);
    const shown = path.filter((place) => place.isAhead);
    if (shown.length > 1) stroke(shown, mixed(tint.card, tint.accent, 0.55), 1.25, [2, 5]);
    const text = `phone, ${Math.hypot(foot[0] - home[0], foot[1] - home[1]).toFixed(1)} m`;
    const place = project(lens);
    const clear = clamp((place.depth / view.distance - 0.35) / 0.25, 0, 1); // too near the eye it would hide the figure
    const last = shown.filter(isInside).pop();
    if (place.isAhead && clear > 0) {
      pen.globalAlpha = clear;
      const [wide, tall] = phone.size_px[0] < phone.size_px[1] ? [0.04, 0.08] : [0.08, 0.04];
      const corner = (across, below, ahead = 0) =>
        project(plus(plus(plus(lens, right, across), down, below), away, ahead));
      stroke([project(foot), place], mixed(tint.card, tint.accent, 0.7), 1.25, [2, 4]);
      const [halfWide, halfTall] = phone.size_px.map((px) => (0.35 * px) / 2 / phone.focal_px);
      const view4 = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x, y]) => corner(x * halfWide, y * halfTall, 0.35));
      for (const edge of view4) stroke([place, edge], mixed(tint.card, tint.accent, 0.6), 1);
      stroke([...view4, view4[0]], mixed(tint.card, tint.accent, 0.6), 1);
      trace([[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x, y]) => corner(x * wide, y * tall)), true);
      pen.fillStyle = tint.accent;
      pen.fill();
      pen.globalAlpha = 1;
    }
    const isSeen = isInside(place) && clear > 0.5;
    if (!isSeen && !last) return;
    const spot = isSeen ? { x: place.x, y: place.y - 0.08 * place.scale - 14 } : { x: last.x, y: last.y };
    pen.font = `400 12px ${letters}`;
    const half = pen.measureText(text).width / 2 + 6;
    write(text, clamp(spot.x, half, width - half), clamp(spot.y, 12, height - 12), tint.accent, "center");
  };
  const drawPictureEdge = () => {
    if (active !== "phone") return;
    const [wide, tall] = phone.size_px.map((px) => px * Math.min(width / phone.size_px[0], height / phone.size_px[1]) * 0.96);
    pen.strokeStyle = tint.accent;
    pen.lineWidth = 1;
    pen.strokeRect((width - wide) / 2, (height - tall) / 2, wide, tall);
  };

  const draw = () => {
    const ratio = window.devicePixelRatio || 1;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.lineCap = pen.lineJoin = "round";
    seenBy = { ...basis(view), focal: view.focal, shift: view.shift };
    const pose = poseAt(ms);
    const isPhoneBehind = phone && project(phone.position_m).depth > view.distance;
    drawFloor();
    drawShadow(pose);
    for (const side of ["left", "right"]) drawSole(pose, side);
    drawVertical(pose);
    if (isPhoneBehind) drawPhone();
    const items = [...trunkItems(pose), ...boneItems(pose), ...jointItems(pose)];
    for (const item of items.sort((a, b) => b.depth - a.depth)) item.draw();
    if (!isPhoneBehind) drawPhone();
    drawPictureEdge();
    if (!pose.points.some(Boolean)) write("nobody seen at this moment", width / 2, height / 2, tint.muted, "center");
  };

  // ---- what is shown: moment, part of the clip, view
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const play = byId("play"), slider = byId("time"), now = byId("now"), part = byId("part"), seenFrom = byId("view");
  let view = null, active = "start", ms = times[0], range = [times[0], times[times.length - 1]];
  let isPlaying = false, before = null, glide = null, isAsked = false;

  const SIDES = ["the front", "the front left", "the left", "the rear left", "behind", "the rear right", "the right", "the front right"];
  const viewWords = () => {
    if (active === "phone") return "as the phone saw it";
    const pitch = Math.round(view.pitch / RAD);
    if (pitch > 75) return "from above";
    const sector = ((Math.round(view.yaw / RAD / 45) % 8) + 8) % 8;
    return `from ${SIDES[sector]}${pitch > 2 ? `, ${pitch}° above` : pitch < -2 ? `, ${-pitch}° below` : ""}`;
  };
  const repWords = () => {
    const rep = data.reps.find((one) => ms >= one.start_ms && ms <= one.end_ms);
    return rep ? ` · ${rep.words}` : "";
  };
  const ask = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(step);
  };
  const step = (stamp) => {
    isAsked = false;
    const passed = before === null ? 0 : Math.min(stamp - before, 100);
    before = isPlaying || glide ? stamp : null;
    if (isPlaying) {
      ms += passed;
      if (ms > range[1]) ms = range[0];
      slider.value = ms;
    }
    if (glide) {
      glide.done = Math.min(1, glide.done + passed / 350);
      const share = glide.done * glide.done * (3 - 2 * glide.done);
      view = blended(glide.from, glide.to, share);
      if (glide.done === 1) glide = null;
    }
    const said = `${(ms / 1000).toFixed(1)} s${repWords()}`;
    if (now.textContent !== said) {
      now.textContent = said;
      slider.setAttribute("aria-valuetext", said);
    }
    draw();
    if (isPlaying || glide) ask();
  };
  const blended = (from, to, share) => {
    const between = (a, b) => a + share * (b - a);
    const turn = ((((to.yaw - from.yaw) % (2 * Math.PI)) + 3 * Math.PI) % (2 * Math.PI)) - Math.PI;
    const view = { yaw: from.yaw + share * turn };
    for (const key of ["pitch", "roll", "distance", "focal"]) view[key] = between(from[key], to[key]);
    for (const key of ["target", "shift"]) view[key] = from[key].map((value, i) => between(value, to[key][i]));
    return view;
  };
  const marked = () => {
    for (const button of document.querySelectorAll("[data-view]"))
      button.setAttribute("aria-pressed", String(button.dataset.view === active));
    const words = viewWords();
    if (seenFrom.textContent !== words) seenFrom.textContent = words;
  };
  const show = (name) => {
    active = name;
    const to = presets[name]();
    if (calm.matches || !view) { view = to; glide = null; } else glide = { from: view, to, done: 0 };
    const shown = view;
    view = to;
    marked();
    view = shown;
    ask();
  };
  const turn = (yaw, pitch) => {
    glide = null;
    active = null;
    view = { ...view, roll: 0, yaw: view.yaw + yaw, pitch: clamp(view.pitch + pitch, -15 * RAD, 89 * RAD) };
    marked();
    ask();
  };
  const zoom = (factor) => {
    glide = null;
    active = null;
    view = { ...view, focal: clamp(view.focal * factor, 0.6, 12) };
    marked();
    ask();
  };
  const setPlaying = (is) => {
    isPlaying = is;
    before = null;
    play.textContent = is ? "Pause" : "Play";
    ask();
  };
  const choose = (value) => {
    const rep = value === "" ? null : data.reps[Number(value)];
    range = rep ? [rep.start_ms, rep.end_ms] : [times[0], times[times.length - 1]];
    [slider.min, slider.max] = range;
    ms = clamp(rep ? (isPlaying ? rep.start_ms : rep.bottom_ms) : ms, range[0], range[1]);
    slider.value = ms;
    ask();
  };

  play.addEventListener("click", () => setPlaying(!isPlaying));
  slider.addEventListener("input", () => { ms = Number(slider.value); setPlaying(false); });
  part.addEventListener("change", () => choose(part.value));
  for (const button of document.querySelectorAll("[data-view]"))
    button.addEventListener("click", () => show(button.dataset.view));
  for (const button of document.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));
  const keys = {
    ArrowLeft: () => turn(5 * RAD, 0), ArrowRight: () => turn(-5 * RAD, 0),
    ArrowUp: () => turn(0, 5 * RAD), ArrowDown: () => turn(0, -5 * RAD),
    "+": () => zoom(1.15), "=": () => zoom(1.15), "-": () => zoom(1 / 1.15),
    " ": () => setPlaying(!isPlaying), Home: () => show("start"),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  let held = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || held) return;
    held = { id: event.pointerId, x: event.clientX, y: event.clientY };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    turn((held.x - event.clientX) * 0.5 * RAD, (event.clientY - held.y) * 0.4 * RAD);
    [held.x, held.y] = [event.clientX, event.clientY];
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { held = null; });

  const resize = () => {
    const box = canvas.getBoundingClientRect();
    if (!box.width || !box.height) return;
    [width, height] = [box.width, box.height];
    const ratio = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (active) { view = presets[active](); glide = null; }
    marked();
    draw();
  };
  readColours();
  byId("still").hidden = true;
  byId("stage").hidden = false;
  const rep = data.reps.find((one) => one.words !== "cut off");
  ms = rep ? rep.bottom_ms : times.find((time) => poseAt(time).points.some(Boolean)) ?? times[0];
  [slider.min, slider.max] = range;
  slider.value = ms;
  resize();
  step(0);
  new ResizeObserver(resize).observe(canvas);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); ask(); });
})();
