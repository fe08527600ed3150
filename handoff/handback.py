"""What the bot goes on with once people no longer have the word, and a case when it is opened again."""

from dataclasses import replace

from bot.texts import say, shortened
from bot.vocabulary.cases import Case, CaseEvent, CaseReason
from bot.vocabulary.conversations import Conversation, HistoryLine, Memo, Speaker
from bot.vocabulary.people import Agent
from handoff.saying.plans import changed
from handoff.saying.style import DeskStyle

LINES_KEPT = 12
LINE_KEPT = 600
"""Lines of agents that the bot still knows, and characters of each."""


def memo_after(conversation: Conversation, case: Case, language: str, style: DeskStyle) -> Memo:
    """Return the memo with which the bot goes on.

    It knows what agents said, which documents were rejected for which question, and what was asked
    in surveys. What led to the hand-over is over: no count and no mood may ask a human in again by
    itself.
    """
    memo = conversation.memo
    survey = memo.survey and replace(memo.survey, until=None)
    return replace(
        memo,
        language=language,
        greeted=True,
        cited=(),
        rejected=_failed(memo, case),
        unsure=0,
        rejections=0,
        repeats=0,
        cost=0.0,
        waiting_since=None,
        offered=False,
        drafts=(),
        shadow=None,
        mood=memo.mood.calmed(),
        survey=survey,
        humans_said=humans_said(conversation, case, language, style),
    )


def _failed(memo: Memo, case: Case) -> tuple[str, ...]:
    """Return the documents that did not help, with those of the answer that led to the hand-over."""
    last = memo.cited if case.reason in {CaseReason.REJECTED, CaseReason.REPEATED} else ()
    return tuple(dict.fromkeys((*memo.rejected, *last)))


def humans_said(
    conversation: Conversation, case: Case, language: str, style: DeskStyle
) -> tuple[HistoryLine, ...]:
    """Return what agents told the customer in a case, under the names that the customer reads."""
    return tuple(
        replace(line, name=_name(line, language, style), text=shortened(line.text, LINE_KEPT))
        for line in lines_of(conversation, case)
        if line.speaker is Speaker.AGENT
    )[-LINES_KEPT:]


def lines_of(conversation: Conversation, case: Case) -> tuple[HistoryLine, ...]:
    """Return the history from the line with which a case began; all of it when that is gone."""
    history = conversation.history
    for position, line in enumerate(history):
        if line.speaker is Speaker.MARKER and line.at == case.opened_at:
            return history[position:]
    return history


def _name(line: HistoryLine, language: str, style: DeskStyle) -> str:
    shown = style.speaker(Agent(id=line.author_id or "", name=line.name))
    return shown or say("handoff.our_team", language)


def opened_again(case: Case) -> Case:
    """Return a closed case as it waits again; what was promised before is over.

    Raises:
        InvalidTransitionError: The case is open.
    """
    return replace(
        changed(case, CaseEvent.REOPEN),
        reopened=case.reopened + 1,
        offered_to=None,
        offered_at=None,
        passed_by=(),
        due={},
        promised_at=None,
        replied_at=None,
        breached=(),
        awaited_since=None,
        snoozed_until=None,
        unclaimed=0,
    )
