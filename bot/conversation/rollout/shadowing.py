"""What the bot would have said while people answer: drafted in silence, to be compared with their words."""

import logging
from dataclasses import dataclass, replace

from bot.conversation.asking import Asking
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Memo
from bot.vocabulary.copilot import Draft
from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.handover import EscalationPolicy, Signals
from bot.vocabulary.knowledge import KnowledgeBase, Query
from bot.vocabulary.receipts import silent
from bot.vocabulary.rollout import RolloutMode, Trial
from bot.vocabulary.turns import AlarmTurn, Plan

logger = logging.getLogger(__name__)

ID_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadowing:
    """Looks up what customers in shadow asked, once their case is stored: nobody waits for it."""

    knowledge: KnowledgeBase
    policy: EscalationPolicy
    asking: Asking

    async def ring(self, turn: AlarmTurn) -> Plan:
        """Keep a draft with the conversation, if the bot is sure enough of one and nobody has answered."""
        case, memo = turn.conversation.case, turn.conversation.memo
        trial = case.trial if case is not None else None
        if case is None or not _is_wanted(turn, case, trial) or trial is None:
            return silent(turn, "no draft is needed any more")
        draft = await self._draft(turn, case, memo)
        if draft is None or not self.is_sure(draft, trial):
            return silent(turn, "the bot would not have answered")
        plan = silent(turn, "a draft in silence")
        return replace(plan, memo=replace(memo, shadow=draft))

    def is_sure(self, draft: Draft, trial: Trial) -> bool:
        """Whether the bot would have said a draft by itself."""
        signals = Signals(
            subject=trial.topic or None, confidence=draft.confidence, language=draft.language
        )
        return draft.confidence is not None and self.policy.is_sure(signals)

    async def _draft(self, turn: AlarmTurn, case: Case, memo: Memo) -> Draft | None:
        place = case.conversation
        query = Query(
            text=memo.question,
            language=memo.language or case.language,
            excluded=frozenset(memo.rejected),
            tags=self.asking.tags,
            asker=f"{place.platform}:{place.tenant_id}:desk",
        )
        try:
            found = await self.knowledge.answer(query)
        except KnowledgeUnavailableError as error:
            logger.warning("no silent draft", extra={"error": str(error)})
            return None
        if not found.text.strip() or found.declined is not None:
            return None
        return Draft(
            id=turn.id[:ID_LENGTH],
            text=found.text,
            language=found.language,
            confidence=found.confidence.value,
        )


def _is_wanted(turn: AlarmTurn, case: Case, trial: Trial | None) -> bool:
    is_shadowed = trial is not None and trial.mode is RolloutMode.SHADOW
    is_theirs = trial is not None and trial.mark == turn.alarm.about
    has_question = bool(turn.conversation.memo.question)
    return case.is_open and case.replied_at is None and is_shadowed and is_theirs and has_question
