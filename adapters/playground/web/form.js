/* The form of a button that asks for words first: what it asks, what it begins with, send or cancel. */

import { el } from "./dom.js";
import { language, t } from "./texts.js";

/** Ask for the words of a button; `onSend` gets them, unless there are none or it is cancelled.
    `choices` are words to begin with: `{label, words}`, and with `done` they are all that is needed. */
export function askFor(button, onSend, choices = []) {
  const words = el("textarea", { rows: choices.length ? 2 : 6, dir: "auto", required: true, data: { testid: "form-text" } });
  words.value = button.prefill ?? "";
  const finish = (text) => {
    dialog.close();
    if (text.trim()) onSend(text);
  };
  const choose = (choice) => (choice.done ? finish(choice.words) : begin(words, choice.words));
  const chosen = choices.map((choice) => el("button", { type: "button", class: "choice", dir: "auto", data: { testid: "form-choice", words: choice.words.trim() }, onclick: () => choose(choice) }, choice.label));
  const send = el("button", { type: "submit", class: button.sends ? "solid human" : "solid", data: { testid: "form-send" } }, t(button.sends ? "send_to_customer" : "do_it"));
  const cancel = el("button", { type: "button", class: "outline", data: { testid: "form-cancel" }, onclick: () => dialog.close() }, t("cancel"));
  const asked = el("label", { class: "asked" }, button.questions?.[language()] ?? button.label, words);
  const submit = (event) => {
    event.preventDefault();
    finish(words.value);
  };
  const group = chosen.length ? el("div", { class: "choices", role: "group", "aria-label": t("choices") }, chosen) : null;
  const form = el("form", { method: "dialog", onsubmit: submit }, group, asked, el("div", { class: "sends" }, cancel, send));
  const dialog = el("dialog", { class: "form", "aria-labelledby": "form-title", data: { testid: "form" }, onclose: () => dialog.remove() }, el("h2", { id: "form-title" }, button.label), form);
  document.body.append(dialog);
  dialog.showModal();
  words.focus();
}

function begin(field, words) {
  field.value = words;
  field.focus();
}
