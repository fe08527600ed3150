"""A gap: a question to which the knowledge had no answer that would do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class GapKind(StrEnum):
    """What was missing.

    ``unanswered``: nothing, or nothing sure enough, was found. ``rejected``: the customer did not
    want the answer. ``handed_over``: a person was asked for because of one of these, without a new
    question.
    """

    UNANSWERED = "unanswered"
    REJECTED = "rejected"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One turn in which knowledge was missing.

    ``question`` is what the customer wants, in their words: whoever shows it masks personal data.
    ``nearest`` is the ``doc_id`` of what was found nevertheless, of a rejected answer's first source;
    ``confidence`` (0..1) is that of what was found, None for a rejection. ``case`` is the case that
    it led to, ``case_minutes`` from its opening to its end, None while that is not known. ``author_id``
    is the identity of the customer, noted when it is stored.
    """

    turn_id: str
    conversation: str
    at: datetime
    kind: GapKind
    question: str
    language: str
    confidence: float | None = None
    nearest: str | None = None
    case: str | None = None
    case_minutes: float | None = None
    author_id: str | None = None
