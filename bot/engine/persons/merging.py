"""One memory of two, and two of one (pure)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.engine.persons.records import Visit
from bot.vocabulary.memory import Episode, Fact, Memory, OpenThread
from bot.vocabulary.messages import ConversationRef

Item = TypeVar("Item", Fact, Episode, OpenThread)


def keep_both(first: Memory, second: Memory) -> Memory:
    """Return both memories in one; of facts on the same slot the first memory's count."""
    known = {fact.slot: fact for fact in first.facts}
    others = [fact for fact in second.facts if fact.slot not in known]
    beaten = [
        replace(fact, replaced_at=max(fact.at, known[fact.slot].at))
        for fact in second.facts
        if fact.slot in known
    ]
    facts = _each_once([*first.facts, *others])
    now = {fact.id for fact in facts}
    replaced = _each_once([*first.replaced, *second.replaced, *beaten])
    return Memory(
        facts=tuple(sorted(facts, key=lambda fact: fact.at)),
        replaced=tuple(
            sorted(
                (fact for fact in replaced if fact.id not in now),
                key=lambda fact: fact.replaced_at or fact.at,
            )
        ),
        episodes=tuple(
            sorted(_each_once([*first.episodes, *second.episodes]), key=lambda one: one.ended_at)
        ),
        threads=tuple(
            sorted(_each_once([*first.threads, *second.threads]), key=lambda one: one.since)
        ),
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


def _authors_of(thread: OpenThread, memory: Memory) -> Sequence[str]:
    return [name for one in memory.episodes if one.id == thread.episode for name in one.author_ids]


def _each_once(items: Iterable[Item]) -> list[Item]:
    """The first of those with the same id."""
    found: dict[str, Item] = {}
    for item in items:
        found.setdefault(item.id, item)
    return list(found.values())
