/* A line that an admin types: which command it is, which argument is being typed, and how it is written. */

const PREFIX = /^\s*\/(?:relevo\b\s*)?/i;
const TOKEN = /\s*(?:([a-z_]+)=)?("(?:[^"\\]|\\.)*"?|[“„«][^“”„«»]*[”“»](?=\s|$)|[^\s"]\S*)?/gy;
const PLAIN = /^[^\s"=\\“”„«»]+$/;
const QUOTED = /^"((?:[^"\\]|\\.)*)"?\s*$/s;
/* As phones write quotes; a long text keeps them, for they may be its own. */
const CURLY = /^[“„«]([^“”„«»]*)[”“»]\s*$/;

/** The command with which a text begins, by its longest name, and where what is behind it begins; or null. */
export function commandOf(text, commands) {
  const slash = PREFIX.exec(text)?.[0].length;
  if (slash === undefined) return null;
  const begun = text.slice(slash).toLowerCase();
  const fits = (name) => begun === name || begun.startsWith(`${name} `) || begun.startsWith(`${name}\n`);
  const named = commands.flatMap((command) => [command.name, command.id, ...command.aliases].map((name) => ({ command, name })));
  const found = named.filter(({ name }) => fits(name)).sort((a, b) => b.name.length - a.name.length)[0];
  return found ? { command: found.command, end: slash + found.name.length } : null;
}

/** Commands that begin as a text does, in the order of the table; null when it begins no command. */
export function commandsLike(text, commands) {
  const slash = PREFIX.exec(text)?.[0].length;
  if (slash === undefined) return null;
  const begun = text.slice(slash).toLowerCase().replace(/\s+/g, " ");
  return commands.filter(({ name }) => name.startsWith(begun));
}

/** What is written behind a command: the values so far, and the argument at the end with where it begins. */
export function typedBehind(command, text, end) {
  const values = {};
  let at = { argument: null, typed: "", start: text.length };
  for (const token of tokens(text, end)) {
    const open = command.arguments.filter(({ name }) => !(name in values));
    const argument = open.find(({ name }) => name === token.name) ?? open[0];
    if (!argument) break;
    const rest = argument === command.arguments.at(-1) && !open.some(({ name }) => name !== argument.name && text.slice(token.start).includes(` ${name}=`));
    const raw = rest && token.value ? text.slice(token.start) : token.value;
    const value = plain(raw, { keeps: rest && argument.kind === "long_text" });
    at = { argument, typed: value, start: token.start };
    if (token.closed || rest) values[argument.name] = value.trim();
    if (rest) break;
  }
  return { values: Object.fromEntries(Object.entries(values).filter(([, value]) => value)), ...at };
}

/** A command with its values as one line, which reads the same. */
export function written(command, values) {
  const given = command.arguments.filter(({ name }) => values[name]?.trim());
  return [`/${command.name}`, ...given.map(({ name }) => `${name}=${quoted(values[name])}`)].join(" ");
}

/** A value as it stands in a line. */
export function quoted(value) {
  return PLAIN.test(value) ? value : `"${value.trim().replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** How the arguments of a command are written: what may be left out stands in brackets. */
export const usage = (command) => command.arguments.map(({ name, required }) => (required ? name : `[${name}]`)).join(" ");

/** The values behind a command one after the other; the last may be empty, and is not over yet. */
function tokens(text, end) {
  const found = [];
  TOKEN.lastIndex = end;
  while (TOKEN.lastIndex < text.length) {
    const begun = TOKEN.lastIndex;
    const [whole, name, value = ""] = TOKEN.exec(text) ?? [""];
    if (!whole) break;
    const start = begun + whole.length - value.length;
    found.push({ name, value, start, closed: TOKEN.lastIndex < text.length });
  }
  if (/\s$/.test(text) && (!found.length || found.at(-1).closed) && found.at(-1)?.value !== "") found.push({ value: "", start: text.length, closed: false });
  return found;
}

function plain(raw, { keeps }) {
  const straight = QUOTED.exec(raw);
  if (straight) return straight[1].replace(/\\(.)/gs, "$1");
  return (keeps ? null : CURLY.exec(raw)?.[1]) ?? raw;
}
