/* Above a thread: who wants what, how it stands, what was promised, how the customer feels, what can be done. */

import { priority, promisePill, statusOf, subject, tags } from "./caselist.js";
import { ticking } from "./clock.js";
import { el, icon } from "./dom.js";
import { moodCurve } from "./mood.js";
import { knows, languageName, t, when } from "./texts.js";
import { promises, waitsSince } from "./urgency.js";

const PLATFORMS = { slack: "Slack", discord: "Discord", telegram: "Telegram" };
const SURVEYS = { csat: ["survey_csat_open", "survey_csat"], nps: ["survey_nps_open", "survey_nps"] };

/** Build the head of a thread. `past` are threads of earlier cases, `open(id)` shows one, `actions` its buttons. */
export function caseHead({ thread, one, past, open, actions }) {
  const back = el("button", { type: "button", class: "plain back", "aria-label": t("all_cases"), data: { testid: "all-cases" }, onclick: () => open(null) }, icon("back"));
  return [back, title(thread, one), one ? moodCurve(one.mood) : null, one?.conversation ? facts(one) : null, one ? standing(one) : null, others(one, past, open), actions].filter(Boolean);
}

function title(thread, one) {
  const words = subject(thread, one);
  const name = one?.customer && words !== thread.title ? el("span", { class: "head-name", dir: "auto" }, one.customer) : null;
  return el("div", { class: "thread-title" }, el("h3", { dir: "auto", title: thread.title, data: { testid: "case-title" } }, name, el("span", { class: "head-words" }, words)), el("p", { class: "case-line" }, statusOf(one), priority(one)));
}

/** What is known of customer and case, as short facts in their order of use. */
function facts(one) {
  const said = [
    one.id,
    PLATFORMS[one.conversation.split(":")[0]] ?? t("tag"),
    languageName(one.language),
    one.team,
    word("reason", one.reason),
    one.topic?.toLowerCase() === one.team?.toLowerCase() ? null : one.topic,
    one.tier ? t("tier", { name: one.tier }) : null,
    one.reopened ? t("reopened", { count: one.reopened }) : null,
    survey(one.survey),
    one.resolution ? t("solved_by", { words: one.resolution }) : null,
  ];
  const items = said.filter(Boolean).map((text) => el("li", { dir: "auto" }, text));
  return el("ul", { class: "case-facts", "aria-label": t("case_facts"), data: { testid: "case-facts" } }, items);
}

/** What goes on by the clock, and the tags. */
function standing(one) {
  const since = waitsSince(one);
  const parts = [
    ...promises(one).map((promise) => promisePill(promise, one)),
    since && one.status === "claimed" ? el("span", { class: "promise" }, icon("chat"), ticking(since, { after: "awaits" })) : null,
    one.followUpAt ? el("span", { class: "promise", data: { testid: "follow-up" } }, icon("clock"), t("follow_up", { time: when(one.followUpAt), about: one.followUpAbout || "" })) : null,
    ...(one.breached ?? []).filter((name) => !promises(one).some(({ promise }) => promise === name)).map((name) => el("span", { class: "promise", data: { broken: "true" } }, icon("clock"), t(`broken_${name}`))),
    tags(one),
  ].filter(Boolean);
  return parts.length ? el("div", { class: "standing" }, parts) : null;
}

function survey(asked) {
  if (!asked) return null;
  const [open, answered] = SURVEYS[asked.kind];
  return asked.score === null ? t(open) : t(answered, { score: asked.score });
}

/** Earlier cases of the customer and linked ones: those with a thread here can be opened. */
function others(one, past, open) {
  const links = (one?.links ?? []).map((id) => el("li", {}, el("span", { class: "label" }, t("linked", { case: id }))));
  const before = past.map((thread) => el("li", {}, el("button", { type: "button", class: "quiet", dir: "auto", title: thread.title, data: { testid: "past-case" }, onclick: () => open(thread.id) }, t("past_case", { time: when(thread.at) }))));
  const items = [...before, ...links];
  return items.length ? el("ul", { class: "others", "aria-label": t("other_cases"), data: { testid: "other-cases" } }, items) : null;
}

const word = (kind, name) => (knows(`${kind}_${name}`) ? t(`${kind}_${name}`) : name);
