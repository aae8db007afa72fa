// On every page: the token on each request of htmx, dates in the reader's own way, and a question before what cannot be undone.
import { token } from "./page.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = token();
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset?.confirm;
  if (question && !confirm(question)) event.preventDefault();
}, true);

document.addEventListener("htmx:responseError", (event) => tellProblem(event.detail.elt, event.detail.xhr.responseText));
document.addEventListener("htmx:sendError", (event) => tellProblem(event.detail.elt, ""));

/** What the server refused, below the form that it refused. */
function tellProblem(form, text) {
  let said = {};
  try {
    said = JSON.parse(text);
  } catch {
    said = {};
  }
  form.querySelector(".notice.problem")?.remove();
  const notice = document.createElement("p");
  notice.className = "notice bad problem";
  notice.setAttribute("role", "alert");
  notice.textContent = [said.message, said.hint].filter(Boolean).join(" ") || document.body.dataset.lost;
  form.append(notice);
}

const DATE = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short", year: "numeric" });

function tellDates(root) {
  for (const time of root.querySelectorAll("time[data-moment]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.valueOf())) time.textContent = DATE.format(moment);
  }
}

tellDates(document);
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.querySelectorAll) tellDates(node);
}).observe(document.body, { childList: true, subtree: true });
