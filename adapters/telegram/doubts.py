"""Pieces in doubt: begun, and known neither to be shown nor to be refused (pure)."""

import json
import time
from dataclasses import asdict, dataclass, field

KEPT_SECONDS = 7 * 24 * 3600
"""How long a piece can come again, as the memory of sends lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Where a piece may stand: behind the message ``since``, and before ``below`` unless that is 0.

    A look-up goes on behind ``tried`` and ends with ``last``. ``topic`` is the one of the chat in
    which the piece is, or 0.
    """

    since: int
    tried: int
    last: int
    topic: int = 0
    below: int = 0
    at: float = field(default_factory=time.time)

    @property
    def end(self) -> int:
        """The last id that is worth a look."""
        return min(self.last, self.below - 1) if self.below else self.last

    @property
    def is_old(self) -> bool:
        """Whether its piece comes no more."""
        return time.time() - self.at > KEPT_SECONDS

    def may_meet(self, other: "Doubt") -> bool:
        """Whether looking for this piece could come upon another one."""
        return other.since < self.end and not 0 < other.below <= self.tried + 1

    def text(self) -> str:
        """Write it down."""
        return json.dumps(asdict(self))

    @staticmethod
    def read(text: str) -> "Doubt":
        """Read what ``text`` has written."""
        return Doubt(**json.loads(text))
