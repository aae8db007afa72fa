// The first page: a chosen, dropped or just filmed file is checked against the limits, sent, and its set shown.
import { filled, leftWords } from "./moments.js";
import { dataOf, swapMain, token } from "./page.js";
import { Cancelled, Upload, fingerprint, unfinished } from "./upload.js";

const form = document.getElementById("upload");
const byId = (id) => document.getElementById(id);
const words = dataOf("strings");
let upload = null;

for (const id of ["file", "camera"]) {
  byId(id).disabled = false;
  byId(id).addEventListener("change", (event) => event.target.files[0] && start(event.target.files[0]));
}
for (const label of form.querySelectorAll("label[for]")) {
  label.tabIndex = -1; // the input that it stands for takes the focus
}
for (const kind of ["dragenter", "dragover"]) form.addEventListener(kind, (event) => hover(event, true));
for (const kind of ["dragleave", "drop"]) form.addEventListener(kind, (event) => hover(event, false));
form.addEventListener("drop", (event) => event.dataTransfer.files[0] && start(event.dataTransfer.files[0]));
form.addEventListener("submit", (event) => event.preventDefault());
byId("cancel").addEventListener("click", () => upload?.cancel());
addEventListener("beforeunload", (event) => upload && event.preventDefault());

const cutOff = unfinished();
if (cutOff) {
  byId("unfinished").hidden = false;
  byId("unfinished").textContent = filled(words.unfinished, { name: cutOff });
}

function hover(event, is) {
  event.preventDefault();
  form.querySelector(".drop").classList.toggle("over", is);
}

async function start(file) {
  if (upload) return;
  refuse(null);
  const problem = await whyNot(file);
  if (problem) {
    refuse(problem);
    return;
  }
  show(file);
  const choice = (name) => form.elements[name]?.value ?? "";
  upload = new Upload(file, {
    url: "/uploads",
    csrf: token(),
    meta: { filename: file.name, filetype: file.type, exercise: choice("exercise"), athlete: choice("athlete") },
    onProgress: (done, total) => tell(done, total),
    onWaiting: () => (byId("sending-note").textContent = words.waiting),
  });
  await finish(file);
}

async function finish(file) {
  try {
    const target = await upload.run();
    upload = null;
    byId("sending-note").textContent = words.sent;
    history.pushState(null, "", target);
    const main = await swapMain(target);
    if (main) {
      const { mountSet } = await import("./set.js");
      mountSet(main, file);
      scrollTo({ top: 0 });
    }
  } catch (error) {
    upload = null;
    reset();
    if (!(error instanceof Cancelled)) refuse(error.message || words.failed);
  }
}

/** Why a file is not sent, in words; null when it is fine. The server checks again. */
async function whyNot(file) {
  if (file.size === 0) return words.empty;
  if (file.type && !file.type.startsWith("video/")) return words.not_video;
  if (file.size > Number(form.dataset.maxBytes)) return filled(words.too_large, { megabytes: Math.round(file.size / 1e6) });
  const seconds = await lengthOf(file);
  if (seconds > Number(form.dataset.maxSeconds)) return filled(words.too_long, { seconds: Math.round(seconds) });
  return null;
}

/** Length in seconds as far as this browser can tell within two seconds, else 0. */
function lengthOf(file) {
  const video = byId("preview");
  video.src = URL.createObjectURL(file);
  return new Promise((settle) => {
    video.onloadedmetadata = () => {
      settle(Number.isFinite(video.duration) ? video.duration : 0);
      video.currentTime = Math.min(1, video.duration / 2);
    };
    video.onerror = () => settle(0);
    setTimeout(() => settle(0), 2000);
  });
}

let begun = null;

function show(file) {
  begun = null;
  byId("choose").hidden = true;
  byId("unfinished").hidden = true;
  byId("sending").hidden = false;
  byId("sending-name").textContent = file.name;
  byId("sending-note").textContent = localStorage.getItem(fingerprint(file)) ? words.resumed : words.sending;
  byId("sending-bar").value = 0;
}

function tell(done, total) {
  begun ??= { at: performance.now(), bytes: done };
  const rate = (done - begun.bytes) / (performance.now() - begun.at) * 1000;
  byId("sending-bar").value = (100 * done) / total;
  byId("sending-share").textContent = `${Math.round((100 * done) / total)} %`;
  if (rate > 0) byId("sending-note").textContent = leftWords((total - done) / rate, words);
}

function reset() {
  byId("choose").hidden = false;
  byId("sending").hidden = true;
  for (const id of ["file", "camera"]) byId(id).value = "";
}

function refuse(text) {
  byId("refused").hidden = !text;
  byId("refused").textContent = text ?? "";
}
