"""The ledger of the matrix: what customers wrote, how it was told, and when an answer was seen."""

import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

NUMBER = re.compile(r"#(\d+)")


@dataclass(slots=True)
class Telling:
    """One try to tell an event: its begin and end (seconds, monotonic), and the port it went to."""

    begun: float
    ended: float = math.inf
    port: int | None = None

    def is_beside(self, other: "Telling") -> bool:
        """Whether both were on their way at once, to different processes."""
        return self.ended > other.begun and self.port != other.port


@dataclass(slots=True, kw_only=True)
class Entry:
    """One message of a customer. Times are seconds, monotonic.

    ``tellings`` is how often the platform has told it before Relevo acknowledged it, where it tells
    each event by itself, ``told`` the last of these tellings; ``is_held`` marks what was never told, or
    was given up. ``is_refused`` marks one whose answer the platform refuses for good.
    """

    number: int
    customer: str
    words: str = "hello"
    wrote_at: float = field(default_factory=time.monotonic)
    tellings: int = 0
    told: "Telling | None" = None
    is_acknowledged: bool = False
    is_held: bool = False
    is_refused: bool = False
    answered_at: float | None = None

    def may_be_overtaken_by(self, later: "Entry") -> bool:
        """Whether the platform's tellings leave it open which one comes first."""
        if self.tellings > 1 or self.is_held:
            return True
        return bool(self.told and later.told and self.told.is_beside(later.told))

    @property
    def text(self) -> str:
        """What was written."""
        return f"#{self.number} {self.words}"


@dataclass(slots=True)
class Ledger:
    """All entries, in the order in which they were written."""

    entries: list[Entry] = field(default_factory=list[Entry])

    def write(self, customer: str, words: str = "hello") -> Entry:
        """Note a new message."""
        entry = Entry(number=len(self.entries) + 1, customer=customer, words=words)
        self.entries.append(entry)
        return entry

    def of(self, customer: str) -> list[Entry]:
        """Return what one customer wrote."""
        return [entry for entry in self.entries if entry.customer == customer]

    def open(self) -> list[Entry]:
        """Return what still has to be answered."""
        return [item for item in self.entries if not item.is_refused and item.answered_at is None]

    def note(self, customer: str, replies: Sequence[str]) -> None:
        """Note which messages have their answer now."""
        seen = {number for reply in replies for number in numbers_in(reply)}
        for entry in self.of(customer):
            if entry.answered_at is None and entry.number in seen:
                entry.answered_at = time.monotonic()


def numbers_in(text: str) -> tuple[int, ...]:
    """Return the numbers of the messages that a text answers or repeats."""
    return tuple(int(found) for found in NUMBER.findall(text))
