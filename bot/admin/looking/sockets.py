"""What the looking commands look at."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.vocabulary.board import Board
from bot.vocabulary.library import Library
from bot.vocabulary.measures import Measuring
from bot.vocabulary.platforms import Finding
from bot.vocabulary.rollout import RolloutBoard
from bot.vocabulary.steering import LiveSettings
from bot.vocabulary.trials import Timetable, Trials

Diagnose = Callable[[], Awaitable[Sequence[Finding]]]
"""Looks at everything that is set; it may take some seconds."""

Troubles = Callable[[], Sequence[Finding]]
"""Looks at the settings alone, at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """The sockets behind the commands."""

    live: LiveSettings
    board: Board
    rollout: RolloutBoard
    timetable: Timetable
    trials: Trials
    library: Library
    measuring: Measuring
    diagnose: Diagnose
    troubles: Troubles
