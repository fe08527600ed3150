"""How a customer feels: the mood of a message, its way over a conversation, and who reads it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

_SILENT_AFTER_NO = 2


class Feeling(StrEnum):
    """A mood in one word, for receipts and briefings; from bad to good."""

    ANGRY = "angry"
    FRUSTRATED = "frustrated"
    NEUTRAL = "neutral"
    SATISFIED = "satisfied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """What a message shows of how its writer feels, each in 0..1.

    ``leaving`` is the intent to leave. ``negative`` is how surely the writer is dissatisfied in any of
    these ways, in the context of what was said before: the one score that decisions rest on.
    """

    anger: float = 0.0
    frustration: float = 0.0
    urgency: float = 0.0
    satisfaction: float = 0.0
    leaving: float = 0.0
    negative: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One earlier line of a conversation, oldest first: the customer's own or what they were told."""

    text: str
    by_customer: bool


class MoodReader(Protocol):
    """Reads moods. No store, no clock; the default takes under 2 ms a message."""

    def read(self, text: str, *, language: str, context: Sequence[Said] = ()) -> Mood:
        """Tell the mood of what a customer writes; ``language`` is ISO 639-1."""
        ...

    def feeling(self, mood: Mood) -> Feeling:
        """Put a mood in one word, by the thresholds of this reader."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodPoint:
    """The mood of one turn."""

    at: datetime
    mood: Mood
    feeling: Feeling


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodCurve:
    """How a customer felt over a conversation: the last points, oldest first.

    ``level`` (0..1) is how dissatisfied they are by now: a moving mean of ``Mood.negative`` in which
    late messages weigh more. ``offered_at`` is the level at which a person was offered last, or the
    lowest one since; None when none was. ``offers`` counts; ``stands`` says that the last one was not
    refused and the customer feels no better since. ``silent`` counts down after a no: until it is 0 none
    comes beside an answer.
    """

    points: tuple[MoodPoint, ...] = ()
    level: float = 0.0
    offered_at: float | None = None
    offers: int = 0
    stands: bool = False
    silent: int = 0

    @property
    def feeling(self) -> Feeling:
        """The present mood in one word."""
        return self.points[-1].feeling if self.points else Feeling.NEUTRAL

    def offered(self) -> "MoodCurve":
        """Return the curve after a person was offered."""
        return replace(self, offered_at=self.level, offers=self.offers + 1, stands=True)

    def refused(self) -> "MoodCurve":
        """Return the curve after a no to that offer: not in the next reply again."""
        return replace(self, stands=False, silent=_SILENT_AFTER_NO)

    def calmed(self) -> "MoodCurve":
        """Return the curve with which the bot goes on after people: only a new fall counts."""
        level = self.level / 2
        return replace(self, level=level, offered_at=level, stands=False)


class Concern(StrEnum):
    """What a message is about that a person should know of, whatever the answer is.

    ``LEGAL`` threatens with lawyers, courts or authorities, ``THREAT`` with violence; ``DANGER`` is an
    accident or a risk to life now, ``SELF_HARM`` somebody's own; ``VULNERABLE`` a customer in need of
    special care (bereavement, illness, age, hardship).
    """

    SELF_HARM = "self_harm"
    DANGER = "danger"
    THREAT = "threat"
    LEGAL = "legal"
    VULNERABLE = "vulnerable"
    COMPLAINT = "complaint"
    CANCELLATION = "cancellation"


URGENT = frozenset({Concern.SELF_HARM, Concern.DANGER, Concern.THREAT})
"""Concerns that bring a person in at once; no setting changes that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A concern and the customer's words that it rests on."""

    concern: Concern
    words: str

    @property
    def is_urgent(self) -> bool:
        """Whether a person must be brought in at once."""
        return self.concern in URGENT
