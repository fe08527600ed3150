"""Who acts on Telegram, as values (pure)."""

import re

from telegram import Chat, Message, User
from telegram.constants import ChatID

from adapters.telegram.letters import cleaned, is_visible
from bot.vocabulary.messages import Author

MASKED = frozenset(
    {int(ChatID.ANONYMOUS_ADMIN), int(ChatID.SERVICE_CHAT), int(ChatID.FAKE_CHANNEL)}
)
"""Ids behind which nobody can be told: anonymous admins, Telegram itself, channels."""

_INVISIBLE = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
LONGEST_NAME = 80


def author_of(message: Message) -> Author | None:
    """Return who wrote a message; None for bots, whose messages are no events.

    Who writes as a channel or as an anonymous admin is external: nobody can tell who it is.
    """
    if message.sender_chat is not None:
        return _masked(message.sender_chat)
    return person(message.from_user, is_external=message.via_bot is not None)


def person(user: User | None, *, is_external: bool = False) -> Author | None:
    """Return a user as an author; None for bots and for nobody."""
    if user is None:
        return None
    masked = user.id in MASKED
    if user.is_bot and not masked:
        return None
    return Author(
        user_id=str(user.id),
        display_name=clean_name(user.full_name) or user.username or f"user {user.id}",
        is_external=masked or is_external,
        locale=user.language_code,
    )


def clean_name(name: str, *, longest: int = LONGEST_NAME) -> str:
    """Take out of a name what is invisible or turns the direction of writing; it may leave nothing."""
    mended = name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    words = _INVISIBLE.sub("", " ".join(cleaned(mended).split())).split()
    clean = " ".join(words)[:longest]
    return clean if is_visible(clean) else ""


def _masked(chat: Chat) -> Author:
    name = clean_name(chat.title or "") or chat.username or f"chat {chat.id}"
    return Author(user_id=str(chat.id), display_name=name, is_external=True)
