/* Everything the page knows, and who is chosen in it. Dispatches `change` with what has changed. */

import { keep, newId, recall } from "./storage.js";

const NAMES = ["Marta", "Liam", "Sofía", "Noah", "Lucía", "Emma", "Diego", "Olivia", "Inés", "Jonas"];
const TYPING_FOR = 6000;
const ERASED = { status: "erased" };

export const customerConversation = (id) => `playground:demo:${id}`;
export const ADMIN = { role: "admin", id: "admin", name: "Admin" };
export const adminConversation = customerConversation(ADMIN.id);
export const threadConversation = (id) => `playground:demo:desk:${id}`;

export class Store extends EventTarget {
  #lines = new Map();
  #typing = new Map();
  #unread = new Map();
  #asked = new Set();
  #followsCase = false;
  threads = new Map();
  cases = {};
  receipts = new Map();
  agents = [];
  verbs = new Map();
  commands = [];
  presence = {};
  teams = [];
  undoSeconds = 0;
  limits = { textBytes: 0, fileBytes: 0, filesAtOnce: 0 };
  loaded = new Set();

  constructor() {
    super();
    this.customers = recall("customers") ?? [{ id: newId("c"), name: NAMES[0] }];
    this.customer = recall("customer") ?? this.customers[0].id;
    this.agentId = recall("agent") ?? "ana";
    this.threadId = recall("thread");
    this.place = recall("place") === "admin" ? "admin" : "customer";
    this.focus = this.isAdmin ? adminConversation : customerConversation(this.customer);
    this.#keep();
  }

  /** The first frame of a connection: what the page shows. */
  greeting() {
    this.#asked = new Set(this.#shown);
    return { type: "hello", customers: this.customers.map(({ id }) => id), admin: true, thread: this.threadId };
  }

  /** Whether something is shown that the server has not been asked for on this connection. */
  get lacks() {
    return this.#shown.some((conversation) => !this.#asked.has(conversation));
  }

  get #shown() {
    const people = [...this.customers.map(({ id }) => customerConversation(id)), adminConversation];
    return this.threadId ? [...people, threadConversation(this.threadId)] : people;
  }

  /** Take a thread that was opened just now: all of it will be heard. */
  opened(thread) {
    this.threads = new Map([[thread.id, thread], ...this.threads]);
    this.loaded.add(threadConversation(thread.id));
    this.#asked.add(threadConversation(thread.id));
    this.changed("desk");
  }

  /** Forget what a thread showed: its case was erased. */
  erased(thread) {
    this.threads.set(thread.id, thread);
    this.#lines.delete(threadConversation(thread.id));
    this.putCases(this.cases, this.presence);
    this.changed("lines", threadConversation(thread.id));
  }

  /** Whether the admin's place is shown in place of the customers'. */
  get isAdmin() {
    return this.place === "admin";
  }

  /** Show the admin's place, or the customers'. */
  choosePlace(place) {
    this.place = place;
    const conversation = this.isAdmin ? adminConversation : customerConversation(this.customer);
    this.lookAtCustomer(conversation);
    this.read(conversation);
    this.#keep();
    this.changed("customers");
  }

  get activeCustomer() {
    return this.customers.find(({ id }) => id === this.customer) ?? this.customers[0];
  }

  get agent() {
    return this.agents.find(({ id }) => id === this.agentId) ?? this.agents[0] ?? { id: this.agentId, name: "Ana" };
  }

  /** Open a further customer: a different person. */
  addCustomer() {
    const taken = new Set(this.customers.map(({ name }) => name));
    const free = NAMES.find((name) => !taken.has(name)) ?? `${NAMES[0]} ${this.customers.length + 1}`;
    const customer = { id: newId("c"), name: free };
    this.customers = [...this.customers, customer];
    this.chooseCustomer(customer.id);
  }

  /** Close a customer's tab; the last one stays. */
  closeCustomer(id) {
    if (this.customers.length < 2) return;
    const place = this.customers.findIndex((customer) => customer.id === id);
    this.customers = this.customers.filter((customer) => customer.id !== id);
    if (this.customer === id) this.customer = this.customers[Math.max(0, place - 1)].id;
    this.chooseCustomer(this.customer);
  }

  chooseCustomer(id) {
    this.customer = id;
    this.place = "customer";
    this.#followsCase = false;
    this.look(customerConversation(id));
    this.read(customerConversation(id));
    this.#keep();
    this.changed("customers");
  }

  chooseThread(id) {
    this.threadId = id;
    if (id) this.read(threadConversation(id));
    this.#keep();
    this.changed("desk");
    this.lookAtCase();
  }

  chooseAgent(id) {
    this.agentId = id;
    this.#keep();
    this.changed("desk");
  }

  /** Know how the cases stand. */
  putCases(cases, presence) {
    const erased = [...this.threads.values()].filter((thread) => thread.erased);
    this.cases = { ...cases, ...Object.fromEntries(erased.map(({ id }) => [id, ERASED])) };
    this.presence = presence ?? {};
    this.changed("desk");
    if (this.#followsCase) this.lookAtCase();
  }

  /** Show the receipts of a customer's conversation. */
  lookAtCustomer(conversation) {
    this.#followsCase = false;
    this.look(conversation);
  }

  look(conversation) {
    if (this.focus === conversation) return;
    this.focus = conversation;
    this.changed("focus");
  }

  /** Show the receipts of the chosen case's customer, as soon as it is known who that is. */
  lookAtCase() {
    this.#followsCase = Boolean(this.threadId);
    const conversation = this.cases[this.threadId]?.conversation;
    if (conversation) this.look(conversation);
  }

  /** The name of the person whose conversation it is. */
  nameOf(conversation) {
    if (conversation === adminConversation) return ADMIN.name;
    const own = this.customers.find(({ id }) => customerConversation(id) === conversation);
    return own?.name ?? Object.values(this.cases).find((one) => one.conversation === conversation)?.customer ?? "";
  }

  /** The lines of a conversation in their order. */
  lines(conversation) {
    return [...(this.#lines.get(conversation)?.values() ?? [])].sort((a, b) => a.sequence - b.sequence);
  }

  line(conversation, id) {
    return this.#lines.get(conversation)?.get(id);
  }

  /** Take a line; an older state of a line that is known does not replace it. */
  put(conversation, line, { fresh }) {
    const lines = this.#lines.get(conversation) ?? new Map();
    this.#lines.set(conversation, lines);
    const known = lines.get(line.id);
    if (known && known.revision >= line.revision) return;
    lines.set(line.id, line);
    if (!fresh || known) return;
    if (!line.authorId) this.#typing.delete(conversation);
    if (!line.authorId) this.#unread.set(conversation, this.unread(conversation) + 1);
  }

  unread(conversation) {
    return this.#unread.get(conversation) ?? 0;
  }

  read(conversation) {
    if (this.#unread.delete(conversation)) this.changed("unread");
  }

  /** Remember for some seconds that Relevo writes there. */
  startTyping(conversation) {
    this.#typing.set(conversation, Date.now() + TYPING_FOR);
    this.changed("lines", conversation);
    setTimeout(() => this.changed("lines", conversation), TYPING_FOR + 50);
  }

  /** Who is writing to whoever reads the conversation: a customer to the desk, else their agent or Relevo; or null. */
  typing(conversation) {
    if ((this.#typing.get(conversation) ?? 0) <= Date.now()) return null;
    const one = Object.entries(this.cases).find(([id, known]) => known.conversation === conversation || threadConversation(id) === conversation)?.[1];
    if (this.isThread(conversation)) return one?.customer ?? "Relevo";
    return one?.status === "claimed" && one.agent ? one.agent : "Relevo";
  }

  /** Whether a conversation is a case's thread. */
  isThread(conversation) {
    return conversation.startsWith(threadConversation(""));
  }

  /** Whether an agent takes no cases for now. */
  away(id) {
    return Object.entries(this.presence).some(([key, said]) => key.endsWith(`:${id}`) && said === "away");
  }

  get isAway() {
    return this.away(this.agent.id);
  }

  /** The mood of a conversation, point by point, as far as its case tells. */
  points(conversation) {
    return Object.values(this.cases).find((one) => one.conversation === conversation && one.mood)?.mood.points ?? [];
  }

  /** Threads of other cases of the same customer, newest first. */
  pastOf(threadId) {
    const conversation = this.cases[threadId]?.conversation;
    return [...this.threads.values()].filter(({ id }) => id !== threadId && conversation && this.cases[id]?.conversation === conversation);
  }

  changed(what, conversation = null) {
    this.dispatchEvent(new CustomEvent("change", { detail: { what, conversation } }));
  }

  #keep() {
    keep("customers", this.customers);
    keep("customer", this.customer);
    keep("place", this.place);
    keep("agent", this.agentId);
    keep("thread", this.threadId);
  }
}
