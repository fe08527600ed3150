"""Who wrote last in a thread, whatever process heard it and in whatever order."""

import pytest
from redis.asyncio import Redis

from adapters.slack.writers import SECTION, Writer, Writers
from bot.vocabulary.messages import Platform
from bot.vocabulary.tools import AdapterStore
from tests.platforms.slack.stage import DIRECT, SlackStage, place
from tests.platforms.slack.under_test import slack
from tests.platforms.slack.workspace import TEAM
from tests.platforms.stage import Someone
from tests.tools import adapter_tools

ANA, BEN = (Writer(user_id=user_id, team_id="T1") for user_id in ("U1", "U2"))
THREAD = place("C1", "100.000100")


@pytest.fixture
def store(redis_client: Redis) -> AdapterStore:
    return adapter_tools(redis_client, Platform.SLACK).store


async def test_another_process_hears_another_writer(store: AdapterStore) -> None:
    one, other = Writers(store), Writers(store)
    for writers, writer, ts in ((one, ANA, "101.5"), (other, BEN, "102.5"), (one, ANA, "103.5")):
        await writers.note(THREAD, writer, ts)
        assert await one.last("C1", "100.000100") == writer
        assert await other.last("C1", "100.000100") == writer


async def test_an_older_message_that_comes_later_is_not_the_last(store: AdapterStore) -> None:
    writers = Writers(store)
    await writers.note(THREAD, ANA, "102.5")
    await writers.note(THREAD, BEN, "101.5")
    assert await writers.last("C1", "100.000100") == ANA


async def test_who_goes_on_writing_does_not_grow_old(store: AdapterStore) -> None:
    writers = Writers(store)
    for ts in ("101.5", "102.5", "102.5"):
        await writers.note(THREAD, ANA, ts)
    assert list((await store.read(SECTION)).values()) == ["U1 T1 102.5"]
    await writers.note(THREAD, BEN, "101.9")
    assert await writers.last("C1", "100.000100") == ANA


async def test_what_is_no_thread_has_no_writer(store: AdapterStore) -> None:
    writers = Writers(store)
    await writers.note(place("C1"), ANA, "101.5")
    assert await store.read(SECTION) == {}
    assert await writers.last("C1", None) is None


@pytest.mark.parametrize("stored", ["", "U1", "U1 T1", "U1 T1 soon", "U1 T1 1.5 more"])
async def test_what_can_not_be_read_is_noted_anew(store: AdapterStore, stored: str) -> None:
    await store.put(SECTION, {"C1:100.000100": stored})
    writers = Writers(store)
    assert await writers.last("C1", "100.000100") is None
    await writers.note(THREAD, ANA, "101.5")
    assert await writers.last("C1", "100.000100") == ANA


async def test_a_robot_is_no_writer(redis_client: Redis, store: AdapterStore) -> None:
    robot = Someone(user_id="U0ROBOT001", name="Robot")
    async with slack(redis_client) as platform:
        stage: SlackStage = platform.stage
        stage.server.workspace.add_user(robot.user_id, robot.name, is_bot=True)
        thread = place(DIRECT, stage.post(place(DIRECT), "Hello")["ts"])
        await stage.write(thread, "Where is it?")
        await stage.write(thread, "Beep.", who=robot)
        [noted] = (await store.read(SECTION)).values()
        assert noted.startswith(f"{stage.customer.user_id} {TEAM} ")
