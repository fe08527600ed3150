"""An account leaves its person, in one step that takes with it what came from its own places.

Who they will be is made before that and noted with the person that they leave: so that nothing is left
behind when the process dies in between.
"""

from collections.abc import Sequence

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.keys import DAY_SECONDS, OwnerKeys
from bot.engine.persons.identities import Identities
from bot.engine.persons.merging import divide
from bot.engine.persons.places import Places
from bot.engine.persons.records import PARTING, Person, Visit, visit_text
from bot.engine.persons.vault import Vault
from bot.engine.scripts import source


class Parting:
    """Parts accounts. Every method raises ``StateUnavailableError`` when Redis does not answer in time."""

    def __init__(
        self, redis: Redis, identities: Identities, places: Places, vault: Vault, *, deadline: float
    ) -> None:
        self._redis = redis
        self._identities = identities
        self._places = places
        self._vault = vault
        self._deadline = deadline
        self._part = redis.register_script(source("put_memory", "part"))

    async def leave(self, person: Person, account: str) -> bool:
        """Let an account leave a person; False when the person changed meanwhile.

        Raises ``UnreadableMemoryError`` when what is to be divided can't be decrypted.
        """
        new = await self._prepared(person, account)
        if new is None or not await self._step(person, account, new):
            return False
        made = await self._identities.read(new)
        if made is not None:
            await self._identities.settle(account, person.id, made)
        return True

    async def _prepared(self, person: Person, account: str) -> str | None:
        """Who the account will be; None when it is this person's no longer."""
        before = person.parting.get(account)
        if before is not None:
            if await self._identities.read(before) is not None:
                return before
            await self._identities.drop(
                before
            )  # what was written for them lives longer than they did
        new = await self._identities.prepare(account, like=person)
        if await self._identities.note(person, account, PARTING + account, new):
            return new
        await self._identities.drop(new)
        return None

    async def _step(self, person: Person, account: str, new: str) -> bool:
        owner = f"person:{new}"
        # In this order: when the account has left already, in another process, nothing is taken from who it is.
        _, theirs = await self._vault.read(owner)
        visits = await self._places.of(person)
        memory, version = await self._vault.read(person.owner)
        now = await self._identities.read(person.id)
        if now is None or account not in now.accounts:
            return False
        leaves, stays = divide(memory, account, visits)
        own = [one for one in visits if one.account == account]
        if not await self._vault.write(owner, leaves, theirs):
            return False
        await self._note(owner, own)
        keys = OwnerKeys(person.owner)
        fields = await self._vault.sealed(person.owner, stays, version)
        texts = [visit_text(one.account, one.place, is_direct=one.is_direct) for one in own]
        counts = (len(visits), len(texts))
        args = [version.number, self._vault.seconds, account, new, *counts, *texts, *fields]
        async with guarded(self._deadline):
            reply = await self._part(keys=[keys.memory, keys.person, keys.places], args=args)
        return reply == "ok"

    async def _note(self, owner: str, visits: Sequence[Visit]) -> None:
        if not visits:
            return
        key, rows = OwnerKeys(owner).places, list[str | float]()
        for one in visits:
            text = visit_text(one.account, one.place, is_direct=one.is_direct)
            rows += [one.at.timestamp(), text]
        async with guarded(self._deadline), self._redis.pipeline(transaction=False) as pipeline:
            pipeline.execute_command("ZADD", key, *rows)  # pyright: ignore[reportUnknownMemberType]
            pipeline.expire(key, DAY_SECONDS)
            await pipeline.execute()
