"""Whose memory it is that a lesson belongs to, and how that is changed."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.engine.erasing.tombstones import Tombstones
from bot.engine.persons.consent import Consent
from bot.engine.persons.people import People
from bot.engine.persons.records import group_of
from bot.engine.persons.vault import Vault
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.memory import Learner, Memory
from bot.vocabulary.messages import ConversationRef

CONFLICTS = 20
"""A memory is read again this often when others write it at the same moment."""

Change = Callable[[Memory], Awaitable[Memory]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who owns what somebody says in a place; what they said until ``erased_at`` is nobody's any more."""

    owner: str
    erased_at: datetime | None = None

    def keeps(self, at: datetime) -> bool:
        """Whether what was said then may be remembered."""
        return self.erased_at is None or at > self.erased_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A memory before and after it was changed."""

    before: Memory
    after: Memory


class Owners(Protocol):
    """The memories of persons and groups. All raise ``StateUnavailableError`` without Redis."""

    async def standing(
        self, author_id: str, place: ConversationRef, *, is_direct: bool
    ) -> Standing | None:
        """Return who owns what somebody says: they themselves, or in a shared place its group.

        None where it may not be remembered: they switched it off, or the settings allow none there.
        """
        ...

    async def change(self, owner: str, change: Change, *, accounts: Collection[str]) -> Changed:
        """Change a memory in one fenced step; ``change`` runs again when another came first.

        Refused when one of the accounts that said what is new is no longer the owner's.
        What stays as it was is not written. Raises ``UnreadableMemoryError`` when it can't be read: then
        nothing of it may be replaced.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """Who learns, and into whose memories.

    ``simpler`` needs nobody else: it learns what could not be learnt try after try.
    """

    learner: Learner
    owners: Owners
    simpler: Learner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOwners:
    """See ``Owners``: over the stores of persons."""

    people: People
    vault: Vault
    consent: Consent
    tombstones: Tombstones

    async def standing(
        self, author_id: str, place: ConversationRef, *, is_direct: bool
    ) -> Standing | None:
        """See ``Owners.standing``; that they wrote there is noted, so that it can be erased.

        Who was erased, and is known to nobody since, is not registered again for what they said before.
        """
        erased_at = await self.tombstones.erased_at(author_id)
        if erased_at is not None and await self.people.find(author_id) is None:
            return None
        person = await self.people.meet(author_id, place, is_direct=is_direct)
        if not self.consent.rules.is_on(person, author_id):
            return None
        return Standing(owner=person.owner if is_direct else group_of(place), erased_at=erased_at)

    async def change(self, owner: str, change: Change, *, accounts: Collection[str]) -> Changed:
        """See ``Owners.change``."""
        before, version = await self.vault.read(owner)
        for _ in range(CONFLICTS):
            after = await change(before)
            if after == before or await self.vault.write(owner, after, version, accounts=accounts):
                return Changed(before=before, after=after)
            refused = version
            before, version = await self.vault.read(owner)
            if version == refused:
                break  # nobody has written: the person was erased, joined or parted
        raise StateUnavailableError("A memory changes hands, or too fast: it is tried again.")
