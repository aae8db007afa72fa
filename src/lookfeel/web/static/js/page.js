// What every page needs from the document: its data blocks, its token, its colours, and the next page without a reload.

/** The JSON of a data block, null when the page has none of this name. */
export function dataOf(id, root = document) {
  const block = root.querySelector(`script[type="application/json"]#${id}`);
  return block ? JSON.parse(block.textContent) : null;
}

export function token() {
  return document.querySelector('meta[name="csrf"]').content;
}

/** Address of a drawing of the sprite, which lies beside the scripts. */
export const icon = (name) => `${new URL("../icons.svg", import.meta.url).pathname}#${name}`;

/** Values of the custom properties of theme.css, as they are now. */
export function tints(...names) {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** Call back when light turns dark or the other way round. */
export function onTheme(callback) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback);
}

export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Another page's main part in place of this one's, so that a chosen file stays in memory; a plain load if that fails. */
export async function swapMain(url) {
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = next.querySelector("main");
  if (!answer.ok || !main) {
    location.assign(url);
    return null;
  }
  await Promise.all([...next.querySelectorAll('link[rel="stylesheet"], script[src]')].map(added));
  document.title = next.title;
  document.querySelector("main").replaceWith(main);
  globalThis.htmx?.process(main);
  return main;
}

/** A style sheet or script of the next page that this one lacks; settles when it has loaded. */
function added(wanted) {
  const place = wanted.tagName === "LINK" ? "href" : "src";
  const address = wanted.getAttribute(place);
  if (document.querySelector(`${wanted.tagName}[${place}="${address}"]`)) return null;
  const made = document.createElement(wanted.tagName);
  for (const { name, value } of wanted.attributes) made.setAttribute(name, value);
  return new Promise((settle) => {
    made.onload = made.onerror = settle;
    document.head.append(made);
  });
}
