"""Through the real SDKs: what waits is seen by who takes it, and a reply that arrived is marked."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.vocabulary.messages import Platform
from tests.flows.installation import eventually, installation
from tests.flows.test_any_to_any import Pair
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.opening import PLATFORMS, open_stage
from tests.platforms.stage import Stage
from tests.platforms.telegram.stage import TelegramStage

WAYS = list(zip(PLATFORMS, [*PLATFORMS[1:], *PLATFORMS[:1]], strict=True))
"""Each platform once as the customer's and once as the desk."""

SIGNS: dict[Platform, Callable[[Any], list[str]]] = {
    Platform.SLACK: lambda stage: [
        ts for (_, ts), names in stage.server.workspace.reactions.items() if names
    ],
    Platform.DISCORD: lambda stage: [message for message, _ in stage.server.world.reacted],
    Platform.TELEGRAM: lambda stage: [str(message) for _, message in stage.server.world.reacted],
}


def bears_a_sign(stage: Stage, message_id: str) -> bool:
    return message_id in SIGNS[stage.platform](stage)


@pytest.fixture
async def pair(
    way: tuple[Platform, Platform],
    redis_client: Redis,  # noqa: ARG001 - empties the database
    redis_url: str,
    tmp_path: Path,
) -> AsyncIterator[Pair]:
    customer, desk = way
    async with AsyncExitStack() as stack:
        stages = {
            platform: await stack.enter_async_context(open_stage(platform))
            for platform in dict.fromkeys((customer, desk))
        }
        running = installation(redis_url, tmp_path, stages.values(), desk=stages[desk])
        yield Pair(await stack.enter_async_context(running), customer, desk)


@pytest.mark.parametrize("way", WAYS, ids="-".join)
async def test_what_was_seen_and_delivered_bears_a_sign(pair: Pair) -> None:
    waited = await pair.asks("I want to talk to a person, please")
    await pair.hears("passed you to our team")
    await eventually(pair.desk.threads, "a thread for the case")
    await pair.agent_presses("case:claim")
    await eventually(lambda: bears_a_sign(pair.customers, waited), "a sign that it was seen")
    reply = await pair.agent_replies("Hello there.")
    await pair.hears("Hello there.")
    await eventually(lambda: bears_a_sign(pair.desk, reply), "a sign that it was delivered")
    note = await pair.agent_says("a note for the team")
    written = await pair.asks("thanks")
    await eventually(lambda: bears_a_sign(pair.customers, written), "a sign that it was seen")
    assert not bears_a_sign(pair.desk, note)


@pytest.mark.parametrize("way", [(Platform.TELEGRAM, Platform.DISCORD)], ids="-".join)
async def test_an_agent_s_writing_on_discord_shows_on_telegram(pair: Pair) -> None:
    customers, desk = pair.customers, pair.desk
    assert isinstance(customers, TelegramStage)
    assert isinstance(desk, DiscordStage)
    await pair.asks("I want to talk to a person, please")
    await pair.hears("passed you to our team")
    await eventually(desk.threads, "a thread for the case")
    await pair.agent_presses("case:claim")
    await pair.hears(desk.agent.name)
    telegram = customers.server
    telegram.calls.clear()

    def is_shown() -> bool:
        return any(method == "sendChatAction" for method, _ in telegram.calls)

    def types() -> bool:
        desk.types(pair.thread, desk.agent)
        return is_shown()

    await eventually(types, "a sign that somebody writes")
