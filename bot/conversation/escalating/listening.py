"""Hears in each turn how the customer feels, whoever has the word."""

import asyncio
from dataclasses import dataclass, replace

from bot.conversation.escalating.moods import follow, said_before
from bot.conversation.reading import said_in
from bot.vocabulary.mood import MoodReader
from bot.vocabulary.turns import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Follows the mood of conversations; without a ``reader`` each stays as calm as it was."""

    reader: MoodReader | None = None

    async def felt(self, turn: Turn, language: str) -> Turn:
        """Return the turn whose memo knows the mood of what the customer has just written."""
        said, memo = said_in(turn), turn.conversation.memo
        if self.reader is None or not said.strip():
            return turn
        context = said_before(turn.conversation.history)
        # A reader of the settings may take long, and nobody else is to wait for it.
        mood = await asyncio.to_thread(self.reader.read, said, language=language, context=context)
        curve = follow(memo.mood, mood, self.reader.feeling(mood), turn.started_at)
        memo = replace(memo, mood=curve)
        return replace(turn, conversation=replace(turn.conversation, memo=memo))
