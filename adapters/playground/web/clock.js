/* Times that go on: how long somebody waits, until when something was promised. One tick for all of them. */

import { el } from "./dom.js";
import { t } from "./texts.js";

const TICK = 1000;
const SOON = 5 * 60 * 1000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A stretch of time in two units at most; units are written alike in English and Spanish. */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < MINUTE) return `${seconds} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min${seconds < 10 * MINUTE ? ` ${String(seconds % MINUTE).padStart(2, "0")} s` : ""}`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ${Math.floor((seconds % HOUR) / MINUTE)} min`;
  return `${Math.floor(seconds / DAY)} d ${Math.floor((seconds % DAY) / HOUR)} h`;
}

/** Words with `{time}` that follow the clock: `before` names the sentence until `at`, `after` the one from then on. */
export function ticking(at, { before = "", after = "", ...properties }) {
  const { data, ...rest } = properties;
  const node = el("span", { ...rest, role: "timer", "aria-live": "off", data: { ...data, at, before, after } });
  show(node);
  return node;
}

function show(node) {
  const { at, before, after } = node.dataset;
  const left = Date.parse(at) - Date.now();
  const name = left > 0 ? before : after;
  const words = name ? t(name, { time: duration(Math.abs(left)) }) : "";
  if (node.textContent !== words) node.textContent = words;
  node.dataset.left = left <= 0 ? "none" : left < SOON ? "little" : "much";
}

setInterval(() => {
  for (const node of document.querySelectorAll("[data-at]")) show(node);
}, TICK);
