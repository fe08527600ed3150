"""Which waiting messages are handled together as one turn (pure)."""

from itertools import takewhile

from bot.vocabulary.messages import IncomingMessage, MessageKind


def wants_answer_at_once(message: IncomingMessage) -> bool:
    """Whether a message is a pressed button or a command: it is not joined with others."""
    return message.kind is MessageKind.PRESSED or message.text.startswith("/")


def first_turn(messages: tuple[IncomingMessage, ...]) -> tuple[IncomingMessage, ...]:
    """Return the messages that are handled together next.

    The talk of one person is joined. A command stands alone, and so does what somebody else in the
    same conversation says: an answer, a case and its rights belong to whoever asked.
    """
    first = messages[0]
    if wants_answer_at_once(first):
        return messages[:1]

    def belongs(message: IncomingMessage) -> bool:
        is_theirs = message.author.user_id == first.author.user_id
        return is_theirs and not wants_answer_at_once(message)

    return tuple(takewhile(belongs, messages))
