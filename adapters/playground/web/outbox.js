/* What people did and the server has not yet acknowledged: kept by the browser, sent in order, and
   repeated with the same id until there is an answer, so that nothing is lost or doubled. */

import { keep, kept, newId, recall } from "./storage.js";

const AGAIN_AFTER = 1500;
const ANSWER_WITHIN = 15000;

/** Dispatches `change`, `refused` (detail: event and reason) and `trouble` (detail: true or false). */
export class Outbox extends EventTarget {
  #connection;
  #waiting;
  #flying = null;
  #timer = null;
  #count = 0;

  constructor(connection) {
    super();
    this.#connection = connection;
    this.#waiting = kept("outbox.").map((name) => ({ name, event: recall(name) })).filter((item) => item.event);
    connection.addEventListener("frame", ({ detail }) => this.#hear(detail));
    connection.addEventListener("state", () => this.#forgetFlight());
  }

  /** Take an event on; returns its id. */
  add(event) {
    const id = newId(event.type);
    this.#count += 1;
    const order = `${String(Date.now()).padStart(14, "0")}.${String(this.#count).padStart(6, "0")}`;
    const item = { name: `outbox.${order}.${id}`, event: { ...event, id } };
    keep(item.name, item.event);
    this.#waiting.push(item);
    this.#changed();
    this.#pump();
    return id;
  }

  /** Say something that is worth nothing later, such as that somebody writes: now or never. */
  hint(frame) {
    if (this.#connection.state === "online") this.#connection.send(frame);
  }

  /** Events that are not acknowledged yet, oldest first. */
  get events() {
    return this.#waiting.map((item) => item.event);
  }

  #pump() {
    const head = this.#waiting[0];
    if (!head || this.#flying || this.#connection.state !== "online") return;
    if (!this.#connection.send(head.event)) return;
    this.#flying = head.event.id;
    this.#timer = setTimeout(() => this.#connection.restart(), ANSWER_WITHIN);
  }

  #hear(frame) {
    if (frame.type === "welcome") this.#pump();
    if (!this.#flying || frame.id !== this.#flying) return;
    if (frame.type === "ack") this.#settle();
    if (frame.type === "refused") this.#settle(frame.reason);
    if (frame.type === "retry") this.#again();
  }

  #settle(reason = null) {
    const { name, event } = this.#waiting.shift();
    keep(name, null);
    this.#forgetFlight();
    this.#trouble(false);
    if (reason) this.dispatchEvent(new CustomEvent("refused", { detail: { event, reason } }));
    this.#changed();
    this.#pump();
  }

  #again() {
    this.#forgetFlight();
    this.#trouble(true);
    this.#timer = setTimeout(() => this.#pump(), AGAIN_AFTER);
  }

  #forgetFlight() {
    clearTimeout(this.#timer);
    this.#flying = null;
  }

  #trouble(on) {
    this.dispatchEvent(new CustomEvent("trouble", { detail: on }));
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
