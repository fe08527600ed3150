"""Answers from the knowledge base, and what happens when that is not good enough."""

import logging
from dataclasses import replace

from bot.conversation import gaps
from bot.conversation.asking import Asking
from bot.conversation.matters import same_matter
from bot.conversation.replies import Replies
from bot.vocabulary.conversations import Memo, Speaker
from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.handover import (
    Desk,
    EscalationPolicy,
    Failure,
    HandoverRequest,
    Signals,
    Verdict,
)
from bot.vocabulary.knowledge import Answer, Audience, KnowledgeBase, Query, Source
from bot.vocabulary.turns import Decision, Plan

logger = logging.getLogger(__name__)

WORDS_OF_A_MATTER = 5
"""A wish for a human with this many words beside it says itself what it is about."""

REMEMBERED_QUESTIONS = 3
"""Earlier questions that a follow-up is understood with."""

SHOWN_TO_AGENTS = 3
"""Internal documents are named in a briefing when they are among so many that fit best."""


class Answering:
    """Looks up, lets the policy decide, and builds the plan of its decision."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        policy: EscalationPolicy,
        desk: Desk,
        asking: Asking | None = None,
    ) -> None:
        self._knowledge = knowledge
        self._policy = policy
        self._desk = desk
        self._asking = asking or Asking()

    async def answer(self, replies: Replies, question: str) -> Plan:
        """Answer a question, or say what is missing."""
        memo = replies.memo
        if not same_matter(question, memo.question):
            memo = replace(memo, rejected=(), rejections=0)
        found = await self._look_up(replies, question, memo.rejected)
        if found is None:
            return self.give_up(replies, question, Failure.KNOWLEDGE)
        verdict, unsure = judge(
            self._policy,
            found.text,
            found.confidence.value,
            unsure=memo.unsure,
            topic=found.declined,
        )
        memo = replace(memo, question=question, cited=(), unsure=unsure, offered=False)
        plan = await self._conclude(replies, memo, found, verdict)
        return gaps.unanswered(plan, replies, question, found)

    async def after_rejection(
        self, replies: Replies, hint: str, *, sign: str | None = None
    ) -> Plan:
        """Try once differently: without the rejected sources, and with what was added.

        ``sign`` is that by which it was rejected, if not by words; the receipt shows it.
        """
        return gaps.rejected(await self._try_again(replies, hint, sign), replies)

    async def _try_again(self, replies: Replies, hint: str, sign: str | None) -> Plan:
        memo = replies.memo
        rejected = tuple(dict.fromkeys((*memo.rejected, *memo.cited)))
        question = " ".join(part for part in (memo.question, hint) if part)
        rejections = memo.rejections + 1
        found = await self._look_up(replies, question, rejected)
        if found is None:
            return self.give_up(replies, question, Failure.KNOWLEDGE)
        memo = replace(memo, rejected=rejected, rejections=rejections, cited=(), question=question)
        confidence = _confidence(found.text, found.confidence.value)
        signals = Signals(
            rejected=True, rejections=rejections, confidence=confidence, topic=found.declined
        )
        verdict = self._policy.decide(signals)
        if sign is not None:
            verdict = replace(verdict, reasons=(sign, *verdict.reasons))
        return await self._conclude(replies, memo, found, verdict)

    def hand_over(self, replies: Replies, text: str, wish: str) -> Plan:
        """Bring in a human because the customer asked for one."""
        verdict = self._policy.decide(Signals(wish=wish))
        says_more = len(text.split()) - len(wish.split()) >= WORDS_OF_A_MATTER
        question = text if says_more else replies.memo.question or text
        plan = self._to_desk(replies, verdict, question, None)
        return gaps.handed_over(plan, replies)

    def give_up(self, replies: Replies, question: str, failure: Failure) -> Plan:
        """Bring in a human because something did not work."""
        verdict = self._policy.decide(Signals(failure=failure))
        return self._to_desk(replies, verdict, question, None)

    async def _conclude(
        self, replies: Replies, memo: Memo, found: Answer, verdict: Verdict
    ) -> Plan:
        reasons = list(verdict.reasons)
        match verdict.decision:
            case Decision.ANSWER:
                cited = tuple(source.doc_id for source in found.sources)
                lead = "another_try" if memo.rejections else None
                answered = replace(memo, cited=cited)
                return replies.answer(found, answered, lead=lead, reasons=reasons)
            case Decision.HAND_OVER:
                internal = await self._for_agents(replies, memo.question)
                return self._to_desk(replies, verdict, memo.question, found, internal)
            case Decision.OFFER_HUMAN:
                if found.declined is not None:
                    return replies.admit("declined", verdict.decision, memo, found, reasons)
                return replies.admit("offer_human", verdict.decision, memo, found, reasons)
            case _:
                return replies.admit("unknown", verdict.decision, memo, found, reasons)

    def _to_desk(
        self,
        replies: Replies,
        verdict: Verdict,
        question: str,
        found: Answer | None,
        internal: tuple[Source, ...] = (),
    ) -> Plan:
        if verdict.case_reason is None:
            raise ValueError("A hand-over needs a reason.")
        request = HandoverRequest(
            reason=verdict.case_reason,
            reasons=verdict.reasons,
            language=replies.language,
            question=question,
            answer=found,
            internal=internal,
            amends=replies.amends,
        )
        return self._desk.hand_over(replies.turn, request)

    def _query(self, replies: Replies, question: str, excluded: tuple[str, ...]) -> Query:
        return self._asking.query(
            replies.turn,
            question,
            language=replies.language,
            history=_earlier_questions(replies),
            excluded=excluded,
        )

    async def _for_agents(self, replies: Replies, question: str) -> tuple[Source, ...]:
        """What an agent may read on a question beyond what the customer may."""
        query = self._query(replies, question, ())
        try:
            everything = replace(query, audience=Audience.INTERNAL)
            found = await self._knowledge.search(everything, SHOWN_TO_AGENTS)
        except KnowledgeUnavailableError:
            return ()
        return tuple(one for one in found if not query.audience.may_read(one.audience))

    async def _look_up(
        self, replies: Replies, question: str, excluded: tuple[str, ...]
    ) -> Answer | None:
        query = self._query(replies, question, excluded)

        async def on_draft(draft: Answer) -> None:
            if self._policy.is_sure(draft.confidence.value):
                await replies.show(draft)

        try:
            found = await self._knowledge.answer(query, on_draft)
        except KnowledgeUnavailableError as error:
            logger.error("knowledge unavailable", extra={"error": str(error)})  # noqa: TRY400
            return None
        failpoint("retrieved")
        failpoint("answered")
        return found


def _confidence(text: str, confidence: float) -> float | None:
    """An answer without words is none, however low an operator sets the threshold."""
    return confidence if text.strip() else None


def judge(
    policy: EscalationPolicy,
    text: str,
    confidence: float,
    *,
    unsure: int = 0,
    topic: str | None = None,
) -> tuple[Verdict, int]:
    """Return what becomes of an answer, and how many in a row are unsure with it.

    ``unsure`` is how many were before: none for a question by itself. A forbidden ``topic`` is no
    sign of unsureness.
    """
    if topic is not None:
        return policy.decide(Signals(topic=topic)), unsure
    known = _confidence(text, confidence)
    sure = known is not None and policy.is_sure(known)
    unsure = 0 if sure else unsure + 1
    return policy.decide(Signals(confidence=known, unsure=unsure)), unsure


def _earlier_questions(replies: Replies) -> tuple[str, ...]:
    lines = replies.turn.conversation.history
    asked = [line.text for line in lines if line.speaker is Speaker.CUSTOMER]
    return tuple(asked[-REMEMBERED_QUESTIONS:])
