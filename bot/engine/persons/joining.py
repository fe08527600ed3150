"""Two persons become one: memory, visits and switch, in steps that anybody may take up after a crash.

1. Who stays adopts the other one (``adopt``). Whoever reads who stays goes on from here.
2. The other one is part of who stays (``move``): nothing is written for them any more.
3. What they had, and their accounts, is brought in, in one step and once (``take_in``).
4. What is left of them is removed, and their accounts' keys name who stays.

The one with the smaller id stays: so two persons who join each other at the same moment agree.
"""

import logging
from collections.abc import Callable, Sequence
from typing import cast

from redis.asyncio import Redis

from bot.engine import metrics
from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import OwnerKeys
from bot.engine.persons.identities import HOPS, Identities
from bot.engine.persons.records import COMING, TOLD, Person
from bot.engine.persons.vault import Vault
from bot.engine.scripts import source
from bot.vocabulary.errors import StateUnavailableError, UnreadableMemoryError
from bot.vocabulary.memory import Memory

logger = logging.getLogger(__name__)

Merge = Callable[[Memory, Memory], Memory]
"""Makes one memory of two; where both know the same thing, the first one's word counts.

Merged once more with the second, the result stays as it is.
"""


class Joining:
    """Joins persons. Every method raises ``StateUnavailableError`` when Redis does not answer in time."""

    def __init__(
        self, redis: Redis, identities: Identities, vault: Vault, merge: Merge, *, deadline: float
    ) -> None:
        self._redis = redis
        self._identities = identities
        self._vault = vault
        self._merge = merge
        self._deadline = deadline
        self._adopt = redis.register_script(source("adopt"))
        self._move = redis.register_script(source("put_memory", "move"))
        self._take_in = redis.register_script(source("put_memory", "take_in"))

    async def begin(self, first: Person, second: Person) -> None:
        """Let two persons become one, of whom the first one's word counts; ``settle`` goes on."""
        stays, goes = sorted((first, second), key=lambda person: person.id)
        key = OwnerKeys(stays.owner).person
        async with guarded(self._deadline):
            await self._adopt(keys=[key], args=[goes.id, first.id])

    async def settle(self, person: Person) -> Person:
        """Bring in who is on the way into a person, and return that one as it is then."""
        for _ in range(HOPS):
            if not person.coming or person.moved_to is not None:
                return person
            for goes, first in person.coming.items():
                await self._bring(person, goes, first)
            person = await self._identities.read(person.id) or person
        raise StateUnavailableError("Persons change too fast to be joined: try again later.")

    async def _bring(self, stays: Person, goes_id: str, first: str) -> None:
        goes = await self._identities.read(goes_id)
        if goes is not None and goes.moved_to is None:
            await self.settle(goes)
            await self._moved(goes, stays)
            goes = await self._identities.read(goes_id)
        if goes is None or goes.moved_to not in {None, stays.id}:
            await self._forget(stays, goes_id)
        elif goes.moved_to == stays.id:
            await self._bring_in(stays, goes, first)
            await self._keep_told(stays, goes)
            await self._clear(goes, stays)

    async def _moved(self, goes: Person, stays: Person) -> None:
        async with guarded(self._deadline):
            await self._move(keys=[OwnerKeys(goes.owner).person], args=[stays.id])

    async def _bring_in(self, stays: Person, goes: Person, first: str) -> None:
        keys = OwnerKeys(stays.owner)
        switch = goes.switch.as_text() if goes.switch else ""
        visits = await self._visits(goes)
        counts = (len(goes.accounts), len(visits) // 2)
        accounts = [
            part for who in goes.accounts for part in (goes.known_since(who).timestamp(), who)
        ]
        for _ in range(HOPS):
            version, fields = await self._both(stays, goes, first)
            args = [version, self._vault.seconds, goes.id, switch, *counts]
            async with guarded(self._deadline):
                reply = await self._take_in(
                    keys=[keys.memory, keys.person, keys.places],
                    args=[*args, *accounts, *visits, *fields],
                )
            if reply != "stale":
                return
        raise StateUnavailableError("A memory changes too fast to be joined: try again later.")

    async def _keep_told(self, stays: Person, goes: Person) -> None:
        """Let one who was told of the memory have been told; without it they would be told once more."""
        if goes.told_at is not None and stays.told_at is None and goes.accounts:
            told_at = str(goes.told_at.timestamp())
            await self._identities.note(stays, goes.accounts[0], TOLD, told_at)

    async def _both(
        self, stays: Person, goes: Person, first: str
    ) -> tuple[str, Sequence[str | bytes]]:
        """Both memories in one, over the version that was read of who stays.

        When one can't be decrypted, which was looked at before they were joined, who stays keeps their own:
        it must not hold both up for ever.
        """
        try:
            theirs, _ = await self._vault.read(goes.owner)
            ours, version = await self._vault.read(stays.owner)
        except UnreadableMemoryError as error:
            metrics.unreadable.inc()
            logger.warning("memories not joined", extra={"error": str(error)})
            return await self._vault.number(stays.owner), ()
        pair = (ours, theirs) if first == stays.id else (theirs, ours)
        fields = await self._vault.sealed(stays.owner, self._merge(*pair), version)
        return version.number, fields

    async def _visits(self, person: Person) -> list[str]:
        """Time and text of each visit."""
        async with guarded(self._deadline):
            query = (OwnerKeys(person.owner).places, 0, -1, "WITHSCORES")
            rows = cast(list[str], await run_command(self._redis, "ZRANGE", *query))
        return [part for pair in zip(rows[1::2], rows[::2], strict=True) for part in pair]

    async def _clear(self, goes: Person, stays: Person) -> None:
        """Remove what is left of who went, once their accounts lead to who stays."""
        for made in goes.parting.values():
            await self._identities.drop(made)
        for account in goes.accounts:
            await self._identities.claim(account, goes.id, stays.id)
        await self._identities.drop(goes.id)
        await self._forget(stays, goes.id)
        now = await self._identities.read(stays.id)
        if now is not None:
            await self._identities.keep(now)

    async def _forget(self, stays: Person, goes: str) -> None:
        """Note that nobody is on the way any more."""
        key = OwnerKeys(stays.owner).person
        async with guarded(self._deadline):
            await run_command(self._redis, "HDEL", key, COMING + goes)
