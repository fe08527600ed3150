"""What the escalation policy weighs of a turn: the signals, and the counts behind them (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from bot.conversation.asking import Asking
from bot.conversation.choices import near
from bot.conversation.matters import same_matter, says_little_new
from bot.conversation.replies import Replies
from bot.vocabulary.conversations import Choice, HistoryLine, Memo, Speaker
from bot.vocabulary.handover import EscalationPolicy, Signals, Verdict
from bot.vocabulary.knowledge import Answer

A_GLANCE = timedelta(seconds=5)
"""Who writes again before they can have read the answer asks nothing again: it is haste, or a bot."""

TELLING = 25
"""Characters of an answer that two different questions rarely share, as they may share "Yes."."""

A_NEW_WAIT = timedelta(hours=12)
"""Who comes back later than this with a question does not wait since the last one."""


def signals_of(replies: Replies, asking: Asking, question: str) -> Signals:
    """Return what is known of a turn before anything was looked up."""
    turn, memo = replies.turn, replies.memo
    matter = asking.matter_of(question, replies.language)
    return Signals(
        mood=memo.mood,
        concern=replies.concern,
        subject=matter.subject,
        team=matter.team,
        tier=asking.tier(turn),
        language=replies.language,
        cost=memo.cost,
        waited_minutes=_waited(memo, turn.started_at),
        again=replies.recalled.again,
    )


def with_answer(
    signals: Signals, memo: Memo, found: Answer, choices: Sequence[Choice] = ()
) -> Signals:
    """Add what was found, and what the conversation has come to with it.

    ``choices`` are the documents of which the customer may be asked back which is meant.
    """
    known = found.declined is None and bool(found.text.strip())
    passages = (*found.sources, *found.considered)
    return replace(
        signals,
        confidence=found.confidence.value if known else None,
        best_source=max((source.score for source in passages), default=None),
        choices=len(choices),
        topic=found.declined,
        cost=memo.cost,
        repeats=memo.repeats,
        rejections=memo.rejections,
    )


def counted(memo: Memo, replies: Replies, question: str, found: Answer) -> Memo:
    """Count what an answer costs, and whether the same was asked once more."""
    memo = replace(memo, cost=memo.cost + found.cost)
    if _is_hasty(replies):
        return memo
    again = is_repeat(replies, question, found)
    return replace(memo, repeats=memo.repeats + 1 if again else 0)


def weighed(memo: Memo, signals: Signals, at: datetime, *, is_sure: bool) -> Memo:
    """Count unsure answers, and since when the customer waits for a good one.

    What an operator has forbidden is no sign of unsureness.
    """
    if is_sure:
        return replace(memo, unsure=0, waiting_since=None)
    began = memo.waiting_since
    is_new = began is None or at - began > A_NEW_WAIT
    unsure = memo.unsure + (signals.topic is None)
    return replace(memo, unsure=unsure, waiting_since=at if is_new else began)


def is_repeat(replies: Replies, question: str, found: Answer) -> bool:
    """Whether the same is asked again: the bot would say what it has just said, or has nothing new.

    Other words for it count as well, when they lead to the same answer.
    """
    memo, text = replies.memo, found.text.strip()
    if not memo.question:
        return False
    if not text:
        return same_matter(question, memo.question)
    if _was_said(text, replies):
        return True
    cited = {source.doc_id for source in found.sources}
    return not cited.isdisjoint(memo.cited) and says_little_new(question, memo.question)


def judge(policy: EscalationPolicy, found: Answer) -> Verdict:
    """Return what becomes of an answer to a question by itself, without a conversation around it."""
    signals = with_answer(Signals(), Memo(), found, near(found))
    unsure = int(found.declined is None and not policy.is_sure(signals))
    return policy.decide(replace(signals, unsure=unsure))


def _was_said(text: str, replies: Replies) -> bool:
    lines = _said_since_a_change(replies)
    is_telling = len(text) >= TELLING
    return is_telling and any(f"\n\n{text}\n\n" in f"\n\n{line.text}\n\n" for line in lines)


def _is_hasty(replies: Replies) -> bool:
    lines = _said_since_a_change(replies)
    return bool(lines) and replies.turn.started_at - lines[0].at < A_GLANCE


def _said_since_a_change(replies: Replies) -> list[HistoryLine]:
    """What the bot has said since it has the word, newest first."""
    newest_first = reversed(replies.turn.conversation.history)
    lines = takewhile(lambda line: line.speaker is not Speaker.MARKER, newest_first)
    return [line for line in lines if line.speaker is Speaker.BOT]


def _waited(memo: Memo, at: datetime) -> float:
    """Minutes since the question that has found no good answer yet."""
    waited = at - memo.waiting_since if memo.waiting_since else timedelta()
    return waited / timedelta(minutes=1) if timedelta() < waited <= A_NEW_WAIT else 0.0
