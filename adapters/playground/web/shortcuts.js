/* Keys that work outside a text field, and the card that lists them. They can be switched off. */

import { el } from "./dom.js";
import { keep, recall } from "./storage.js";
import { t } from "./texts.js";

const WRITING = [["Enter", "key_send"], ["Shift Enter", "key_newline"], ["Ctrl Enter", "key_reply"], ["↑", "key_edit"], ["Esc", "key_leave"]];

/** Listen for `keys`: key → [sentence that explains it, what it does]. */
export function shortcuts(keys) {
  const dialog = document.querySelector("#shortcuts");
  const toggle = () => (dialog.open ? dialog.close() : open(dialog, keys));
  document.querySelector("#help").addEventListener("click", toggle);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    if (event.key === "?") toggle();
    else if (dialog.open || !recall("keys", true) || !keys[event.key]) return;
    else keys[event.key][1]();
    event.preventDefault();
  });
}

const writes = (node) => node.matches?.("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])");

function open(dialog, keys) {
  const line = ([key, name]) => el("div", {}, el("dt", {}, key.split(" ").map((one) => el("kbd", {}, one))), el("dd", {}, t(name)));
  const chosen = el("input", { type: "checkbox", checked: recall("keys", true), onchange: ({ target }) => keep("keys", target.checked), data: { testid: "keys-on" } });
  dialog.replaceChildren(
    el("h2", { id: "shortcuts-title" }, t("shortcuts")),
    el("h3", {}, t("keys_writing")),
    el("dl", {}, WRITING.map(line)),
    el("h3", {}, t("keys_anywhere")),
    el("dl", {}, Object.entries(keys).map(([key, [name]]) => line([key, name])), line(["?", "shortcuts"])),
    el("label", { class: "check" }, chosen, t("keys_on")),
    el("form", { method: "dialog" }, el("button", { class: "solid", data: { testid: "shortcuts-close" } }, t("close"))),
  );
  dialog.showModal();
}
