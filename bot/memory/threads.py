"""Open threads: problems that were not solved, and promises; until a later conversation settles them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.memory.folded import composed, fold
from bot.texts import shortened
from bot.texts.likeness import content_words, share
from bot.vocabulary.memory import Commitment, Episode, Memory, OpenThread

ABOUT_LENGTH = 200

SAME_MATTER = 0.5
"""Share of a thread's words that an episode about the same has; own judgement."""

FEWEST_SHARED = 2

PROBLEM_FROM, PROBLEM_UNTIL = timedelta(days=1), timedelta(days=14)
"""How old an unsolved problem is when a customer is asked about it."""

PROMISE_FROM, PROMISE_UNTIL = timedelta(days=3), timedelta(days=30)
"""The same for a promise without a day; one with a day counts from its end."""

PAUSE = timedelta(hours=20)
"""So long after one thread was raised no other is: never two in one conversation."""

THE_SAME_TURN = timedelta(minutes=2)
"""A turn that runs again may raise what it has noted as raised a moment ago."""

_ID_LENGTH = 20

_WORK = re.compile(
    r"(?<!\w)(?:(?:i|we)(?:'ll| will|(?:'m| am|'re| are) going to) (?:(?:take|have) a )?(?:look|check|help|investigate"
    r"|find out|ask)|(?:voy|vamos) a (?:mirar|revisar|comprobar|consultar|ayudar)\w{0,3}"
    r"|(?:lo|la|te|le) (?:mir|revis|comprob|consult|ayud)are(?:mos)?)(?!\w)"
)
"""Promises to work on a problem: once that is solved, nobody waits for them."""


def with_threads_of(memory: Memory, episode: Episode) -> Memory:
    """Open the threads that an episode leaves, and close those that it settles.

    The episode may be known already: then its threads are drawn up anew, and what was raised stays so.
    """
    raised = {thread.id: thread.raised_at for thread in memory.threads}
    others = [thread for thread in memory.threads if thread.episode != episode.id]
    if episode.is_solved:
        others = [thread for thread in others if not _is_settled(thread, episode)]
    own = [replace(thread, raised_at=raised.get(thread.id)) for thread in _threads_of(episode)]
    return replace(memory, threads=_by_time((*others, *own)))


def due_to_raise(memory: Memory, now: datetime) -> OpenThread | None:
    """Return the open thread that a customer should be asked about now; None when there is none.

    That is a promise whose day has passed, or a problem that is some days old: each once at most, and
    none within hours after another. Promises come first, the oldest of them before the others.
    """
    asked = [now - thread.raised_at for thread in memory.threads if thread.raised_at is not None]
    if any(THE_SAME_TURN < ago < PAUSE for ago in asked):
        return None
    due = [
        thread for thread in memory.threads if not _was_raised(thread, now) and _is_due(thread, now)
    ]
    return min(due, key=_urgency, default=None)


def _urgency(thread: OpenThread) -> tuple[bool, bool, datetime]:
    """What a turn has raised a moment ago, then promises, then the oldest."""
    return (thread.raised_at is None, thread.by is None, thread.due or thread.since)


def _was_raised(thread: OpenThread, now: datetime) -> bool:
    return thread.raised_at is not None and now - thread.raised_at > THE_SAME_TURN


def _is_due(thread: OpenThread, now: datetime) -> bool:
    if thread.due is not None:
        return timedelta() < now - thread.due <= PROMISE_UNTIL
    age = now - thread.since
    if thread.by is not None:
        return PROMISE_FROM <= age <= PROMISE_UNTIL
    return PROBLEM_FROM <= age <= PROBLEM_UNTIL


def _threads_of(episode: Episode) -> Iterator[OpenThread]:
    if episode.is_solved is False and episode.problem:
        yield OpenThread(
            id=_id(episode, "problem"),
            about=shortened(episode.problem, ABOUT_LENGTH),
            since=episode.ended_at,
            place=episode.place,
            episode=episode.id,
        )
    for commitment in episode.commitments:
        if episode.is_solved and _was_work(commitment):
            continue
        yield OpenThread(
            id=_id(episode, commitment.text),
            about=shortened(commitment.text, ABOUT_LENGTH),
            since=episode.ended_at,
            place=episode.place,
            episode=episode.id,
            by=commitment.by,
            due=commitment.until,
        )


def _was_work(commitment: Commitment) -> bool:
    """Whether a promise, without a day, was to work on the problem."""
    return commitment.until is None and _WORK.search(fold(composed(commitment.text))) is not None


def _is_settled(thread: OpenThread, episode: Episode) -> bool:
    """Whether a solved episode is about the same as a thread of an earlier one."""
    if thread.since > episode.ended_at:
        return False
    told = content_words(f"{episode.problem} {episode.resolution}")
    shared = content_words(thread.about) & told
    return len(shared) >= FEWEST_SHARED and share(thread.about, told) >= SAME_MATTER


def _id(episode: Episode, what: str) -> str:
    return sha256(f"{episode.id}\0{what}".encode()).hexdigest()[:_ID_LENGTH]


def _by_time(threads: Iterable[OpenThread]) -> tuple[OpenThread, ...]:
    return tuple(sorted(threads, key=lambda thread: (thread.since, thread.id)))
