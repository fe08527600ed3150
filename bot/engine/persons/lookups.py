"""Who acts and what is remembered of the owner that counts, in one round trip for whoever was met before.

Who an account belonged to last is only a guess from this process's own past: what is read on it counts if
the account's key and the person's own record say the same, and is read anew otherwise.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.keys import OwnerKeys, identity
from bot.engine.persons.people import People
from bot.engine.persons.places import is_fresh
from bot.engine.persons.records import Person, group_of, visit_text
from bot.engine.persons.vault import Reply, Vault, ask
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.memory import Memory
from bot.vocabulary.messages import ConversationRef

GUESSES = 20_000
"""Accounts whose person a process knows: about 3 MiB."""

_TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who acts, and the memory of ``owner`` as it is stored."""

    person: Person
    owner: str
    stored: Reply = field(repr=False)


class Lookups:
    """Reads for turns. Raises ``StateUnavailableError`` when Redis does not answer in time."""

    def __init__(self, redis: Redis, people: People, vault: Vault, *, deadline: float) -> None:
        self._redis = redis
        self._people = people
        self._vault = vault
        self._deadline = deadline
        self._guesses: OrderedDict[str, str] = OrderedDict()

    async def look(self, account: str, place: ConversationRef, *, is_direct: bool) -> Found:
        """Return who acts in a place and what is remembered there, and note the visit once a day."""
        for _ in range(_TRIES):
            person = self._guesses.get(account) or (await self._people.person_of(account)).id
            found, seen = await self._read(account, person, place, is_direct=is_direct)
            if found is None:
                self._guesses.pop(account, None)
                continue
            self._guess(account, person)
            if is_fresh(seen):
                return found
            met = await self._people.meet(account, place, is_direct=is_direct)
            if met.id == person:
                return found
        raise StateUnavailableError("An account changes hands too fast: try again later.")

    async def memory(self, found: Found) -> Memory:
        """Decrypt what was found. Raises ``UnreadableMemoryError``."""
        memory, _ = await self._vault.opened(found.owner, found.stored)
        return memory

    async def _read(
        self, account: str, person: str, place: ConversationRef, *, is_direct: bool
    ) -> tuple[Found | None, float | None]:
        keys = OwnerKeys(f"person:{person}")
        owner = f"person:{person}" if is_direct else group_of(place)
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            pipeline.get(identity(account))
            pipeline.hgetall(keys.person)
            pipeline.zscore(keys.places, visit_text(account, place, is_direct=is_direct))
            ask(pipeline, owner)
            named, fields, seen, stored = await pipeline.execute()
        read = Person.parse(person, cast(dict[str, str], fields))
        is_theirs = named == person and account in read.accounts and read.moved_to is None
        if not is_theirs or read.coming:
            return None, None
        return Found(person=read, owner=owner, stored=stored), cast(float | None, seen)

    def _guess(self, account: str, person: str) -> None:
        self._guesses[account] = person
        self._guesses.move_to_end(account)
        while len(self._guesses) > GUESSES:
            self._guesses.popitem(last=False)
