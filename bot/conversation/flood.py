"""Too many turns in a short time: the bot says so once and is silent until it calms down.

It also breaks the loop of two bots that answer each other.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.vocabulary.conversations import Memo


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodLimit:
    """The bot takes up to ``turns`` turns of a conversation within ``seconds``.

    What is more ends in silence, until a whole window of ``seconds`` has passed that would have been
    within the limit.
    """

    turns: int = 20
    seconds: float = 60.0

    def is_first(self, memo: Memo) -> bool:
        """Whether the turn that was counted last is the first one that is too much."""
        return memo.limited and memo.window_turns == self.turns + 1

    def counted(self, memo: Memo, now: datetime) -> Memo:
        """Return the memo with one more turn counted; its ``limited`` says whether it is too much."""
        began = memo.window_began
        age = (now - began).total_seconds() if began else None
        if age is not None and age < self.seconds:
            turns = memo.window_turns + 1
            limited = memo.limited or turns > self.turns
            return replace(memo, window_turns=turns, limited=limited)
        was_flooded = age is not None and age < 2 * self.seconds and memo.window_turns > self.turns
        return replace(memo, window_began=now, window_turns=1, limited=was_flooded)
