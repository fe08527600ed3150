"""What a customer's turn shows of earlier answers (pure)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.rollout import Arm, Evidence, EvidenceKind, Trial
from bot.vocabulary.surveys import SurveyKind
from bot.vocabulary.turns import Decision, Outcome, Plan

GOOD_SCORE = 4
"""Of 5: from here on a customer was served well."""

A_DAY = timedelta(days=1)
"""Who asks for a person later than this does not do so because of the last answer."""


def seen(
    trial: Trial,
    kind: EvidenceKind,
    at: datetime,
    *,
    good: bool,
    score: float | None = None,
) -> Evidence:
    """Note what was seen of a matter."""
    return Evidence(
        id=trial.mark,
        at=at,
        topic=trial.topic,
        mode=trial.mode,
        arm=trial.arm,
        kind=kind,
        good=good,
        score=score,
    )


def of_customer(
    plan: Plan,
    conversation: Conversation,
    trial: Trial | None,
    *,
    rejected: bool,
    came_back: bool,
) -> tuple[Evidence, ...]:
    """Return what a customer's turn shows; ``trial`` is the matter that it asks about, if one.

    ``conversation`` is as it stood before. ``rejected`` says that the last answer was turned down,
    ``came_back`` that the last matter was not settled after all.
    """
    before, at = conversation.memo.trial, plan.receipt.at
    found: list[Evidence] = []
    if before is not None and came_back:
        found.append(seen(before, EvidenceKind.RETURNED, at, good=False))
    if before is not None and before.answered and before.arm is Arm.BOT:
        found.extend(_of_answer(plan, conversation, before, trial, rejected=rejected))
    if trial is not None and is_answer(plan):
        found.append(seen(trial, EvidenceKind.ANSWERED, at, good=True))
    return (*found, *_of_case(plan, conversation))


def is_answer(plan: Plan) -> bool:
    """Whether a plan answers a question."""
    return plan.receipt.decision is Decision.ANSWER and plan.outcome is Outcome.ANSWERED


def opens_case(plan: Plan, conversation: Conversation) -> bool:
    """Whether people are asked in by a plan, for a new case or again for the last one."""
    case, before = plan.case, conversation.case
    if case is None:
        return False
    return before is None or case.id != before.id or before.is_reopened_by(case)


def _of_answer(
    plan: Plan, conversation: Conversation, before: Trial, trial: Trial | None, *, rejected: bool
) -> Iterator[Evidence]:
    """What becomes of the bot's last answer: turned down, or ended with people after all."""
    at = plan.receipt.at
    if rejected:
        yield seen(before, EvidenceKind.REJECTED, at, good=False)
    is_about_it = trial is None or trial.mark == before.mark
    if opens_case(plan, conversation) and is_about_it and at - before.at <= A_DAY:
        yield seen(before, EvidenceKind.HANDED, at, good=False)


def _of_case(plan: Plan, conversation: Conversation) -> Iterator[Evidence]:
    """What customers say of a case, and whether it was over when it was closed."""
    at, before = plan.receipt.at, conversation.case
    is_again = before is not None and before.is_reopened_by(plan.case)
    if is_again and before is not None and before.trial is not None:
        yield seen(before.trial, EvidenceKind.RETURNED, at, good=False)
    if plan.rating is None or plan.rating.kind is not SurveyKind.CSAT:
        return
    rated = _named(conversation, plan.rating.case)
    if rated is not None and rated.trial is not None:
        good = plan.rating.score >= GOOD_SCORE
        yield seen(rated.trial, EvidenceKind.RATED, at, good=good)


def _named(conversation: Conversation, case_id: str) -> Case | None:
    cases = (conversation.case, *conversation.past)
    return next((case for case in cases if case is not None and case.id == case_id), None)
