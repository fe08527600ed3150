"""Surveys: how a customer was served, asked in their conversation, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

CsatForm = Literal["scale", "thumbs", "off"]
"""How customers are asked about a case: 1 to 5, by a thumb, or not at all."""


class SurveyKind(StrEnum):
    """What is asked: about a case (1 to 5, or a thumb as 1 or 5), or whether they recommend us (0 to 10)."""

    CSAT = "csat"
    NPS = "nps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A survey that a customer was asked; ``score`` is None until they have answered.

    With a score a word of theirs is awaited until ``until`` (aware UTC).
    """

    kind: SurveyKind
    case: str
    asked_at: datetime
    score: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What a customer answered. A later one for the same kind and case takes its place.

    ``team`` and ``agent_id`` are who had the case; ``word`` is what the customer added. ``author_id`` is the
    identity of the customer, None where none was noted.
    """

    kind: SurveyKind
    case: str
    score: int
    at: datetime
    word: str = ""
    team: str | None = None
    agent_id: str | None = None
    author_id: str | None = None


SATISFIED = 4
"""From this score of 5 on a customer is satisfied."""

PROMOTERS = 9
DETRACTORS = 6
"""From 9 of 10 on they recommend us, up to 6 they do the opposite."""


def nps(scores: Sequence[int]) -> float | None:
    """Return the net promoter score, -100 to 100; None without answers."""
    if not scores:
        return None
    promoters = sum(score >= PROMOTERS for score in scores)
    detractors = sum(score <= DETRACTORS for score in scores)
    return round(100 * (promoters - detractors) / len(scores), 1)
