"""One-time codes with which somebody proves on one account that another one is theirs.

A code has eight digits, counts for ten minutes and once. Redis keeps a keyed mark of it, so that nobody who
reads Redis can type it. Guessing is bounded for each account, and for all together while a code lives: the
chance that 200 guesses hit one code is 1 in 500,000.
"""

import re
import secrets
from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.persons.people import People
from bot.engine.scripts import source
from bot.engine.sealing.keyring import Keyring
from bot.engine.shared_keys import CodeKeys
from bot.vocabulary.memory import LinkResult

DIGITS = 8
LIVES_SECONDS = 600
OFFERS_AN_HOUR = 3
WRONG_AN_HOUR = 5
WRONG_OF_ALL = 200
"""After so many wrong codes of anybody, a code that was given out before counts no more."""

_HOUR = 3600
_SAID = {"wrong": LinkResult.WRONG, "own": LinkResult.OWN, "often": LinkResult.TOO_OFTEN}


class Codes:
    """The codes of all accounts. Raises ``StateUnavailableError`` when Redis does not answer in time."""

    def __init__(self, redis: Redis, people: People, keyring: Keyring, *, deadline: float) -> None:
        self._people = people
        self._keyring = keyring
        self._deadline = deadline
        self._offer = redis.register_script(source("offer_code"))
        self._use = redis.register_script(source("use_code"))
        self._revoke = redis.register_script(source("revoke_code"))

    async def offer(self, account: str) -> str | None:
        """Return a code as two groups of digits, the only one of the account; None when asked too often."""
        number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        mark, keys = self._mark(number), CodeKeys(account)
        async with guarded(self._deadline):
            given = await self._offer(
                keys=[keys.offer, keys.offers, keys.code(mark), keys.wrong],
                args=[account, mark, LIVES_SECONDS, OFFERS_AN_HOUR, _HOUR, keys.code("")],
            )
        half = DIGITS // 2
        return f"{number[:half]} {number[half:]}" if given else None

    async def redeem(self, account: str, code: str) -> LinkResult:
        """Join the person of an account to the one who was given the code; again, it is the same result."""
        person = await self._people.person_of(account)
        mark, keys = self._mark(code), CodeKeys(account)
        limits = (WRONG_AN_HOUR, _HOUR, WRONG_OF_ALL, _HOUR)
        async with guarded(self._deadline):
            by, said = cast(
                list[str],
                await self._use(
                    keys=[keys.tries, keys.code(mark), keys.wrong, keys.used],
                    args=[account, *limits, mark, *person.accounts],
                ),
            )
        if said != "used":
            return _SAID[said]
        await self._people.join(by, account)
        return LinkResult.LINKED

    async def revoke(self, account: str) -> None:
        """Let the code that an account was given, and the one that it used, count no more."""
        keys = CodeKeys(account)
        async with guarded(self._deadline):
            await self._revoke(keys=[keys.offer, keys.used], args=[keys.code("")])

    def _mark(self, code: str) -> str:
        return self._keyring.mark("code", re.sub(r"\D", "", code)[: DIGITS + 1])
