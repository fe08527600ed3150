"""A past conversation as an export tells it, and its exchanges: what was asked, what people answered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby


class Role(StrEnum):
    """Who said something: the customer, a human who helped, or a machine."""

    CUSTOMER = "customer"
    HUMAN = "human"
    BOT = "bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message; ``at`` is aware, None where the export does not tell."""

    role: Role
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What a customer wrote until somebody answered, and what people wrote until they wrote again."""

    asked: tuple[Line, ...]
    answered: tuple[Line, ...]

    @property
    def human(self) -> str:
        """The human's words, one paragraph a message; empty where only a machine answered, or nobody."""
        return "\n\n".join(line.text for line in self.answered if line.role is Role.HUMAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastConversation:
    """A conversation of the past. ``language`` is what the export claims (ISO 639-1), if anything."""

    id: str
    lines: tuple[Line, ...]
    language: str | None = None

    def exchanges(self) -> Iterator[Exchange]:
        """Give its exchanges in order; what was said before the customer came is left out."""
        asked: tuple[Line, ...] = ()
        for by_customer, run in groupby(self.lines, lambda line: line.role is Role.CUSTOMER):
            lines = tuple(run)
            if by_customer:
                asked = lines
            elif asked:
                yield Exchange(asked=asked, answered=lines)
                asked = ()
        if asked:
            yield Exchange(asked=asked, answered=())


def worth_replaying(conversations: Iterable[PastConversation]) -> Iterator[PastConversation]:
    """Leave out those in which no customer said anything."""
    for one in conversations:
        if any(line.role is Role.CUSTOMER and line.text.strip() for line in one.lines):
            yield one
