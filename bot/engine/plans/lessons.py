"""Leaves what there is to learn from a plan, and when to look at it: never on the customer's clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine import codec
from bot.engine.keys import LESSONS_KEPT, WEEK_SECONDS, ConversationKeys
from bot.engine.plans.writes import Writes, after
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.folding import fold
from bot.vocabulary.memory import Lesson, LessonKind, identity_of
from bot.vocabulary.messages import IncomingMessage, MessageKind
from bot.vocabulary.turns import Outcome, Plan

LESSON_LENGTH = 4_000
"""Characters of a message that are learnt from: facts stand in short ones."""

SPEAKER = "speaker:"
"""Begins the fields that name who wrote in a conversation since its last episode."""

_KINDS = {
    MessageKind.NEW: LessonKind.SAID,
    MessageKind.EDITED: LessonKind.CHANGED,
    MessageKind.DELETED: LessonKind.TAKEN_BACK,
}
_UNHEARD = frozenset({Outcome.COMMANDED, Outcome.RATE_LIMITED, Outcome.DROPPED})
"""What is no talk, or too much of it: a flood must not be paid to a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPace:
    """Seconds from a turn until it is learnt from, and of silence until a conversation is over.

    What is known of the learning is kept for ``keep_seconds``, as the conversation is.
    """

    learn_seconds: float
    idle_seconds: float
    keep_seconds: int


def add_lessons(
    writes: Writes,
    keys: ConversationKeys,
    plan: Plan,
    conversation: Conversation,
    messages: Sequence[IncomingMessage],
    pace: LearningPace,
) -> None:
    """Add what a plan leaves to learn; ``messages`` are the customer's that it is about."""
    heard = () if plan.outcome in _UNHEARD else tuple(filter(_may_teach, fold(messages)))
    lessons = (*_lessons_of(heard, plan, conversation), *plan.lessons)
    if lessons:
        texts = [codec.dumps(codec.lesson, lesson) for lesson in lessons]
        writes.add("RPUSH", keys.lessons, *texts)
        writes.add("LTRIM", keys.lessons, -LESSONS_KEPT, -1)
        writes.add("EXPIRE", keys.lessons, WEEK_SECONDS)
        _mark(writes, keys, pace.learn_seconds, at_once=True)
    if heard or (plan.history and not messages):
        writes.add("HSET", keys.learnt, "spoken", after(0), *_speakers(heard))
        _mark(writes, keys, pace.idle_seconds)
    if _closes(plan.case, conversation.case):
        writes.add("HSET", keys.learnt, "over", plan.receipt.turn_id)
        _mark(writes, keys, 0, at_once=True)
    writes.add("EXPIRE", keys.learnt, pace.keep_seconds)


def _mark(writes: Writes, keys: ConversationKeys, seconds: float, *, at_once: bool = False) -> None:
    """Have a conversation looked at; what is to be learnt does not wait for those who go on talking."""
    writes.add("ZADD", keys.learning, "LT" if at_once else "NX", after(seconds), keys.reference)


def _may_teach(message: IncomingMessage) -> bool:
    """Whether a message is a person's talk; what stands behind a command may be a secret code."""
    if message.author.is_bot or message.text.lstrip().startswith("/"):
        return False
    return message.kind in _KINDS and message.principal is not None


def _lessons_of(
    messages: Sequence[IncomingMessage], plan: Plan, conversation: Conversation
) -> tuple[Lesson, ...]:
    language = (plan.memo or conversation.memo).language or "en"
    return tuple(
        Lesson(
            kind=_KINDS[message.kind],
            place=message.conversation,
            is_direct=message.is_direct,
            author_id=identity_of(message.principal),
            message_id=message.id,
            text=message.text[:LESSON_LENGTH],
            at=message.sent_at,
            language=language,
        )
        for message in messages
        if message.principal is not None and (message.text.strip() or _amends(message))
    )


def _amends(message: IncomingMessage) -> bool:
    return message.kind is not MessageKind.NEW


def _speakers(messages: Sequence[IncomingMessage]) -> tuple[object, ...]:
    """Return the fields that say who wrote, and whether nobody else was there."""
    fields: list[object] = []
    for message in messages:
        if message.principal is not None:
            fields += ("direct", int(message.is_direct))
            fields += (SPEAKER + identity_of(message.principal), after(0))
    return tuple(fields)


def _closes(case: Case | None, before: Case | None) -> bool:
    """Whether a case is closed now that was open, or not there, before."""
    if case is None or case.is_open:
        return False
    return before is None or before.id != case.id or before.is_open
