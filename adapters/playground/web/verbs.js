/* What an agent can do with a case, as buttons: the same verbs that can be written, by the same names. */

import { el, icon } from "./dom.js";
import { askFor } from "./form.js";
import { language, t } from "./texts.js";
import { isOpen } from "./urgency.js";

/* By how a case stands; a case that is not known yet offers what any may need. */
const FIRST = {
  queued: ["claim", "transfer", "resolve", "return"],
  claimed: ["release", "snooze", "transfer", "resolve", "return"],
  snoozed: ["claim", "release", "transfer", "resolve", "return"],
  resolved: ["reopen"],
  expired: ["reopen"],
  erased: [],
  unknown: ["claim", "release", "resolve", "return"],
};

const MORE = {
  open: ["priority", "tag", "followup", "assign", "link", "merge", "undo", "transcript", "case", "who", "next", "help"],
  closed: ["followup", "link", "transcript", "case", "who", "next", "help"],
  erased: ["who", "next", "help"],
};

/** What the head of a case offers, whatever its status. */
export const ABOVE = new Set([...Object.values(FIRST), ...Object.values(MORE)].flat());

const PRIORITIES = ["urgent", "high", "normal", "low"];
const SNOOZES = { snooze_short: "30m", snooze_hours: "2h", snooze_tomorrow: "tomorrow 9:00", snooze_monday: "monday 9:00" };
const SENDING = new Set(["reply", "edit"]);

/** The buttons of a case. `act(verb, text)` does one; `store` knows what verbs ask for and who is there. */
export function verbButtons(one, store, act) {
  const status = one?.status ?? "unknown";
  const more = MORE[status] ?? MORE[isOpen(one) || !one ? "open" : "closed"];
  const first = FIRST[status].map((name) => button(name, store, act));
  return el("div", { class: "case-actions", role: "group", "aria-label": t("case_actions") }, first, menu(more, store, act));
}

/** Do a verb, after its form when it needs words. */
export function doVerb(name, store, act) {
  const verb = store.verbs.get(name);
  if (!verb?.needsWords) return act(name);
  const asking = { label: t(`case_${name}`), questions: verb.asks, sends: SENDING.has(name) };
  return askFor(asking, (text) => act(name, text), choices(name, store));
}

/** Words that save typing: whole answers, or how one begins. */
export function choices(name, store) {
  if (name === "priority") return PRIORITIES.map((words) => ({ label: t(`priority_${words}`), words, done: true }));
  if (name === "snooze") return Object.entries(SNOOZES).map(([label, words]) => ({ label: t(label), words, done: true }));
  if (name === "assign" || name === "transfer") return receivers(store, name);
  return [];
}

function receivers(store, name) {
  const people = store.agents.filter(({ id }) => id !== store.agent.id).map((agent) => `@${agent.name}`);
  const own = store.cases[store.threadId]?.team;
  const teams = name === "transfer" ? store.teams.filter((team) => team !== own) : [];
  return [...teams, ...people].map((words) => ({ label: words, words: `${words} ` }));
}

function button(name, store, act) {
  const look = name === "claim" ? "solid human" : "outline";
  return el("button", { type: "button", class: `slim ${look}`, title: hint(name, store), data: { testid: `case-${name}`, action: `case:${name}` }, onclick: () => doVerb(name, store, act) }, t(`case_${name}`));
}

function hint(name, store) {
  const verb = store.verbs.get(name);
  return verb ? `${verb.does[language()]} · /${name} ${verb.usage[language()]}`.trim() : `/${name}`;
}

/** The rest, behind one button; Escape and a click elsewhere close it. */
function menu(names, store, act) {
  const choose = (name) => {
    box.open = false;
    doVerb(name, store, act);
  };
  const items = names.map((name) => el("li", {}, el("button", { type: "button", class: "item", title: hint(name, store), data: { testid: `case-${name}` }, onclick: () => choose(name) }, el("span", {}, t(`case_${name}`)), el("code", { "aria-hidden": "true" }, `/${name}`))));
  const summary = el("summary", { class: "slim outline", data: { testid: "case-more" } }, t("case_more"), icon("down"));
  const box = el("details", { class: "menu" }, summary, el("ul", { class: "items" }, items));
  box.addEventListener("keydown", (event) => event.key === "Escape" && close(box, summary));
  box.addEventListener("focusout", (event) => event.relatedTarget && !box.contains(event.relatedTarget) && close(box));
  return box;
}

function close(box, focus = null) {
  box.open = false;
  focus?.focus();
}

document.addEventListener("pointerdown", ({ target }) => {
  for (const box of document.querySelectorAll(".menu[open]")) if (!box.contains(target)) close(box);
});
