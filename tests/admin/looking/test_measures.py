"""The measures are what was counted: turns, cases, times and costs, in the step that stored them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from typer.testing import CliRunner

from bot.app.measures import open_measures
from bot.cli import app
from bot.cli.stats import as_fields
from bot.engine.client.connection import run_command
from bot.engine.days import Days, quantile
from bot.engine.plans.counts import bin_of, seconds_of
from bot.engine.tools.budgets import SharedBudget
from bot.vocabulary.budgets import Caps
from bot.vocabulary.measures import Measures
from bot.vocabulary.messages import IncomingMessage
from config.settings import Settings
from tests.admin.rooms_kit import a_chamber
from tests.builders import a_conversation, a_message, an_agent
from tests.engine_kit import EchoHandler, build_engine
from tests.fakes import RecordingAdapter


class Shop:
    """One engine over real Redis: customers write, an agent works."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.adapter = RecordingAdapter()
        self.engine = build_engine(redis, self.adapter, EchoHandler())

    async def customer(self, text: str, place: str = "c1") -> None:
        await self._say(a_message(text, conversation=a_conversation(place)))

    async def agent(self, text: str) -> None:
        thread = self.adapter.threads()[-1]
        await self._say(a_message(text, conversation=thread, author=an_agent()))

    async def _say(self, message: IncomingMessage) -> None:
        await self.engine.inbox.accept(message)
        await self.engine.worker.serve(str(message.conversation))

    async def measures(self, folder: Path, **settings: Any) -> Measures:
        reader = open_measures(self.redis, Settings(data_dir=folder, **settings))
        return await reader.measures(1)


async def test_a_day_is_counted_as_it_happened(redis_client: Redis, tmp_path: Path) -> None:
    shop = Shop(redis_client)
    await shop.customer("where is it?", "c1")
    await shop.customer("and now?", "c1")
    await shop.customer("a human please", "c2")
    await shop.customer("hello?", "c2")
    await shop.agent("/claim")
    await shop.agent("/reply here I am")
    await shop.agent("/resolve")
    await shop.customer("thanks", "c2")
    await shop.customer("hi", "c3")
    found = await shop.measures(tmp_path)
    assert (found.total.messages, found.total.turns) == (6, 6)
    assert found.outcomes == {"answered": 4, "handed_over": 1, "relayed": 1}
    assert (found.conversations, found.with_people) == (3, 1)
    assert found.alone == pytest.approx(2 / 3)
    assert (found.opened, found.closed, found.open_cases) == (1, 1, 0)
    assert found.reasons == {"requested": 1}
    assert found.claim.count == found.first_reply.count == found.resolution.count == 1
    assert found.platforms["playground"].turns == 6
    assert found.actions["claim"] == 1
    assert found.cost is None


async def test_a_case_that_lasts_and_one_that_comes_back(
    redis_client: Redis, tmp_path: Path
) -> None:
    shop = Shop(redis_client)
    await shop.customer("a human please", "c1")
    await shop.agent("/claim")
    assert (await shop.measures(tmp_path)).open_cases == 1
    await shop.agent("/resolve")
    await shop.customer("a human please", "c1")
    found = await shop.measures(tmp_path)
    assert (found.opened, found.conversations, found.with_people) == (2, 1, 1)


async def test_a_turn_that_is_stored_once_is_counted_once(
    redis_client: Redis, tmp_path: Path
) -> None:
    shop, message = Shop(redis_client), a_message("hello")
    for _ in range(3):
        await shop.engine.inbox.accept(message)
        await shop.engine.worker.serve(str(message.conversation))
    assert (await shop.measures(tmp_path)).total.turns == 1


async def test_nothing_counted_is_not_known(redis_client: Redis, tmp_path: Path) -> None:
    found = await Shop(redis_client).measures(tmp_path)
    assert found.counted_since is None
    assert found.alone is None
    assert found.claim.p50 is None
    chamber = await a_chamber(redis_client, tmp_path)
    text = (await chamber.does("/stats 30", language="es")).text
    assert "no se contó nada" in text
    assert "no se sabe" in text


async def test_what_models_cost_is_counted_by_day(redis_client: Redis, tmp_path: Path) -> None:
    budget = SharedBudget(redis_client, Caps(), deadline=5)
    held = await budget.reserve("slack:T1:U1", 900, 0.5)
    await budget.settle(held, 700, 0.25)
    await budget.settle(held, 700, 0.25)
    await budget.settle(await budget.reserve(None, 10, 0.1), 20, 0.125)
    found = await Shop(redis_client).measures(tmp_path, llm={"input_price": 1.0})
    assert (found.tokens, found.cost) == (720, 0.375)


async def test_days_have_an_end_and_hold_no_names(redis_client: Redis) -> None:
    await Shop(redis_client).customer("my name is Carla")
    keys = cast("list[str]", await run_command(redis_client, "KEYS", "rv:*:day:*"))
    assert keys
    for key in keys:
        assert 399 * 86400 < await redis_client.ttl(key) <= 400 * 86400
        assert "Carla" not in json.dumps(await redis_client.hgetall(key))


async def test_only_the_days_that_are_asked_count(redis_client: Redis) -> None:
    await Shop(redis_client).customer("hello")
    today = datetime.now(UTC).date()
    days = Days(redis_client, deadline=5)
    assert (await days.between(today, today)).counts["turns"] == 1
    before = await days.between(today - timedelta(days=30), today - timedelta(days=1))
    assert before.counts == {}
    assert before.first is None


async def test_stats_are_said_in_chat(redis_client: Redis, tmp_path: Path) -> None:
    shop = Shop(redis_client)
    await shop.customer("a human please")
    await shop.agent("/claim")
    chamber = await a_chamber(redis_client, tmp_path)
    text = (await chamber.does("/stats")).text
    assert "Messages: 1 · turns: 1" in text
    assert "asked for a person 1" in text
    assert "playground: 100 %, turns 1" in text
    assert "their cost is not known" in text


@settings(max_examples=40)
@given(st.lists(st.floats(min_value=0.01, max_value=10**7), min_size=1, max_size=200))
def test_percentiles_are_told_to_four_percent_of_a_time_that_was_there(times: list[float]) -> None:
    bins: dict[str, int] = {}
    for one in times:
        name = str(bin_of(one))
        bins[name] = bins.get(name, 0) + 1
    for share in (0.5, 0.9, 1.0):
        wanted = sorted(times)[max(0, -(-len(times) * int(share * 10) // 10) - 1)]
        told = quantile(bins, share)
        assert told is not None
        assert wanted <= 1 or abs(told - wanted) <= 0.04 * wanted


@pytest.mark.parametrize("seconds", [0, 0.5, 1, 1.01, 60, 86400, 10**7])
def test_a_bin_stands_for_its_times(seconds: float) -> None:
    assert abs(seconds_of(bin_of(seconds)) - seconds) <= max(0.6, 0.04 * seconds)


def test_the_command_needs_no_running_relevo(redis_url: str, tmp_path: Path) -> None:
    file = tmp_path / "relevo.toml"
    file.write_text(f'data_dir = "{tmp_path}"\n[redis]\nurl = "{redis_url}"\n', encoding="utf-8")
    ran = CliRunner().invoke(app, ["stats", "--days", "2", "--json", "--config", str(file)])
    assert ran.exit_code == 0, ran.output
    fields = json.loads(ran.output)
    assert set(fields) == set(as_fields(Measures(since=datetime.now(UTC), until=datetime.now(UTC))))
    shown = CliRunner().invoke(app, ["stats", "--config", str(file)])
    assert "not known" in shown.output
