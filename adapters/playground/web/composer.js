/* The place to write: grows with its text, keeps drafts, and can change an earlier message. */

import { Attachments } from "./attachments.js";
import { el, icon } from "./dom.js";
import { keep, recall } from "./storage.js";
import { t, translate } from "./texts.js";

const TALLEST = 180;
const TYPING_EVERY = 3000;

/** `sends` are its buttons, the first for Enter, the second (if any) for Ctrl or Cmd with Enter;
    `tools` help to write. */
export class Composer {
  #conversation = null;
  #editing = null;

  #told = 0;

  constructor(form, { id, label, hint, keys, sends, tools = [], limits, onSend, onEdited, onEditLast, onTyping }) {
    Object.assign(this, { form, sends, limits, onSend, onEdited, onEditLast, onTyping });
    this.text = el("textarea", { id, rows: "1", autocomplete: "off", dir: "auto", "aria-describedby": `${id}-keys ${id}-error`, data: { testid: `${form.dataset.testid}-text`, label, placeholder: hint } });
    this.text.setAttribute("enterkeyhint", "send");
    this.error = el("p", { class: "error", id: `${id}-error`, role: "alert", hidden: true, data: { testid: `${form.dataset.testid}-error` } });
    this.mode = el("p", { class: "editing", hidden: true, data: { testid: `${form.dataset.testid}-editing` } }, el("span", { "data-text": "editing" }), el("button", { type: "button", class: "quiet", "data-text": "cancel", onclick: () => this.#leave() }));
    this.buttons = sends.map((send, place) => this.#button(send, place));
    this.tools = tools.map((tool) => toolButton(tool));
    this.attachments = new Attachments(form, { testid: form.dataset.testid, limits, onTrouble: (words) => this.complain(words) });
    const { picker, button, list } = this.attachments;
    form.append(this.mode, this.error, list, el("div", { class: "field" }, this.text, el("div", { class: "sends" }, picker, button, this.tools, el("span", { class: "gap" }), this.buttons)), el("p", { class: "keys", id: `${id}-keys`, "data-text": keys }));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#send(0); });
    this.text.addEventListener("keydown", (event) => this.#key(event));
    this.text.addEventListener("input", () => this.#typed());
    this.text.addEventListener("input", () => this.#tell());
    new ResizeObserver(() => this.#grow()).observe(form);
    this.translate();
  }

  /** Write for this conversation; its draft comes back. Null: nothing can be written now. */
  open(conversation) {
    if (conversation === this.#conversation) return;
    this.#conversation = conversation;
    this.#editing = null;
    this.mode.hidden = true;
    this.attachments.clear();
    this.#set(recall(`draft.${conversation}`, ""));
    for (const part of [this.text, this.attachments.button, ...this.tools, ...this.buttons]) part.disabled = !conversation;
  }

  /** Let the other side know that somebody writes, now and then. */
  #tell() {
    if (!this.text.value.trim() || Date.now() - this.#told < TYPING_EVERY) return;
    this.#told = Date.now();
    this.onTyping();
  }

  /** Change an earlier message. */
  edit(line) {
    this.#editing = line;
    this.mode.hidden = false;
    this.#set(line.source);
    this.text.focus();
  }

  /** Put a text into the field, to be gone on with. */
  write(text) {
    this.#set(text);
    this.#typed();
    this.text.focus();
    this.text.setSelectionRange(text.length, text.length);
  }

  /** Give a text that could not be sent back to its writer, with the reason. */
  giveBack(conversation, text, reason) {
    if (conversation === this.#conversation && !this.text.value.trim()) this.#set(text ?? "");
    this.complain(reason);
  }

  complain(reason) {
    this.error.textContent = reason ?? "";
    this.error.hidden = !reason;
    this.text.setAttribute("aria-invalid", String(Boolean(reason)));
  }

  translate() {
    translate(this.form);
    this.text.placeholder = t(this.text.dataset.placeholder);
  }

  #button({ name, look, symbol, testid }, place) {
    return el("button", { type: place ? "button" : "submit", class: look, "data-hint": name, data: { testid }, onclick: place ? () => this.#send(place) : null }, icon(symbol), el("span", { "data-text": name }));
  }

  #key(event) {
    if (event.isComposing) return;
    const enter = event.key === "Enter" && !event.shiftKey && !event.altKey;
    if (enter) {
      event.preventDefault();
      this.#send((event.ctrlKey || event.metaKey) && this.sends.length > 1 ? 1 : 0);
    } else if (event.key === "Escape") {
      if (this.#editing) this.#leave();
      else this.text.blur();
    } else if (event.key === "ArrowUp" && !this.text.value) {
      event.preventDefault();
      this.onEditLast();
    }
  }

  #send(place) {
    const text = this.text.value;
    const files = this.#editing ? [] : this.attachments.files;
    if (!text.trim() && !files.length) return;
    if (new TextEncoder().encode(text).length > this.limits().textBytes) {
      this.complain(t("refused_too_long"));
      return;
    }
    const line = this.#editing;
    this.#leave();
    if (line) this.onEdited(line, text);
    else this.#sendNew(text, place, files);
    this.text.focus();
  }

  #sendNew(text, place, files) {
    this.attachments.clear();
    this.onSend(text, place, files);
  }

  #leave() {
    this.#editing = null;
    this.mode.hidden = true;
    this.#set("");
    keep(`draft.${this.#conversation}`, null);
  }

  #set(text) {
    this.text.value = text;
    this.complain(null);
    this.#grow();
  }

  #typed() {
    if (!this.#editing) keep(`draft.${this.#conversation}`, this.text.value || null);
    this.complain(null);
    this.#grow();
  }

  #grow() {
    // Empty, it is one line high: a long placeholder must not make it grow.
    this.text.style.height = "";
    if (this.text.value) this.text.style.height = `${Math.min(this.text.scrollHeight, TALLEST)}px`;
  }
}

function toolButton({ name, hint, symbol, testid, act }) {
  return el("button", { type: "button", class: "soft slim tool", "data-hint": hint, data: { testid }, onclick: act }, icon(symbol), el("span", { "data-text": name }));
}
