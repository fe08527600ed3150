"""What people said, when a customer comes back to it after the human stretch (pure).

The bot quotes it with name and day; it never puts it into words of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from bot.conversation.replies import Replies
from bot.conversation.understanding import understand
from bot.conversation.understanding.words import split_words
from bot.texts import say, shortened
from bot.texts.likeness import content_words
from bot.texts.literal import literal
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.conversations import Conversation, HistoryLine, Speaker
from bot.vocabulary.folding import bot_line, customer_lines
from bot.vocabulary.messages import Button, OutgoingMessage
from bot.vocabulary.turns import Decision, Delivery, Lane, Outcome, Plan

REMEMBERED_DAYS = 30
"""What people said longer ago is quoted only when they are named."""

SHORT = 8
"""Words of a question that may lean on what was said before it."""

NEAR = 2
"""So many messages of a customer after the human stretch may lean on it."""

FEWEST_SHARED = 2
"""So many words a question shares with what it is about."""

QUOTE_LENGTH = 300

QUOTED_ONCE_IN = 3
"""So many replies of the bot's pass before the same is quoted again."""

EARLIER_QUESTIONS = 3

_TOLD_WORDS = """
said told promised wrote mentioned explained meant dijo dijeron dijiste dijisteis dicho comento comentaron
prometio prometieron prometiste prometisteis prometido explico explicaron escribio escribieron quedamos
"""
_SAYING_WORDS = "say says tell promise write explain decir dice contar prometer escribir explicar"
_LEANING_WORDS = "it that this they them he she her him then lo eso esto ella ellos"
_TOLD = frozenset(_TOLD_WORDS.split())
_SAYING = _TOLD | frozenset(_SAYING_WORDS.split())
_ABOUT_THE_BOT = frozenset({"you", "your", "tu", "tus", "eres", "te"})
_LEANS = frozenset(_LEANING_WORDS.split())
_GOES_ON = frozenset({"and", "so", "but", "when", "y", "pero", "entonces", "cuando"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A line of an agent that a question is about, and why that is thought."""

    line: HistoryLine
    why: str


def recalled(question: str, conversation: Conversation, now: datetime) -> Recall | None:
    """Find what people said that a question is about; None when it is about something else.

    A question is about it when it names who said it or that it was said, when it shares its words, or
    when it is short, leans on what came before, and comes right after the human stretch.
    """
    said = conversation.memo.humans_said
    if not said:
        return None
    words = {word.form for word in split_words(question)}
    named = [line for line in said if _names(line, question, words)]
    if named or words & _TOLD or ("did" in words and words & _SAYING):
        return Recall(line=_nearest(question, named or said), why="asked what was said")
    recent = [line for line in said if now - line.at <= timedelta(days=REMEMBERED_DAYS)]
    is_near = _messages_since(conversation.history) <= NEAR
    shared = [line for line in recent if _shares(question, line, is_near=is_near)]
    if shared:
        return Recall(line=_nearest(question, shared), why="about what was said")
    if recent and is_near and _leans(question):
        return Recall(line=_of_substance(recent), why="right after what was said")
    return None


def completed(plan: Plan, replies: Replies, question: str) -> Plan:
    """Put what people said before the bot's answer, or in the place of one that is not sure.

    Not soon again: whoever has just read it and asks on was not helped by it.
    """
    if not plan.deliveries or not _was_told(replies):
        return plan
    found = recalled(question, replies.turn.conversation, replies.turn.started_at)
    if found is None:
        return plan
    quote = quoted(found.line, replies.language, replies.turn.started_at)
    if _was_just_said(quote, replies.turn.conversation.history):
        return plan
    if plan.receipt.decision in {Decision.ANSWER, Decision.CLARIFY}:
        return _before(plan, quote, found)
    unsure = plan.case is None or plan.case.reason is CaseReason.LOW_CONFIDENCE
    return _instead(plan, replies, question, quote, found) if unsure else plan


def _was_told(replies: Replies) -> bool:
    """Whether people said it to whoever asks now: others may write in a shared conversation."""
    case, messages = replies.turn.conversation.case, replies.turn.messages
    author = messages[-1].author.user_id if messages else None
    return case is not None and case.customer_id in {author, None}


def _was_just_said(quote: str, history: Sequence[HistoryLine]) -> bool:
    told = (line.text for line in reversed(history) if line.speaker is Speaker.BOT)
    return any(text.startswith(quote) for text in islice(told, QUOTED_ONCE_IN))


def quoted(line: HistoryLine, language: str, now: datetime) -> str:
    """Return what somebody said, with name and day (UTC), as a paragraph (CommonMark)."""
    name, words = literal(line.name), literal(shortened(line.text, QUOTE_LENGTH))
    if line.at.date() == now.date():
        return say("after.recalled_today", language, name=name, words=words)
    month = say("after.months", language).split()[line.at.month - 1]
    return say("after.recalled", language, day=f"{line.at.day} {month}", name=name, words=words)


def earlier_lines(conversation: Conversation, language: str) -> tuple[str, ...]:
    """Return what a follow-up is understood with, oldest first.

    These are the customer's last questions, without wishes for a human, and right after a human
    stretch what was said last in it.
    """
    lines, said = conversation.history, conversation.memo.humans_said
    is_near = bool(said) and _messages_since(lines) <= NEAR
    most = EARLIER_QUESTIONS - is_near
    asked = islice(_questions_back(lines, language), most)
    told = (_of_substance(said).text,) if is_near else ()
    return (*reversed(tuple(asked)), *told)


def _questions_back(history: Sequence[HistoryLine], language: str) -> Iterator[str]:
    """Go back over what the customer asked, newest first: few are read of a long history."""
    for line in reversed(history):
        if line.speaker is Speaker.CUSTOMER and _is_about_something(line.text, language):
            yield line.text


def _is_about_something(text: str, language: str) -> bool:
    meaning = understand(text, language)
    return bool(meaning.rest) and not meaning.wants_human


def _names(line: HistoryLine, question: str, words: set[str]) -> bool:
    """Whether a question names the person; a brand of several words has to be named in full.

    Names can be words as well ("will", "rose"): one counts with a capital letter, or beside a verb of
    saying.
    """
    name = line.name.split()[: 1 if line.author_id else None]
    written = [question[word.start : word.end] for word in split_words(question)]
    if not words.isdisjoint(_SAYING):
        return bool(name) and {part.casefold() for part in name} <= {
            word.casefold() for word in written
        }
    return bool(name) and set(name) <= set(written[1:])


def _shares(question: str, line: HistoryLine, *, is_near: bool) -> bool:
    """Whether at least half of what is asked was in a line; right after it, all of one word."""
    asked = content_words(question)
    common = len(asked & content_words(line.text))
    fewest = 1 if is_near and len(asked) == 1 else FEWEST_SHARED
    return common >= fewest and common * 2 >= len(asked)


def _nearest(question: str, lines: Sequence[HistoryLine]) -> HistoryLine:
    """Return the line that shares most words with a question; of equals the last of substance."""
    asked = content_words(question)
    most = max(len(asked & content_words(line.text)) for line in lines)
    return _of_substance([line for line in lines if len(asked & content_words(line.text)) == most])


def _of_substance(lines: Sequence[HistoryLine]) -> HistoryLine:
    """Return the last line that is about something: a goodbye at the end is not what was said."""
    telling = [line for line in lines if len(content_words(line.text)) > 1]
    return (telling or lines)[-1]


def _leans(question: str) -> bool:
    """Whether a short question says itself hardly what it is about."""
    words = [word.form for word in split_words(question)]
    if not words or len(words) > SHORT or len(content_words(question)) > 1:
        return False
    if not _ABOUT_THE_BOT.isdisjoint(words):
        return False
    return words[0] in _GOES_ON or not _LEANS.isdisjoint(words)


def _messages_since(history: Sequence[HistoryLine]) -> int:
    """Count what the customer has written since the last change of hands."""
    count = 0
    for line in reversed(history):
        if line.speaker is Speaker.MARKER:
            break
        count += line.speaker is Speaker.CUSTOMER
    return count


def _before(plan: Plan, quote: str, found: Recall) -> Plan:
    first, *others = plan.deliveries
    message = replace(first.message, text=f"{quote}\n\n{first.message.text}")
    history = tuple(
        replace(line, text=message.text) if line.text == first.message.text else line
        for line in plan.history
    )
    return replace(
        plan,
        receipt=replace(plan.receipt, reasons=(_reason(found), *plan.receipt.reasons)),
        deliveries=(replace(first, message=message), *others),
        history=history,
    )


def _instead(plan: Plan, replies: Replies, question: str, quote: str, found: Recall) -> Plan:
    """Quote alone, with the way to a person; nothing that was not sure is said or counted."""
    language, turn = replies.language, replies.turn
    text = f"{quote}\n\n{say('after.recalled_alone', language)}"
    human = Button(action="human", label=say("conversation.button_human", language))
    message = OutgoingMessage(
        text=text, buttons=(human,), in_reply_to=turn.messages[-1].id if turn.messages else None
    )
    author = turn.messages[-1].author.user_id if turn.messages else None
    memo = replace(
        replies.memo, question=question, cited=(), offered=True, answered=author, greeted=True
    )
    receipt = replace(
        plan.receipt,
        decision=Decision.OFFER_HUMAN,
        outcome=Outcome.CLARIFIED,
        owner=turn.conversation.owner.kind,
        reasons=(_reason(found), *plan.receipt.reasons),
    )
    return Plan(
        outcome=Outcome.CLARIFIED,
        receipt=receipt,
        deliveries=(Delivery(lane=Lane.CUSTOMER, message=message),),
        history=(*customer_lines(turn.messages), bot_line(message)),
        amends=replies.amends,
        memo=memo,
        gap=replace(plan.gap, case=None) if plan.gap else None,
    )


def _reason(found: Recall) -> str:
    return f"{found.why}: {found.line.name}, {found.line.at:%Y-%m-%d}"
