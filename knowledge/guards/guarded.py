"""The knowledge base with the rules of its operator around it, whoever writes the answers."""

from collections.abc import Sequence
from dataclasses import replace

from bot.vocabulary.knowledge import Answer, Confidence, KnowledgeBase, OnDraft, Query, Source
from knowledge.guards.rules import AnswerRules
from knowledge.guards.style import AnswerStyle


class GuardedKnowledge:
    """Implements ``KnowledgeBase`` around another one.

    A question or an answer that touches a forbidden topic is declined, and a model is not even asked
    such a question. Other answers get the words of the house and what must be said with them.
    """

    def __init__(self, knowledge: KnowledgeBase, rules: AnswerRules, style: AnswerStyle) -> None:
        self._knowledge = knowledge
        self._rules = rules
        self._style = style

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        """See ``KnowledgeBase.answer``; ``declined`` names the topic when it is a forbidden one."""
        topic = self._rules.forbidden_topic(query.text, query.language)
        if topic is not None:
            return _declined(topic, query.language, ())
        allowed = replace(query, history=self._allowed_history(query))
        answer = await self._knowledge.answer(allowed, self._listener(on_draft))
        topic = self._rules.forbidden_topic(answer.text, answer.language)
        if topic is not None:
            declined = _declined(topic, query.language, (*answer.sources, *answer.considered))
            return replace(declined, cost=answer.cost)
        return self._finished(answer, query) if answer.text.strip() else answer

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        """See ``KnowledgeBase.search``: what is found is not an answer."""
        return await self._knowledge.search(query, limit)

    def _allowed_history(self, query: Query) -> tuple[str, ...]:
        """Without it "go on, please" would bring back what was declined a moment ago."""
        return tuple(
            earlier
            for earlier in query.history
            if self._rules.forbidden_topic(earlier, query.language) is None
        )

    def _listener(self, on_draft: OnDraft | None) -> OnDraft | None:
        if on_draft is None:
            return None

        async def hear(draft: Answer) -> None:
            if self._rules.forbidden_topic(draft.text, draft.language) is None:
                await on_draft(replace(draft, text=self._style.apply(draft.text)))

        return hear

    def _finished(self, answer: Answer, query: Query) -> Answer:
        text = self._style.apply(answer.text)
        sources = (f"{one.title}\n{one.heading}\n{one.excerpt}" for one in answer.sources)
        required = self._rules.required([query.text, text, *sources], answer.language)
        missing = [one for one in dict.fromkeys(required) if _plain(one) not in _plain(text)]
        return replace(answer, text="\n\n".join((text, *missing)))


def _declined(topic: str, language: str, considered: tuple[Source, ...]) -> Answer:
    return Answer(
        text="",
        language=language,
        sources=(),
        confidence=Confidence(value=0.0),
        considered=considered,
        declined=topic,
    )


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
