"""What people write to a bot of Telegram, updates that nobody can read, and what the core has."""

import asyncio
from typing import Any

from typing_extensions import override

from adapters.telegram import TelegramAdapter
from bot.engine.codec import dumps, incoming
from bot.vocabulary.messages import Button, IncomingMessage, OutgoingMessage
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.stage import TelegramStage, TelegramUnderTest
from tests.platforms.telegram.world import CUSTOMER

BAD: list[dict[str, Any]] = [
    {"message": {"date": 1}},
    {"message": 5},
    {"message": {"message_id": 1, "date": 10**20, "chat": {"id": 1, "type": "private"}}},
    {"callback_query": {"id": []}},
    {"edited_message": {"message_id": 1, "date": 1, "chat": {"id": "no", "type": 5}}},
    {"unheard_of": {"x": 1}},
    {},
]

RATED = OutgoingMessage(
    text="Yes.",
    buttons=(Button(action="rate:up", label="Good"), Button(action="x" * 200, label="Long")),
)


class StrictIntake(RecordingIntake):
    """Takes only what can be stored, as the inbox does."""

    @override
    async def __call__(self, message: IncomingMessage) -> bool:
        dumps(incoming, message)
        return await super().__call__(message)


def texts(intake: RecordingIntake) -> list[str]:
    return [message.text for message in intake.handed]


async def write(there: TelegramUnderTest, *words: str) -> None:
    for text in words:
        await there.stage.write(there.conversation, text)


def message_of(stage: TelegramStage, text: str) -> dict[str, Any]:
    return stage.server.world.put(CUSTOMER, stage.user(None), text=text)


async def run_to_the_end(adapter: TelegramAdapter) -> None:
    try:
        async with asyncio.timeout(5):
            await adapter.run(RecordingIntake())
    finally:
        await adapter.close()
