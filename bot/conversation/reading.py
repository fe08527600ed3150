"""What a turn says: its words, its command, and what is asked in it (pure)."""

import re

from bot.vocabulary.messages import IncomingMessage, MessageKind
from bot.vocabulary.turns import Turn

QUESTION_LENGTH = 8000
"""Characters of a turn that are understood and looked up; the history keeps all of it."""

_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?:\s|$)")


def words_of(turn: Turn) -> str:
    """Return all that was written, a line for each message."""
    return "\n".join(message.text for message in turn.messages if message.text)


def command_of(turn: Turn) -> str | None:
    """Return the last command or pressed button of a turn, if there is one."""
    for message in reversed(turn.messages):
        if message.kind is MessageKind.PRESSED:
            return message.action or ""
        match = _COMMAND.match(message.text)
        if match:
            return match[1].lower()
    return None


def said_in(turn: Turn) -> str:
    """Return what was newly written in the customer's own words, without commands."""
    said = (item.text for item in turn.messages if item.kind is MessageKind.NEW)
    return "\n".join(text for text in said if text and not _COMMAND.match(text))[:QUESTION_LENGTH]


def question_of(turn: Turn) -> str | None:
    """Return what is asked; None when messages were only taken back or changed a second time."""
    asked = [message.text for message in turn.messages if _asks(message, turn)]
    if not asked:
        return None
    return "\n".join(asked)[:QUESTION_LENGTH]


def _asks(message: IncomingMessage, turn: Turn) -> bool:
    if message.kind is MessageKind.NEW:
        return True
    return message.kind is MessageKind.EDITED and _deserves_another_answer(message, turn)


def _deserves_another_answer(message: IncomingMessage, turn: Turn) -> bool:
    """An edit is answered once, and only that of the customer's last message."""
    memo, history = turn.conversation.memo, turn.conversation.history
    written = [line for line in history if line.message_id is not None]
    if not written or memo.followed_up == message.id:
        return False
    return written[-1].message_id == message.id and written[-1].text != message.text
