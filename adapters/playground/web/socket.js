/* The connection to the server: opens itself again, and notices when it is only seemingly open. */

const FIRST_WAIT = 300;
const LONGEST_WAIT = 5000;
const PING_EVERY = 15000;
const ANSWER_WITHIN = 10000;

/** Dispatches `frame` (detail: the object) and `state` (detail: "connecting" | "online" | "offline"). */
export class Connection extends EventTarget {
  #socket = null;
  #wait = FIRST_WAIT;
  #timer = null;
  #heard = 0;
  state = "connecting";

  /** Open, and keep open. `greeting` makes the first frame of each connection. */
  start(greeting) {
    this.greeting = greeting;
    window.addEventListener("online", () => this.#soon(0));
    setInterval(() => this.#check(), PING_EVERY);
    this.#open();
  }

  /** Send an object; false when there is no connection. */
  send(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Say again who is shown, for example after a new customer. */
  greet() {
    this.send(this.greeting());
  }

  /** Close and open again: the server does not answer. */
  restart() {
    this.#socket?.close();
    this.#lost(this.#socket);
  }

  #open() {
    clearTimeout(this.#timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/playground/ws`);
    this.#socket = socket;
    socket.addEventListener("open", () => this.greet());
    socket.addEventListener("message", (event) => this.#hear(socket, JSON.parse(event.data)));
    socket.addEventListener("close", () => this.#lost(socket));
  }

  #hear(socket, frame) {
    if (socket !== this.#socket) return;
    this.#heard = Date.now();
    if (frame.type === "welcome") {
      this.#wait = FIRST_WAIT;
      this.#become("online");
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #lost(socket) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#become("offline");
    this.#soon(this.#wait * (0.7 + Math.random() * 0.6));
    this.#wait = Math.min(this.#wait * 1.7, LONGEST_WAIT);
  }

  #soon(milliseconds) {
    if (this.#socket) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), milliseconds);
  }

  #check() {
    if (!this.send({ type: "ping" })) return;
    const asked = Date.now();
    setTimeout(() => this.#heard < asked && this.state === "online" && this.restart(), ANSWER_WITHIN);
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}
