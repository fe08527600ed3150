/* The agents' side: who is there, the list of cases, and the thread of the chosen one. */

import { caseHead } from "./casehead.js";
import { CaseList } from "./caselist.js";
import { Composer } from "./composer.js";
import { el, icon, initials } from "./dom.js";
import { askFor } from "./form.js";
import { Log } from "./log.js";
import { threadConversation } from "./store.js";
import { language, t } from "./texts.js";
import { choices, verbButtons } from "./verbs.js";
import { viewLines } from "./view.js";

export class DeskPane {
  /** `onSteer(line, button)` is told of pressed buttons that are an admin's. */
  constructor({ store, outbox, onSteer }) {
    Object.assign(this, { store, outbox, onSteer });
    this.root = document.querySelector("#pane-desk");
    this.agents = this.root.querySelector(".agents .people");
    this.presence = this.root.querySelector("#presence");
    this.list = new CaseList(this.root.querySelector(".case-list"), store);
    this.head = this.root.querySelector(".thread-head");
    this.log = new Log(this.root.querySelector("#desk-panel"), { label: "desk_log", testid: "desk-log" });
    this.composer = new Composer(this.root.querySelector("#desk-composer"), {
      id: "desk-text",
      keys: "keys_desk",
      label: "desk_text",
      hint: "desk_hint",
      tools: [
        { name: "case_draft", hint: "tool_draft", symbol: "pen", testid: "case-draft", act: () => this.#act("draft") },
        { name: "case_canned", hint: "tool_canned", symbol: "doc", testid: "case-canned", act: () => this.#act("canned") },
      ],
      sends: [
        { name: "add_note", look: "outline note", symbol: "note", testid: "desk-note" },
        { name: "send_to_customer", look: "solid human", symbol: "send", testid: "desk-reply" },
      ],
      limits: () => store.limits,
      onSend: (text, place, files) => this.#do({ type: "say", text: place ? `/reply ${text}`.trim() : text, files }),
      onEdited: (line, text) => this.#do({ type: "edit", target: line.id, text }),
      onEditLast: () => this.#editLast(),
      onTyping: () => this.outbox.hint({ type: "typing", who: this.#who(), thread: this.store.threadId }),
    });
    this.presence.addEventListener("click", () => this.#act(this.store.isAway ? "back" : "away"));
    this.composer.text.addEventListener("focus", () => store.lookAtCase());
  }

  get conversation() {
    return this.store.threadId && this.store.threads.has(this.store.threadId) ? threadConversation(this.store.threadId) : null;
  }

  showList() {
    this.#showAgents();
    this.list.show();
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
      typing: conversation ? this.store.typing(conversation) : null,
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
    this.outbox.add({ ...event, who: this.#who(), thread: event.thread ?? this.store.threadId, at: new Date().toISOString() });
  }

  #who() {
    const { id, name } = this.store.agent;
    return { role: "agent", id, name, locale: language() };
  }

  /** A reply is written where one writes; other words that a button asks for, in a form. */
  #press(line, button) {
    const { action } = button;
    const press = { type: "press", target: line.id, action };
    if (action.startsWith("admin:")) this.onSteer(line, button);
    else if (!button.asks) this.#do(press);
    else if (action === "case:reply" && !button.prefill) this.composer.text.focus();
    else askFor({ ...button, sends: /^case:(reply|edit)/.test(action) }, (text) => this.#do({ ...press, text }), choices(action.split(":")[1], this.store));
  }

  /** Do a verb in the chosen thread; what works anywhere, in any. */
  #act(name, text = null) {
    const thread = this.conversation ? this.store.threadId : [...this.store.threads.keys()][0];
    const line = thread && this.store.lines(threadConversation(thread))[0];
    if (!line) return;
    this.#do({ type: "press", target: line.id, action: `case:${name}`, thread, ...(text === null ? {} : { text }) });
  }

  #editLast() {
    const lines = this.conversation ? viewLines(this.store, this.outbox, this.conversation) : [];
    const line = lines.findLast((one) => one.voice === "agent" && one.authorId === this.store.agent.id && one.kind === "note" && one.accepted && !one.deleted);
    if (line) this.composer.edit(line);
  }

  #showAgents() {
    const { agents, agent, isAway } = this.store;
    this.presence.hidden = !this.conversation;
    this.presence.dataset.away = String(isAway);
    this.presence.querySelector("span").textContent = t(isAway ? "come_back" : "go_away");
    const stamp = [agents.map(({ id }) => `${id}${this.store.away(id)}`), agent.id, language()].join("|");
    if (this.agents.dataset.stamp === stamp) return;
    this.agents.dataset.stamp = stamp;
    const focused = this.agents.contains(document.activeElement);
    this.agents.replaceChildren(...agents.map((one) => this.#agent(one)));
    if (focused) this.agents.querySelector("input:checked")?.focus();
  }

  #agent({ id, name }) {
    const away = this.store.away(id);
    const input = el("input", { type: "radio", name: "agent", value: id, checked: id === this.store.agent.id, onchange: () => this.store.chooseAgent(id) });
    const words = away ? [el("span", {}, name), el("span", { class: "away" }, t("is_away"))] : [el("span", {}, name)];
    return el("label", { class: "person", data: { testid: `agent-${id}`, away: String(away) } }, input, el("span", { class: "avatar small", "aria-hidden": "true" }, initials(name)), words);
  }

  #showHead() {
    const thread = this.store.threads.get(this.store.threadId);
    const one = this.store.cases[this.store.threadId];
    const past = thread ? this.store.pastOf(thread.id) : [];
    const stamp = thread ? JSON.stringify([thread.id, { ...one, drafts: 0 }, past.length, language()]) : "";
    if (this.head.dataset.stamp === stamp) return;
    this.head.dataset.stamp = stamp;
    this.head.hidden = !thread;
    if (!thread) return;
    const focused = this.head.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    const wasOpen = this.head.querySelector(".menu[open]") !== null;
    const actions = verbButtons(one, this.store, (name, text) => this.#act(name, text));
    this.head.replaceChildren(...caseHead({ thread, one, past, open: (id) => this.store.chooseThread(id), actions }));
    this.head.querySelector(".menu").open = wasOpen;
    if (focused) this.#focusAgain(focused);
  }

  /** After a step its button may be gone: go on at the next one, or where one writes. */
  #focusAgain(testid) {
    const same = this.head.querySelector(`[data-testid="${testid}"]`);
    (same ?? this.head.querySelector(".case-actions button") ?? this.composer.text).focus();
  }

  #choose() {
    if (this.conversation) return [];
    const words = this.store.threads.size ? ["choose_case_title", "choose_case"] : ["no_cases_title", "no_cases_text"];
    return [el("span", { class: "shop-mark calm", "aria-hidden": "true" }, icon("desk")), el("h3", {}, t(words[0])), el("p", {}, t(words[1]))];
  }
}
