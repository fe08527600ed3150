"""The knowledge base that lets a language model write, and quotes where that doesn't work out."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.vocabulary.knowledge import Answer, Confidence, KnowledgeBase, OnDraft, Query, Source
from knowledge.answering.evidence import Evidence, Passage
from knowledge.answering.known import with_fit
from knowledge.guards.claims import unsupported_reason
from knowledge.guards.links import LinkRules
from knowledge.guards.masking import Masking
from knowledge.guards.safe_text import safe_text
from knowledge.guards.style import likes
from knowledge.model.calling import Call, OnClaims, WritingModel
from knowledge.model.failures import REASONS, ModelFailedError
from knowledge.model.prompt import Asked, build_prompt
from knowledge.model.reply import Claim, ReplyReader
from knowledge.model.streaming import Deadlines
from knowledge.model.writing import Rules, Writing

ACROSS = frozenset({"en", "es"})
"""Languages between which a claim can be compared with its source word by word."""


class EvidentKnowledge(KnowledgeBase, Protocol):
    """A knowledge base that also shows what its answer was chosen from."""

    async def evidence(self, query: Query) -> Evidence:
        """Return what ``answer`` would, and the passages that a better one may be written from."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How answers are written.

    ``instructions`` (tone, glossary) follow the rules in each request, which is at most
    ``max_input_tokens`` long. ``link_hosts`` are what may be linked beside the pages of sources.
    """

    instructions: str = ""
    max_input_tokens: int = 6000
    deadlines: Deadlines = field(default_factory=Deadlines)
    link_hosts: frozenset[str] = frozenset()


class GroundedKnowledge:
    """Implements ``KnowledgeBase``: each sentence stands in the passages that it cites.

    ``models`` are asked in order; the next one only when the one before has failed before anything
    of its answer was shown. Whatever happens to them, there is always the quoted answer.
    """

    def __init__(
        self, knowledge: EvidentKnowledge, models: Sequence[WritingModel], manner: Manner
    ) -> None:
        self._knowledge = knowledge
        self._models = models
        self._manner = manner

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        """Write an answer from the passages found, or quote them.

        ``on_draft`` hears the answer whenever another sentence of it has been verified.

        Raises:
            KnowledgeUnavailableError: The index can't be read.
        """
        evidence = await self._knowledge.evidence(query)
        if not evidence.passages:
            return evidence.answer
        return await _Attempt(self._models, self._manner, query, evidence, on_draft).run()

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        """See ``KnowledgeBase.search``; no model is asked."""
        return await self._knowledge.search(query, limit)


class _Attempt:
    """One question on its way through the models."""

    def __init__(
        self,
        models: Sequence[WritingModel],
        manner: Manner,
        query: Query,
        evidence: Evidence,
        on_draft: OnDraft | None,
    ) -> None:
        self._models = models
        self._manner = manner
        self._query = query
        self._evidence = evidence
        self._on_draft = on_draft
        self._language = written_in(query.language, evidence.passages)
        self._masking = Masking()
        self._was_shown = False
        self._was_written = False

    async def run(self) -> Answer:
        """Ask one model after the other; quote when none has written an answer."""
        call = self._call()
        answer = replace(await self._asked(call), cost=call.bill.cost)
        return self._fitting(answer)

    async def _asked(self, call: Call) -> Answer:
        reasons: list[str] = []
        if not call.prompt.passages:
            reasons.append("quoted, for no passage fits into llm.max_input_tokens")
        for model in self._models if call.prompt.passages else ():
            if self._was_shown:
                break
            writing = self._new_writing(call)
            try:
                writing.answerable = await model.write(call, self._listener(writing))
            except ModelFailedError as error:
                reasons.append(f"quoted, for {REASONS[error.failure]}")
            else:
                return self._written(writing)
        quoted = self._evidence.answer
        return _because(quoted, (*quoted.confidence.reasons, *dict.fromkeys(reasons)))

    def _fitting(self, answer: Answer) -> Answer:
        """Note what of the known it has used; who has written it has read all of it."""
        known = self._query.known
        answer = with_fit(answer, known, self._evidence.narrowing)
        if not known or not self._was_written:
            return answer
        slots = tuple(one.slot for one in known)
        return replace(answer, fit=replace(answer.fit, slots=slots))

    def _call(self) -> Call:
        mask, known = self._masking.mask, self._query.known
        asked = Asked(
            question=mask(self._query.text, own=True),
            earlier=tuple(mask(text, own=True) for text in self._query.history),
            language=self._language,
            known=tuple(replace(one, value=mask(one.value, own=True)) for one in known),
            likes=likes(known),
        )
        prompt = build_prompt(
            asked,
            self._evidence.passages,
            manner=self._manner.instructions,
            most_tokens=self._manner.max_input_tokens,
        )
        deadlines = self._manner.deadlines
        ends = asyncio.get_running_loop().time() + deadlines.total
        return Call(prompt=prompt, asker=self._query.asker, deadlines=deadlines, ends=ends)

    def _new_writing(self, call: Call) -> Writing:
        pages = [passage.source.url for passage in call.prompt.passages]
        links = LinkRules.of(self._manner.link_hosts, [*pages, *self._masking.own_mail])
        return Writing(
            evidence=self._evidence,
            passages=call.prompt.passages,
            language=self._language,
            rules=Rules(
                restore=self._masking.restore,
                without_own=self._masking.without_own,
                support=unsupported_reason,
                make_safe=lambda text: safe_text(text, links),
            ),
        )

    def _listener(self, writing: Writing) -> OnClaims:
        async def on_claims(claims: list[Claim], reader: ReplyReader) -> None:
            writing.answerable = reader.answerable
            added = [claim for claim in claims if writing.add(claim)]
            if added and reader.answerable and self._on_draft is not None:
                self._was_shown = True
                await self._on_draft(writing.answer())

        return on_claims

    def _written(self, writing: Writing) -> Answer:
        """The model's answer; the quoted one where nothing of it may be said."""
        answer = writing.answer()
        if answer.text and writing.answerable:
            self._was_written = True
            return answer
        quoted = self._evidence.answer
        return replace(quoted, confidence=answer.confidence)


def written_in(asked: str, passages: Sequence[Passage]) -> str:
    """Choose the language of an answer: the customer's, if what it says can then be checked.

    Else it is that of the best passage, as it is when answers are quoted.
    """
    spoken = [passage.source.language for passage in passages]
    if asked in spoken or (asked in ACROSS and ACROSS.intersection(spoken)):
        return asked
    return spoken[0]


def _because(answer: Answer, reasons: tuple[str, ...]) -> Answer:
    return replace(answer, confidence=Confidence(value=answer.confidence.value, reasons=reasons))
