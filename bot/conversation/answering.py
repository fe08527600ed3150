"""Answers from the knowledge base, and what happens when that is not good enough."""

import logging
from dataclasses import replace

from bot.conversation import gaps
from bot.conversation.afterwards.returning import earlier_lines
from bot.conversation.asking import Asking
from bot.conversation.choices import near
from bot.conversation.escalating import weighing
from bot.conversation.escalating.passing import Passing
from bot.conversation.matters import same_matter
from bot.conversation.recalling.again import rejected_before, was_tried
from bot.conversation.recalling.knowing import known_of
from bot.conversation.replies import Replies
from bot.conversation.rollout import holding
from bot.conversation.rollout.rules import RolloutRules, matter_of
from bot.vocabulary.conversations import Choice, Memo
from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.handover import Desk, EscalationPolicy, Failure, Signals, Verdict
from bot.vocabulary.knowledge import Answer, Audience, KnowledgeBase, Query, Source
from bot.vocabulary.rollout import Trial
from bot.vocabulary.turns import Decision, Plan

logger = logging.getLogger(__name__)

WORDS_OF_A_MATTER = 5
"""A wish for a human with this many words beside it says itself what it is about."""

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
        rollout: RolloutRules | None = None,
    ) -> None:
        self._knowledge = knowledge
        self._policy = policy
        self._rollout = rollout or RolloutRules()
        self._asking = asking or Asking()
        self._passing = Passing(desk, self._asking)

    async def answer(self, replies: Replies, question: str) -> Plan:
        """Answer a question, or say what is missing."""
        memo = replies.memo
        if not same_matter(question, memo.question):
            memo = replace(memo, rejected=(), rejections=0)
        signals = weighing.signals_of(replies, self._asking, question)
        failed = tuple(dict.fromkeys((*memo.rejected, *rejected_before(replies.recalled))))
        if (plan := await self._held(replies, question, failed, signals)) is not None:
            return plan
        found = await self._look_up(replies, question, failed, signals)
        if found is not None and was_tried(found, replies.recalled):
            cited = (source.doc_id for source in found.sources)
            found = await self._look_up(replies, question, (*failed, *cited), signals)
        if found is None:
            return self.give_up(replies, question, Failure.KNOWLEDGE)
        memo = weighing.counted(memo, replies, question, found)
        signals = weighing.with_answer(signals, memo, found, _choices(replies, found))
        return await self._weighed(replies, replace(memo, question=question), found, signals)

    async def chosen(self, replies: Replies, choice: Choice) -> Plan:
        """Answer the last question from the document that the customer has chosen."""
        memo, question = replies.memo, replies.memo.question
        others = [one.doc_id for one in replies.choices if one != choice]
        signals = weighing.signals_of(replies, self._asking, question)
        excluded = tuple(dict.fromkeys((*memo.rejected, *others)))
        if (plan := await self._held(replies, question, excluded, signals)) is not None:
            return plan
        found = await self._look_up(replies, question, excluded, replace(signals, chosen=True))
        if found is None:
            return self.give_up(replies, question, Failure.KNOWLEDGE)
        memo = replace(memo, cost=memo.cost + found.cost)
        is_it = any(source.doc_id == choice.doc_id for source in found.sources)
        signals = replace(weighing.with_answer(signals, memo, found), chosen=is_it)
        return await self._weighed(replies, memo, found, signals)

    async def _weighed(self, replies: Replies, memo: Memo, found: Answer, signals: Signals) -> Plan:
        # The count of rejections is for an answer that was just rejected.
        signals = replace(signals, rejections=0)
        is_sure = self._policy.is_sure(signals)
        memo = weighing.weighed(memo, signals, replies.turn.started_at, is_sure=is_sure)
        memo = replace(memo, cited=(), offered=False)
        plan = await self._conclude(replies, memo, found, replace(signals, unsure=memo.unsure))
        is_open = is_sure or plan.receipt.decision is Decision.CLARIFY
        return plan if is_open else gaps.unanswered(plan, replies, memo.question, found)

    async def after_rejection(
        self, replies: Replies, hint: str, *, sign: str | None = None
    ) -> Plan:
        """Try once differently: without the rejected sources, and with what was added.

        ``sign`` is that by which it was rejected, if not by words; the receipt shows it.
        """
        return gaps.rejected(await self._try_again(replies, hint, sign), replies)

    async def _try_again(self, replies: Replies, hint: str, sign: str | None) -> Plan:
        memo = replies.memo
        asked_of = (choice.doc_id for choice in replies.choices)
        rejected = tuple(dict.fromkeys((*memo.rejected, *memo.cited, *asked_of)))
        question = " ".join(part for part in (memo.question, hint) if part)
        memo = replace(memo, rejected=rejected, rejections=memo.rejections + 1)
        signals = replace(
            weighing.signals_of(replies, self._asking, question),
            rejected=True,
            rejections=memo.rejections,
        )
        failed = (*rejected, *rejected_before(replies.recalled))
        replies.rejected = True
        if (plan := await self._held(replies, question, failed, signals)) is not None:
            return plan
        found = await self._look_up(replies, question, failed, signals)
        if found is None:
            return self.give_up(replies, question, Failure.KNOWLEDGE)
        memo = replace(memo, cited=(), offered=False, question=question)
        memo = replace(memo, cost=memo.cost + found.cost)
        signals = weighing.with_answer(signals, memo, found)
        return await self._conclude(replies, memo, found, signals, sign=sign)

    def to_people(self, replies: Replies, text: str, wish: str | None) -> Plan:
        """Bring in a human at once: the customer asked for one (``wish``), or is in danger."""
        signals = replace(weighing.signals_of(replies, self._asking, text), wish=wish)
        says_more = len(text.split()) - len((wish or "").split()) >= WORDS_OF_A_MATTER
        question = text if says_more else replies.memo.question or text
        verdict = self._policy.decide(signals)
        plan = self._passing.pass_on(replies, verdict, question, signals=signals)
        return gaps.handed_over(plan, replies)

    def give_up(self, replies: Replies, question: str, failure: Failure) -> Plan:
        """Bring in a human because something did not work; nothing is interpreted."""
        signals = Signals(failure=failure, mood=replies.memo.mood, concern=replies.concern)
        return self._passing.pass_on(replies, self._policy.decide(signals), question)

    async def _conclude(
        self,
        replies: Replies,
        memo: Memo,
        found: Answer,
        signals: Signals,
        *,
        sign: str | None = None,
    ) -> Plan:
        verdict = self._policy.decide(signals)
        if sign is not None:
            verdict = replace(verdict, reasons=(sign, *verdict.reasons))
        match verdict.decision:
            case Decision.ANSWER:
                return _answered(replies, memo, found, verdict)
            case Decision.HAND_OVER:
                question, internal = memo.question, await self._for_agents(replies, memo.question)
                return self._passing.pass_on(
                    replies, verdict, question, signals=signals, found=found, internal=internal
                )
            case Decision.CLARIFY:
                return replies.ask_back(_choices(replies, found), verdict, memo, found)
            case Decision.OFFER_HUMAN:
                return replies.admit(_offer_for(signals), verdict, memo, found)
            case _:
                return replies.admit("unknown", verdict, memo, found)

    async def _held(
        self, replies: Replies, question: str, excluded: tuple[str, ...], signals: Signals
    ) -> Plan | None:
        """Let people answer where the mode of the topic says so; None where the bot does."""
        replies.matter = matter_of(
            self._rollout,
            replies.turn,
            question,
            subject=signals.subject,
            rejected=replies.rejected,
        )
        if not replies.matter.trial.is_held:
            return None
        return await self._ask_people(replies, question, excluded, signals, replies.matter.trial)

    async def _ask_people(
        self,
        replies: Replies,
        question: str,
        excluded: tuple[str, ...],
        signals: Signals,
        trial: Trial,
    ) -> Plan:
        """Ask people in, with a draft where the mode shows them one; what it lacks is noted."""
        verdict = holding.held(self._policy.decide(signals), trial, self._rollout.language)
        found, internal = None, ()
        if not trial.is_quiet:
            found = await self._look_up(replies, question, excluded, signals, shows=False)
            internal = await self._for_agents(replies, question)
        plan = self._passing.pass_on(
            replies, verdict, question, signals=signals, found=found, internal=internal
        )
        cost = found.cost if found is not None else 0.0
        plan = holding.asked(plan, replies.turn, question, trial, cost=cost)
        if found is None or self._policy.is_sure(
            weighing.with_answer(signals, replies.memo, found)
        ):
            return plan
        return gaps.unanswered(plan, replies, question, found)

    def _query(self, replies: Replies, question: str, excluded: tuple[str, ...]) -> Query:
        return self._asking.query(
            replies.turn,
            question,
            language=replies.language,
            history=earlier_lines(replies.turn.conversation, replies.language),
            excluded=excluded,
            known=known_of(replies.recalled),
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
        self,
        replies: Replies,
        question: str,
        excluded: tuple[str, ...],
        signals: Signals,
        *,
        shows: bool = True,
    ) -> Answer | None:
        query = self._query(replies, question, excluded)

        async def on_draft(draft: Answer) -> None:
            # Nobody sees an answer begin that will go to people instead.
            known = replace(signals, confidence=draft.confidence.value)
            if shows and self._policy.decide(known).decision is Decision.ANSWER:
                await replies.show(draft)

        try:
            found = await self._knowledge.answer(query, on_draft)
        except KnowledgeUnavailableError as error:
            logger.error("knowledge unavailable", extra={"error": str(error)})  # noqa: TRY400
            return None
        failpoint("retrieved")
        failpoint("answered")
        return found


def _answered(replies: Replies, memo: Memo, found: Answer, verdict: Verdict) -> Plan:
    cited = tuple(source.doc_id for source in found.sources)
    lead = "another_try" if memo.rejections else None
    return replies.answer(found, replace(memo, cited=cited), verdict, lead=lead)


def _choices(replies: Replies, found: Answer) -> tuple[Choice, ...]:
    """Of what the customer may be asked back which is meant; not twice in a row."""
    return () if replies.choices else near(found)


def _offer_for(signals: Signals) -> str:
    """Name the sentence that offers a person instead of an answer."""
    if signals.topic is not None:
        return "declined"
    return "offer_human" if signals.rejected else "offer_instead"
