"""How the bot behaves to customers: what an operator decides, and what depends on the platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.conversation.flood import FloodLimit
from bot.vocabulary.messages import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """``suggestions`` are questions that the greeting offers as buttons.

    ``prefixes`` say what stands before a command where customers write it, "/" unless the platform
    differs. ``flood`` is how much the bot answers in a short time.
    """

    suggestions: Sequence[str] = ()
    prefixes: Mapping[Platform, str] = field(default_factory=dict[Platform, str])
    flood: FloodLimit = field(default_factory=FloodLimit)

    def prefix(self, platform: Platform) -> str:
        """Return what stands before a command on a platform."""
        return self.prefixes.get(platform, "/")
