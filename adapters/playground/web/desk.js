/* The agents' side: the list of cases, and the thread of the chosen one. */

import { Composer } from "./composer.js";
import { arrange, badge, el, icon, initials, keyed } from "./dom.js";
import { askFor } from "./form.js";
import { Log } from "./log.js";
import { threadConversation } from "./store.js";
import { language, t, when } from "./texts.js";
import { viewLines } from "./view.js";

/* What can be done with a case as it stands; a case that is not known yet offers everything. */
const ACTIONS = {
  queued: ["claim", "resolve", "return"],
  claimed: ["release", "resolve", "return"],
  snoozed: ["claim", "release", "resolve", "return"],
  resolved: [],
  expired: [],
  unknown: ["claim", "release", "resolve", "return"],
};

export class DeskPane {
  constructor({ store, outbox }) {
    Object.assign(this, { store, outbox });
    this.root = document.querySelector("#pane-desk");
    this.agents = this.root.querySelector(".agents .people");
    this.list = this.root.querySelector(".case-list");
    this.head = this.root.querySelector(".thread-head");
    this.log = new Log(this.root.querySelector("#desk-panel"), { label: "desk_log", testid: "desk-log" });
    this.composer = new Composer(this.root.querySelector("#desk-composer"), {
      id: "desk-text",
      keys: "keys_desk",
      label: "desk_text",
      hint: "desk_hint",
      sends: [
        { name: "add_note", look: "outline", symbol: "note", testid: "desk-note" },
        { name: "send_to_customer", look: "solid human", symbol: "send", testid: "desk-reply" },
      ],
      limits: () => store.limits,
      onSend: (text, place, files) => this.#do({ type: "say", text: place ? `/reply ${text}`.trim() : text, files }),
      onEdited: (line, text) => this.#do({ type: "edit", target: line.id, text }),
      onEditLast: () => this.#editLast(),
      onTyping: () => this.outbox.hint({ type: "typing", who: this.#who(), thread: this.store.threadId }),
    });
    this.list.addEventListener("keydown", (event) => this.#listKey(event));
    this.composer.text.addEventListener("focus", () => store.lookAtCase());
  }

  get conversation() {
    return this.store.threadId && this.store.threads.has(this.store.threadId) ? threadConversation(this.store.threadId) : null;
  }

  showList() {
    this.#showAgents();
    const threads = [...this.store.threads.values()];
    const nodes = threads.length ? threads.map((thread) => this.#item(thread)) : [this.#nothing()];
    arrange(this.list, nodes);
    this.root.dataset.view = this.conversation ? "thread" : "list";
    this.#showHead();
    this.composer.open(this.conversation);
    this.composer.form.hidden = !this.conversation;
  }

  show() {
    const conversation = this.conversation;
    this.log.show({
      conversation,
      lines: conversation ? viewLines(this.store, this.outbox, conversation) : [],
      busy: Boolean(conversation) && !this.store.loaded.has(conversation),
      typing: conversation && this.store.isTyping(conversation) ? "Relevo" : null,
      empty: { key: `${conversation}|${this.store.threads.size > 0}|${language()}`, build: () => this.#choose() },
      gestures: {
        viewer: "agent",
        mine: (line) => line.voice === "agent" && line.authorId === this.store.agent.id,
        onPress: (line, button) => this.#press(line, button),
        onEdit: (line) => this.composer.edit(line),
        onDelete: (line) => this.#do({ type: "delete", target: line.id }),
      },
    });
  }

  #do(event) {
    this.store.lookAtCase();
    this.outbox.add({ ...event, who: this.#who(), thread: this.store.threadId, at: new Date().toISOString() });
  }

  #who() {
    const { id, name } = this.store.agent;
    return { role: "agent", id, name, locale: language() };
  }

  /** A reply is written where one writes; other words that a button asks for, in a form. */
  #press(line, button) {
    const press = { type: "press", target: line.id, action: button.action };
    if (!button.asks) this.#do(press);
    else if (button.action === "case:reply" && !button.prefill) this.composer.text.focus();
    else askFor(button, (text) => this.#do({ ...press, text }));
  }

  #act(name) {
    const card = this.store.lines(this.conversation)[0];
    if (card) this.#do({ type: "press", target: card.id, action: `case:${name}` });
  }

  #editLast() {
    const lines = this.conversation ? viewLines(this.store, this.outbox, this.conversation) : [];
    const line = lines.findLast((one) => one.voice === "agent" && one.authorId === this.store.agent.id && one.kind === "note" && one.accepted && !one.deleted);
    if (line) this.composer.edit(line);
  }

  #showAgents() {
    const stamp = `${this.store.agents.map(({ id }) => id)}|${this.store.agent.id}`;
    if (this.agents.dataset.stamp === stamp) return;
    this.agents.dataset.stamp = stamp;
    const focused = this.agents.contains(document.activeElement);
    this.agents.replaceChildren(...this.store.agents.map((agent) => this.#agent(agent)));
    if (focused) this.agents.querySelector("input:checked")?.focus();
  }

  #agent({ id, name }) {
    const input = el("input", { type: "radio", name: "agent", value: id, checked: id === this.store.agent.id, onchange: () => this.store.chooseAgent(id) });
    return el("label", { class: "person", data: { testid: `agent-${id}` } }, input, el("span", { class: "avatar small", "aria-hidden": "true" }, initials(name)), el("span", {}, name));
  }

  #item(thread) {
    const one = this.store.cases[thread.id];
    const chosen = thread.id === this.store.threadId;
    const unread = chosen ? 0 : this.store.unread(threadConversation(thread.id));
    const stamp = [thread.title, one?.status, one?.agent, one?.customer, chosen, unread, language()].join("|");
    const make = () => el("button", { type: "button", class: "case", onclick: () => this.store.chooseThread(thread.id), data: { testid: "case", thread: thread.id } });
    return keyed(this.list, thread.id, stamp, make, (node) => {
      node.dataset.status = one?.status ?? "unknown";
      if (chosen) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
      node.replaceChildren(
        el("span", { class: "case-title", dir: "auto" }, thread.title),
        el("span", { class: "case-line" }, status(one), ...badge(unread), el("time", { datetime: thread.at }, when(thread.at))),
      );
    });
  }

  #showHead() {
    const thread = this.store.threads.get(this.store.threadId);
    const one = this.store.cases[this.store.threadId];
    const stamp = thread ? [thread.id, one?.status, one?.agent, language()].join("|") : "";
    if (this.head.dataset.stamp === stamp) return;
    this.head.dataset.stamp = stamp;
    this.head.hidden = !thread;
    if (!thread) return;
    const focused = this.head.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    const back = el("button", { type: "button", class: "plain back", "aria-label": t("all_cases"), data: { testid: "all-cases" }, onclick: () => this.store.chooseThread(null) }, icon("back"));
    this.head.replaceChildren(
      back,
      el("div", { class: "thread-title" }, el("h3", { dir: "auto", title: thread.title, data: { testid: "case-title" } }, thread.title), status(one)),
      el("div", { class: "case-actions", role: "group", "aria-label": t("case_actions") }, ACTIONS[one?.status ?? "unknown"].map((name) => this.#action(name))),
    );
    if (focused) this.#focusAgain(focused);
  }

  /** After a step its button may be gone: go on at the next one, or where one writes. */
  #focusAgain(testid) {
    const same = this.head.querySelector(`[data-testid="${testid}"]`);
    (same ?? this.head.querySelector(".case-actions button") ?? this.composer.text).focus();
  }

  #action(name) {
    const look = name === "claim" ? "solid human" : "outline";
    return el("button", { type: "button", class: `slim ${look}`, title: `/${name}`, data: { testid: `case-${name}`, action: `case:${name}` }, onclick: () => this.#act(name) }, t(`case_${name}`));
  }

  #nothing() {
    return el("p", { class: "no-cases", data: { key: "nothing", testid: "no-cases" } }, t("no_cases"));
  }

  #choose() {
    if (this.conversation) return [];
    const words = this.store.threads.size ? ["choose_case_title", "choose_case"] : ["no_cases_title", "no_cases_text"];
    return [el("span", { class: "shop-mark calm", "aria-hidden": "true" }, icon("desk")), el("h3", {}, t(words[0])), el("p", {}, t(words[1]))];
  }

  #listKey(event) {
    const items = [...this.list.querySelectorAll(".case")];
    const place = items.indexOf(document.activeElement);
    const wanted = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: items.length - 1 }[event.key];
    if (wanted === undefined || !items[wanted]) return;
    event.preventDefault();
    items[wanted].focus();
  }
}

/** The state of a case as a word with a sign, and who has it. */
function status(one) {
  const name = one?.status ?? "unknown";
  return el("span", { class: `status ${name}`, data: { testid: "case-status", status: name } }, el("span", { class: "sign", "aria-hidden": "true" }), one?.agent && name === "claimed" ? t("status_claimed_by", { name: one.agent }) : t(`status_${name}`));
}
