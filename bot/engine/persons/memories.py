"""The memory as turns and customers reach it: always through the principal who acts."""

import logging
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from bot.engine import metrics
from bot.engine.persons.codes import Codes
from bot.engine.persons.consent import Consent
from bot.engine.persons.lookups import Lookups
from bot.engine.persons.merging import has, without
from bot.engine.persons.people import People
from bot.engine.persons.records import TOLD, Person
from bot.engine.persons.vault import CONFLICTS, Vault
from bot.vocabulary.errors import StateUnavailableError, UnreadableMemoryError
from bot.vocabulary.memory import LinkResult, Memory, MemoryView, Recalled, identity_of
from bot.vocabulary.messages import ConversationRef, Principal

logger = logging.getLogger(__name__)

Export = Callable[[Person], Awaitable[str]]
"""Writes all that is stored of a person as JSON text."""


class Recaller(Protocol):
    """Chooses what of a memory matters to a question."""

    def recall(self, memory: Memory, question: str, now: datetime) -> Recalled:
        """Return what matters, within the budget."""
        ...


class PersonMemories:
    """See ``Memories``. What can't be decrypted is counted; a turn that only recalls goes on without it."""

    def __init__(  # noqa: PLR0913 (one for each part)
        self,
        lookups: Lookups,
        people: People,
        vault: Vault,
        consent: Consent,
        codes: Codes,
        *,
        recaller: Recaller,
        export: Export,
    ) -> None:
        self._lookups = lookups
        self._people = people
        self._vault = vault
        self._consent = consent
        self._codes = codes
        self._recaller = recaller
        self._export = export

    async def recall(
        self, principal: Principal, place: ConversationRef, *, is_direct: bool, question: str
    ) -> Recalled:
        """See ``Memories.recall``."""
        account = identity_of(principal)
        found = await self._lookups.look(account, place, is_direct=is_direct)
        if not self._consent.rules.is_on(found.person, account):
            return Recalled()
        try:
            with _counted():
                memory = await self._lookups.memory(found)
        except UnreadableMemoryError:
            return Recalled()
        if memory == Memory():
            return Recalled()
        return self._recaller.recall(memory, question, datetime.now(UTC))

    async def met(self, principal: Principal, place: ConversationRef, *, is_direct: bool) -> None:
        """See ``Memories.met``."""
        await self._lookups.look(identity_of(principal), place, is_direct=is_direct)

    async def view(self, principal: Principal) -> MemoryView:
        """See ``Memories.view``."""
        account = identity_of(principal)
        person = await self._people.person_of(account)
        with _counted():
            memory, _ = await self._vault.read(person.owner)
        return MemoryView(
            is_on=self._consent.rules.is_on(person, account),
            memory=memory,
            linked=tuple(other for other in person.accounts if other != account),
            told_at=person.told_at,
        )

    async def told(self, principal: Principal) -> None:
        """See ``Memories.told``; of a person who changes just now it may be said once more."""
        account = identity_of(principal)
        person = await self._people.person_of(account)
        now = str(datetime.now(UTC).timestamp())
        await self._people.identities.note(person, account, TOLD, now)

    async def switch(self, principal: Principal, *, on: bool) -> bool:
        """See ``Memories.switch``."""
        return await self._consent.set(identity_of(principal), on=on)

    async def drop(self, principal: Principal, item: str) -> bool:
        """See ``Memories.drop``."""

        def dropped(memory: Memory) -> Memory | None:
            return without(memory, {item}) if has(memory, item) else None

        return await self._change(principal, dropped)

    async def raised(self, principal: Principal, thread: str) -> None:
        """See ``Memories.raised``."""
        now = datetime.now(UTC)

        def noted(memory: Memory) -> Memory | None:
            if not any(one.id == thread for one in memory.threads):
                return None
            threads = (
                replace(one, raised_at=now) if one.id == thread else one for one in memory.threads
            )
            return replace(memory, threads=tuple(threads))

        with suppress(UnreadableMemoryError):
            await self._change(principal, noted)

    async def export(self, principal: Principal) -> str:
        """See ``Memories.export``."""
        return await self._export(await self._people.person_of(identity_of(principal)))

    async def offer_code(self, principal: Principal) -> str | None:
        """See ``Memories.offer_code``."""
        return await self._codes.offer(identity_of(principal))

    async def redeem(self, principal: Principal, code: str) -> LinkResult:
        """See ``Memories.redeem``."""
        with _counted():
            return await self._codes.redeem(identity_of(principal), code)

    async def unlink(self, principal: Principal) -> bool:
        """See ``Memories.unlink``; codes that would join the same accounts again count no more."""
        account = identity_of(principal)
        for one in (await self._people.person_of(account)).accounts:
            await self._codes.revoke(one)
        with _counted():
            return await self._people.part(account)

    async def _change(
        self, principal: Principal, change: Callable[[Memory], Memory | None]
    ) -> bool:
        """Change the person's memory; False when there is nothing to change."""
        for _ in range(CONFLICTS):
            person = await self._people.person_of(identity_of(principal))
            with _counted():
                memory, version = await self._vault.read(person.owner)
            changed = change(memory)
            if changed is None:
                return False
            if await self._vault.write(person.owner, changed, version):
                return True
        raise StateUnavailableError("A memory changes too fast: try again later.")


@contextmanager
def _counted() -> Generator[None]:
    """Count and tell the log when a memory can't be decrypted."""
    try:
        yield
    except UnreadableMemoryError as error:
        metrics.unreadable.inc()
        logger.warning("a memory can't be decrypted", extra={"error": str(error)})
        raise
