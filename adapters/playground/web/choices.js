/* The buttons below a message: choices in a row, the steps of a scale in even rows of their own. */

import { ticking } from "./clock.js";
import { el, icon } from "./dom.js";
import { t } from "./texts.js";

const THUMBS = { "rate:up": { icon: "up-thumb", text: "helpful" }, "rate:down": { icon: "down-thumb", text: "not_helpful" } };
const STEP_LENGTH = 5;
const STEPS = 4;
const SENDS = "case:send:";
const UNDO = "case:undo:";

/** The buttons of a line; `onPress(line, button)` is told which was pressed. */
export function choices(line, onPress) {
  if (!line.buttons.length) return null;
  const groups = stretches(line.buttons).map(({ scale, buttons }) =>
    el("div", { class: scale ? "scale" : "row-of", role: "group", "aria-label": t(scale ? "scale" : "choices"), data: scale ? { testid: "scale", steps: buttons.length } : {} }, buttons.map((button) => choice(line, button, onPress))),
  );
  return el("div", { class: "choices" }, groups);
}

/** Until when a reply waits, and the way back, which stays open: late, it takes the customer's copy away. */
export function holding({ until, undo, line }, onPress) {
  if (line.pressed === undo.action) return el("p", { class: "hold", data: { testid: "hold" } }, t("taken_back"));
  const clock = ticking(until, { before: "held", class: "hold-clock", data: { testid: "held" } });
  return el("p", { class: "hold", data: { testid: "hold" } }, icon("clock"), clock, choice(line, undo, onPress));
}

/** Part buttons into scales (more than a few short labels, one after the other) and others. */
function stretches(buttons) {
  const runs = [];
  for (const button of buttons) {
    const short = button.label.length <= STEP_LENGTH;
    if (runs.at(-1)?.short === short) runs.at(-1).buttons.push(button);
    else runs.push({ short, buttons: [button] });
  }
  const groups = [];
  for (const run of runs) {
    const scale = run.short && run.buttons.length > STEPS;
    if (!scale && groups.at(-1)?.scale === false) groups.at(-1).buttons.push(...run.buttons);
    else groups.push({ scale, buttons: run.buttons });
  }
  return groups;
}

function choice(line, button, onPress) {
  const { action, label } = button;
  const thumb = THUMBS[action];
  const name = thumb ? t(thumb.text) : null;
  const pressed = line.pressed === action;
  const look = action.startsWith(SENDS) ? "choice sends-it" : "choice";
  return el(
    "button",
    { type: "button", class: look, "aria-pressed": pressed ? "true" : null, "aria-label": name, title: name, dir: "auto", data: { testid: "message-button", action }, onclick: () => onPress(line, button) },
    pressed ? icon("check") : action.startsWith(SENDS) ? icon("send") : null,
    thumb ? icon(thumb.icon) : label,
  );
}

export const isDraft = (line) => line.buttons.some(({ action }) => action.startsWith(SENDS));

/** The button that takes a reply back, and the id of what it takes back. */
export function undoOf(line) {
  const undo = line.buttons.find(({ action }) => action.startsWith(UNDO));
  return undo ? { undo, target: undo.action.slice(UNDO.length) } : null;
}
