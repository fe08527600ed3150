/* A conversation as its log shows it: stored lines, and over them what is not acknowledged yet. */

import { isDraft, undoOf } from "./choices.js";
import { customerConversation, threadConversation } from "./store.js";
import { language } from "./texts.js";
import { ABOVE } from "./verbs.js";

const REPLY = /^\/reply(\s+|$)/;

/** The conversation that an event belongs to. */
export function conversationOf({ who, thread }) {
  return who.role === "agent" ? threadConversation(thread) : customerConversation(who.id);
}

/** The lines to show (what Relevo took back leaves no trace), each with a `stamp` that changes with its looks. */
export function viewLines(store, outbox, conversation) {
  const lines = new Map(store.lines(conversation).map((line) => [line.id, line]));
  for (const event of outbox.events) {
    if (conversationOf(event) === conversation) apply(lines, event);
  }
  const shown = [...lines.values()].filter((line) => !line.deleted || line.authorId);
  const viewed = store.isThread(conversation) ? atDesk(shown, store.undoSeconds) : shown;
  return viewed.map((line) => ({
    ...line,
    stamp: [line.revision, line.accepted, line.deleted, line.source, line.pressed, line.kind, line.buttons.length, Boolean(line.held), line.held?.line.pressed, language()].join("|"),
  }));
}

/** As agents see it: drafts are told apart, what waits says so itself, and what stands in the head is not repeated. */
function atDesk(lines, undoSeconds) {
  const known = new Set(lines.map(({ id }) => id));
  const held = new Map(lines.map((line) => waits(line, undoSeconds, known)).filter(Boolean));
  const newest = lines.findLast((line) => line.buttons.some(isPlain));
  const shown = lines.filter((line) => !known.has(undoOf(line)?.target));
  return shown.map((line) => ({
    ...line,
    kind: isDraft(line) ? "draft" : line.kind,
    held: held.get(line.id),
    buttons: line.buttons.filter((button) => !undoes(button) && !stands(button) && (line === newest || !isPlain(button))),
  }));
}

/** What a card says of a reply that waits, by the reply's id; by the card's where it has no line, as a draft's. */
function waits(line, undoSeconds, known) {
  const found = undoOf(line);
  if (!found) return null;
  const until = new Date(Date.parse(line.at) + undoSeconds * 1000).toISOString();
  return [known.has(found.target) ? found.target : line.id, { until, undo: found.undo, line }];
}

const stands = ({ action }) => action.startsWith("case:") && ABOVE.has(action.slice("case:".length));

const isPlain = ({ action }) => /^case:\w+$/.test(action);

const undoes = ({ action }) => action.startsWith("case:undo:");

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
  if (who.role !== "agent") return { source: text, text, kind: "talk" };
  if (REPLY.test(text)) return { source: text, text: text.replace(REPLY, ""), kind: "reply" };
  return { source: text, text, kind: text.startsWith("/") ? "command" : "note" };
}
