"""What the core has heard, and messages of the bot that people act on."""

from bot.vocabulary.messages import (
    Button,
    ConversationRef,
    IncomingMessage,
    OutgoingMessage,
)
from tests.platforms.discord.gateway import until
from tests.platforms.discord.stage import DiscordUnderTest


async def last(platform: DiscordUnderTest, count: int = 1) -> IncomingMessage:
    """Wait until the core has heard so many events, and return the last."""
    await until(lambda: len(platform.intake.handed) >= count)
    assert len(platform.intake.handed) == count
    return platform.intake.handed[-1]


async def sent(platform: DiscordUnderTest, *buttons: Button) -> str:
    message = OutgoingMessage(text="Well?", buttons=buttons)
    return (await platform.adapter.send(platform.conversation, message, key="k1")).message_id


async def opened(platform: DiscordUnderTest, *buttons: Button) -> tuple[ConversationRef, str]:
    """A case's thread with a card."""
    card = OutgoingMessage(text="The card.", buttons=buttons)
    found = await platform.adapter.open_thread(platform.channel, "A case", card, key="case")
    return found.conversation, found.message_id
