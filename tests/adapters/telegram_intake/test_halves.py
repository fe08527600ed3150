"""Halves of characters, legal in JSON and nowhere else: wherever they are, they stop no other update."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from typing_extensions import override

from bot.vocabulary.errors import UnstorableError
from bot.vocabulary.messages import IncomingMessage
from tests.adapters.telegram_intake.kit import StrictIntake, message_of, texts
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.stage import TelegramStage, TelegramUnderTest, an_adapter, running

HALF = "a\ud83d"
FILE: dict[str, Any] = {"file_id": "F1", "file_unique_id": "U1", "file_name": "a.txt"}


def content(stage: TelegramStage, where: str) -> dict[str, Any]:
    """An update that has half a character somewhere."""
    message, user = message_of(stage, "hello"), stage.user(None)
    match where:
        case "text" | "caption":
            return {"message": message | {where: HALF}}
        case "language_code" | "first_name" | "username":
            return {"message": message | {"from": user | {where: HALF}}}
        case "mime_type" | "file_id" | "file_name":
            return {"message": message | {"document": FILE | {where: HALF}}}
        case "kind":
            del message["text"]
            return {"message": message | {f"new_kind_{HALF}": {"x": 1}}}
        case "id":
            return {"callback_query": stage.query(message, "human") | {"id": HALF}}
        case _:
            return {"callback_query": stage.query(message, "human") | {"data": HALF}}


WHERE = [
    *("text", "caption", "language_code", "first_name", "username", "mime_type", "file_id"),
    *("file_name", "kind", "id", "data"),
]


@pytest.fixture
async def strict(stage: TelegramStage, redis_client: Redis) -> AsyncIterator[TelegramUnderTest]:
    """A bot whose core stores what it takes."""
    adapter, intake = an_adapter(stage, redis_client), StrictIntake()
    async with running(adapter, intake):
        await stage.ready()
        yield TelegramUnderTest(adapter, intake, stage)


@pytest.mark.parametrize("where", WHERE)
async def test_half_a_character_is_mended_wherever_it_is(
    strict: TelegramUnderTest, where: str
) -> None:
    await strict.server.emit(checked=False, **content(strict.stage, where))
    await strict.stage.write(strict.conversation, "after")
    await strict.until_handed(2)
    assert texts(strict.intake)[1] == "after"


async def test_what_can_not_be_stored_is_passed_over_alone_and_counted(
    stage: TelegramStage, redis_client: Redis
) -> None:
    class Picky(RecordingIntake):
        @override
        async def __call__(self, message: IncomingMessage) -> bool:
            if message.text == "odd":
                raise UnstorableError("can't be written as JSON")
            return await super().__call__(message)

    def unread() -> float:
        labels = {"platform": "telegram"}
        return REGISTRY.get_sample_value("relevo_unread_updates_total", labels) or 0.0

    before, intake = unread(), Picky()
    adapter = an_adapter(stage, redis_client)
    async with running(adapter, intake):
        await stage.ready()
        await stage.write(stage.conversation, "odd")
        await stage.write(stage.conversation, "after")
        await TelegramUnderTest(adapter, intake, stage).until_handed(1)
    assert texts(intake) == ["after"]
    assert unread() - before == 1
