// Times enter, the frame, repetition and phase of that moment leave; nothing here touches the page.

/** Index of the entry of a rising list that lies nearest to `time`; -1 for an empty list. */
export function nearestIndex(times, time) {
  let low = 0;
  let high = times.length - 1;
  if (high < 0) return -1;
  while (high - low > 1) {
    const half = (low + high) >> 1;
    if (times[half] <= time) low = half;
    else high = half;
  }
  return Math.abs(times[high] - time) < Math.abs(times[low] - time) ? high : low;
}

/** The moment to ask a player for so that it shows frame `index`: a little inside it, since its start is a border. */
export function momentOf(times, index) {
  const last = times.length - 1;
  const at = Math.min(Math.max(index, 0), last);
  const length = at < last ? times[at + 1] - times[at] : at > 0 ? times[at] - times[at - 1] : 0;
  return times[at] + 0.3 * length;
}

/** Position in `reps` of the one under way, -1 between them. Reps are [start, end). */
export function repAt(reps, time) {
  return reps.findIndex((rep) => rep.start_s <= time && time < rep.end_s);
}

/** 'down', 'bottom' or 'up' within a rep. `near` is how many seconds around the deepest moment count as the bottom. */
export function phaseOf(rep, time, near = 0.12) {
  if (Math.abs(time - rep.bottom_s) <= near) return "bottom";
  return time < Math.max(rep.bottom_s, rep.ascent_s ?? rep.bottom_s) ? (time < rep.bottom_s ? "down" : "bottom") : "up";
}

/** Text with its {names} filled in. */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Seconds as people say them when they wait, by the words {left_s, left_min}. */
export function leftWords(seconds, words) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 90) return filled(words.left_s, { n: Math.max(1, Math.round(seconds)) });
  return filled(words.left_min, { n: Math.round(seconds / 60) });
}
