"""The behaviour is built anew from changed settings, and a running turn ends with its own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from bot.app import open_relevo
from bot.app.live import Behaviour
from bot.engine.engine import Engine
from bot.vocabulary.conversations import Conversation
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.turns import AlarmTurn, DeskTurn, Lane, Plan, ShowDraft, Turn, unseen
from config.settings import Settings, load
from tests.builders import a_conversation, a_message
from tests.live.kit import put

WANTS = {"en": "**Wants:**", "es": "**Quiere:**"}


@dataclass
class Slow:
    """A handler that ends its turns when it is let."""

    brand: str
    go: asyncio.Event

    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        await self.go.wait()
        raise ConfigurationError(self.brand)

    async def desk_turn(self, turn: DeskTurn) -> Plan:
        raise ConfigurationError(self.brand)

    async def alarm_turn(self, turn: AlarmTurn) -> Plan:
        raise ConfigurationError(self.brand)

    def dead_letter(self, turn: Turn, error: str) -> Plan:
        raise ConfigurationError(self.brand)


async def test_a_running_turn_ends_with_the_behaviour_it_began_with() -> None:
    go, nothing = asyncio.Event(), cast(Any, None)

    def build(settings: Settings) -> Slow:
        if not settings.desk.brand:
            raise ConfigurationError("no brand")
        return Slow(settings.desk.brand, go)

    behaviour = Behaviour(build, load(None, desk={"brand": "old"}))
    running = asyncio.create_task(behaviour.customer_turn(nothing))
    await asyncio.sleep(0)
    put_in_force = behaviour.prepare(load(None, desk={"brand": "new"}))
    with pytest.raises(ConfigurationError, match="old"):
        await behaviour.desk_turn(nothing)
    with pytest.raises(ConfigurationError, match="no brand"):
        behaviour.prepare(load(None))
    put_in_force()
    with pytest.raises(ConfigurationError, match="new"):
        await behaviour.alarm_turn(nothing)
    with pytest.raises(ConfigurationError, match="new"):
        behaviour.dead_letter(nothing, "")
    go.set()
    with pytest.raises(ConfigurationError, match="old"):
        await running


@asynccontextmanager
async def relevo(redis_url: str, folder: Path) -> AsyncGenerator[Any]:
    settings = load(
        None,
        data_dir=folder,
        redis={"url": redis_url},
        http={"port": 0},
        desk={"channel": "playground:desk"},
        playground={"enabled": True},
    )
    async with open_relevo(settings) as opened:
        yield opened


async def to_the_desk(engine: Engine) -> str:
    """Have the behaviour hand a customer over; returns the language in which the desk is told."""
    conversation = Conversation(ref=a_conversation())
    turn = Turn(
        id="t1",
        conversation=conversation,
        messages=(a_message("a human please"),),
        started_at=datetime.now(UTC),
    )
    plan = await engine.worker._handler.customer_turn(turn)
    texts = [item.message.text for item in plan.deliveries if item.lane is Lane.DESK]
    (language,) = [one for one, word in WANTS.items() if word in texts[0]]
    return language


@pytest.mark.usefixtures("redis_client")
async def test_what_outlives_the_behaviour_follows_too(redis_url: str, tmp_path: Path) -> None:
    async with relevo(redis_url, tmp_path) as opened:
        live, engine = opened.live, opened.engine
        assert engine.presences.is_on
        assert await to_the_desk(engine) == "en"
        await put(live, "desk.language", "es")
        assert await to_the_desk(engine) == "es", "the next turn is handled by the new behaviour"
        await put(live, "desk.receipts", value=False)
        await put(live, "memory.off_in", ["slack:T1"])
        await put(live, "memory.consent", "opt-in")
        await put(live, "teams[Night]", {})
        assert not engine.presences.is_on
        page = next(iter(opened.adapters.values()))
        assert page._office.desk.teams == ("Night",)
        consent = engine.ending.exporting.consent
        assert consent.rules.off_in == {"slack:T1"}
        assert consent.rules.rule == "opt-in"
