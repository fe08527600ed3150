"""Who is whose: accounts and the persons behind them.

An account belongs to a person when its key names the person and the person lists the account. So each
change takes effect in one step in one place; a reader who comes in between follows what is written there
(``moved``, ``left``) and puts the account's key right.
"""

import secrets
import time
from dataclasses import replace
from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded, run_command
from bot.engine.keys import DAY_SECONDS, OwnerKeys, identity
from bot.engine.persons.records import ACCOUNT, LEFT, MADE, MOVED, PARTED, SWITCH, TOLD, Person
from bot.engine.scripts import source
from bot.vocabulary.errors import StateUnavailableError

HOPS = 16
"""So often an account is looked for when others change it at the same moment."""


class Identities:
    """The persons of all accounts; those not met for ``seconds`` are gone, unless they used the switch.

    Every method raises ``StateUnavailableError`` when Redis does not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float, seconds: int) -> None:
        self._redis = redis
        self._deadline = deadline
        self._seconds = seconds
        self._claim = redis.register_script(source("claim_account"))
        self._note = redis.register_script(source("note_of_person"))

    async def person_of(self, account: str) -> Person:
        """Return the person whose account this is; at the first meeting one is made.

        One who became part of somebody is that one, also while their accounts are still on the way.
        """
        for _ in range(HOPS):
            named = await self._named(account)
            found = await self._follow(account, named) if named else None
            if found is None:
                await self._make(account, named)
                continue
            if found.id != named and account in found.accounts:
                await self.settle(account, named or "", found)
            return found
        raise StateUnavailableError("An account changes hands too fast: try again later.")

    async def find(self, account: str) -> Person | None:
        """Return the person whose account this is; None for a stranger."""
        named = await self._named(account)
        return await self._follow(account, named) if named else None

    async def read(self, person: str) -> Person | None:
        """Return what is kept of a person; None when nothing is."""
        async with guarded(self._deadline):
            fields = await run_command(self._redis, "HGETALL", OwnerKeys(f"person:{person}").person)
        return Person.parse(person, cast(dict[str, str], fields)) if fields else None

    async def claim(self, account: str, expected: str, person: str) -> str:
        """Let an account's key name a person, if it names the expected one or none; returns whom it names."""
        async with guarded(self._deadline):
            return cast(
                str,
                await self._claim(keys=[identity(account)], args=[expected, person, self._seconds]),
            )

    async def release(self, account: str, person: str) -> None:
        """Let an account have no person, if it still has this one."""
        await self.claim(account, person, "")

    async def note(self, person: Person, account: str, name: str, value: str) -> bool:
        """Note something with a person; False when the account is no longer theirs."""
        key = OwnerKeys(person.owner).person
        async with guarded(self._deadline):
            return bool(await self._note(keys=[key], args=[account, name, value]))

    async def prepare(self, account: str, *, like: Person | None = None) -> str:
        """Make a person whom no account names yet, with the switch of another and when they were told; a day later they are gone."""
        person = secrets.token_hex(16)
        fields = {MADE: str(int(time.time())), ACCOUNT + account: ""}
        if like is not None:
            fields[PARTED] = fields[MADE]
            if like.told_at is not None:
                fields[TOLD] = str(like.told_at.timestamp())
            if like.switch is not None:
                fields[SWITCH] = replace(like.switch, account=account).as_text()
        key = OwnerKeys(f"person:{person}").person
        async with guarded(self._deadline), self._redis.pipeline(transaction=True) as pipeline:
            pipeline.hset(key, items=[part for pair in fields.items() for part in pair])
            pipeline.expire(key, DAY_SECONDS)
            await pipeline.execute()
        return person

    async def keep(self, person: Person) -> None:
        """Let a person and all of their accounts live on from now."""
        keys = OwnerKeys(person.owner)
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            for key in (keys.person, keys.places, *map(identity, person.accounts)):
                if person.switch is None or key == keys.places:
                    pipeline.expire(key, self._seconds)
                else:
                    pipeline.persist(key)
            await pipeline.execute()

    async def settle(self, account: str, before: str, person: Person) -> None:
        """Let the key of an account that changed hands name its person, who lives on with their memory.

        Then nothing is left of the account with the person whom it named before.
        """
        await self.claim(account, before, person.id)
        await self.keep(person)
        keys, left = OwnerKeys(person.owner), OwnerKeys(f"person:{before}")
        async with guarded(self._deadline):
            await run_command(self._redis, "EXPIRE", keys.memory, self._seconds)
        async with guarded(self._deadline):
            await run_command(self._redis, "HDEL", left.person, LEFT + account)

    async def drop(self, person: str) -> None:
        """Forget all that is kept of a person whom no account names."""
        keys = OwnerKeys(f"person:{person}")
        async with guarded(self._deadline):
            await run_command(self._redis, "DEL", keys.person, keys.places, keys.memory)

    async def _named(self, account: str) -> str | None:
        async with guarded(self._deadline):
            return cast(str | None, await self._redis.get(identity(account)))

    async def _make(self, account: str, stale: str | None) -> None:
        """Make a person for an account that has none; of several who try, one does."""
        person = await self.prepare(account)
        if await self.claim(account, stale or "", person) != person:
            await self.drop(person)
        elif (made := await self.read(person)) is not None:
            await self.keep(made)

    async def _follow(self, account: str, named: str) -> Person | None:
        """Find who lists the account, from the person on whom its key names."""
        person: str | None = named
        came_from = ""
        for _ in range(HOPS):
            found = await self.read(person) if person else None
            if found is None:
                return None
            if found.moved_to is not None and not await self._undone(found):
                came_from, person = found.id, found.moved_to
            elif account in found.accounts or came_from in found.coming:
                return found
            else:
                person = found.left.get(account)
        raise StateUnavailableError("An account changes hands too fast: try again later.")

    async def _undone(self, person: Person) -> bool:
        """Whether a person became part of nobody: who it was is erased, so they are themselves again."""
        if person.moved_to is None or await self.read(person.moved_to) is not None:
            return False
        key = OwnerKeys(person.owner).person
        async with guarded(self._deadline):
            await run_command(self._redis, "HDEL", key, MOVED)
        return True
