/* What the browser keeps for this page. Where storage is forbidden, the page works without. */

const memory = new Map();

/** Read a kept value, or the fallback. */
export function recall(name, fallback = null) {
  try {
    const text = localStorage.getItem(`relevo.${name}`) ?? memory.get(name);
    return text === null || text === undefined ? fallback : JSON.parse(text);
  } catch {
    return memory.has(name) ? JSON.parse(memory.get(name)) : fallback;
  }
}

/** Keep a value; null forgets it. */
export function keep(name, value) {
  const text = JSON.stringify(value);
  try {
    if (value === null) localStorage.removeItem(`relevo.${name}`);
    else localStorage.setItem(`relevo.${name}`, text);
  } catch {
    if (value === null) memory.delete(name);
    else memory.set(name, text);
  }
}

/** Names of all kept values that begin so, in order. */
export function kept(prefix) {
  const names = [...memory.keys()];
  try {
    for (let at = 0; at < localStorage.length; at += 1) names.push(localStorage.key(at).replace(/^relevo\./, ""));
  } catch {
    /* Only what is in memory. */
  }
  return [...new Set(names)].filter((name) => name.startsWith(prefix)).sort();
}

/** A new id that nobody else has. */
export function newId(prefix) {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `${prefix}-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
