"""The measures of a period: only what was truly counted, and None where nothing was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.vocabulary.library import Lack


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How long something took, in seconds: half of them at most ``p50``, nine of ten at most ``p90``."""

    count: int
    p50: float | None = None
    p90: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """What customers answered: ``mean`` is of 5, ``satisfied`` the share (0..1) that gave 4 or more.

    ``nps`` is -100 to 100, from ``nps_answers`` people.
    """

    answers: int = 0
    mean: float | None = None
    satisfied: float | None = None
    nps_answers: int = 0
    nps: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many turns ended how: of one platform, of one topic, or of all."""

    messages: int = 0
    turns: int = 0
    answered: int = 0
    handed_over: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """All measures of the days from ``since`` to ``until``, both included, by UTC.

    ``counted_since`` is the first day that was counted at all, None where none was. ``outcomes`` are
    turns by outcome, ``reasons`` opened cases by why. ``conversations`` counts a conversation once a
    day, ``with_people`` those of them in which people had a part; so ``alone`` of them ended with the bot.
    ``claim`` counts from when a case came into its queue, ``first_reply`` and ``resolution`` from when it
    was opened, or opened again. ``open_cases`` is now. ``cost`` is what language models cost, in the currency of the prices, and None where no prices
    are set. ``lacks`` is None where the knowledge can't be read. ``actions`` are what agents and admins did, by verb.
    """

    since: datetime
    until: datetime
    counted_since: datetime | None = None
    total: Tally = Tally()
    outcomes: Mapping[str, int] = field(default_factory=dict[str, int])
    conversations: int = 0
    with_people: int = 0
    opened: int = 0
    closed: int = 0
    reopened: int = 0
    open_cases: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict[str, int])
    claim: Span = Span(count=0)
    first_reply: Span = Span(count=0)
    resolution: Span = Span(count=0)
    satisfaction: Satisfaction = Satisfaction()
    lacks: tuple[Lack, ...] | None = ()
    platforms: Mapping[str, Tally] = field(default_factory=dict[str, Tally])
    topics: Mapping[str, Tally] = field(default_factory=dict[str, Tally])
    tokens: int = 0
    cost: float | None = None
    actions: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def alone(self) -> float | None:
        """The share (0..1) of conversations in which the bot was alone; None without any."""
        if not self.conversations:
            return None
        return 1 - self.with_people / self.conversations


class Measuring(Protocol):
    """Gathers the measures. Raises ``StateUnavailableError`` when the store does not answer."""

    async def measures(self, days: int, *, lacks: int = 5) -> Measures:
        """Return the measures of the last days, today among them, and so many of what was lacking."""
        ...
