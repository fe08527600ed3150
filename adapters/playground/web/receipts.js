/* Why each turn ended as it did: a list of decisions, and the chosen one in full. */

import { arrange, el, icon, keyed, svg } from "./dom.js";
import { chip } from "./message.js";
import { moodCurve } from "./mood.js";
import { knows, language, languageName, number, percent, t, when } from "./texts.js";

/* A message is read a moment before its turn is over. */
const SAME_TURN = 1000;
const SHOWN = 12;
/* What agents do at the desk stands in its thread; it decided nothing for the customer. */
const AMONG_AGENTS = "noted";
const ASKS_HUMAN = new Set(["hand_over", "offer_human"]);

export class ReceiptsPane {
  #chosen = null;

  constructor({ store }) {
    this.store = store;
    this.whose = document.querySelector("[data-testid=receipts-of]");
    this.list = el("div", { class: "decisions", role: "group", "data-label": "decisions", data: { testid: "decisions" } });
    this.detail = el("div", { class: "decision", tabindex: "0", "aria-live": "polite", "data-label": "decision", data: { testid: "receipt" } });
    this.root = document.querySelector("[data-testid=receipts]");
    this.root.append(this.list, this.detail);
    this.list.addEventListener("keydown", (event) => this.#key(event));
  }

  show() {
    const receipts = (this.store.receipts.get(this.store.focus) ?? []).filter(({ outcome }) => outcome !== AMONG_AGENTS);
    // The last decision is what one looks for, not what was passed on since.
    const newest = (receipts.find(({ decision: made }) => made) ?? receipts[0])?.id;
    if (newest !== this.newest || !receipts.some(({ id }) => id === this.#chosen)) this.#chosen = newest ?? null;
    this.newest = newest;
    this.whose.textContent = t("receipts_of", { name: this.store.nameOf(this.store.focus) });
    this.root.classList.toggle("none", !receipts.length);
    arrange(this.list, receipts.map((receipt) => this.#row(receipt)));
    this.#showDetail(receipts.find(({ id }) => id === this.#chosen), this.store.points(this.store.focus));
  }

  #row(receipt) {
    const chosen = receipt.id === this.#chosen;
    const make = () => el("button", { type: "button", class: "row", onclick: () => this.#choose(receipt.id), data: { testid: "receipt-row", receipt: receipt.id } });
    return keyed(this.list, receipt.id, `${chosen}|${language()}`, make, (node) => {
      node.setAttribute("aria-pressed", String(chosen));
      node.replaceChildren(
        el("span", { class: "row-head" }, decision(receipt), el("time", { datetime: receipt.at }, when(receipt.at))),
        el("span", { class: "question", dir: "auto" }, receipt.question || t("no_question")),
        ...(receipt.confidence === null ? [] : [bar(receipt.confidence)]),
      );
    });
  }

  #choose(id) {
    this.#chosen = id;
    this.show();
  }

  #key(event) {
    const rows = [...this.list.children];
    const place = rows.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step === undefined || !rows[place + step]) return;
    event.preventDefault();
    const { key } = rows[place + step].dataset;
    rows[place + step].focus();
    this.#choose(key);
  }

  #showDetail(receipt, points) {
    const stamp = receipt ? `${receipt.id}|${points.length}|${language()}` : `none|${language()}`;
    if (this.detail.dataset.stamp === stamp) return;
    this.detail.dataset.stamp = stamp;
    this.detail.scrollTop = 0;
    this.detail.replaceChildren(...(receipt ? detail(receipt, points) : nothing()));
  }
}

function nothing() {
  return [el("p", { class: "no-receipt", data: { testid: "no-receipt" } }, icon("receipt"), t("no_receipts"))];
}

function detail(receipt, points) {
  const mood = points.filter(({ at }) => Date.parse(at) <= Date.parse(receipt.at) + SAME_TURN).slice(-SHOWN);
  return [
    el("p", { class: "asked", dir: "auto", data: { testid: "receipt-question" } }, receipt.question || t("no_question")),
    el("div", { class: "why", data: { testid: "receipt-reasons" } }, el("h3", {}, t(ASKS_HUMAN.has(receipt.decision) ? "why_human" : "why")), reasons(receipt)),
    el(
      "dl",
      { class: "facts" },
      receipt.decision ? fact("decision", decision(receipt)) : null,
      fact("outcome", word("outcome", receipt.outcome)),
      fact("confidence", receipt.confidence === null ? t("not_looked_up") : bar(receipt.confidence)),
      mood.length && receipt.question ? fact("mood", moodCurve({ points: mood })) : null,
      fact("language_of_turn", languageName(receipt.language)),
      fact("owner", word("owner", receipt.owner)),
      fact("time", t("milliseconds", { count: number(receipt.milliseconds, receipt.milliseconds < 10 ? 1 : 0) })),
    ),
    el("div", { class: "used", data: { testid: "receipt-sources" } }, el("h3", {}, t("sources")), sources(receipt.sources, "no_sources"), considered(receipt)),
  ];
}

function fact(name, value) {
  return el("div", { class: "fact", data: { testid: `receipt-${name}` } }, el("dt", {}, t(name)), el("dd", {}, value));
}

function reasons({ reasons: words }) {
  if (!words.length) return el("p", { class: "muted" }, t("no_reasons"));
  return el("ol", {}, words.map((reason) => el("li", { dir: "auto" }, reason)));
}

function considered(receipt) {
  if (!receipt.considered.length) return null;
  return el("details", {}, el("summary", {}, t("considered", { count: receipt.considered.length })), sources(receipt.considered));
}

function sources(found, none) {
  if (!found.length) return el("p", { class: "muted" }, t(none));
  return el(
    "ul",
    { class: "chips" },
    found.map((source) => {
      const score = el("span", { class: "score", "aria-label": t("score", { score: number(source.score, 2) }) }, number(source.score, 2));
      const node = chip({ title: source.heading ? `${source.title} › ${source.heading}` : source.title, url: source.url }, score);
      node.title = source.excerpt;
      return el("li", {}, node);
    }),
  );
}

function decision(receipt) {
  const name = receipt.decision ?? receipt.outcome;
  return el("span", { class: `verdict ${name}`, data: { testid: "verdict", decision: name } }, word(receipt.decision ? "decision" : "outcome", name));
}

function word(kind, name) {
  return knows(`${kind}_${name}`) ? t(`${kind}_${name}`) : name;
}

function bar(share) {
  const level = share < 0.35 ? "low" : share < 0.65 ? "middle" : "high";
  const rounded = Math.round(share * 100);
  const drawing = svg("svg", { class: `level ${level}`, viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  drawing.append(svg("rect", { width: rounded, height: 8 }));
  const meter = { role: "meter", "aria-label": t("confidence"), "aria-valuemin": 0, "aria-valuemax": 1, "aria-valuenow": share, "aria-valuetext": percent(share) };
  return el("span", { class: "bar", ...meter, data: { testid: "confidence" } }, drawing, el("span", { "aria-hidden": "true" }, percent(share)));
}
