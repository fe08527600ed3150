/* The admin's place beside the customers: a conversation of their own, commands with completion and forms. */

import { commandForm } from "./commandform.js";
import { Completion } from "./completion.js";
import { commandOf, typedBehind } from "./commands.js";
import { Composer } from "./composer.js";
import { el, icon } from "./dom.js";
import { Log } from "./log.js";
import { ADMIN, adminConversation } from "./store.js";
import { language, t } from "./texts.js";
import { viewLines } from "./view.js";

const STEERS = "admin:";
const FIRST = ["/status", "/mode", "/settings show", "/help"];

export class AdminPane {
  #answers = new Map();

  constructor({ store, outbox, connection }) {
    Object.assign(this, { store, outbox, connection });
    this.root = document.querySelector("#pane-customer");
    this.panel = document.querySelector("#admin-panel");
    this.open = document.querySelector("#admin-open");
    this.log = new Log(this.panel, { label: "admin_log", testid: "admin-log", fromTop: true });
    this.composer = new Composer(document.querySelector("#admin-composer"), {
      id: "admin-text",
      keys: "keys_admin",
      label: "admin_text",
      hint: "admin_hint",
      tools: [{ name: "admin_form", hint: "admin_form_hint", symbol: "form", testid: "admin-form", act: () => this.#form() }],
      sends: [{ name: "send", look: "solid", symbol: "send", testid: "admin-send" }],
      limits: () => store.limits,
      onSend: (text) => this.say(text),
      onEdited: () => {},
      onEditLast: () => {},
      onTyping: () => {},
    });
    this.completion = new Completion(this.composer, { commands: () => store.commands, ask: (frame) => connection.send(frame) });
    this.open.addEventListener("click", () => store.choosePlace(store.isAdmin ? "customer" : "admin"));
    this.composer.text.addEventListener("focus", () => store.lookAtCustomer(adminConversation));
    connection.addEventListener("frame", ({ detail }) => detail.type === "values" && this.#hear(detail));
  }

  /** Give a command. */
  say(text) {
    this.#do({ type: "say", text, files: [] });
    this.completion.close();
  }

  /** Press a button as the admin, also one that stands in a thread of the desk. What it asks for is
      asked by the form of its command, as far as its line goes. */
  press(line, { action, asks, prefill }, thread = null) {
    const text = action.slice(STEERS.length);
    const begun = asks ? commandOf(text, this.store.commands) : null;
    if (begun?.command.arguments.length) this.#fill(begun.command, typedBehind(begun.command, `${text} `, begun.end).values, prefill);
    else this.#do({ type: "press", target: line.id, action, ...(thread === null ? {} : { thread }) });
  }

  /** Show whose place it is, and what is unread here. */
  showPlace() {
    const { isAdmin } = this.store;
    const unread = this.store.unread(adminConversation);
    this.root.dataset.place = this.store.place;
    for (const part of this.root.querySelectorAll("[data-of]")) part.hidden = part.dataset.of !== this.store.place;
    this.open.setAttribute("aria-pressed", String(isAdmin));
    const count = this.open.querySelector(".count");
    count.hidden = !unread;
    count.textContent = String(unread);
    this.composer.open(adminConversation);
  }

  show() {
    this.log.show({
      conversation: adminConversation,
      lines: viewLines(this.store, this.outbox, adminConversation),
      busy: !this.store.loaded.has(adminConversation),
      typing: this.store.typing(adminConversation),
      empty: { key: language(), build: () => this.#welcome() },
      gestures: { viewer: ADMIN.role, mine: () => false, onPress: (line, button) => this.press(line, button), onEdit: () => {}, onDelete: () => {} },
    });
  }

  translate() {
    this.composer.translate();
  }

  #do(event) {
    this.store.lookAtCustomer(adminConversation);
    this.outbox.add({ ...event, who: { ...ADMIN, locale: language() }, at: new Date().toISOString() });
  }

  /** The form of the command that is being written; without one, all commands to choose from. */
  #form() {
    const text = this.composer.text.value;
    const begun = commandOf(text, this.store.commands);
    this.composer.text.focus();
    if (!begun?.command.arguments.length) {
      if (!begun) this.composer.write("/");
      this.completion.suggest();
      return;
    }
    const { values } = typedBehind(begun.command, `${text} `, begun.end);
    this.completion.close();
    this.#fill(begun.command, values, "", () => this.composer.write(""));
  }

  /** Ask for the arguments of a command; `prefill` is what the first that is missing begins with. */
  #fill(command, values, prefill, before = () => {}) {
    const open = command.arguments.filter(({ name }) => !values[name]);
    const next = open.find(({ required }) => required) ?? open[0];
    const begun = next && prefill ? { ...values, [next.name]: prefill } : values;
    const onSend = (line) => {
      before();
      this.say(line);
    };
    commandForm(command, begun, { ask: (frame, hear) => this.#ask(frame, hear), onSend });
  }

  #ask(frame, hear) {
    if (this.connection.send(frame)) this.#answers.set(frame.id, hear);
  }

  #hear(frame) {
    this.#answers.get(frame.id)?.(frame);
    this.#answers.delete(frame.id);
    this.completion.hear(frame);
  }

  #welcome() {
    const begin = (line) => el("li", {}, el("button", { type: "button", class: "suggestion", data: { testid: "admin-suggestion" }, onclick: () => this.say(line) }, el("code", {}, line)));
    return [
      el("span", { class: "shop-mark", "aria-hidden": "true" }, icon("tune")),
      el("h3", {}, t("admin_welcome_title")),
      el("p", {}, t("admin_welcome_text")),
      el("ul", { class: "suggestions", "aria-label": t("admin_completion") }, FIRST.map(begin)),
    ];
  }
}
