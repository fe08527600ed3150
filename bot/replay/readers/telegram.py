"""``result.json`` of Telegram Desktop: one chat, or all of them (``chats.list``).

In a private chat whoever it is named after is the customer, and who exported it is the human. In a group a
message and the replies to it are a conversation: who began it is the customer.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.replay.past import Line, PastConversation, Role
from bot.replay.readers.fields import Record, kept, listed, record, text_of, time_of
from bot.replay.readers.limits import MOST_LINES
from bot.replay.readers.streaming import Text, fields, items

A_PAUSE = timedelta(hours=12)
"""After such a pause in a private chat another conversation begins."""
_REMEMBERED = 5_000
"""Messages of a group to which a reply can still be told, newest last; it bounds the memory."""
_PRIVATE = frozenset({"personal_chat", "bot_chat"})


def read_telegram(text: Text) -> Iterator[PastConversation]:
    """Give the conversations of an export, chat by chat.

    Raises:
        DocumentError: It is no JSON, or a message is too long.
    """
    known: dict[str, object] = {}
    for name in fields(text):
        if name == "messages" and text.peek() == "[":
            yield from _chat(known, items(text))
        elif name in {"chats", "left_chats"} and text.peek() == "{":
            yield from _chats(text)
        else:
            known[name] = text.value()


def _chats(text: Text) -> Iterator[PastConversation]:
    for name in fields(text):
        if name != "list" or text.peek() != "[":
            text.value()
            continue
        text.take("[")
        while text.peek() not in {"]", ""}:
            yield from read_telegram(text)
            if text.peek() == ",":
                text.take(",")
        text.take("]")


def _chat(chat: Record, messages: Iterator[object]) -> Iterator[PastConversation]:
    key = f"telegram-{text_of(chat, 'id')}"
    said = (one for one in map(record, messages) if one.get("type") == "message")
    if chat.get("type") in _PRIVATE:
        yield from _private(key, f"user{text_of(chat, 'id')}", text_of(chat, "name"), said)
    else:
        yield from _group(key, said)


def _private(
    key: str, customer: str, name: str, messages: Iterator[Record]
) -> Iterator[PastConversation]:
    lines: list[Line] = []
    number = 0
    for message in messages:
        sender = text_of(message, "from_id")
        is_customer = sender == customer if sender else text_of(message, "from") == name
        line = _line(message, Role.CUSTOMER if is_customer else Role.HUMAN)
        before = lines[-1].at if lines else None
        if before and line.at and line.at - before > A_PAUSE:
            number += 1
            yield PastConversation(id=f"{key}-{number}", lines=kept(lines))
            lines = []
        if len(lines) < MOST_LINES:
            lines.append(line)
    if lines:
        yield PastConversation(id=f"{key}-{number + 1}", lines=kept(lines))


def _group(key: str, messages: Iterator[Record]) -> Iterator[PastConversation]:
    """Give a conversation once so much was said after it that it can't be replied to any more."""
    root_of: dict[str, str] = {}
    open_ones: dict[str, list[Record]] = {}
    for message in messages:
        number = text_of(message, "id")
        root = root_of.get(text_of(message, "reply_to_message_id"), number)
        root_of[number] = root
        inside = open_ones.setdefault(root, [])
        if len(inside) < MOST_LINES:
            inside.append(message)
        if len(root_of) > _REMEMBERED:
            oldest = next(iter(root_of))
            del root_of[oldest]
            if oldest in open_ones:
                yield from _thread(key, oldest, open_ones.pop(oldest))
    for root, inside in open_ones.items():
        yield from _thread(key, root, inside)


def _thread(key: str, root: str, messages: Sequence[Record]) -> Iterator[PastConversation]:
    """A message that nobody replied to is no conversation."""
    if len(messages) == 1:
        return
    asker = text_of(messages[0], "from_id")
    lines = [
        _line(one, Role.CUSTOMER if text_of(one, "from_id") == asker else Role.HUMAN)
        for one in messages
    ]
    yield PastConversation(id=f"{key}-{root}", lines=kept(lines))


def _line(message: Record, role: Role) -> Line:
    at = time_of(message.get("date_unixtime")) or time_of(message.get("date"))
    return Line(role=role, text=_words(message.get("text")), at=at)


def _words(text: object) -> str:
    """A text is a string, or a list of strings and of entities with a text."""
    if isinstance(text, str):
        return text_of({"text": text}, "text")
    parts = (one if isinstance(one, str) else text_of(record(one), "text") for one in listed(text))
    return text_of({"text": "".join(parts)}, "text")
