"""Persons as the rest of Relevo meets them: always whole, however many accounts they have."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.keys import OwnerKeys
from bot.engine.persons.identities import HOPS, Identities
from bot.engine.persons.joining import Joining, Merge
from bot.engine.persons.merging import keep_both
from bot.engine.persons.parting import Parting
from bot.engine.persons.places import Places
from bot.engine.persons.records import Person, Visit
from bot.engine.persons.vault import Vault
from bot.engine.scripts import source
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef

JUST_NOW = timedelta(minutes=10)
"""For so long an account that was parted says that it was, when it is asked to once more."""


class People:
    """All persons. Every method raises ``StateUnavailableError`` when Redis does not answer in time."""

    def __init__(
        self,
        redis: Redis,
        vault: Vault,
        *,
        deadline: float,
        seconds: int,
        merge: Merge = keep_both,
    ) -> None:
        self._deadline = deadline
        self._vault = vault
        self.identities = Identities(redis, deadline=deadline, seconds=seconds)
        self.places = Places(redis, deadline=deadline, seconds=seconds)
        self._joining = Joining(redis, self.identities, vault, merge, deadline=deadline)
        self._parting = Parting(redis, self.identities, self.places, vault, deadline=deadline)
        self._end = redis.register_script(source("put_memory", "end_person"))

    async def person_of(self, account: str) -> Person:
        """Return the person whose account this is; at the first meeting one is made."""
        for _ in range(HOPS):
            person = await self._joining.settle(await self.identities.person_of(account))
            if person.moved_to is None:
                return person
        raise StateUnavailableError("An account changes hands too fast: try again later.")

    async def find(self, account: str) -> Person | None:
        """Return the person whose account this is; None for a stranger."""
        found = await self.identities.find(account)
        return await self.person_of(account) if found else None

    async def meet(self, account: str, place: ConversationRef, *, is_direct: bool) -> Person:
        """Return the person whose account this is, and note that they wrote there."""
        for _ in range(HOPS):
            person = await self.person_of(account)
            if await self.places.note(person, account, place, is_direct=is_direct):
                await self.identities.keep(person)
                return person
        raise StateUnavailableError("An account changes hands too fast: try again later.")

    async def visits(self, person: Person) -> Sequence[Visit]:
        """Return where a person wrote, the latest last."""
        return await self.places.of(person)

    async def join(self, first: str, second: str) -> None:
        """Let the persons of two accounts become one; where both know a thing, the first one's word counts.

        Done once more it changes nothing. Raises ``UnreadableMemoryError`` when what is to be joined can't be
        decrypted: then nothing is.
        """
        for _ in range(HOPS):
            one, other = await self.person_of(first), await self.person_of(second)
            if one.id == other.id:
                return
            for person in (one, other):
                await self._vault.read(person.owner)
            await self._joining.begin(one, other)
        raise StateUnavailableError("Persons change too fast to be joined: try again later.")

    async def part(self, account: str) -> bool:
        """Give an account a person of its own again, with what came from its own places.

        False when it was the only account of its person, and not parted just now. Raises
        ``UnreadableMemoryError`` when what is to be divided can't be decrypted.
        """
        for _ in range(HOPS):
            person = await self.person_of(account)
            if person.accounts == (account,):
                parted = person.parted_at
                return parted is not None and parted > datetime.now(UTC) - JUST_NOW
            if await self._parting.leave(person, account):
                return True
        raise StateUnavailableError("A memory changes too fast to be parted: try again later.")

    async def end(self, person: str, accounts: Sequence[str]) -> bool:
        """Erase a person with memory and visits; False when they must be erased as another one, again.

        Their accounts then have no person, and nothing is written any more for the one that was.
        """
        found = await self.identities.read(person)
        if found is not None:
            found = await self._joining.settle(found)
            for made in found.parting.values():
                await self.identities.drop(made)
            if found.moved_to is not None and not await self.end(found.moved_to, accounts):
                return False
        keys = OwnerKeys(f"person:{person}")
        async with guarded(self._deadline):
            reply = await self._end(keys=[keys.person, keys.memory, keys.places])
        if reply != "ok":
            return False
        for account in {*accounts, *(found.accounts if found else ())}:
            await self.identities.release(account, person)
        return True
