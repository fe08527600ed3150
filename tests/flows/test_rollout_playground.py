"""Modes from the settings over a whole Relevo with the playground: changed while it runs, told to its desk."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from adapters.playground import Transcript
from adapters.playground.lines import LineRole
from adapters.playground.parse import desk_thread
from bot.app import Relevo, open_relevo
from bot.texts import say
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.rollout import RolloutMode
from bot.vocabulary.steering import Edit, Editor
from config.settings import load
from tests.builders import a_conversation, a_message
from tests.flows.installation import PATIENCE
from tests.rollout.rolling import RETURN, SAID, open_documents, seen
from tests.rollout.seeding import TOPICS, a_fall

QUEUED = say("handoff.queued_topic", "en")


@dataclass
class Playground:
    """A running Relevo, and what stands on its page."""

    relevo: Relevo
    redis: Redis

    async def ask(self, text: str, customer: str) -> str:
        """Write first thing as a customer, and return what is said next."""
        place = a_conversation(customer)
        await self.relevo.engine.inbox.accept(a_message(text, conversation=place))
        return (await until(lambda: self.texts(place)))[-1]

    async def set_mode(self, mode: RolloutMode) -> None:
        by = Editor(actor_id="cli:ada", actor="Ada", place="", at=datetime.now(UTC), key=mode)
        edit = Edit(path="rollout.topics[Returns].mode", value=mode.value)
        await self.relevo.live.change([edit], by)

    async def texts(self, place: ConversationRef) -> list[str]:
        lines = [stored.line for stored in await Transcript(self.redis).lines(place)]
        return [line.text for line in lines if line.role is LineRole.RELEVO and not line.draft]

    async def desk(self) -> list[str]:
        """The first message of each thread, newest first."""
        threads = await Transcript(self.redis).threads()
        return [(await self.texts(desk_thread(one.id)))[0] for one in threads]


async def until(look: Callable[[], Awaitable[Sequence[str]]], words: str = "") -> Sequence[str]:
    """Wait until there is something to be seen, and these words in the first of it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := await look()) or words not in found[0]:
        assert time.monotonic() < deadline, f"never: {words!r} in {found}"
        await asyncio.sleep(0.02)
    return found


@pytest.fixture
async def playground(
    redis_client: Redis, redis_url: str, tmp_path: Path
) -> AsyncIterator[Playground]:
    open_documents(tmp_path).close_now()
    settings = load(
        None,
        data_dir=tmp_path / "data",
        redis={"url": redis_url},
        engine={"join_seconds": 0.05, "drain_seconds": 2.0},
        http={"port": 0},
        playground={"enabled": True},
        desk={"channel": "playground:desk"},
        topics=TOPICS,
        rollout={"evidence": 40, "topics": [{"name": "Returns", "mode": "auto"}]},
    )
    async with open_relevo(settings) as relevo, asyncio.TaskGroup() as tasks:
        running = tasks.create_task(relevo.run("all"))
        yield Playground(relevo=relevo, redis=redis_client)
        running.cancel()


async def test_a_mode_that_is_changed_counts_from_the_next_turn_on(playground: Playground) -> None:
    assert SAID in await playground.ask(RETURN, "c1")
    await playground.set_mode(RolloutMode.SHADOW)
    assert (await playground.ask(RETURN, "c2")).startswith(QUEUED)
    [briefing] = await until(playground.desk)
    assert "topic Returns, answered by people" in briefing
    assert SAID not in briefing
    await playground.set_mode(RolloutMode.COPILOT)
    assert (await playground.ask(RETURN, "c3")).startswith(QUEUED)
    await until(playground.desk, SAID)
    await playground.set_mode(RolloutMode.AUTO)
    assert SAID in await playground.ask(RETURN, "c4")
    assert [one.mode for one in await seen(playground.redis)] == [RolloutMode.AUTO] * 2


async def test_the_playgrounds_desk_reads_of_a_fall(playground: Playground) -> None:
    await a_fall(playground.redis)
    await playground.relevo.rollout.look()
    [told] = await until(playground.desk)
    assert "**Returns**: taken back by itself from *auto* to *canary*" in told
    assert playground.relevo.live.value("rollout.topics[Returns].mode") == "canary"
