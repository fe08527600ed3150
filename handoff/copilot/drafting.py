"""A draft of the agent's next reply, from the company's knowledge and what was said."""

import logging
from dataclasses import dataclass
from itertools import takewhile

from bot.vocabulary.conversations import Conversation, HistoryLine, Speaker
from bot.vocabulary.copilot import Draft
from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.knowledge import Answer, KnowledgeBase, Query
from bot.vocabulary.messages import Link

logger = logging.getLogger(__name__)

EARLIER_LINES = 4
WORDS_OF_A_QUESTION = 4
"""What is shorter is understood together with the question before it."""

DRAFTS_KEPT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafter:
    """``tags`` say what the installation is about, as for the bot's own answers."""

    knowledge: KnowledgeBase
    tags: frozenset[str] = frozenset()

    async def draft(
        self, conversation: Conversation, *, draft_id: str, language: str, asker: str | None
    ) -> Draft | None:
        """Answer what the customer wrote last; None when the knowledge says nothing of it.

        What the customer may not read is not in it.
        """
        question, earlier = asked(conversation)
        if not question:
            return None
        query = Query(
            text=question,
            language=language,
            history=earlier,
            excluded=frozenset(conversation.memo.rejected),
            tags=self.tags,
            asker=asker,
        )
        try:
            answer = await self.knowledge.answer(query)
        except KnowledgeUnavailableError as error:
            logger.warning("no draft", extra={"error": str(error)})
            return None
        return _draft(draft_id, answer) if answer.text.strip() else None


def asked(conversation: Conversation) -> tuple[str, tuple[str, ...]]:
    """Return what the customer wants by now, and what they wrote before that, oldest first."""
    lines = conversation.history
    latest = list(takewhile(lambda line: line.speaker is not Speaker.AGENT, reversed(lines)))
    fresh = [line.text for line in reversed(latest) if line.speaker is Speaker.CUSTOMER]
    before = [line.text for line in _customers(lines)][: -len(fresh) or None]
    question = " ".join(fresh[-EARLIER_LINES:])
    if len(question.split()) < WORDS_OF_A_QUESTION and conversation.memo.question:
        question = f"{conversation.memo.question} {question}".strip()
    return question, tuple((*before, *fresh[:-EARLIER_LINES])[-EARLIER_LINES:])


def with_draft(drafts: tuple[Draft, ...], draft: Draft) -> tuple[Draft, ...]:
    """Keep a draft among the last ones, newest last."""
    others = tuple(one for one in drafts if one.id != draft.id)
    return (*others, draft)[-DRAFTS_KEPT:]


def _customers(lines: tuple[HistoryLine, ...]) -> list[HistoryLine]:
    return [line for line in lines if line.speaker is Speaker.CUSTOMER]


def _draft(draft_id: str, answer: Answer) -> Draft:
    links = tuple(Link(title=source.title, url=source.url) for source in answer.sources)
    return Draft(
        id=draft_id,
        text=answer.text,
        language=answer.language,
        sources=links,
        confidence=answer.confidence.value,
    )
