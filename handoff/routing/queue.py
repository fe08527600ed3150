"""A case's place in its queue, and how long that takes by what was seen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bot.vocabulary.board import BoardView
from bot.vocabulary.cases import Case, CaseStatus
from handoff.routing.priority import pressing

FEWEST_WAITS = 3
"""Fewer waits of a team say nothing about the next one."""

MOST_WAITS = 20
"""Older waits no longer say how busy a team is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a customer who waits can be told, and nothing of it is a guess.

    ``position`` counts from 1, None without a board. ``minutes`` is how long others waited lately,
    None where too few did. ``opens_at`` (aware UTC) is set while the team is closed; ``never_opens``
    says that it has no hours to come. ``nobody_there`` says that it is open and none of its agents is.
    """

    position: int | None = None
    minutes: float | None = None
    opens_at: datetime | None = None
    never_opens: bool = False
    nobody_there: bool = False

    @property
    def is_answered_soon(self) -> bool:
        """Whether somebody is there who could take the case."""
        return self.opens_at is None and not self.never_opens and not self.nobody_there


def in_order(cases: Iterable[Case], now: datetime, *, growing_minutes: float) -> tuple[Case, ...]:
    """Order waiting cases: who presses most first, of equals who came first."""
    return tuple(sorted(cases, key=lambda case: _turn(case, now, growing_minutes)))


def position(case: Case, others: Iterable[Case], now: datetime, *, growing_minutes: float) -> int:
    """Return a case's place among waiting ones, counted from 1."""
    own = _turn(case, now, growing_minutes)
    ahead = (_turn(one, now, growing_minutes) < own for one in others if one.id != case.id)
    return 1 + sum(ahead)


def _turn(case: Case, now: datetime, growing_minutes: float) -> tuple[float, datetime, str]:
    pressed = pressing(case, now, growing_minutes=growing_minutes)
    return -pressed, case.queued_at or case.opened_at, case.id


def waiting(view: BoardView, team: str | None) -> list[Case]:
    """Return the cases that wait in a team's queue, in no order."""
    return [
        case
        for case in view.cases.values()
        if case.status is CaseStatus.QUEUED and case.team == team
    ]


def usual_minutes(view: BoardView, team: str | None) -> float | None:
    """Return the median of a team's last waits, in minutes; None when there are too few."""
    seconds = [wait.seconds for wait in view.waits if wait.team == team][:MOST_WAITS]
    return median(seconds) / 60 if len(seconds) >= FEWEST_WAITS else None
