/* Which case wants a person first, and which cases are whose (pure). */

const RANK = { urgent: 0, high: 1, normal: 2, low: 3 };
const PLACE = { unknown: 0, queued: 0, claimed: 0, snoozed: 1, resolved: 2, expired: 2, erased: 2 };

export const FILTERS = ["all", "mine", "queued"];

export const isOpen = (one) => Boolean(one) && PLACE[one.status] < 2;

const statusOf = (one) => one?.status ?? "unknown";

/** The promises that still count, soonest first: `{promise, at}`. A first reply is kept once it is given. */
export function promises(one) {
  if (!isOpen(one)) return [];
  const open = Object.entries(one.due ?? {}).filter(([promise]) => promise !== "first_reply" || !one.repliedAt);
  return open.map(([promise, at]) => ({ promise, at })).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Since when somebody waits: the customer for their agent, or the case for any. */
export function waitsSince(one) {
  if (!isOpen(one) || one.status === "snoozed") return null;
  return one.status === "queued" ? (one.queuedAt ?? one.openedAt) : one.awaitedSince;
}

/** Threads in the order in which they want somebody: broken promises, priority, what is due, who waits longest. */
export function byUrgency(threads, cases) {
  const key = (thread) => sortKey(cases[thread.id], thread);
  return [...threads].map((thread) => [key(thread), thread]).sort(([a], [b]) => compare(a, b)).map(([, thread]) => thread);
}

function sortKey(one, thread) {
  const place = PLACE[statusOf(one)];
  if (place === 2) return [place, -Date.parse(one.changedAt ?? thread.at)];
  const soonest = promises(one)[0];
  const since = Date.parse(waitsSince(one) ?? one?.openedAt ?? thread.at);
  return [place, one?.breached?.length ? 0 : 1, RANK[one?.priority] ?? 2, soonest ? Date.parse(soonest.at) : Infinity, since];
}

function compare(a, b) {
  const at = a.findIndex((value, place) => value !== b[place]);
  return at < 0 ? 0 : a[at] < b[at] ? -1 : 1;
}

/** Whether a filter lets a case through, for an agent by name. */
export function passes(filter, one, agent) {
  if (filter === "mine") return isOpen(one) && (one.agent === agent || one.offeredTo === agent);
  if (filter === "queued") return !one || one.status === "queued";
  return true;
}
