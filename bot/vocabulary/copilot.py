"""The sockets of the agent's copilot: drafts, other words for them, and translation."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.vocabulary.messages import Link


class Wording(StrEnum):
    """How a draft is to be put differently."""

    SHORTER = "shorter"
    WARMER = "warmer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A reply that an agent may send: CommonMark, with its sources; nothing is sent by itself.

    ``confidence`` is in 0..1, None where nothing was looked up.
    """

    id: str
    text: str
    language: str
    sources: tuple[Link, ...] = ()
    confidence: float | None = None


class Rewriter(Protocol):
    """Puts a text differently and changes nothing of what it says.

    ``asker`` (``platform:tenant:user``) is whose budget it counts against.
    """

    async def rewrite(
        self, text: str, wording: Wording, *, language: str, asker: str | None = None
    ) -> str | None:
        """Return the text (CommonMark) in other words; None when that is not possible now."""
        ...


class Translator(Protocol):
    """Translates between an agent's and a customer's language (ISO 639-1)."""

    async def translate(
        self, text: str, *, source: str, target: str, asker: str | None = None
    ) -> str | None:
        """Return the text in the language ``target``; None when that is not possible now."""
        ...
