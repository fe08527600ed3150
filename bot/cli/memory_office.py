"""What ``relevo memory`` does, over the stores of an installation; each of it is noted in the audit log."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from redis.asyncio import Redis

from bot.app.memory import (
    build_rewrapping,
    forgetful_adapters,
    open_ending,
    open_persons,
)
from bot.app.opening import find_state, open_redis
from bot.engine.audit import AuditTrail
from bot.engine.codec import StoredErasure
from bot.engine.erasing.ending import Ending
from bot.engine.erasing.eraser import OnProgress
from bot.engine.erasing.everybody import AllPersons
from bot.engine.persons.records import Person
from bot.engine.persons.stores import PersonStores
from bot.engine.sealing.rewrapping import Rewrapped
from bot.vocabulary.errors import ConfigurationError, RelevoError
from bot.vocabulary.memory import Memory, identity_of, principal_of
from bot.vocabulary.turns import AuditEntry
from config.settings import Settings

COMMAND_LINE = "command line"
_ID_LENGTH = 32
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What ``show`` found."""

    person: Person
    is_on: bool
    memory: Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Acts for an admin at the command line.

    Every method raises ``RelevoError`` in one sentence, ``ConfigurationError`` where a name says too little.
    """

    settings: Settings
    redis: Redis
    persons: PersonStores
    ending: Ending
    everybody: AllPersons
    trail: AuditTrail

    async def show(self, name: str) -> Seen:
        """Return what is remembered of a person."""
        person = await self._known(name)
        memory, _ = await self.persons.vault.read(person.owner)
        await self._note("show", person.accounts[0])
        rules = self.persons.consent.rules
        is_on = any(rules.is_on(person, account) for account in person.accounts)
        return Seen(person=person, is_on=is_on, memory=memory)

    async def export(self, name: str) -> str:
        """Return all that is stored of a person as JSON."""
        person = await self._known(name)
        text = await self.ending.exporting.export(person)
        await self._note("export", person.accounts[0])
        return text

    async def erase(self, name: str, tell: OnProgress) -> StoredErasure:
        """Erase a person, or leave the tombstone of an account that nobody is known by."""
        account = await self._account(name)
        # Nobody must be found again by what is noted of their erasure.
        await self._note("erase", self.ending.tombstones.digest(account))
        asked = await self.ending.erasures.ask(account)
        return await self.ending.erasing.carry_out(asked, tell)

    async def switch(self, name: str, *, on: bool) -> None:
        """Switch a person's memory on or off."""
        account = (await self._known(name)).accounts[0]
        if not await self.persons.consent.set(account, on=on):
            raise RelevoError(
                "The settings allow no memory there: see memory.consent and memory.off_in."
            )
        await self._note("on" if on else "off", account)

    async def rotate(self, tell: Callable[[int], None]) -> Rewrapped:
        """Wrap all data keys anew."""
        done = await build_rewrapping(self.settings, self.redis).run(tell)
        await self._note("rotate_keys", "")
        return done

    async def replay(self) -> int:
        """Erase again whoever has come back."""
        count = await self.ending.replaying.replay()
        await self._note("replay_tombstones", "")
        return count

    async def _known(self, name: str) -> Person:
        person = await self.persons.people.find(await self._account(name))
        if person is None:
            raise RelevoError(f"Nobody is known as {name}: nothing is remembered of them.")
        return person

    async def _account(self, name: str) -> str:
        """Return the account that a name means."""
        if len(name) == _ID_LENGTH and _HEX.issuperset(name):
            return await self._account_of_id(name)
        try:
            return identity_of(principal_of(name))
        except ValueError:
            return await self._account_in_short(name)

    async def _account_of_id(self, person: str) -> str:
        found = await self.persons.people.identities.read(person)
        if found is None or not found.accounts:
            raise RelevoError(f"There is no person {person}: nothing is remembered of them.")
        return found.accounts[0]

    async def _account_in_short(self, name: str) -> str:
        platform, is_short, user = name.partition(":")
        if not is_short or not user or ":" in user:
            raise ConfigurationError(
                f"{name} names nobody: write platform:tenant:user, such as telegram:123:456."
            )
        found = {
            account
            async for person in self.everybody.everybody()
            for account in person.accounts
            if account.startswith(f"{platform}:") and account.endswith(f":{user}")
        }
        if len(found) > 1:
            raise ConfigurationError(
                f"{name} could be any of {', '.join(sorted(found))}: name one of these."
            )
        if not found:
            raise RelevoError(f"Nobody is known as {name}: nothing is remembered of them.")
        return found.pop()

    async def _note(self, action: str, detail: str) -> None:
        await self.trail.note(
            AuditEntry(
                at=datetime.now(UTC),
                actor_id=COMMAND_LINE,
                actor=COMMAND_LINE,
                action=f"memory_{action}",
                case="",
                detail=detail,
            )
        )


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Office]:
    """Open the stores, also while another Relevo runs on the same data."""
    deadline = settings.redis.deadline_seconds
    async with find_state(settings) as url, open_redis(settings, url) as redis:
        persons = await open_persons(settings, redis)
        adapters = forgetful_adapters(settings, redis)
        yield Office(
            settings=settings,
            redis=redis,
            persons=persons,
            ending=open_ending(settings, redis, persons, adapters),
            everybody=AllPersons(redis=redis, deadline=deadline),
            trail=AuditTrail(redis, deadline=deadline),
        )
