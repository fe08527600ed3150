"""What of a memory is still kept: nothing expired, and no more than a person's share.

So what one person costs stays flat over the years, whatever they say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from bot.memory.slots import RULES
from bot.texts import shortened
from bot.vocabulary.memory import Episode, Fact, FactOrigin, Memory, OpenThread

Item = TypeVar("Item")

FULL_EPISODES = 40
"""So many of the latest episodes keep all they say; of older ones a short version is enough."""

SHORT_PROBLEM, SHORT_RESOLUTION = 160, 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long what is remembered is kept after it was last said, and how much of it at most."""

    fact_days: float = 730
    replaced_days: float = 365
    episode_days: float = 365
    thread_days: float = 90
    most_facts: int = 60
    most_replaced: int = 60
    most_episodes: int = 200
    most_threads: int = 30


def kept(memory: Memory, now: datetime, keeping: Keeping) -> Memory:
    """Return a memory without what has expired and what goes beyond the caps; kept twice is kept once."""
    episodes = _kept_episodes(memory.episodes, now, keeping)
    facts = [fact for fact in memory.facts if fact.expires_at is None or fact.expires_at > now]
    facts = _within_slots(facts)
    return Memory(
        facts=_best(facts, keeping.most_facts, _worth_of_fact),
        replaced=_kept_replaced(memory.replaced, now, keeping),
        episodes=episodes,
        threads=_kept_threads(memory.threads, now, keeping),
    )


def _within_slots(facts: Sequence[Fact]) -> list[Fact]:
    """Keep the latest of those slots that hold several values; each author has a share of their own."""
    left: dict[tuple[str, str], int] = {}
    within: list[Fact] = []
    for fact in reversed(facts):
        share = (fact.slot.value, fact.author_id)
        left.setdefault(share, RULES[fact.slot].most)
        if left[share] > 0:
            left[share] -= 1
            within.append(fact)
    return within[::-1]


def _kept_replaced(facts: Sequence[Fact], now: datetime, keeping: Keeping) -> tuple[Fact, ...]:
    oldest = now - timedelta(days=keeping.replaced_days)
    recent = [fact for fact in facts if (fact.replaced_at or fact.at) > oldest]
    return _best(
        recent, keeping.most_replaced, lambda fact: (fact.replaced_at or fact.at).timestamp()
    )


def _kept_episodes(
    episodes: Sequence[Episode], now: datetime, keeping: Keeping
) -> tuple[Episode, ...]:
    oldest = now - timedelta(days=keeping.episode_days)
    recent = [episode for episode in episodes if episode.ended_at > oldest]
    best = _best(recent, keeping.most_episodes, lambda episode: _worth_of_episode(episode, now))
    return (*map(_shorter, best[:-FULL_EPISODES]), *best[-FULL_EPISODES:])


def _shorter(episode: Episode) -> Episode:
    """Keep of an old episode what it was about and how it ended."""
    return replace(
        episode,
        problem=shortened(episode.problem, SHORT_PROBLEM),
        tried=episode.tried[-1:],
        resolution=shortened(episode.resolution, SHORT_RESOLUTION),
    )


def _kept_threads(
    threads: Sequence[OpenThread], now: datetime, keeping: Keeping
) -> tuple[OpenThread, ...]:
    oldest = now - timedelta(days=keeping.thread_days)
    recent = [
        thread for thread in threads if max(thread.since, thread.due or thread.since) > oldest
    ]
    return _best(recent, keeping.most_threads, lambda thread: thread.since.timestamp())


def _worth_of_fact(fact: Fact) -> tuple[bool, float, float]:
    """What was said outlives what was only inferred, and what is new what is old."""
    return (fact.origin is not FactOrigin.INFERRED, fact.confidence, fact.at.timestamp())


def _worth_of_episode(episode: Episode, now: datetime) -> float:
    """Days that an episode counts as younger than it is: people had it, it is open, something was promised."""
    age = (now - episode.ended_at) / timedelta(days=1)
    bonus = 30 * (episode.case is not None) + 30 * (episode.is_solved is False)
    return bonus + 15 * bool(episode.commitments) - age


def _best(
    items: Sequence[Item], most: int, worth: Callable[[Item], float | tuple[float, ...]]
) -> tuple[Item, ...]:
    """Keep the best of too many, in their order."""
    if len(items) <= most:
        return tuple(items)
    places = sorted(range(len(items)), key=lambda place: worth(items[place]), reverse=True)[:most]
    return tuple(items[place] for place in sorted(places))
