/* A conversation as its log shows it: stored lines, and over them what is not acknowledged yet. */

import { customerConversation, threadConversation } from "./store.js";
import { language } from "./texts.js";

const REPLY = /^\/reply(\s+|$)/;

/** The conversation that an event belongs to. */
export function conversationOf({ who, thread }) {
  return who.role === "customer" ? customerConversation(who.id) : threadConversation(thread);
}

/** The lines to show (what Relevo took back leaves no trace), each with a `stamp` that changes with its looks. */
export function viewLines(store, outbox, conversation) {
  const lines = new Map(store.lines(conversation).map((line) => [line.id, line]));
  for (const event of outbox.events) {
    if (conversationOf(event) === conversation) apply(lines, event);
  }
  const shown = [...lines.values()].filter((line) => !line.deleted || line.authorId);
  return shown.map((line) => ({
    ...line,
    stamp: [line.revision, line.accepted, line.deleted, line.source, line.pressed, language()].join("|"),
  }));
}

function apply(lines, event) {
  const known = lines.get(event.target);
  if (event.type === "say" && !lines.has(event.id)) lines.set(event.id, waiting(event));
  if (event.type === "edit" && known) lines.set(known.id, { ...known, ...words(event), accepted: false });
  if (event.type === "delete" && known) lines.set(known.id, { ...known, accepted: false });
  if (event.type === "press" && known) lines.set(known.id, { ...known, pressed: event.action });
}

function waiting(event) {
  return {
    id: event.id,
    revision: 0,
    voice: event.who.role,
    authorId: event.who.id,
    name: event.who.name,
    at: event.at,
    body: null,
    buttons: [],
    sources: [],
    files: event.files ?? [],
    accepted: false,
    edited: false,
    deleted: false,
    pressed: null,
    ...words(event),
  };
}

function words({ who, text }) {
  if (who.role === "customer") return { source: text, text, kind: "talk" };
  if (REPLY.test(text)) return { source: text, text: text.replace(REPLY, ""), kind: "reply" };
  return { source: text, text, kind: text.startsWith("/") ? "command" : "note" };
}
