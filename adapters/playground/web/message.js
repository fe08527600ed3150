/* One message: who, when, what; its sources as chips, its choices as buttons, its state in words. */

import { choices, holding } from "./choices.js";
import { el, icon, initials } from "./dom.js";
import { fileList } from "./files.js";
import { richText } from "./richtext.js";
import { t, when } from "./texts.js";

const ROLE = { bot: "role_bot", agent: "role_agent", customer: "role_customer", admin: "role_admin" };
const KIND = {
  note: { text: "kind_note", symbol: "note" },
  reply: { text: "kind_reply", symbol: "send" },
  command: { text: "kind_command", symbol: "keys" },
  draft: { text: "kind_draft", symbol: "pen" },
};
const LONG = 500;

/** Build a message. `mine(line)`, `onPress`, `onEdit` and `onDelete` say what can be done with it. */
export function messageNode(line, { follows, viewer, mine, onPress, onEdit, onDelete }) {
  const own = mine(line);
  return el(
    "li",
    {
      class: `entry voice-${line.voice} kind-${line.kind}${follows ? " follows" : ""}${line.voice === viewer ? " own" : ""}`,
      data: { testid: "message", messageId: line.id, voice: line.voice, kind: line.kind, state: stateOf(line) },
    },
    avatar(line),
    el("div", { class: "said" }, head(line, viewer), pinged(line), bubble(line, viewer), files(line), chips(line), line.held ? holding(line.held, onPress) : null, choices(line, onPress), foot(line, own, { onEdit, onDelete })),
  );
}

const stateOf = (line) => (line.deleted ? "deleted" : line.accepted ? "accepted" : "waiting");

function avatar(line) {
  const picture = line.voice === "bot" ? icon("baton") : initials(line.name || "?");
  return el("span", { class: "avatar", "aria-hidden": "true" }, picture);
}

function head(line, viewer) {
  const name = line.voice === "bot" ? "Relevo" : line.name;
  const kind = KIND[line.kind];
  return el(
    "p",
    { class: "who" },
    el("strong", { class: "name", dir: "auto", data: { testid: "speaker" } }, name),
    el("span", { class: "role" }, t(line.voice === "bot" && viewer === "agent" ? "role_desk" : ROLE[line.voice])),
    kind ? el("span", { class: "gesture", data: { testid: "gesture" } }, icon(kind.symbol), t(kind.text)) : null,
    el("time", { datetime: line.at, title: new Date(line.at).toLocaleString() }, when(line.at)),
  );
}

/** Who of the agents is called: a mark that only Relevo can set, whatever a text says. */
function pinged(line) {
  if (!line.notifies?.length || line.deleted) return null;
  const names = line.notifies.map(({ name }) => el("strong", { class: "pinged" }, `@${name}`));
  return el("p", { class: "who", data: { testid: "pinged" } }, names);
}

function bubble(line, viewer) {
  const data = { testid: "message-text" };
  if (line.deleted) return el("div", { class: "bubble gone", data }, t("deleted"));
  if (!line.text.trim()) return null;
  if (line.body) return el("div", { class: "bubble rich", dir: "auto", data }, richText(line.body));
  const typed = el("div", { class: "bubble typed", dir: "auto", data }, line.text);
  return viewer === "agent" && line.voice === "bot" && line.text.length > LONG ? folded(typed) : typed;
}

/** Something long that is there to be looked up, such as the whole conversation: its beginning, and all on demand. */
function folded(node) {
  node.classList.add("folded");
  const unfold = el("button", { type: "button", class: "quiet", data: { testid: "show-all" }, onclick: () => [node.classList.remove("folded"), unfold.remove()] }, t("show_all"));
  return el("div", { class: "long" }, node, unfold);
}

const files = (line) => (line.files.length && !line.deleted ? fileList(line.files) : null);

function chips(line) {
  if (!line.sources.length || line.deleted) return null;
  return el(
    "ul",
    { class: "chips", "aria-label": t("sources"), data: { testid: "sources" } },
    line.sources.map((source) => el("li", {}, chip(source))),
  );
}

/** A source: a link when it has an address that may be opened, else its title alone. */
export function chip({ title, url }, ...more) {
  const inside = [icon("doc"), el("span", { dir: "auto" }, title), ...more];
  const data = { testid: "source" };
  if (!url) return el("span", { class: "chip", data }, inside);
  return el("a", { class: "chip", href: url, target: "_blank", rel: "noopener noreferrer nofollow", data }, inside);
}

function foot(line, own, { onEdit, onDelete }) {
  if (!own || line.deleted) return line.edited && !line.deleted ? el("p", { class: "foot" }, t("edited")) : null;
  const state = line.accepted
    ? [icon("check"), line.seen ? icon("check") : null, el("span", {}, t(line.seen ? "seen" : "accepted"))]
    : [icon("clock"), el("span", {}, t("waiting"))];
  const gesture = (name, testid, act) =>
    el("button", { type: "button", class: "quiet", data: { testid }, onclick: () => act(line) }, t(name));
  return el(
    "p",
    { class: "foot" },
    line.accepted ? el("span", { class: "gestures" }, gesture("edit", "edit", onEdit), gesture("delete", "delete", onDelete)) : null,
    line.edited ? el("span", {}, t("edited")) : null,
    el("span", { class: "state", data: { testid: "state" } }, state),
  );
}
