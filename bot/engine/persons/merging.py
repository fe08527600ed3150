"""One memory of two, and two of one (pure)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.engine.persons.records import Visit
from bot.vocabulary.memory import Episode, Fact, FactOrigin, Memory, OpenThread
from bot.vocabulary.messages import ConversationRef

Item = TypeVar("Item", Fact, Episode, OpenThread)

Rivals = Callable[[Fact, Fact], bool]
"""Says whether two facts can't both be true."""


def same_slot(known: Fact, fact: Fact) -> bool:
    """Whether two facts are about the same thing."""
    return known.slot is fact.slot


def keep_both(first: Memory, second: Memory, are_rivals: Rivals = same_slot) -> Memory:
    """Return both memories in one.

    Of two facts that can't both be true the first memory's counts, unless the other one's origin is stronger.
    """
    facts = {fact.id: fact for fact in (*second.facts, *first.facts)}
    beaten: list[Fact] = []
    for fact in second.facts:
        for known in first.facts:
            if known.id != fact.id and are_rivals(known, fact):
                lost, won = (known, fact) if _strength(fact) > _strength(known) else (fact, known)
                facts.pop(lost.id, None)
                beaten.append(replace(lost, replaced_at=max(lost.at, won.at)))
    replaced = _each_once([*first.replaced, *second.replaced, *beaten])
    former = [fact for fact in replaced if fact.id not in facts]
    episodes = _each_once([*first.episodes, *second.episodes])
    threads = _each_once([*first.threads, *second.threads])
    return Memory(
        facts=tuple(sorted(facts.values(), key=lambda fact: fact.at)),
        replaced=tuple(sorted(former, key=lambda fact: fact.replaced_at or fact.at)),
        episodes=tuple(sorted(episodes, key=lambda episode: episode.ended_at)),
        threads=tuple(sorted(threads, key=lambda thread: thread.since)),
    )


def divide(memory: Memory, account: str, visits: Sequence[Visit]) -> tuple[Memory, Memory]:
    """Return what of a memory leaves with an account, and what stays.

    What was heard where only this account wrote leaves, also what an agent noted there. Where nobody
    remembers a place, who wrote it decides.
    """
    theirs = {visit.place for visit in visits if visit.account == account}
    known = {visit.place for visit in visits}

    def leaves(place: ConversationRef, authors: Collection[str]) -> bool:
        return place in theirs if place in known else account in authors

    facts, replaced, episodes, threads = (
        [fact for fact in memory.facts if leaves(fact.place, (fact.author_id,))],
        [fact for fact in memory.replaced if leaves(fact.place, (fact.author_id,))],
        [one for one in memory.episodes if leaves(one.place, one.author_ids)],
        [one for one in memory.threads if leaves(one.place, _authors_of(one, memory))],
    )
    gone = Memory(
        facts=tuple(facts),
        replaced=tuple(replaced),
        episodes=tuple(episodes),
        threads=tuple(threads),
    )
    return gone, without(memory, {item.id for item in (*facts, *replaced, *episodes, *threads)})


def without(memory: Memory, ids: Collection[str]) -> Memory:
    """Return a memory without the items of these ids."""
    return Memory(
        facts=tuple(one for one in memory.facts if one.id not in ids),
        replaced=tuple(one for one in memory.replaced if one.id not in ids),
        episodes=tuple(one for one in memory.episodes if one.id not in ids),
        threads=tuple(one for one in memory.threads if one.id not in ids),
    )


def has(memory: Memory, item: str) -> bool:
    """Whether a memory has an item of this id."""
    kinds = (memory.facts, memory.replaced, memory.episodes, memory.threads)
    return any(one.id == item for kind in kinds for one in kind)


def _strength(fact: Fact) -> int:
    return list(FactOrigin).index(fact.origin)


def _authors_of(thread: OpenThread, memory: Memory) -> Sequence[str]:
    return [name for one in memory.episodes if one.id == thread.episode for name in one.author_ids]


def _each_once(items: Iterable[Item]) -> list[Item]:
    """The first of those with the same id."""
    found: dict[str, Item] = {}
    for item in items:
        found.setdefault(item.id, item)
    return list(found.values())
