"""What an agent's turn shows: how near a draft came to their reply, and that a case was settled (pure)."""

from collections.abc import Callable, Iterator
from typing import Protocol

from bot.conversation.rollout.evidence import seen
from bot.vocabulary.cases import Case, CaseEvent
from bot.vocabulary.conversations import Conversation, Speaker
from bot.vocabulary.copilot import Draft
from bot.vocabulary.rollout import Evidence, EvidenceKind, RolloutMode, Trial
from bot.vocabulary.turns import DeskTurn, Plan

IsSure = Callable[[Draft, Trial], bool]
"""Whether the bot would have said a draft by itself."""


class Compare(Protocol):
    """Says whether a draft is as good as what a human wrote instead, and how near (0..1) it comes."""

    def __call__(self, draft: str, human: str, *, language: str) -> tuple[bool, float] | None:
        """Compare two texts of one language (ISO 639-1); None for words that answer nothing."""
        ...


def of_agent(plan: Plan, turn: DeskTurn, is_sure: IsSure, compare: Compare) -> tuple[Evidence, ...]:
    """Return what an agent's turn shows of the matter of its case."""
    case = turn.conversation.case
    if case is None or case.trial is None:
        return ()
    compared = _compared(plan, turn, case, is_sure, compare) if case.trial.is_held else ()
    return (*compared, *_settled(plan, case, case.trial))


def reply_of(plan: Plan) -> str | None:
    """Return what a plan tells the customer in an agent's name; None when it tells nothing."""
    lines = (line.text for line in plan.history if line.speaker is Speaker.AGENT)
    return next((text for text in lines if text.strip()), None)


def replies_before(conversation: Conversation, case: Case) -> tuple[str, ...]:
    """Return what agents have told the customer in a case up to now, without what was taken back."""
    lines = conversation.history
    begins = (
        place
        for place, line in enumerate(lines)
        if line.speaker is Speaker.MARKER and line.at == case.opened_at
    )
    since = lines[next(begins, 0) :]
    return tuple(line.text for line in since if line.speaker is Speaker.AGENT)


def _compared(
    plan: Plan, turn: DeskTurn, case: Case, is_sure: IsSure, compare: Compare
) -> Iterator[Evidence]:
    """Compare the first reply that says something with a draft that the bot would have said itself."""
    said, trial = reply_of(plan), case.trial
    if said is None or trial is None or case.reopened:
        return
    at, memo = plan.receipt.at, turn.conversation.memo
    drafts = memo.drafts
    if trial.mode is RolloutMode.SHADOW:
        # Whoever has had a draft shown may have written after it.
        drafts = (memo.shadow,) if memo.shadow is not None and not memo.drafts else ()
    sure = [draft for draft in drafts if is_sure(draft, trial)]
    if not sure:
        return
    draft, language = sure[-1].text, memo.language or case.language
    earlier = replies_before(turn.conversation, case)
    if any(compare(draft, text, language=language) is not None for text in earlier):
        return
    is_used = any(_plain(one.text) == _plain(said) for one in drafts)
    compared = (True, 1.0) if is_used else compare(draft, said, language=language)
    if compared is None:
        return
    if trial.mode is not RolloutMode.SHADOW:
        yield seen(trial, EvidenceKind.USED, at, good=is_used)
    good, score = compared
    yield seen(trial, EvidenceKind.DRAFT, at, good=good, score=round(score, 3))


def _settled(plan: Plan, case: Case, trial: Trial) -> Iterator[Evidence]:
    """Note that people have settled a matter, in a canary that of either arm.

    Without those that the bot passes on its arm would hold the easy questions alone.
    """
    ended = plan.case
    if ended is None or ended.id != case.id or not case.is_open or ended.is_open:
        return
    if ended.closed_by is not CaseEvent.RESOLVE:
        return
    if trial.is_held:
        yield seen(trial, EvidenceKind.ANSWERED, plan.receipt.at, good=True)
    elif trial.mode is RolloutMode.CANARY:
        yield seen(trial, EvidenceKind.SETTLED, plan.receipt.at, good=True)


def _plain(text: str) -> str:
    return " ".join(text.split())
