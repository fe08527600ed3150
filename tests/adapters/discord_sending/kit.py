"""What Discord may answer to a send, and what the customer sees in the end."""

import asyncio

from adapters.discord import DiscordAdapter
from bot.vocabulary.errors import ConnectionLostError, RateLimitedError
from tests.contracts.kit import says
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.stage import said_by_relevo

COMMITTED = [
    Fault(kind="commit_then_drop"),
    *(Fault(kind="commit_then_status", status=status) for status in (500, 502, 503, 504, 524)),
]

NOT_COMMITTED = [
    Fault(kind="drop_before"),
    Fault(kind="garbled"),
    *(Fault(kind="status", status=status) for status in (500, 502, 503, 504)),
    Fault(kind="status", status=429, retry_after=0.05),
    Fault(kind="status", status=429),
    Fault(kind="status", status=429, retry_after=0.05, scope="global"),
    Fault(kind="status", status=429, retry_after=0.05, scope="shared"),
]


def shown(stage: DiscordStage) -> list[str]:
    return said_by_relevo(stage.seen(stage.conversation))


async def insist(adapter: DiscordAdapter, stage: DiscordStage, text: str, *, key: str) -> int:
    """Send with the same key until it is shown, as the outbox does; returns the tries."""
    for number in range(1, 10):
        try:
            await adapter.send(stage.conversation, says(text), key=key)
        except (ConnectionLostError, RateLimitedError) as error:
            await asyncio.sleep(getattr(error, "retry_after", 0.01))
        else:
            return number
    raise AssertionError("never shown")
