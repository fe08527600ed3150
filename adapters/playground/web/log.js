/* A conversation as it is read: messages, what waits to be sent, and who is writing. */

import { arrange, el, icon } from "./dom.js";
import { messageNode } from "./message.js";
import { t } from "./texts.js";

const NEAR = 80;
const HUSH = 150;
const ABOVE = 10;

/** Shows one conversation at a time in `root`; `make` gives its lines, waiting events and gestures. With
    `fromTop` a message that is longer than what can be seen is shown from its beginning. */
export class Log {
  #nodes = new Map();
  #conversation = null;
  #stuck = true;
  #height = 0;
  #hushed = null;
  #placed = -1;

  constructor(root, { label, testid, fromTop = false }) {
    this.fromTop = fromTop;
    this.list = el("ol", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "data-label": label, data: { testid } });
    this.empty = el("div", { class: "empty", data: { testid: `${testid}-empty` } });
    this.typing = el("p", { class: "typing", role: "status", data: { testid: `${testid}-typing` } });
    this.scroller = el("div", { class: "scroller", tabindex: "0", "data-label": label }, this.empty, this.list, this.typing);
    this.newer = el("button", { type: "button", class: "newer", hidden: true, onclick: () => this.#toEnd() }, icon("down"), el("span", { "data-text": "newer" }));
    root.append(this.scroller, this.newer);
    this.scroller.addEventListener("scroll", () => this.#scrolled());
    new ResizeObserver(() => this.#resized()).observe(this.scroller);
  }

  /** Show lines (each with a `stamp` that changes with its looks), typing, or what fills emptiness. */
  show({ conversation, lines, gestures, typing, empty, busy = false }) {
    const other = conversation !== this.#conversation;
    if (other) this.#reset(conversation);
    const before = this.list.children.length;
    if (other || busy) this.#hush();
    arrange(this.list, lines.map((line, place) => this.#node(line, lines[place - 1], gestures)));
    this.#forget(lines);
    this.#fill(lines.length || busy ? { key: "", build: () => [] } : empty);
    this.#type(typing);
    if (this.#stuck) this.#toEnd();
    else if (this.list.children.length > before) this.newer.hidden = false;
  }

  #node(line, previous, gestures) {
    const follows = previous && previous.voice === line.voice && previous.name === line.name && previous.kind === line.kind && !previous.buttons?.length;
    const stamp = `${line.stamp}${follows ? "+" : ""}`;
    const known = this.#nodes.get(line.id);
    if (known?.stamp === stamp) return known.node;
    const node = messageNode(line, { follows, ...gestures });
    if (known) replaceKeepingFocus(known.node, node);
    this.#nodes.set(line.id, { node, stamp });
    return node;
  }

  /** What was there before is not news: a screen reader is told only of what comes after it. */
  #hush() {
    this.list.setAttribute("aria-live", "off");
    clearTimeout(this.#hushed);
    this.#hushed = setTimeout(() => this.list.setAttribute("aria-live", "polite"), HUSH);
  }

  #fill({ key, build }) {
    if (this.empty.dataset.key === key) return;
    this.empty.dataset.key = key;
    this.empty.replaceChildren(...build());
  }

  #forget(lines) {
    const shown = new Set(lines.map(({ id }) => id));
    for (const id of this.#nodes.keys()) if (!shown.has(id)) this.#nodes.delete(id);
  }

  #type(name) {
    if (this.typing.dataset.name === (name ?? "")) return;
    this.typing.dataset.name = name ?? "";
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    this.typing.replaceChildren(...(name ? [dots, el("span", {}, t("typing", { name }))] : []));
  }

  #reset(conversation) {
    this.#conversation = conversation;
    this.#nodes.clear();
    this.list.replaceChildren();
    this.#stuck = true;
    this.newer.hidden = true;
  }

  #resized() {
    this.#height = this.scroller.clientHeight;
    if (this.#stuck) this.#toEnd();
  }

  /** Where the reader has gone; a pane that has just become smaller says nothing about that. */
  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (clientHeight !== this.#height) return;
    this.#stuck = scrollHeight - scrollTop - clientHeight < NEAR || Math.abs(scrollTop - this.#placed) < 2;
    if (this.#stuck) this.newer.hidden = true;
  }

  #toEnd() {
    const { scroller } = this;
    const last = this.list.lastElementChild;
    const long = this.fromTop && last && last.offsetHeight > scroller.clientHeight;
    const top = long ? last.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop - ABOVE : scroller.scrollHeight;
    scroller.scrollTop = last ? top : 0;
    this.#placed = scroller.scrollTop;
    this.#stuck = true;
    this.newer.hidden = true;
  }
}

/** Put a message in the place of its earlier self; a focused button of it stays focused. */
function replaceKeepingFocus(old, node) {
  const { testid, action } = old.contains(document.activeElement) ? document.activeElement.dataset : {};
  old.replaceWith(node);
  if (!testid) return;
  const same = [...node.querySelectorAll(`[data-testid="${testid}"]`)];
  (same.find((button) => button.dataset.action === action) ?? same[0])?.focus();
}
