"""What language models may cost: tokens are reserved before a call and settled after it."""

from dataclasses import dataclass
from typing import Protocol

_PRICED = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that may be spent; 0 is no cap.

    Calls in any minute for one person; tokens in a day (UTC) for one person, one tenant and all;
    money in a day and in any minute for all, in the currency of the prices.
    """

    calls_per_minute: int = 0
    person_tokens_per_day: int = 0
    tenant_tokens_per_day: int = 0
    tokens_per_day: int = 0
    cost_per_day: float = 0.0
    cost_per_minute: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a million tokens cost, read and written."""

    input: float = 0.0
    output: float = 0.0

    def cost(self, *, input_tokens: int, output_tokens: int) -> float:
        """Return what a call costs, in the currency of the prices."""
        return (input_tokens * self.input + output_tokens * self.output) / _PRICED


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What was set aside for one call: ``id`` names it, ``day`` is the UTC day it counts for."""

    id: str
    asker: str | None
    day: str
    tokens: int
    cost: float


class Budget(Protocol):
    """Counts what language models use, for all processes together.

    ``asker`` (``platform:tenant:user``) is whose call it is, None for one from the command line:
    it then counts for all alone. A reservation that nobody settles is given back as if the call had
    never been made, after some minutes. Errors: ``StateUnavailableError`` where counts can't be read.
    """

    async def reserve(self, asker: str | None, tokens: int, cost: float) -> Reservation:
        """Set aside the most that a call may use.

        Raises:
            BudgetExceededError: A cap would be passed; the text says which one.
        """
        ...

    async def settle(self, reservation: Reservation, tokens: int, cost: float) -> None:
        """Put what a call has really used in the place of what was set aside; once is enough."""
        ...


class NoBudget:
    """Caps nothing: for commands in a terminal, which run without the store that counts."""

    async def reserve(self, asker: str | None, tokens: int, cost: float) -> Reservation:
        """See ``Budget.reserve``; nothing is refused."""
        return Reservation(id="", asker=asker, day="", tokens=tokens, cost=cost)

    async def settle(self, reservation: Reservation, tokens: int, cost: float) -> None:
        """See ``Budget.settle``; nothing is counted."""
        del reservation, tokens, cost
