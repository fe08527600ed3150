/* Building the page from values: text is always text, never markup. */

import { t } from "./texts.js";

const SVG = "http://www.w3.org/2000/svg";

/** Make an element. `on…` are listeners, `data` the dataset, the rest attributes; null is left out. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** Make one of the icons of the page's sprite; it says nothing to a screen reader. */
export function icon(name) {
  const drawing = svg("svg", { class: "icon", "aria-hidden": "true" });
  drawing.append(svg("use", { href: `#i-${name}` }));
  return drawing;
}

/** Make an element of a drawing. */
export function svg(tag, properties) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) node.setAttribute(name, String(value));
  return node;
}

/** The first letters of a name, for a round picture. */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => [...word][0] ?? "").join("").toUpperCase();
}

/** Show `nodes` (each with a `dataset.key`) in `parent`, touching only those that changed place. */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null);
  });
}

/** The child of `parent` with this key, made once and filled again when its stamp has changed: an
    element that is being pressed or has the focus stays the same one. */
export function keyed(parent, key, stamp, make, fill) {
  const node = [...parent.children].find((child) => child.dataset.key === key) ?? make();
  if (node.dataset.stamp === stamp) return node;
  Object.assign(node.dataset, { key, stamp });
  fill(node);
  return node;
}

/** How many messages are unread, as a list of at most one mark. */
export function badge(count) {
  return count ? [el("span", { class: "count", "aria-label": t("unread", { count }) }, String(count))] : [];
}
