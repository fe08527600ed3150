"""Where something stands on Telegram: a chat, and a topic in it."""

from dataclasses import dataclass

from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.messages import ConversationRef, Platform

NEWEST_BASIC = -(10**12)
"""Supergroups have ids below this, and sequences of message ids of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A chat by Telegram's id (positive: a private chat) and one of its topics, if it has some."""

    chat_id: int
    thread_id: int | None = None

    @property
    def is_private(self) -> bool:
        """Whether it is the chat of one person with the bot."""
        return self.chat_id > 0

    def conversation(self, bot_id: str) -> ConversationRef:
        """Name the place for the core."""
        return ConversationRef(
            platform=Platform.TELEGRAM,
            tenant_id=bot_id,
            channel_id=str(self.chat_id),
            thread_id=None if self.thread_id is None else str(self.thread_id),
        )


def place_of(conversation: ConversationRef, bot_id: str) -> Place:
    """Find the place of a conversation of this bot.

    Raises:
        DeliveryError: It is another platform's or another bot's, or no chat of Telegram's.
    """
    if (conversation.platform, conversation.tenant_id) != (Platform.TELEGRAM, bot_id):
        raise DeliveryError(
            f"{conversation} is no conversation of this Telegram bot: it belongs to another "
            "platform or bot."
        )
    try:
        thread = conversation.thread_id
        return Place(
            chat_id=int(conversation.channel_id), thread_id=None if thread is None else int(thread)
        )
    except ValueError as error:
        raise DeliveryError(f"{conversation} names no chat of Telegram's.") from error
