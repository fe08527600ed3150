"""Writes all that is stored of a person as JSON; docs/memory.md documents its form.

It holds what is theirs by the same measure as an erasure takes it (``traces``), and nothing of others. What
agents wrote for themselves is the agents', and so are their names.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from redis.asyncio import Redis

from bot.engine.erasing.caches import Caches
from bot.engine.erasing.place_reader import read_place
from bot.engine.erasing.portrait import (
    action_of,
    answers_of,
    case_of,
    delivery_of,
    episode_of,
    fact_of,
    line_of,
    rating_of,
    thread_of,
    written,
)
from bot.engine.erasing.streams import Records, Streams
from bot.engine.erasing.traces import Traces, Whose
from bot.engine.persons.consent import Consent
from bot.engine.persons.people import People
from bot.engine.persons.records import Person, group_of
from bot.engine.persons.vault import Vault
from bot.vocabulary.conversations import Speaker
from bot.vocabulary.memory import Memory
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import Lane

VERSION = 1

_WORDS = ("changed:", "shown:")
"""What is kept of agents' words are the words themselves under these, and ids under the others."""

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporting:
    """Writes exports.

    Every method raises ``StateUnavailableError`` when Redis did not answer in time, and
    ``UnreadableMemoryError`` when what is remembered can't be decrypted.
    """

    redis: Redis
    people: People
    vault: Vault
    consent: Consent
    streams: Streams
    caches: Caches
    deadline: float

    async def export(self, person: Person) -> str:
        """Return all that is stored of a person."""
        memory, _ = await self.vault.read(person.owner)
        told = {
            "version": VERSION,
            "made_at": written(datetime.now(UTC)),
            "identities": list(person.accounts),
            "profiles": [
                text for account in person.accounts for text in await self.caches.profiles(account)
            ],
            "consent": self._consent(person),
            **_memory(memory),
            "conversations": await self._conversations(person),
        }
        return json.dumps(told, ensure_ascii=False, indent=2)

    def _consent(self, person: Person) -> Json:
        switch, rules = person.switch, self.consent.rules
        return {
            "is_on": any(rules.is_on(person, account) for account in person.accounts),
            "switched_at": written(switch.at) if switch else None,
            "told_at": written(person.told_at) if person.told_at else None,
        }

    async def _conversations(self, person: Person) -> Sequence[Json]:
        visits = {(str(one.place), one.is_direct): one for one in await self.people.visits(person)}
        return [
            await self._conversation(
                visits[name].place, Whose(identities=frozenset(person.accounts), is_direct=name[1])
            )
            for name in sorted(visits)
        ]

    async def _conversation(self, ref: ConversationRef, whose: Whose) -> Json:
        traces = Traces(await read_place(self.redis, ref, deadline=self.deadline), whose)
        records = await self.streams.read(ref, whose, traces.case_ids)
        group = Memory() if whose.is_direct else await self._said_in_group(ref, whose)
        return _place(traces, records) | {"group": _memory(group)}

    async def _said_in_group(self, ref: ConversationRef, whose: Whose) -> Memory:
        """Return what a group remembers from this person alone: what several said is not theirs."""
        memory, _ = await self.vault.read(group_of(ref))
        return Memory(
            facts=tuple(one for one in memory.facts if one.author_id in whose.identities),
            replaced=tuple(one for one in memory.replaced if one.author_id in whose.identities),
            episodes=tuple(
                one
                for one in memory.episodes
                if one.author_ids and whose.identities.issuperset(one.author_ids)
            ),
        )


def _memory(memory: Memory) -> dict[str, object]:
    return {
        "facts": [fact_of(fact) for fact in memory.facts],
        "replaced": [fact_of(fact) for fact in memory.replaced],
        "episodes": [episode_of(episode) for episode in memory.episodes],
        "threads": [thread_of(thread) for thread in memory.threads],
    }


def _place(traces: Traces, records: Records) -> dict[str, object]:
    cases = [traces.current] if traces.current else []
    cases += [item.value for item in traces.cases if item.value not in cases]
    letters = [one for one in records.letters.values() if one is not None]
    return {
        "conversation": str(traces.place.ref),
        "is_direct": traces.whose.is_direct,
        "language": traces.language,
        "lines": [
            line_of(item.value)
            for item in traces.lines
            if item.value.speaker not in {Speaker.NOTE, Speaker.MARKER}
        ],
        "cases": [case_of(case) for case in cases],
        "receipts": [answers_of(item.value) for item in traces.receipts],
        "gaps": [
            {"at": written(one.value.at), "question": one.value.question} for one in traces.gaps
        ],
        "ratings": [rating_of(rating) for rating in records.ratings.values()],
        "waiting": [
            {"at": written(message.sent_at), "text": message.text}
            for message in (*(item.value for item in traces.messages), *letters)
        ],
        "to_be_shown": [
            delivery_of(item.value)
            for item in traces.deliveries
            if item.value.lane is Lane.CUSTOMER
        ],
        "agents_words": [
            text
            for name, text in sorted(traces.place.words.items())
            if name.partition(":")[2] in traces.origins and name.startswith(_WORDS)
        ],
        "actions": [action_of(entry) for entry in records.audit.values()],
        "to_be_learnt": [
            {"at": written(item.value.at), "text": item.value.text} for item in traces.lessons
        ],
    }
