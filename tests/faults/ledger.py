"""The ledger: what people did, when it was acknowledged, and when it was settled."""

import time
from dataclasses import dataclass, field

from bot.engine.keys import ConversationKeys


@dataclass(slots=True, kw_only=True)
class Entry:
    """One event of a person. Times are seconds, monotonic; ``ref`` is the conversation's text.

    ``token`` is a word that stands in this event's text alone; ``delivers`` marks an agent's words
    that must reach the customer.
    """

    id: str
    ref: str
    token: str
    text: str
    is_agent: bool = False
    delivers: bool = False
    sent_at: float = field(default_factory=time.monotonic)
    acked_at: float | None = None
    settled_at: float | None = None
    outcome: str | None = None

    @property
    def seen_key(self) -> str:
        """The key in Redis that holds what became of the event."""
        return ConversationKeys(self.ref).seen(f"pg-{self.id}")


@dataclass(slots=True)
class Ledger:
    """All entries, in the order in which they were first sent."""

    entries: list[Entry] = field(default_factory=list[Entry])
    refusals: list[str] = field(default_factory=list[str])
    repeats: int = 0

    @property
    def accepted(self) -> list[Entry]:
        """What was acknowledged: nothing of it may be lost."""
        return [entry for entry in self.entries if entry.acked_at is not None]

    @property
    def settled(self) -> list[Entry]:
        """What has its outcome and was shown."""
        return [entry for entry in self.entries if entry.settled_at is not None]

    def of(self, ref: str) -> list[Entry]:
        """Return the entries of one conversation."""
        return [entry for entry in self.entries if entry.ref == ref]

    def in_flight_at(self, moment: float) -> list[Entry]:
        """Return what was sent before a moment and settled after it."""
        return [
            entry
            for entry in self.entries
            if entry.sent_at <= moment and (entry.settled_at or moment + 1) > moment
        ]
