/* Completes what an admin types: first the command, then each argument. The list opens by itself, and
   what is in it can be taken with the arrows and Enter, with Tab, or by pressing it. */

import { el } from "./dom.js";
import { commandOf, commandsLike, quoted, typedBehind, usage } from "./commands.js";
import { language, t } from "./texts.js";
import { newId } from "./storage.js";

const AFTER = 120;
const MOST = 60;
const ID = "admin-completion";

/** `ask(frame)` asks the server for values; its answers come by `hear(frame)`. */
export class Completion {
  #options = [];
  #chosen = -1;
  #asked = null;
  #timer = null;

  constructor(composer, { commands, ask }) {
    Object.assign(this, { composer, commands, ask, text: composer.text });
    this.head = el("p", { class: "completion-head" });
    this.list = el("ul", { class: "options", id: ID, role: "listbox", "data-label": "admin_completion", data: { testid: "options" } });
    this.count = el("p", { class: "unseen", role: "status" });
    this.box = el("div", { class: "completion", hidden: true, data: { testid: "completion" } }, this.head, this.list);
    composer.form.prepend(this.box, this.count);
    this.text.setAttribute("aria-autocomplete", "list");
    this.text.setAttribute("aria-controls", ID);
    // Before the composer hears of a key: Enter takes what is chosen, and sends what is not.
    composer.form.addEventListener("keydown", (event) => this.#key(event), true);
    this.text.addEventListener("input", () => this.suggest());
    this.text.addEventListener("blur", () => this.close());
    this.box.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  /** Offer what fits what is typed now. */
  suggest() {
    const text = this.text.value;
    const begun = commandOf(text, this.commands());
    const behind = begun && text.length > begun.end ? typedBehind(begun.command, text, begun.end) : null;
    if (behind) this.#offerValues(begun.command, behind);
    else this.#offerCommands(commandsLike(text, this.commands()));
  }

  /** Take the server's answer, unless something else was typed meanwhile. */
  hear({ id, values }) {
    if (id !== this.#asked?.id) return;
    this.#show(values.map((value) => this.#value(value, this.#asked.start)), this.#asked.head);
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked = null;
    this.#show([], null);
  }

  #offerCommands(found) {
    this.#asked = null;
    const options = (found ?? []).slice(0, MOST).map((command) => ({ words: `/${command.name}`, more: usage(command), hint: command.does[language()], text: `/${command.name}${command.arguments.length ? " " : ""}` }));
    const known = options.length === 1 && options[0].text === this.text.value;
    this.#show(known ? [] : options, null);
  }

  #offerValues(command, { argument, typed, start }) {
    clearTimeout(this.#timer);
    this.#asked = null;
    if (!argument) return this.#show([], null);
    const head = [el("strong", {}, argument.name), argument.required ? "" : ` (${t("optional")})`, ` · ${argument.means[language()]}`];
    const begun = typed.toLowerCase();
    const choices = argument.choices.filter((choice) => choice.startsWith(begun) && choice !== begun);
    this.#show(choices.map((choice) => this.#value(choice, start)), head);
    if (!argument.completed) return null;
    const asked = { id: newId("values"), start, head };
    this.#asked = asked;
    this.#timer = setTimeout(() => this.ask({ type: "complete", id: asked.id, command: command.id, argument: argument.name, typed: typed.slice(0, 500) }), AFTER);
    return null;
  }

  #value(value, start) {
    return { words: value, more: "", hint: "", text: `${this.text.value.slice(0, start)}${quoted(value)} ` };
  }

  #show(options, head) {
    this.#options = options.filter(({ text }) => text.trim() !== this.text.value.trim());
    this.#chosen = -1;
    this.head.replaceChildren(...(head ?? []));
    this.head.hidden = !head;
    this.list.replaceChildren(...this.#options.map((option, place) => this.#node(option, place)));
    this.list.hidden = !this.#options.length;
    this.box.hidden = !head && !this.#options.length;
    this.count.textContent = this.#options.length ? t("admin_count", { count: this.#options.length }) : "";
    this.#mark();
  }

  #node({ words, more, hint }, place) {
    const command = el("span", { class: "option-words" }, el("code", {}, words), more ? el("span", { class: "option-usage" }, more) : null);
    return el("li", { class: "option", role: "option", id: `${ID}-${place}`, onclick: () => this.#take(place), data: { testid: "option", words } }, command, hint ? el("span", { class: "option-hint" }, hint) : null);
  }

  #mark() {
    [...this.list.children].forEach((node, place) => node.setAttribute("aria-selected", String(place === this.#chosen)));
    const node = this.list.children[this.#chosen];
    node?.scrollIntoView({ block: "nearest" });
    if (node) this.text.setAttribute("aria-activedescendant", node.id);
    else this.text.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (event.target !== this.text || this.box.hidden || event.isComposing) return;
    const count = this.#options.length;
    if (event.key === "Escape") this.close();
    else if (!count || event.altKey || event.ctrlKey || event.metaKey) return;
    else if (event.key === "ArrowDown") this.#move((this.#chosen + 1) % count);
    else if (event.key === "ArrowUp") this.#move(this.#chosen <= 0 ? count - 1 : this.#chosen - 1);
    else if (event.key === "Tab" && !event.shiftKey) this.#take(Math.max(0, this.#chosen));
    else if (event.key === "Enter" && this.#chosen >= 0) this.#take(this.#chosen);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  #move(place) {
    this.#chosen = place;
    this.#mark();
  }

  #take(place) {
    this.composer.write(this.#options[place].text);
    this.suggest();
  }
}
