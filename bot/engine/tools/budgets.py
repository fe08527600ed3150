"""What language models use, counted in Redis for all processes: reserve before a call, settle after."""

from datetime import date, timedelta
from typing import cast
from uuid import uuid4

from redis.asyncio import Redis

from bot.engine.client.connection import guarded
from bot.engine.keys import DAY_SECONDS, DAYS_KEPT
from bot.engine.scripts import source
from bot.engine.shared_keys import BudgetKeys
from bot.vocabulary.budgets import Caps, Reservation
from bot.vocabulary.errors import BudgetExceededError

HELD_SECONDS = 900
"""Longer than any call may take; then the reservation of a process that died is given back."""

EPOCH = date(1970, 1, 1)
"""The first of the days that a reservation counts."""

_MILLIONTHS = 1_000_000
_PASSED = {
    "calls_per_minute": "one person's calls in a minute",
    "person_tokens_per_day": "one person's tokens in a day",
    "tenant_tokens_per_day": "one workspace's tokens in a day",
    "tokens_per_day": "tokens in a day",
    "cost_per_day": "cost in a day",
    "cost_per_minute": "cost in a minute",
}


class SharedBudget:
    """See ``Budget``. Time is the server's; one script each checks and counts, so no cap is passed.

    More than was set aside may still be used by a call whose provider counts otherwise than we do.
    """

    def __init__(
        self, redis: Redis, caps: Caps, *, deadline: float, held_seconds: int = HELD_SECONDS
    ) -> None:
        self._deadline = deadline
        self._held_seconds = held_seconds
        self.cap(caps)
        self._reserve = redis.register_script(source("count_use", "reserve_budget"))
        self._settle = redis.register_script(source("count_use", "settle_budget"))

    def cap(self, caps: Caps) -> None:
        """Let these caps count from now on."""
        self._caps = (
            caps.calls_per_minute,
            caps.person_tokens_per_day,
            caps.tenant_tokens_per_day,
            caps.tokens_per_day,
            _millionths(caps.cost_per_day),
            _millionths(caps.cost_per_minute),
        )

    async def reserve(self, asker: str | None, tokens: int, cost: float) -> Reservation:
        """See ``Budget.reserve``."""
        number, person = uuid4().hex, asker or ""
        tenant = person.rpartition(":")[0]
        keys = BudgetKeys(person)
        use = (tokens, _millionths(cost), self._held_seconds)
        async with guarded(self._deadline):
            said = cast(
                str,
                await self._reserve(
                    keys=[*keys.shared, keys.calls],
                    args=[number, person, tenant, *use, *self._caps],
                ),
            )
        if said in _PASSED:
            raise BudgetExceededError(
                f"The language model is not asked because the cap of {_PASSED[said]} would be "
                f"passed: wait, or raise llm.{said}."
            )
        return Reservation(id=number, asker=asker, day=said, tokens=tokens, cost=cost)

    async def settle(self, reservation: Reservation, tokens: int, cost: float) -> None:
        """See ``Budget.settle``."""
        keys, on = BudgetKeys(""), EPOCH + timedelta(days=int(reservation.day or 0))
        used = (tokens, _millionths(cost), DAYS_KEPT * DAY_SECONDS)
        async with guarded(self._deadline):
            await self._settle(
                keys=[*keys.shared, keys.day(on.isoformat())], args=[reservation.id, *used]
            )


def _millionths(cost: float) -> int:
    """Money in whole numbers, so that sums are exact; rounded up, so that nothing is free."""
    return -int(-cost * _MILLIONTHS // 1)
