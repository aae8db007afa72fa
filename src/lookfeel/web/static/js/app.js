// On every page: the token on each request of htmx, dates in the reader's own way, and a question before what cannot be undone.
import { token } from "./page.js";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = token();
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset?.confirm;
  if (question && !confirm(question)) event.preventDefault();
}, true);

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
