"""What the core lends to adapters: the memory of sends, shared rate limits, a small durable store.

Adapters hold nothing that a restart may lose and never know Redis. Every method may raise
``StateUnavailableError``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """An earlier try to send a piece: ``message_id`` is None while its fate is unknown.

    ``begun_at`` (aware UTC, by the server's clock) is when it was tried first.
    """

    begun_at: datetime
    message_id: str | None = None


class SendLog(Protocol):
    """Remembers for a week what became of each piece, so that a repeated key shows no second copy.

    A piece is one message on the platform; ``key`` is the delivery's key, ``piece`` its part.
    """

    async def begin(self, key: str, piece: int = 0) -> Attempt | None:
        """Note that a piece is about to be sent; returns the earlier try, None the first time."""
        ...

    async def finish(self, key: str, message_id: str, piece: int = 0) -> None:
        """Note the platform's id of a piece that is shown."""
        ...

    async def forget(self, key: str, piece: int = 0) -> None:
        """Note that a piece that was begun was certainly not shown."""
        ...

    async def shown(self, key: str) -> Mapping[int, str]:
        """Return piece → the platform's message id, for all that is shown under a key."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A token bucket: ``rate`` tokens a second, at most ``burst`` saved up."""

    scope: str
    rate: float
    burst: int = 1


class RateLimiter(Protocol):
    """Token buckets that all processes share, so that together they stay below a platform's limits."""

    async def take(self, *limits: Limit) -> float:
        """Take one token from each bucket; else none, and return the seconds until that works."""
        ...

    async def pause(self, scope: str, seconds: float) -> None:
        """Let a bucket give nothing for a while, because the platform said so."""
        ...


class AdapterStore(Protocol):
    """Fields in named sections, kept for the adapter of one platform and seen by all processes."""

    async def read(self, section: str) -> Mapping[str, str]:
        """Return all fields of a section."""
        ...

    async def get(self, section: str, field: str) -> str | None:
        """Return one field."""
        ...

    async def put(self, section: str, fields: Mapping[str, str]) -> None:
        """Set fields of a section, leaving its others."""
        ...

    async def drop(self, section: str, fields: Sequence[str]) -> None:
        """Remove fields."""
        ...

    async def lease(self, name: str, holder: str, seconds: float) -> bool:
        """Become or stay the only holder of a name for a while; False when another is it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterTools:
    """All that the core lends to one adapter."""

    sends: SendLog
    limits: RateLimiter
    store: AdapterStore
