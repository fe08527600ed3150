"""Pressed buttons and reactions."""

import asyncio

from redis.asyncio import Redis

from bot.vocabulary.messages import MessageKind
from tests.adapters.telegram_intake.kit import RATED, write
from tests.contracts.kit import RecordingIntake
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import TelegramStage, TelegramUnderTest, an_adapter, running
from tests.platforms.telegram.world import GROUP


async def test_a_rating_is_thanked_for_and_every_press_is_answered(
    there: TelegramUnderTest,
) -> None:
    sent = await there.adapter.send(there.conversation, RATED, key="k1")
    for action in ("rate:up", "x" * 200):
        await there.stage.press(there.conversation, sent.message_id, action)
    await there.until_handed(2)
    assert [message.action for message in there.intake.handed] == ["rate:up", "x" * 200]
    async with asyncio.timeout(2):
        await there.server.until_called("answerCallbackQuery", times=2)
    assert [toast for _, toast in there.server.answered] == ["Thanks, noted.", ""]


async def test_a_press_survives_a_restart(stage: TelegramStage, redis_client: Redis) -> None:
    """Also that of an action which is too long for a button, under a message that is long gone."""
    before = an_adapter(stage, redis_client)
    thread = await before.open_thread(stage.channel, "R-1", RATED, key="k1")
    await before.close()
    message = stage.server.world.messages[GROUP, int(thread.message_id)]
    old = {"chat": message["chat"], "message_id": message["message_id"], "date": 0}
    intake = RecordingIntake()
    async with running(an_adapter(stage, redis_client), intake):
        query = stage.query(message, "x" * 200) | {"message": old}
        await stage.server.emit(callback_query=query)
        await TelegramUnderTest(before, intake, stage).until_handed(1)
    [pressed] = intake.handed
    assert pressed.action == "x" * 200
    assert pressed.conversation == thread.conversation


async def test_an_answer_to_a_press_that_fails_harms_nothing(there: TelegramUnderTest) -> None:
    sent = await there.adapter.send(there.conversation, RATED, key="k1")
    there.server.faults["answerCallbackQuery"].append(
        Fault(status=400, description="Bad Request: query is too old")
    )
    await there.stage.press(there.conversation, sent.message_id, "rate:up")
    await there.until_handed(1)
    await write(there, "after")
    await there.until_handed(2)


async def test_reactions_count_on_the_bots_messages_alone(there: TelegramUnderTest) -> None:
    theirs = await there.stage.write(there.conversation, "Do you ship?")
    ours = await there.adapter.send(there.conversation, RATED, key="k1")
    await there.stage.react(there.conversation, theirs, "down")
    await there.stage.react(there.conversation, ours.message_id, "up")
    await there.until_handed(2)
    _, rated = there.intake.handed
    assert (rated.kind, rated.action, rated.id) == (
        MessageKind.PRESSED,
        "rate:up",
        ours.message_id,
    )


async def test_a_reaction_in_a_topic_finds_its_thread(there: TelegramUnderTest) -> None:
    thread = await there.adapter.open_thread(there.channel, "R-1", RATED, key="k1")
    await there.stage.react(there.channel, thread.message_id, "up")
    await there.until_handed(1)
    assert there.intake.handed[0].conversation == thread.conversation
