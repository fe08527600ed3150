"""What is remembered of places stays small."""

import pytest
from redis.asyncio import Redis

from adapters.discord import places
from adapters.discord.places import JOINED, Places
from adapters.discord.rest import Rest
from bot.vocabulary.messages import Platform
from tests.tools import adapter_tools


async def test_threads_in_which_the_bot_takes_part_are_remembered_within_bounds(
    redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, most in {"REMEMBERED": 3, "KEPT": 10, "SPARE": 4}.items():
        monkeypatch.setattr(places, name, most)
    tools = adapter_tools(redis_client, Platform.DISCORD)
    known = Places(tools.store, Rest(tools.limits, token="t", api_url=""))  # noqa: S106
    for number in range(100, 140):
        await known.join(str(number))
        assert await known.is_joined(str(number))
        assert len(known._joined) <= 3
    kept = await tools.store.read(JOINED)
    assert 10 <= len(kept) <= 14
    assert await known.is_joined("130")
