"""The socket for knowledge: a question goes in, a grounded answer with its sources comes out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Protocol


class Audience(StrEnum):
    """Who may be told what a document says; each one may also be told what those before it may."""

    PUBLIC = "public"
    MEMBERS = "members"
    INTERNAL = "internal"

    @property
    def rank(self) -> int:
        """How narrow it is, from 0 for everybody."""
        return list(Audience).index(self)

    def may_read(self, document: "Audience") -> bool:
        """Whether who belongs to this audience may be told what a document for ``document`` says."""
        return document.rank <= self.rank


def review_day() -> date:
    """The day by which reviews of documents are due: that of UTC."""
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One thing that is known of whoever asks: data about them, never an instruction.

    ``slot`` names it (``version``, ``length``), ``value`` is what was said, ``since`` the day,
    ``origin`` how it came to be known (``stated``, ``inferred``, ``agent``, ``integration``).
    """

    slot: str
    value: str
    origin: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question to the knowledge base.

    ``language`` is an ISO 639-1 code. ``history`` holds the customer's earlier questions, oldest
    first, for follow-ups, and right after a human stretch what was said last in it. Documents named
    in ``excluded`` (``doc_id``) are not used: the customer has rejected an answer that came from
    them. ``audience`` is who will read the answer; documents for a narrower one are not used, and
    neither are those that have a tag of the same key with another value than ``tags``
    (``version:2``). ``asker`` (``platform:tenant:user``) is whose caps the answer counts against; None
    for a question from the command line. ``known`` is what is known of them: it chooses among what they
    may be told, and never widens that.
    """

    text: str
    language: str
    history: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    audience: Audience = Audience.PUBLIC
    tags: frozenset[str] = frozenset()
    asker: str | None = None
    known: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A passage that stands behind an answer; ``score`` in 0..1 orders passages of one query.

    ``audience``, ``tags`` (``key:value``) and ``review_by`` are its document's: from the day after
    ``review_by`` on nobody has vouched for what it says. ``url`` leads to the passage's section
    where the page has an anchor for it.
    """

    doc_id: str
    title: str
    heading: str
    url: str | None
    score: float
    language: str
    excerpt: str
    audience: Audience = Audience.PUBLIC
    tags: tuple[str, ...] = ()
    review_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """How likely an answer is right: ``value`` in 0..1, and why in plain words for the receipt."""

    value: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What an answer has made of ``Query.known``.

    ``slots`` are those that it has used. ``fits`` are tags (``version:4``) of theirs that its sources
    have, ``misses`` those for which nothing was found, so that it is from documents about another.
    """

    slots: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the knowledge base has to say.

    ``text`` is CommonMark and empty when nothing was found. ``sources`` are those cited by the
    text, best first; ``considered`` are the other passages that were looked at, for the receipt.
    ``declined`` is the topic that an operator has forbidden and that this would be about. ``cost`` is
    what models have cost for it, in the currency of the settings. ``fit`` is what it has made of what
    is known of whoever asks.
    """

    text: str
    language: str
    sources: tuple[Source, ...]
    confidence: Confidence
    considered: tuple[Source, ...] = ()
    declined: str | None = None
    cost: float = 0.0
    fit: Fit = Fit()


OnDraft = Callable[[Answer], Awaitable[None]]
"""Hears an answer that is being written, as far as it is; its confidence is known by then."""


class KnowledgeBase(Protocol):
    """Answers from the company's documents.

    Implementations are safe to call from many tasks at once and see a changed index without a
    restart. Errors: ``KnowledgeUnavailableError`` when the index cannot be read.
    """

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        """Answer from the documents, or return an empty answer with a low confidence.

        One that writes its answer bit by bit lets ``on_draft`` hear it grow.
        """
        ...

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        """Return the passages that fit best, best first, at most one for each document."""
        ...
