"""What an answer is worth when the review date of a document that it cites has passed.

A review date says until when somebody vouches for a document. Afterwards it may still be right, and
mostly is, but nobody has looked: its answers count four fifths of what they would. That is set by hand,
for no set of questions knows what became wrong in the meantime. It asks a human in where the bot was
barely sure, and lets it go on where the passage fits well.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from bot.vocabulary.knowledge import Answer, Confidence, KnowledgeBase, OnDraft, Query, Source
from knowledge.labels import is_overdue

OVERDUE_FACTOR = 0.8


class DatedKnowledge:
    """Implements ``KnowledgeBase`` around another: it knows which day it is."""

    def __init__(self, knowledge: KnowledgeBase, today: Callable[[], date]) -> None:
        self._knowledge = knowledge
        self._today = today

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        """Answer as the other does, less sure where a source's review is overdue."""
        today = self._today()

        async def on_dated(draft: Answer) -> None:
            if on_draft is not None:
                await on_draft(aged(draft, today))

        return aged(await self._knowledge.answer(query, on_dated), today)

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        """See ``KnowledgeBase.search``."""
        return await self._knowledge.search(query, limit)


def aged(answer: Answer, today: date) -> Answer:
    """Lower the confidence of an answer with an overdue source, and say why."""
    overdue = [
        source.review_by
        for source in answer.sources
        if source.review_by is not None and is_overdue(source.review_by, today)
    ]
    if not overdue:
        return answer
    first, count = min(overdue), len(answer.sources)
    reason = f"the source was due for review on {first}"
    if count > 1:
        reason = f"{len(overdue)} of {count} sources were due for review, the first on {first}"
    confidence = Confidence(
        value=round(OVERDUE_FACTOR * answer.confidence.value, 4),
        reasons=(*answer.confidence.reasons, reason),
    )
    return replace(answer, confidence=confidence)
