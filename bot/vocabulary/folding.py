"""Folds a batch of events into what the customer means now.

Edits and deletions of messages in the same batch are applied to them; those of earlier messages
stay as events of their own, because somebody has read the first version already.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.memory import identity_at, identity_of
from bot.vocabulary.messages import IncomingMessage, MessageKind, OutgoingMessage

Amends = tuple[tuple[str, str | None], ...]
"""Message id → its new text, or None when it was taken back."""


def fold(messages: Sequence[IncomingMessage]) -> tuple[IncomingMessage, ...]:
    """Apply edits and deletions within a batch; the rest keeps its order."""
    folded: dict[tuple[str, str], IncomingMessage] = {}
    for message in messages:
        written = (message.id, MessageKind.NEW)
        if message.kind is MessageKind.EDITED and written in folded:
            folded[written] = replace(folded[written], text=message.text)
        elif message.kind is MessageKind.DELETED and written in folded:
            del folded[written]
        else:
            folded[message.id, _slot(message)] = message
    return tuple(folded.values())


def _slot(message: IncomingMessage) -> str:
    """Each press counts; of several edits of one message only the last does."""
    return message.event_key if message.kind is MessageKind.PRESSED else message.kind


def amends_of(messages: Sequence[IncomingMessage]) -> Amends:
    """Return what a folded batch changes in messages that were handled before."""
    return tuple(
        (message.id, message.text if message.kind is MessageKind.EDITED else None)
        for message in messages
        if message.kind in {MessageKind.EDITED, MessageKind.DELETED}
    )


def customer_lines(messages: Sequence[IncomingMessage]) -> tuple[HistoryLine, ...]:
    """Return the history's lines for what was newly written."""
    return tuple(
        HistoryLine(
            speaker=Speaker.CUSTOMER,
            name=message.author.display_name,
            text=message.text or ", ".join(file.name for file in message.attachments),
            at=message.sent_at,
            message_id=message.id,
            author_id=author_of(message),
        )
        for message in messages
        if message.kind is MessageKind.NEW
    )


def author_of(message: IncomingMessage) -> str:
    """Return the identity of who wrote a message: that of its principal once it is known."""
    if message.principal is not None:
        return identity_of(message.principal)
    return identity_at(message.conversation, message.author.user_id)


def bot_line(message: OutgoingMessage) -> HistoryLine:
    """Return the history's line for what the bot says."""
    return HistoryLine(speaker=Speaker.BOT, name="Relevo", text=message.text, at=datetime.now(UTC))
