"""What an export tells, whatever platform it is from."""

from dataclasses import dataclass, field
from datetime import datetime

CHECKS = frozenset({"white_check_mark", "heavy_check_mark", "ballot_box_with_check"})
"""The names of ✅ and its like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a person: Markdown with people as ``@[name]``; ``is_checked`` for a ✅ on it.

    ``at`` is aware, and None where the export does not say it in a form that is known.
    """

    author: str
    text: str
    is_checked: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A conversation under one question. ``key`` names it for ever, ``where`` shows it to people.

    ``people`` are the names of those who took part or were mentioned, ``others`` those of all
    others that the export knows.
    """

    key: str
    where: str
    title: str | None = None
    said: tuple[Said, ...]
    people: frozenset[str] = field(default=frozenset())
    others: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A question with its answer for somebody to look through; a line that ``kb add`` reads."""

    id: str
    question: str
    answer: str
    where: str
    title: str | None = None
