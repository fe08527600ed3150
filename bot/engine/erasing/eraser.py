"""Erases a person: step by step, each of which may be done again, until nothing is left.

Their data key goes first, so that what is remembered can't be read any more from then on. What an erasure
needs to know stands in the erasure itself, so that it goes on after a crash at any step.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import unquote

from bot.engine.codec import StoredErasure, Trodden
from bot.engine.erasing.caches import Caches
from bot.engine.erasing.erasures import LEASE_SECONDS, Erasures
from bot.engine.erasing.rewriting import Rewriting
from bot.engine.erasing.streams import Streams, aliases_of
from bot.engine.erasing.tombstones import Tombstones
from bot.engine.erasing.traces import Traces, Whose
from bot.engine.erasing.wiping import Wiping
from bot.engine.persons.records import group_of
from bot.vocabulary.errors import StateUnavailableError, UnreadableMemoryError
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.memory import Fact, Memory
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.platforms import ErasedPlace, Forgetful

logger = logging.getLogger(__name__)

OnProgress = Callable[[int, int], None]
"""Hears how many conversations are done, of how many."""


def unseen(done: int, total: int) -> None:
    """Show nobody how far it is."""
    del done, total


AGAIN_SECONDS = 120.0
"""After so long what was being learnt or sent when the erasure was asked for has ended."""

NOT_TOLD_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A person as they are registered: accounts (identities), and where they wrote."""

    person: str
    accounts: tuple[str, ...]
    places: tuple[Trodden, ...]


class Registry(Protocol):
    """Who is who. All raise ``StateUnavailableError`` without Redis."""

    async def entry_of(self, identity: str) -> Entry | None:
        """Return the person of an account; None when nobody is known by it."""
        ...

    async def places_of(self, accounts: Sequence[str]) -> Sequence[Trodden]:
        """Return where these accounts wrote, whosever they are by now."""
        ...

    async def end(self, person: str, accounts: Sequence[str]) -> None:
        """Erase a person's memory, beginning with its key, then accounts, codes and consent.

        Nothing can be written for them afterwards. Whoever has such an account is a new person.
        """
        ...

    async def forget_author(self, place: ConversationRef, accounts: Sequence[str]) -> None:
        """Forget that these accounts wrote in a shared place."""
        ...


class Groups(Protocol):
    """The memories of shared places."""

    async def change(self, owner: str, change: Callable[[Memory], Awaitable[Memory]]) -> object:
        """Change a memory in one fenced step; a memory that is not there stays so."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Where something of a person may be kept; ``forgetful`` are adapters that keep what they show."""

    registry: Registry
    groups: Groups
    tombstones: Tombstones
    wiping: Wiping
    streams: Streams
    caches: Caches
    rewriting: Rewriting
    forgetful: Sequence[Forgetful] = field(default=())


class Erasing:
    """Carries erasures out. Any number may work, in any number of processes.

    Every method raises ``StateUnavailableError`` when Redis or the tombstones' file failed: what was begun
    goes on later.
    """

    def __init__(self, erasures: Erasures, stores: Stores) -> None:
        self._erasures = erasures
        self._stores = stores

    async def work(self, partition: str) -> None:
        """Do the erasures of a partition whose time has come; one that fails holds up no other."""
        failed: StateUnavailableError | None = None
        for erasure in await self._erasures.take(partition):
            failpoint("leased")
            if not await self._erasures.is_told(erasure):
                await self._erasures.put_off(erasure, NOT_TOLD_SECONDS)
                continue
            try:
                await self.carry_out(erasure)
            except UnreadableMemoryError as error:
                logger.warning("erasure not ended: tried again", extra={"error": str(error)})
            except StateUnavailableError as error:
                failed = error
        if failed is not None:
            raise failed

    async def carry_out(self, erasure: StoredErasure, tell: OnProgress = unseen) -> StoredErasure:
        """Erase everything of a person now; a last look follows by itself. Returns what was erased.

        Raises ``UnreadableMemoryError`` when something could not be read, because another version has written
        it or another key has encrypted it: all else is erased then, and another process may be able to.
        """
        begun = erasure if erasure.has_begun else await self._begin(erasure)
        failpoint("committed")
        await self._erase(begun, tell)
        if begun.is_again:
            await self._erasures.done(begun)
        else:
            begun = await self._erasures.become(begun, AGAIN_SECONDS, is_again=True)
        await self._stores.rewriting.ask()
        failpoint("settled")
        logger.info("a person was erased", extra={"places": len(begun.places)})
        return begun

    async def _begin(self, erasure: StoredErasure) -> StoredErasure:
        """Look up who it is, and note it with the erasure."""
        entry = await self._stores.registry.entry_of(erasure.identity)
        places = {trodden.place: trodden for trodden in entry.places} if entry else {}
        if erasure.place is not None:
            asked_in = ConversationRef.parse(erasure.place)
            places.setdefault(asked_in, Trodden(place=asked_in, is_direct=False))
        return await self._erasures.become(
            erasure,
            LEASE_SECONDS,
            has_begun=True,
            person=entry.person if entry else None,
            accounts=tuple({erasure.identity, *(entry.accounts if entry else ())}),
            places=tuple(places.values()),
        )

    async def _erase(self, erasure: StoredErasure, tell: OnProgress) -> None:
        stores = self._stores
        await stores.tombstones.set(dict.fromkeys(erasure.accounts, erasure.asked_at))
        failpoint("committed")
        if erasure.person is not None and not erasure.is_again:
            await stores.registry.end(erasure.person, erasure.accounts)
            failpoint("committed")
        unread = await self._erase_places(erasure, tell)
        names = stores.streams.forget_names(whose_of(erasure, is_direct=False))
        unread = await _unread(names) or unread
        for account in erasure.accounts:
            await stores.caches.forget_account(account)
        if unread is not None:
            raise unread

    async def _erase_places(
        self, erasure: StoredErasure, tell: OnProgress
    ) -> UnreadableMemoryError | None:
        """Erase in all conversations; one that can't be read holds up no other. Returns why it can't."""
        unread: UnreadableMemoryError | None = None
        places = await self._places(erasure)
        for number, trodden in enumerate(places):
            tell(number, len(places))
            unread = await _unread(self._erase_place(trodden, erasure)) or unread
            failpoint("committed")
        return unread

    async def _places(self, erasure: StoredErasure) -> Sequence[Trodden]:
        """Return where to erase; the last look is also at where a turn that was on its way has led them."""
        if not erasure.is_again:
            return erasure.places
        later = await self._stores.registry.places_of(erasure.accounts)
        return tuple(dict.fromkeys((*erasure.places, *later)))

    async def _erase_place(self, trodden: Trodden, erasure: StoredErasure) -> None:
        """Erase in one conversation; what points to it goes first, so that a crash loses no pointer."""
        stores, ref = self._stores, trodden.place
        whose = whose_of(erasure, is_direct=trodden.is_direct)
        traces = await stores.wiping.look(ref, whose)
        records = await stores.streams.read(ref, whose, traces.case_ids)
        await stores.streams.erase(ref, records, aliases_of(records, traces.case_ids))
        for thread in traces.threads:
            await self._erase_thread(thread, whose)
        await stores.caches.forget_place(traces)
        for adapter in stores.forgetful:
            await adapter.forget(_erased(traces))
        failpoint("committed")
        await stores.wiping.wipe(ref, whose)
        if not trodden.is_direct:
            await self._erase_from_group(ref, whose)
            await stores.registry.forget_author(ref, erasure.accounts)

    async def _erase_thread(self, thread: ConversationRef, whose: Whose) -> None:
        """Erase what agents wrote in the thread of a case and nobody could handle."""
        theirs = replace(whose, is_direct=True)
        letters = await self._stores.streams.read(thread, theirs, ())
        await self._stores.streams.erase(thread, replace(letters, audit={}, ratings={}), {})

    async def _erase_from_group(self, ref: ConversationRef, whose: Whose) -> None:
        async def change(memory: Memory) -> Memory:
            return without(memory, whose)

        await self._stores.groups.change(group_of(ref), change)


async def _unread(work: Awaitable[None]) -> UnreadableMemoryError | None:
    """Wait for a part of an erasure; returns why something of it can't be read."""
    try:
        await work
    except UnreadableMemoryError as error:
        return error
    except ValueError as error:
        return UnreadableMemoryError(f"Something of theirs can't be read: {error}")
    return None


def whose_of(erasure: StoredErasure, *, is_direct: bool) -> Whose:
    """Say what an erasure takes in a conversation."""
    return Whose(
        identities=frozenset(erasure.accounts),
        is_direct=is_direct,
        until=datetime.fromtimestamp(erasure.asked_at, UTC),
    )


def without(memory: Memory, whose: Whose) -> Memory:
    """Return a group's memory without what a person has said; an episode of several goes as a whole."""
    gone = {
        episode.id
        for episode in memory.episodes
        if not whose.identities.isdisjoint(episode.author_ids) and episode.began_at <= whose.until
    }

    return Memory(
        facts=tuple(fact for fact in memory.facts if _stays(fact, whose)),
        replaced=tuple(fact for fact in memory.replaced if _stays(fact, whose)),
        episodes=tuple(episode for episode in memory.episodes if episode.id not in gone),
        threads=tuple(thread for thread in memory.threads if thread.episode not in gone),
    )


def _stays(fact: Fact, whose: Whose) -> bool:
    return fact.author_id not in whose.identities or fact.at > whose.until


def _erased(traces: Traces) -> ErasedPlace:
    whose, place = traces.whose, traces.place.ref
    home = f"{place.platform}:"
    users = (who.rpartition(":")[2] for who in whose.identities if who.startswith(home))
    return ErasedPlace(
        place=place,
        is_direct=whose.is_direct,
        user_ids=frozenset(map(unquote, users)),
        threads=tuple(traces.threads),
        until=whose.until,
    )
