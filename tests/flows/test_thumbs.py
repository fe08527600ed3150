"""A thumb on the last answer is recognised on every platform, as a button and as a reaction."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

from redis.asyncio import Redis

from bot.engine.keys import ConversationKeys
from bot.engine.mailbox import Mailbox
from bot.vocabulary.conversations import Memo
from tests.flows.agents import Desk
from tests.flows.installation import PATIENCE, sees
from tests.platforms.stage import Stage

QUESTION = "How long does delivery take?"


async def _memo(redis: Redis, stage: Stage) -> Memo:
    mailbox = Mailbox(redis, deadline=5, lease_seconds=5)
    conversation, _ = await mailbox.read(stage.conversation)
    return conversation.memo


async def _settled(redis: Redis, stage: Stage) -> None:
    """Wait until Relevo knows what it has shown: nobody rates an answer within milliseconds."""
    keys = ConversationKeys(stage.conversation)
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = cast("str | None", await redis.hget(keys.state, "answer"))
            if answer and await redis.exists(keys.sent(answer)):
                return
            await asyncio.sleep(0.01)


async def _counts(desk: Desk, redis: Redis, rate: Callable[[str], Awaitable[object]]) -> None:
    """Whether a thumb on the newest answer is taken for the rejection of it."""
    stage = desk.stage
    answer = await sees(stage, stage.conversation, "working days")
    await _settled(redis, stage)
    await rate(answer.id)
    await sees(stage, stage.conversation, "Sorry")
    assert (await _memo(redis, stage)).rejections == 1


async def test_a_reaction_to_the_answer_counts(desk: Desk, redis_client: Redis) -> None:
    stage = desk.stage
    await stage.write(stage.conversation, QUESTION)
    await _counts(desk, redis_client, lambda id_: stage.react(stage.conversation, id_, "down"))


async def test_a_button_under_the_answer_counts(desk: Desk, redis_client: Redis) -> None:
    stage = desk.stage
    await stage.write(stage.conversation, QUESTION)
    await _counts(desk, redis_client, lambda id_: stage.press(stage.conversation, id_, "rate:down"))


async def test_the_answer_to_an_edited_question_counts(desk: Desk, redis_client: Redis) -> None:
    stage = desk.stage
    written = await stage.write(stage.conversation, "How do I clean a cast iron pan?")
    await sees(stage, stage.conversation, "low heat")
    await stage.edit(stage.conversation, written, QUESTION)
    await _counts(desk, redis_client, lambda id_: stage.react(stage.conversation, id_, "down"))
