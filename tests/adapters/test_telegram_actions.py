"""Long actions are kept by short names, the newest only, however long Relevo runs."""

import pytest
from redis.asyncio import Redis

from adapters.telegram.actions import SECTION, Actions
from bot.vocabulary.messages import Platform
from bot.vocabulary.tools import AdapterStore
from tests.adapters.telegram_intake.kit import RATED
from tests.platforms.telegram.stage import telegram
from tests.tools import adapter_tools


@pytest.fixture
def store(redis_client: Redis) -> AdapterStore:
    return adapter_tools(redis_client, Platform.TELEGRAM).store


async def test_what_was_kept_is_found_by_any_process(store: AdapterStore) -> None:
    await Actions(store).keep({"#a": "ask: what does it cost?", "#b": ""})
    assert await Actions(store).find("#a") == "ask: what does it cost?"
    assert await Actions(store).find("#b") == ""
    assert await Actions(store).find("#unknown") == "#unknown"


async def test_the_newest_stay(store: AdapterStore, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(10**6))
    monkeypatch.setattr("adapters.telegram.actions.time.time", lambda: float(next(clock)))
    actions, most = Actions(store, most=20), 0
    for number in range(100):
        await actions.keep({"#often": "again", f"#{number}": f"action {number}"})
        most = max(most, len(await store.read(SECTION)))
    assert most <= 23
    assert await actions.find("#99") == "action 99"
    assert await actions.find("#often") == "again"
    assert await actions.find("#0") == "#0"


async def test_a_process_that_begins_tidies_what_others_left(store: AdapterStore) -> None:
    await store.put(SECTION, {f"#{number}": f"{number} action" for number in range(100)})
    await Actions(store, most=20).keep({"#new": "action"})
    assert len(await store.read(SECTION)) == 20


async def test_the_adapter_keeps_no_more_than_that(
    redis_client: Redis, store: AdapterStore
) -> None:
    await store.put(SECTION, {f"#{number}": f"{number} action" for number in range(10_500)})
    async with telegram(redis_client) as there:
        await there.adapter.send(there.conversation, RATED, key="k1")
    assert len(await store.read(SECTION)) == 10_000
