/* The customer's side: one tab for each person, their conversation, and a place to write. */

import { arrange, badge, el, icon, initials, keyed } from "./dom.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { customerConversation } from "./store.js";
import { language, t } from "./texts.js";
import { viewLines } from "./view.js";

const SUGGESTIONS = ["ask_delivery", "ask_returns", "ask_cast_iron", "ask_human"];

export class CustomerPane {
  constructor({ store, outbox }) {
    Object.assign(this, { store, outbox });
    this.tabs = document.querySelector("[data-testid=customer-tabs]");
    this.panel = document.querySelector("#customer-panel");
    this.log = new Log(this.panel, { label: "customer_log", testid: "customer-log" });
    this.composer = new Composer(document.querySelector("#customer-composer"), {
      id: "customer-text",
      keys: "keys_customer",
      label: "customer_text",
      hint: "customer_hint",
      sends: [{ name: "send", look: "solid", symbol: "send", testid: "customer-send" }],
      limits: () => store.limits,
      onSend: (text, _place, files) => this.say(text, files),
      onEdited: (line, text) => this.#do({ type: "edit", target: line.id, text }),
      onEditLast: () => this.#editLast(),
      onTyping: () => this.outbox.hint({ type: "typing", who: this.#who() }),
    });
    document.querySelector("#new-customer").addEventListener("click", () => this.newCustomer());
    this.tabs.addEventListener("keydown", (event) => this.#tabKey(event));
    this.panel.addEventListener("pointerdown", () => store.lookAtCustomer(this.conversation));
    this.composer.text.addEventListener("focus", () => store.lookAtCustomer(this.conversation));
  }

  get conversation() {
    return customerConversation(this.store.customer);
  }

  /** Say something as the chosen customer. */
  say(text, files = []) {
    this.#do({ type: "say", text, files });
  }

  /** Open a further customer and write as them. */
  newCustomer() {
    this.store.addCustomer();
    this.composer.text.focus();
  }

  showTabs() {
    arrange(this.tabs, this.store.customers.map((customer) => this.#tab(customer)));
    this.panel.setAttribute("aria-labelledby", `tab-${this.store.customer}`);
    this.composer.open(this.conversation);
  }

  show() {
    const conversation = this.conversation;
    this.log.show({
      conversation,
      lines: viewLines(this.store, this.outbox, conversation),
      busy: !this.store.loaded.has(conversation),
      typing: this.store.typing(conversation),
      empty: { key: `${conversation}|${language()}`, build: () => this.#welcome() },
      gestures: {
        viewer: "customer",
        mine: (line) => line.voice === "customer",
        onPress: (line, { action }) => this.#do({ type: "press", target: line.id, action }),
        onEdit: (line) => this.composer.edit(line),
        onDelete: (line) => this.#do({ type: "delete", target: line.id }),
      },
    });
  }

  #who() {
    const { id, name } = this.store.activeCustomer;
    return { role: "customer", id, name, locale: language() };
  }

  #do(event) {
    this.store.lookAtCustomer(this.conversation);
    this.outbox.add({ ...event, who: this.#who(), at: new Date().toISOString() });
  }

  #editLast() {
    const line = viewLines(this.store, this.outbox, this.conversation).findLast((one) => one.voice === "customer" && one.accepted && !one.deleted);
    if (line) this.composer.edit(line);
  }

  #tab({ id, name }) {
    const chosen = id === this.store.customer;
    const active = chosen && !this.store.isAdmin;
    const unread = active ? 0 : this.store.unread(customerConversation(id));
    const stamp = `${name}|${active}|${chosen}|${unread}|${this.store.customers.length}|${language()}`;
    const make = () => el("span", { class: "tab-wrap", role: "presentation" }, this.#tabButton(id));
    return keyed(this.tabs, id, stamp, make, (node) => {
      const tab = node.querySelector("[role=tab]");
      tab.setAttribute("aria-selected", String(active));
      tab.tabIndex = chosen ? 0 : -1;
      tab.replaceChildren(el("span", { class: "avatar small", "aria-hidden": "true" }, initials(name)), el("span", {}, name), ...badge(unread));
      node.querySelector(".tab-close")?.remove();
      node.append(...this.#closeButton(id, name));
    });
  }

  #tabButton(id) {
    const choose = () => this.store.chooseCustomer(id);
    return el("button", { type: "button", class: "tab", role: "tab", id: `tab-${id}`, "aria-controls": "customer-panel", onclick: choose, data: { testid: "customer-tab", customer: id } });
  }

  #closeButton(id, name) {
    if (this.store.customers.length < 2) return [];
    return [el("button", { type: "button", class: "tab-close", tabindex: "-1", "aria-label": t("close_customer", { name }), title: t("close_customer", { name }), data: { testid: "close-customer" }, onclick: () => this.store.closeCustomer(id) }, icon("close"))];
  }

  #tabKey(event) {
    const { customers, customer } = this.store;
    const place = customers.findIndex(({ id }) => id === customer);
    const last = customers.length - 1;
    const wanted = { ArrowRight: place === last ? 0 : place + 1, ArrowLeft: place === 0 ? last : place - 1, Home: 0, End: last }[event.key];
    if (event.key === "Delete") this.store.closeCustomer(customer);
    else if (wanted === undefined) return;
    else this.store.chooseCustomer(customers[wanted].id);
    event.preventDefault();
    this.tabs.querySelector("[aria-selected=true]").focus();
  }

  #welcome() {
    return [
      el("span", { class: "shop-mark", "aria-hidden": "true" }, icon("pan")),
      el("h3", {}, t("welcome_title")),
      el("p", {}, t("welcome_text", { name: this.store.activeCustomer.name })),
      el(
        "ul",
        { class: "suggestions", "aria-label": t("suggestions") },
        SUGGESTIONS.map((name) => el("li", {}, el("button", { type: "button", class: "suggestion", data: { testid: "suggestion" }, onclick: () => this.say(t(name)) }, t(name)))),
      ),
    ];
  }
}
