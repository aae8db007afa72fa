// Runs in the page of a set: holds the drawing against the frame that the screen shows. Gives counts, and throws none.
// A joint's dot is drawn over its place, so the canvas there has a colour; in a frame some way off it has not.
(async ({ path, way, control }) => {
  const replay = await (await fetch(`${path}/replay.json`)).json();
  const times = replay.time_s;
  const video = document.querySelector("#video");
  const canvas = document.querySelector("#overlay");
  const pen = canvas.getContext("2d");
  const scale = Math.min(canvas.width / replay.width_px, canvas.height / replay.height_px);
  const shift = [(canvas.width - replay.width_px * scale) / 2, (canvas.height - replay.height_px * scale) / 2];
  const nearest = (seconds) => times.reduce((best, time, i) => (Math.abs(time - seconds) < Math.abs(times[best] - seconds) ? i : best), 0);

  /** Of the joints that move between two frames, how many the drawing covers as the first of them has them. */
  function covered(frame, other) {
    let n = 0;
    let hits = 0;
    for (const [j, name] of replay.joints.entries()) {
      const [at, there] = [replay.xy[frame]?.[j], replay.xy[other]?.[j]];
      if (!at || !there || /heel|toe/.test(name)) continue;
      if (Math.hypot(at[0] - there[0], at[1] - there[1]) * scale < 12) continue;
      const [x, y] = [Math.round(at[0] * scale + shift[0]), Math.round(at[1] * scale + shift[1])];
      n += 1;
      hits += pen.getImageData(x, y, 1, 1).data[3] > 200 ? 1 : 0;
    }
    return { n, hits };
  }

  const told = { frames: 0, wrong_frame: 0, joints: 0, on_joint: 0, control_joints: 0, on_control: 0, worst_ms: 0 };
  function look(mediaTime) {
    const frame = nearest(mediaTime);
    const shown = parseFloat(document.querySelector("#moment").textContent);
    const far = Math.min(frame + control, times.length - 1);
    const [here, there] = [covered(frame, far), covered(far, frame)];
    told.frames += 1;
    told.wrong_frame += Math.abs(shown - times[frame]) > 0.0051 ? 1 : 0; // it is told with two decimals
    told.worst_ms = Math.max(told.worst_ms, Math.round(1000 * Math.abs(mediaTime - times[frame])));
    told.joints += here.n;
    told.on_joint += here.hits;
    told.control_joints += there.n;
    told.on_control += there.hits;
  }
  const next = () => new Promise((settle) => video.requestVideoFrameCallback((_, frame) => settle(frame.mediaTime)));

  video.pause();
  const waits = next();
  video.currentTime = replay.reps[0].start_s + 0.3;
  await waits;
  if (way === "stepped") {
    for (let i = 0; i < 40; i += 1) {
      const shown = next();
      document.querySelector("#step-next").click();
      look(await shown);
    }
  } else {
    document.querySelector("#play").click();
    for (let i = 0; i < 60; i += 1) look(await next());
    document.querySelector("#play").click();
  }
  return told;
})
