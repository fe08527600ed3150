/* The form of a button that asks for words first: what it asks, what it begins with, send or cancel. */

import { el } from "./dom.js";
import { language, t } from "./texts.js";

/** Ask for the words of a button; `onSend` gets them, unless there are none or it is cancelled. */
export function askFor(button, onSend) {
  const words = el("textarea", { rows: 6, dir: "auto", required: true, data: { testid: "form-text" } });
  words.value = button.prefill ?? "";
  const send = el("button", { type: "submit", class: "solid human", data: { testid: "form-send" } }, t("send"));
  const cancel = el("button", { type: "button", class: "outline", data: { testid: "form-cancel" }, onclick: () => dialog.close() }, t("cancel"));
  const asked = el("label", { class: "asked" }, button.questions?.[language()] ?? button.label, words);
  const form = el("form", { method: "dialog", onsubmit: () => words.value.trim() && onSend(words.value) }, asked, el("div", { class: "sends" }, cancel, send));
  const dialog = el("dialog", { class: "form", "aria-labelledby": "form-title", data: { testid: "form" }, onclose: () => dialog.remove() }, el("h2", { id: "form-title" }, button.label), form);
  document.body.append(dialog);
  dialog.showModal();
  words.focus();
}
