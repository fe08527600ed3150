/* What the server says, into the store; and what has to be asked for because of it. */

const CASES_AFTER = 150;
/* Who is there follows a turn a moment later than its case. */
const PRESENCE_AFTER = 1500;
const ASK_AGAIN = [500, 1000, 2000, 4000];

/** Follow the server's frames. */
export function follow(connection, store) {
  let timer = null;
  let later = null;
  let tries = 0;

  const ask = (conversation) => connection.send({ type: "receipts", conversation });
  const askCases = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(() => connection.send({ type: "cases" }), delay);
  };
  const unknown = () => [...store.threads.keys()].slice(0, 50).some((id) => !store.cases[id]);

  const handle = {
    welcome(frame) {
      store.agents = frame.agents;
      store.verbs = new Map(frame.verbs.map((verb) => [verb.name, verb]));
      store.commands = frame.commands;
      store.undoSeconds = frame.undoSeconds;
      store.teams = frame.teams;
      store.limits = { textBytes: frame.textBytes, fileBytes: frame.fileBytes, filesAtOnce: frame.filesAtOnce };
      store.threads = new Map(frame.threads.map((thread) => [thread.id, thread]));
      store.changed("desk");
      ask(store.focus);
    },
    history(frame) {
      for (const line of frame.lines) store.put(frame.conversation, line, { fresh: false });
      store.loaded.add(frame.conversation);
      store.changed("lines", frame.conversation);
    },
    line(frame) {
      store.put(frame.conversation, frame.line, { fresh: true });
      store.changed("lines", frame.conversation);
      store.changed("unread");
    },
    thread({ thread }) {
      if (thread.erased) {
        store.erased(thread);
        connection.greet();
        return;
      }
      store.opened(thread);
      tries = 0;
      askCases(CASES_AFTER);
    },
    cases(frame) {
      store.putCases(frame.cases, frame.presence);
      // A thread is shown a moment before its case is known to the core's store.
      if (unknown() && tries < ASK_AGAIN.length) askCases(ASK_AGAIN[tries++]);
    },
    typing: ({ conversation }) => store.startTyping(conversation),
    turn({ conversation }) {
      if (conversation === store.focus) ask(conversation);
      tries = 0;
      askCases(CASES_AFTER);
      clearTimeout(later);
      later = setTimeout(() => connection.send({ type: "cases" }), PRESENCE_AFTER);
    },
    receipts(frame) {
      store.receipts.set(frame.conversation, frame.receipts);
      store.changed("receipts");
    },
    resync: () => connection.greet(),
  };

  connection.addEventListener("frame", ({ detail }) => handle[detail.type]?.(detail));
  store.addEventListener("change", ({ detail }) => detail.what === "focus" && ask(store.focus));
}
