"""The one-time code with which the first admin proves that they can read what Relevo prints at its start.

It has 100 random bits, counts for a day and once. Redis keeps its SHA-256 alone, which tells nobody a code of
that length. Guessing is bounded for each account, and for all together while the code lives.
"""

import hashlib
import re
import secrets
from typing import cast

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.keys import DAY_SECONDS
from bot.engine.scripts import source
from bot.engine.shared_keys import ClaimKeys
from bot.vocabulary.administration import ClaimResult

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody takes for one another: five bits each."""

LENGTH = 20
GROUP = 5
LIVES_SECONDS = DAY_SECONDS
ALONE_SECONDS = 10
"""Of processes that start together one makes a code: no other one does for so long."""

WRONG_AN_HOUR = 5
WRONG_OF_ALL = 200
HOUR_SECONDS = 3600


class Claims:
    """The code of the first admin, see ``ClaimCodes``.

    Raises ``StateUnavailableError`` when Redis does not answer in time.
    """

    def __init__(self, redis: Redis, *, deadline: float) -> None:
        self._deadline = deadline
        self._offer = redis.register_script(source("offer_claim"))
        self._use = redis.register_script(source("use_claim"))

    async def offer(self) -> str | None:
        """Make a code and forget an earlier one; None when another process has just made one."""
        letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        keys = ClaimKeys("")
        async with guarded(self._deadline):
            made = await self._offer(
                keys=[keys.starting, keys.code],
                args=[_mark(letters), ALONE_SECONDS, LIVES_SECONDS],
            )
        return "-".join(re.findall(f".{{{GROUP}}}", letters)) if made else None

    async def redeem(self, account: str, code: str) -> ClaimResult:
        """See ``ClaimCodes``."""
        keys = ClaimKeys(account)
        limits = (WRONG_AN_HOUR, HOUR_SECONDS, WRONG_OF_ALL, HOUR_SECONDS)
        async with guarded(self._deadline):
            said = await self._use(
                keys=[keys.code, keys.tries], args=[account, _mark(code), *limits]
            )
        return ClaimResult(cast(str, said))


def _mark(code: str) -> str:
    plain = re.sub(r"[^A-Z0-9]", "", code.upper())
    return hashlib.sha256(f"relevo claim {plain}".encode()).hexdigest()
