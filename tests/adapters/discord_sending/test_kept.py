"""What Discord's adapter remembers in the store is never more than so much, after restarts too."""

import pytest
from redis.asyncio import Redis

from adapters.discord import places, shown
from adapters.discord.places import Place, Places
from adapters.discord.rest import Rest
from adapters.discord.shown import Shown, Standing
from bot.vocabulary.messages import Platform
from bot.vocabulary.tools import AdapterStore
from tests.tools import adapter_tools

FIRST = 10**18
NEWEST = str(FIRST + 10**6)


@pytest.fixture
def store(redis_client: Redis) -> AdapterStore:
    return adapter_tools(redis_client, Platform.DISCORD).store


async def fill(store: AdapterStore, section: str, count: int) -> None:
    """Leave what earlier processes have noted."""
    await store.put(section, {str(FIRST + number): "{}" for number in range(count)})


async def test_a_process_that_begins_tidies_its_messages(store: AdapterStore) -> None:
    await fill(store, shown.SECTION, shown.KEPT + 100)
    await Shown(store).note(NEWEST, Standing(channel_id="1", nonce="n"))
    kept = await store.read(shown.SECTION)
    assert len(kept) == shown.KEPT
    assert NEWEST in kept
    assert str(FIRST) not in kept


async def test_a_process_that_begins_tidies_its_places(redis_client: Redis) -> None:
    tools = adapter_tools(redis_client, Platform.DISCORD)
    for section in (places.PLACES, places.JOINED):
        await fill(tools.store, section, places.KEPT + 100)
    rest = Rest(tools.limits, token="t", api_url="http://127.0.0.1:1")  # noqa: S106
    known = Places(tools.store, rest)
    await known.learn([Place(id=NEWEST, type=0)])
    await known.join(NEWEST)
    for section in (places.PLACES, places.JOINED):
        kept = await tools.store.read(section)
        assert len(kept) == places.KEPT
        assert NEWEST in kept
    await rest.close()
