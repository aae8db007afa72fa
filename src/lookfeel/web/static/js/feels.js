// The questionnaire: only what fits the answers so far is asked and sent; the depth is picked on a drawing.
import { filled } from "./moments.js";


/** Make every questionnaire below `root` work; called again after htmx put in a new one. */
export function mountFeels(root) {
  for (const form of root.querySelectorAll("form.feels")) {
    const update = () => reveal(form);
    form.addEventListener("change", (event) => {
      if (event.target.type === "checkbox") noneStandsAlone(form, event.target);
      update();
    });
    const slider = form.querySelector('[type="range"][name="bad_below_deg"]');
    slider.addEventListener("input", () => drawDepth(form, slider));
    drawDepth(form, slider);
    update();
  }
}

/** What is asked follows from what is said; what is not asked is not sent. */
function reveal(form) {
  const value = (name) => form.querySelector(`[name="${name}"]:checked`)?.value;
  const isBad = value("overall") === "bad";
  form.querySelector(".when-bad").disabled = !isBad;
  for (const part of form.querySelectorAll("[data-when]")) part.disabled = !isBad || value("when") !== part.dataset.when;
  for (const reserve of form.querySelectorAll('[type="radio"][name="reps_in_reserve"]')) reserve.disabled = isBad;
}

/** "None" and a sign exclude each other. */
function noneStandsAlone(form, changed) {
  if (!changed.checked) return;
  const isNone = (box) => box.hasAttribute("data-none");
  for (const box of form.querySelectorAll('[type="checkbox"]'))
    if (box !== changed && (isNone(box) || isNone(changed))) box.checked = false;
}

/** The body bent as far as the slider says: shin and thigh turn about the ankle and the knee. */
function drawDepth(form, slider) {
  const bend = Number(slider.value);
  const spoken = filled(slider.dataset.words, { n: bend });
  form.querySelector(".depth output").textContent = spoken;
  slider.setAttribute("aria-valuetext", spoken);
  const RAD = Math.PI / 180;
  const tilt = 0.27 * bend * RAD; // the shin leans a good quarter of the bend ahead, by eye
  const knee = [4 - 42 * Math.sin(tilt), -7 - 42 * Math.cos(tilt)];
  const rise = bend * RAD - tilt; // of the thigh, from the vertical
  const hip = [knee[0] + 42 * Math.sin(rise), knee[1] - 42 * Math.cos(rise)];
  const lean = 0.3 * bend * RAD;
  const neck = [hip[0] - 44 * Math.sin(lean), hip[1] - 44 * Math.cos(lean)];
  const line = (name, from, to) => form.querySelector(`.depth-picture .${name}`).setAttribute("d", `M${from.join(" ")}L${to.join(" ")}`);
  line("shank", [4, -7], knee);
  line("thigh", knee, hip);
  line("back", hip, neck);
  const head = form.querySelector(".depth-picture .head");
  head.setAttribute("cx", neck[0] - 15 * Math.sin(lean));
  head.setAttribute("cy", neck[1] - 15 * Math.cos(lean));
}
