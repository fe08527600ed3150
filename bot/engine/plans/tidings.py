"""Says what a plan means for other places: the board, and the alarms of other conversations."""

from bot.engine import codec
from bot.engine.codec import StoredNews
from bot.engine.keys import ConversationKeys
from bot.engine.plans.writes import Writes
from bot.vocabulary.board import Wait
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.turns import Plan


def news_of(plan: Plan, conversation: Conversation) -> StoredNews | None:
    """Return what is to be passed on once a plan is stored; None when it concerns nobody else."""
    if plan.case is None and plan.presence is None and not plan.bells:
        return None
    return StoredNews(
        id=plan.receipt.turn_id,
        conversation=conversation.ref,
        case=plan.case is not None,
        wait=_wait(plan.case, conversation.case),
        presence=plan.presence,
        bells=plan.bells,
    )


def add_news(
    writes: Writes, keys: ConversationKeys, plan: Plan, conversation: Conversation
) -> None:
    """Store the news of a plan until they are passed on."""
    entry = news_of(plan, conversation)
    if entry is not None:
        writes.add("RPUSH", keys.news, codec.dumps(codec.news, entry))


def _wait(case: Case | None, before: Case | None) -> Wait | None:
    """Return how long a case has waited that an agent takes from the queue."""
    if case is None or before is None:
        return None
    if (before.status, case.status) != (CaseStatus.QUEUED, CaseStatus.CLAIMED):
        return None
    since = before.queued_at or before.opened_at
    seconds = (case.changed_at - since).total_seconds()
    return Wait(team=case.team, seconds=max(0.0, seconds), at=case.changed_at)
