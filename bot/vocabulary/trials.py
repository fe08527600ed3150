"""The sockets for looking without changing: what would be answered, whose it would be, who works when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.vocabulary.handover import Verdict
from bot.vocabulary.knowledge import Answer
from bot.vocabulary.rollout import RolloutMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a customer would be answered who asks this first thing in a new conversation.

    ``found`` is what the knowledge has, ``verdict`` what the policy makes of it, ``threshold`` the
    confidence from which the bot answers. ``topic`` and ``team`` are None where none fits.
    """

    question: str
    language: str
    found: Answer
    verdict: Verdict
    threshold: float
    mode: RolloutMode
    topic: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """To whom a question would go: ``team`` is None where no teams are set up."""

    language: str
    topic: str | None
    team: str | None
    is_open: bool
    opens_at: datetime | None = None


class Trials(Protocol):
    """Tries questions by the settings as they count now; nothing is stored of it but its cost."""

    async def answer(self, question: str, *, asker: str) -> Tried:
        """Say what would be answered; ``asker`` is whose budget it counts against.

        Raises:
            KnowledgeUnavailableError: The index can't be read.
        """
        ...

    def route(self, question: str, at: datetime) -> Route:
        """Say which team would get a question."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of one weekday (Monday is 0), in minutes from its midnight; it may go on past 24 hours."""

    day: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOff:
    """A day on which a team is closed; without ``year`` one of every year. ``text`` is as it was set."""

    month: int
    day: int
    year: int | None
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamHours:
    """When a team works, by the clock of ``zone``. Without ``week`` that is day and night, but on days off.

    ``opens_at`` is when a closed team opens next, None for never within a year.
    """

    week: tuple[Stretch, ...]
    zone: str
    days_off: tuple[DayOff, ...]
    is_open: bool
    opens_at: datetime | None = None


class Timetable(Protocol):
    """Knows when teams work. Raises ``RefusedSettingError`` for what can't be read."""

    def hours_of(self, team: str, at: datetime) -> TeamHours:
        """Return when a team works, and whether it is open."""
        ...

    def check_hours(self, text: str) -> None:
        """Look whether opening hours can be read; the sentence says how they are written."""
        ...

    def day_off(self, text: str) -> DayOff:
        """Read a day off, such as ``2026-12-25`` or ``12-25 Christmas``."""
        ...
