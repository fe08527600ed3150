"""Erasures are durable: carried out once the customer has been told, whatever stops them in between."""

import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine import codec
from bot.engine.client.connection import run_command
from bot.engine.codec import StoredErasure
from bot.engine.engine import Engine
from bot.engine.erasing.erasures import SHOWN_SECONDS
from bot.engine.keys import ConversationKeys, all_partitions, erasures
from bot.engine.plans import Stored
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.errors import ConnectionLostError
from bot.vocabulary.memory import identity_of
from bot.vocabulary.turns import Lane, Plan, ShowDraft, Turn, unseen
from tests.engine.erasing.erasing_kit import (
    FAREWELL,
    Citizen,
    Town,
    a_town,
    everything_read,
    left_of,
)
from tests.engine_kit import EchoHandler, NotingScheduler, build_engine
from tests.fakes import RecordingAdapter
from tests.memory_kit import stores_on

ANA = Citizen(number=0)


@pytest.fixture
async def town(redis_client: Redis, tmp_path: Path) -> Town:
    return await a_town(redis_client, await stores_on(redis_client), tmp_path)


class ForgettingHandler(EchoHandler):
    """Erases whoever says ``/forget``."""

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        plan = await super().customer_turn(turn, show)
        message = turn.messages[-1]
        return replace(plan, erases=message.principal) if message.text == "/forget" else plan


class Sweeping:
    """A worker over a town: what is scheduled is done when a test says so."""

    def __init__(self, town: Town, adapter: RecordingAdapter) -> None:
        self.scheduler = NotingScheduler()
        self.engine: Engine = build_engine(
            town.redis, adapter, ForgettingHandler(), scheduler=self.scheduler
        )
        self.town = town

    async def say(self, text: str, citizen: Citizen = ANA) -> None:
        message = self.town.message(citizen, citizen.home, text)
        await self.engine.inbox.accept(message)
        await self.engine.worker.serve(str(citizen.home))

    async def erase(self) -> None:
        """Do the erasures whose time has come."""
        for partition in all_partitions():
            await self.town.ending.erasing.work(partition)

    async def asked(self) -> list[StoredErasure]:
        """Return the erasures that are not done yet."""
        keys = [erasures(name) for name in all_partitions()]
        texts = [text for key in keys for text in await self._texts(key)]
        return [codec.loads(codec.erasure, text) for text in texts]

    async def _texts(self, key: str) -> list[str]:
        return cast(list[str], await run_command(self.town.redis, "ZRANGE", key, 0, -1))


async def texts_of(town: Town) -> list[str]:
    return list((await everything_read(town.redis, town.persons)).values())


async def test_who_asks_is_erased_once_they_have_been_told(town: Town) -> None:
    await town.plant(ANA)
    await town.redis.delete(ConversationKeys(ANA.home).mailbox)
    adapter = RecordingAdapter()
    office = Sweeping(town, adapter)
    await office.say("/forget")
    assert list(office.scheduler.erasures) == [ConversationKeys(ANA.home).partition]
    assert "bot: /forget" in [shown.message.text for shown in adapter.shown]
    await office.erase()
    await town.finish()
    assert not await office.asked()
    assert not left_of([ANA], await texts_of(town))


async def test_an_erasure_waits_while_the_customer_is_not_told(town: Town) -> None:
    await town.plant(ANA)
    await town.redis.delete(ConversationKeys(ANA.home).mailbox)

    async def lost(_: str) -> None:
        raise ConnectionLostError("The platform is away.")

    adapter = RecordingAdapter(before_send=lost)
    office = Sweeping(town, adapter)
    await office.say("/forget")
    await office.erase()
    assert ANA.canary("said") in "".join(await texts_of(town)), "it waits"
    (waiting,) = await office.asked()
    assert not await town.ending.erasures.is_told(waiting)
    late = replace(waiting, asked_at=waiting.asked_at - SHOWN_SECONDS)
    assert await town.ending.erasures.is_told(late), "but not for ever"


async def test_a_killed_worker_leaves_nothing_undone(
    town: Town, redis_url: str, tmp_path: Path
) -> None:
    office = Sweeping(town, RecordingAdapter())
    number, ended = 0, int(signal.SIGKILL)
    with dying(redis_url, tmp_path) as worker:
        while ended == signal.SIGKILL:
            number += 1
            await town.plant(ANA)
            await town.ending.erasures.ask(identity_of(ANA.account))
            await town.bring_forward()
            ended = worker.die_at(number)
            await town.finish()
            await town.finish()
            assert not await office.asked()
            assert not left_of([ANA], await texts_of(town)), number
    assert number > 10


class Dying:
    """The process of ``dying_eraser``."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def die_at(self, number: int) -> int:
        """Return the signal that ended a worker at a failpoint; 0 when it never passed so many."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def dying(url: str, folder: Path) -> Generator[Dying]:
    """Run the process of ``dying_eraser`` on the tests' server."""
    command = [sys.executable, "-m", "tests.engine.erasing.dying_eraser", url, str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Dying(process)
        finally:
            process.kill()


async def test_what_came_after_the_wish_stays(town: Town) -> None:
    await town.plant(ANA)
    keys = ConversationKeys(ANA.home)
    await town.redis.delete(keys.mailbox)
    await town.redis.hdel(keys.state, "case")
    office = Sweeping(town, RecordingAdapter())
    await office.say("/forget")
    await office.say("I have a new problem, get me a human")
    await office.erase()
    conversation, _ = await town.mailbox.read(ANA.home)
    case = conversation.case
    assert case is not None
    assert case.is_open
    assert "new problem" in conversation.history[0].text
    said = {
        ANA.canary(where) for where in ("said", "answer", "gap", "note", "draft", "fact", "dead")
    }
    assert not said & left_of([ANA], await texts_of(town))


async def test_an_open_case_ends_and_its_thread_hears_why(town: Town) -> None:
    await town.plant(ANA)
    adapter = RecordingAdapter()
    office = Sweeping(town, adapter)
    await office.engine.sweeper.sweep()
    await town.redis.delete(ConversationKeys(ANA.home).lane(Lane.CUSTOMER))
    await office.engine.board.project(ANA.home)
    await town.ask(ANA)
    await office.engine.sweeper.sweep()
    await office.engine.sender.show(ANA.home, tuple(Lane))
    (told,) = [shown for shown in adapter.shown if shown.message.text == FAREWELL]
    assert told.conversation == ANA.thread
    conversation, _ = await town.mailbox.read(ANA.home)
    assert (conversation.case, conversation.owner.kind) == (None, OwnerKind.BOT)
    await office.engine.board.refresh()
    assert not office.engine.board.view().cases


async def test_a_turn_that_was_on_its_way_begins_again(town: Town) -> None:
    await town.plant(ANA)
    conversation, version = await town.mailbox.read(ANA.home)
    await town.ask(ANA)
    message = town.message(ANA, ANA.home, "said")
    turn = Turn(
        id="late",
        conversation=conversation,
        messages=(message,),
        started_at=message.sent_at,
    )
    plan = await EchoHandler().customer_turn(turn)
    assert await town.plans.store_turn(plan, conversation, version, ()) is Stored.STALE
    assert not left_of([ANA], await texts_of(town))


async def test_who_comes_back_is_somebody_new(town: Town) -> None:
    await town.plant(ANA)
    people, account = town.persons.people, identity_of(ANA.account)
    before = await people.person_of(account)
    await town.ask(ANA)
    after = await people.person_of(account)
    assert after.id != before.id
    assert after.accounts == (account,)
    assert await town.ending.replaying.replay() == 0, "they were met after their tombstone"
