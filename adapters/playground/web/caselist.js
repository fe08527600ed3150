/* The list of cases: the most urgent first, of all, of mine, or of those that nobody has. */

import { ticking } from "./clock.js";
import { arrange, badge, el, icon, keyed } from "./dom.js";
import { keep, recall } from "./storage.js";
import { threadConversation } from "./store.js";
import { language, t, when } from "./texts.js";
import { byUrgency, FILTERS, isOpen, passes, promises, waitsSince } from "./urgency.js";

/** Shows the list in `root`, below its filters. */
export class CaseList {
  #filter = recall("filter", "all");

  constructor(root, store) {
    Object.assign(this, { store });
    this.filters = el("div", { class: "filters", role: "group", "data-label": "filter", data: { testid: "filters" } });
    this.list = el("div", { class: "cases" });
    root.append(this.filters, this.list);
    this.list.addEventListener("keydown", (event) => this.#key(event));
  }

  show() {
    const { threads, cases, agent } = this.store;
    const all = byUrgency(threads.values(), cases);
    const of = (filter) => all.filter((thread) => passes(filter, cases[thread.id], agent.name));
    arrange(this.filters, FILTERS.map((filter) => this.#filterButton(filter, of(filter).length)));
    const shown = of(this.#filter);
    arrange(this.list, shown.length ? shown.map((thread) => this.#item(thread)) : [this.#nothing(all.length)]);
  }

  #filterButton(filter, count) {
    const chosen = filter === this.#filter;
    const make = () => el("button", { type: "button", class: "filter", data: { testid: `filter-${filter}` }, onclick: () => this.#choose(filter) });
    return keyed(this.filters, filter, `${chosen}|${count}|${language()}`, make, (node) => {
      node.setAttribute("aria-pressed", String(chosen));
      node.replaceChildren(el("span", {}, t(`filter_${filter}`)), el("span", { class: "number" }, String(count)));
    });
  }

  #choose(filter) {
    this.#filter = filter;
    keep("filter", filter);
    this.show();
  }

  #item(thread) {
    const one = this.store.cases[thread.id];
    const chosen = thread.id === this.store.threadId;
    const unread = chosen ? 0 : this.store.unread(threadConversation(thread.id));
    const stamp = JSON.stringify([thread.title, one ? { ...one, drafts: 0, mood: 0 } : null, chosen, unread, language()]);
    const make = () => el("button", { type: "button", class: "case", onclick: () => this.store.chooseThread(thread.id), data: { testid: "case", thread: thread.id } });
    return keyed(this.list, thread.id, stamp, make, (node) => {
      node.dataset.status = one?.status ?? "unknown";
      if (chosen) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
      node.replaceChildren(...caseRow(thread, one, unread));
    });
  }

  #nothing(total) {
    const words = t(total ? `none_${this.#filter}` : "no_cases");
    return keyed(this.list, "nothing", words, () => el("p", { class: "no-cases", data: { testid: "no-cases" } }), (node) => node.replaceChildren(words));
  }

  #key(event) {
    const items = [...this.list.querySelectorAll(".case")];
    const place = items.indexOf(document.activeElement);
    const wanted = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: items.length - 1 }[event.key];
    if (wanted === undefined || !items[wanted]) return;
    event.preventDefault();
    items[wanted].focus();
  }
}

function caseRow(thread, one, unread) {
  const since = waitsSince(one);
  const title = el("span", { class: "case-title", dir: "auto" }, subject(thread, one));
  const time = since ? ticking(since, { after: "waits", class: "wait", data: { testid: "case-wait" } }) : el("time", { datetime: thread.at }, when(thread.at));
  return [
    el("span", { class: "case-line" }, el("strong", { class: "case-name", dir: "auto" }, one?.customer ?? ""), priority(one), ...badge(unread), time),
    title,
    el("span", { class: "case-line" }, statusOf(one), one?.team ? el("span", { class: "team", dir: "auto" }, one.team) : null),
    promiseOf(one),
    tags(one),
  ].filter(Boolean);
}

/** What a case is about: its title without its number and name, which stand beside it. */
export function subject(thread, one) {
  const head = `${one?.id} · ${one?.customer}: `;
  return thread.title.startsWith(head) ? thread.title.slice(head.length) : thread.title;
}

/** The state of a case as a word with a sign, and who has it. */
export function statusOf(one) {
  const name = one?.status ?? "unknown";
  return el("span", { class: `status ${name}`, data: { testid: "case-status", status: name } }, el("span", { class: "sign", "aria-hidden": "true" }), statusWords(one, name));
}

function statusWords(one, name) {
  if (name === "claimed" && one.agent) return t("status_claimed_by", { name: one.agent });
  if (name === "snoozed" && one.snoozedUntil) return t("asleep_until", { time: when(one.snoozedUntil) });
  if (name === "queued" && one.offeredTo) return t("offered_to", { name: one.offeredTo });
  return t(`status_${name}`);
}

/** The priority of an open case, in words, when it is not the usual one. */
export function priority(one) {
  if (!isOpen(one) || !one.priority || one.priority === "normal") return null;
  return el("span", { class: `priority ${one.priority}`, data: { testid: "case-priority", priority: one.priority } }, t(`priority_${one.priority}`));
}

/** The next promise: what is left of its time, or for how long it is broken. */
function promiseOf(one) {
  const [next] = promises(one);
  return next ? promisePill(next, one) : null;
}

/** One promise as a pill that follows the clock. */
export function promisePill({ promise, at }, one) {
  const broken = one.breached?.includes(promise);
  return el("span", { class: "promise", data: { testid: "promise", promise, broken: String(Boolean(broken)) } }, icon("clock"), ticking(at, { before: `due_${promise}`, after: `late_${promise}` }));
}

/** The tags of a case. */
export function tags(one) {
  if (!one?.tags?.length) return null;
  return el("span", { class: "tags", data: { testid: "tags" } }, one.tags.map((tag) => el("span", { class: "label", dir: "auto" }, `#${tag}`)));
}
