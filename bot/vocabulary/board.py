"""The board: all open cases of an installation, and who of the agents is there, at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.vocabulary.cases import Case


class Presence(StrEnum):
    """Whether an agent takes cases."""

    AVAILABLE = "available"
    AWAY = "away"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPresence:
    """What an agent said last of being there; ``agent_id`` as in ``Agent.id``."""

    agent_id: str
    name: str
    presence: Presence
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long a case waited until an agent took it."""

    team: str | None
    seconds: float
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """The board as it stood at ``at``, the server's time; it may be a second old.

    ``cases`` are the open ones by their ids, ``presence`` what agents said by their ids, ``waits`` the
    last ones, newest first.
    """

    at: datetime
    cases: Mapping[str, Case] = field(default_factory=dict[str, Case])
    presence: Mapping[str, AgentPresence] = field(default_factory=dict[str, AgentPresence])
    waits: tuple[Wait, ...] = ()


class Board(Protocol):
    """Lets the desk see all of its cases. What it shows decides nothing that must be exact."""

    def view(self) -> BoardView:
        """Return what was read last; no waiting."""
        ...
