"""Builds a conversation from what is stored of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.engine import codec
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Conversation, Memo, Owner
from bot.vocabulary.messages import ConversationRef

FIELDS = ("epoch", "owner", "memo", "case", "thread", "alarms")
"""The fields of a conversation's state that make its snapshot; the scripts read them in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTexts:
    """What was read of a conversation: the ``FIELDS``, then its lists."""

    fields: Sequence[str | None]
    history: Sequence[str]
    cases: Sequence[str]


def conversation_of(ref: ConversationRef, stored: StoredTexts) -> Conversation:
    """Build the snapshot of a conversation; an empty one when nothing is stored."""
    epoch, owner, memo, case, thread, alarms = stored.fields[: len(FIELDS)]
    present = case_of(case, thread) if case else None
    return Conversation(
        ref=ref,
        epoch=int(epoch or 0),
        owner=codec.loads(codec.owner, owner) if owner else Owner(),
        memo=codec.loads(codec.memo, memo) if memo else Memo(),
        case=present,
        history=tuple(codec.loads(codec.history_line, line) for line in stored.history),
        past=_past(stored.cases, present),
        alarms=codec.loads(codec.alarms, alarms) if alarms else (),
    )


def case_of(text: str, thread: str | None) -> Case:
    """Build a case from its stored text and the thread that the platform opened for it."""
    case = codec.loads(codec.case, text)
    return replace(case, thread=ConversationRef.parse(thread)) if thread else case


def _past(texts: Sequence[str], present: Case | None) -> tuple[Case, ...]:
    """Return the cases before the present one, which is kept among them once it is closed."""
    cases = (codec.loads(codec.case, text) for text in texts)
    return tuple(case for case in cases if present is None or case.id != present.id)
