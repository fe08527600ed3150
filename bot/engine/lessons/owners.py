"""Whose memory it is that a lesson belongs to, and how that is changed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.vocabulary.memory import Learner, Memory
from bot.vocabulary.messages import ConversationRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A memory before and after it was changed."""

    before: Memory
    after: Memory


class Owners(Protocol):
    """The memories of persons and groups. All raise ``StateUnavailableError`` without Redis."""

    async def owner_of(
        self, author_id: str, place: ConversationRef, *, is_direct: bool, at: datetime
    ) -> str | None:
        """Return who owns what somebody said: they themselves, or in a shared place its group.

        None where it may not be remembered: they have switched it off, the settings allow none there, or
        they had themselves erased after ``at``.
        """
        ...

    async def change(self, owner: str, change: Callable[[Memory], Awaitable[Memory]]) -> Changed:
        """Change a memory in one fenced step; ``change`` runs again when another came first.

        What stays as it was is not written. Raises ``UnreadableMemoryError`` when it can't be read: then
        nothing of it may be replaced.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """Who learns, and into whose memories."""

    learner: Learner
    owners: Owners
