"""Events reach the core once each, in order, whatever becomes of the gateway, Redis and the process."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from adapters.discord.progress import A_DAY, DAY, IdentifyBudget, identify_delay
from bot.vocabulary.errors import AuthenticationError, ConnectionLostError
from bot.vocabulary.messages import MessageKind, Platform
from tests.contracts.kit import PlatformEvent, RecordingIntake, says
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import adapter_for, running
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import QUICK, DiscordStage, DiscordUnderTest, discord_stage
from tests.platforms.discord.world import AGENT, BOT, CHANNEL, CUSTOMER, DIRECT, GUILD, STRANGER
from tests.tools import adapter_tools


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with discord_stage() as stage:
        yield stage


@pytest.fixture
async def platform(stage: DiscordStage, redis_client: Redis) -> AsyncIterator[DiscordUnderTest]:
    async with running(stage, redis_client) as platform:
        await platform.settle()
        yield platform


def texts(intake: RecordingIntake) -> list[str]:
    """What the core has, each event once, in order."""
    return [message.text for message in {one.event_key: one for one in intake.handed}.values()]


async def heard(intake: RecordingIntake, *expected: str) -> None:
    await until(lambda: texts(intake) == list(expected))


# The session lives


async def test_a_cut_connection_is_resumed(platform: DiscordUnderTest) -> None:
    stage, gateway = platform.stage, platform.stage.server.gateway
    await stage.write(stage.conversation, "before")
    await heard(platform.intake, "before")
    gateway.drop()
    await stage.write(stage.conversation, "while away")
    await heard(platform.intake, "before", "while away")
    assert len(gateway.identifies) == 1
    assert len(gateway.resumes) == 1


async def test_a_requested_reconnect_resumes(platform: DiscordUnderTest) -> None:
    gateway = platform.stage.server.gateway
    await gateway.tell({"op": 7, "d": None, "t": None, "s": None})
    await until(lambda: gateway.resumes)
    await platform.stage.write(platform.stage.conversation, "after")
    await heard(platform.intake, "after")
    assert len(gateway.identifies) == 1


@pytest.mark.parametrize("code", [4000, 4009, 1000, 1001])
async def test_a_closed_connection_goes_on(platform: DiscordUnderTest, code: int) -> None:
    gateway = platform.stage.server.gateway
    await gateway.close(code)
    await platform.stage.write(platform.stage.conversation, "after")
    await heard(platform.intake, "after")


async def test_a_session_outlives_the_process(stage: DiscordStage, redis_client: Redis) -> None:
    intake = RecordingIntake()
    async with running(stage, redis_client, intake=intake) as platform:
        assert await platform.receive(PlatformEvent(id="event-0001", text="before"))
    assert stage.server.gateway.close_codes[-1] not in {1000, 1001}
    await stage.write(stage.conversation, "while down")
    async with running(stage, redis_client, intake=intake):
        await heard(intake, "before", "while down")
    assert len(stage.server.gateway.identifies) == 1


async def test_what_was_not_stored_comes_again_after_a_crash(
    stage: DiscordStage, redis_client: Redis
) -> None:
    async with running(stage, redis_client) as platform:
        await platform.settle()
        platform.intake.failing = True
        for text in ("one", "two"):
            await stage.write(stage.conversation, text)
        await asyncio.sleep(0.1)
        assert platform.intake.handed == []
    intake = RecordingIntake()
    async with running(stage, redis_client, intake=intake):
        await heard(intake, "one", "two")


async def test_nothing_overtakes_what_could_not_be_stored(platform: DiscordUnderTest) -> None:
    platform.intake.failing = True
    for text in ("one", "two", "three"):
        await platform.stage.write(platform.stage.conversation, text)
    await asyncio.sleep(0.1)
    platform.intake.failing = False
    await heard(platform.intake, "one", "two", "three")


async def test_a_second_process_waits_and_takes_over(
    stage: DiscordStage, redis_client: Redis
) -> None:
    waiting = adapter_for(stage, redis_client)
    intake = RecordingIntake()
    async with running(stage, redis_client) as platform:
        second = asyncio.create_task(waiting.run(intake))
        await platform.receive(PlatformEvent(id="event-0001", text="first"))
        assert stage.server.gateway.lines == 1
    await stage.write(stage.conversation, "second")
    await until(lambda: texts(intake)[-1:] == ["second"], seconds=10)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    await waiting.close()


async def test_a_stopped_process_lets_the_next_one_in_at_once(
    stage: DiscordStage, redis_client: Redis
) -> None:
    patient = replace(QUICK, lease=600.0)
    async with running(stage, redis_client, pace=patient):
        pass
    async with asyncio.timeout(5), running(stage, redis_client, pace=patient):
        pass


# The session dies


async def test_a_lost_session_is_read_back(platform: DiscordUnderTest) -> None:
    stage, gateway = platform.stage, platform.stage.server.gateway
    await stage.write(stage.conversation, "before")
    await heard(platform.intake, "before")
    gateway.forget_sessions()
    gateway.refuses = True
    gateway.drop()
    for number in range(3):
        await stage.write(stage.conversation, f"lost {number}")
    gateway.refuses = False
    await heard(platform.intake, "before", "lost 0", "lost 1", "lost 2")
    assert len(gateway.identifies) == 2
    await stage.write(stage.conversation, "live")
    await heard(platform.intake, "before", "lost 0", "lost 1", "lost 2", "live")


async def test_agents_words_are_read_back_with_their_standing(
    stage: DiscordStage, redis_client: Redis
) -> None:
    async with running(stage, redis_client) as platform:
        await platform.adapter.locate(stage.channel.channel_id)
        opened = await platform.adapter.open_thread(stage.channel, "Case", says("Card"), key="k")
        await stage.write(opened.conversation, "hello", who=stage.agent)
        await heard(platform.intake, "hello")
        stage.server.gateway.forget_sessions()
        stage.server.gateway.refuses = True
        stage.server.gateway.drop()
        await stage.write(opened.conversation, "/reply hi", who=stage.agent)
        stage.server.world.say(str(opened.conversation.thread_id), STRANGER, "psst")
        stage.server.gateway.refuses = False
        await heard(platform.intake, "hello", "/reply hi", "psst")
        agent, stranger = platform.intake.handed[-2:]
        assert agent.conversation == opened.conversation
        assert not agent.author.is_external
        assert stranger.author.is_external


async def test_threads_in_which_nobody_wrote_yet_are_read_back(
    platform: DiscordUnderTest,
) -> None:
    stage, world = platform.stage, platform.stage.server.world
    asked = world.say(CHANNEL, CUSTOMER, f"<@{BOT}> question")
    await heard(platform.intake, "question")
    place = platform.intake.handed[0].conversation
    await platform.adapter.send(place, says("Answer."), key="k1")
    case = await platform.adapter.open_thread(stage.channel, "Case", says("Card"), key="k2")
    stage.server.gateway.forget_sessions()
    stage.server.gateway.refuses = True
    stage.server.gateway.drop()
    world.say(asked["id"], CUSTOMER, "thanks")
    await stage.write(case.conversation, "!claim", who=stage.agent)
    stage.server.gateway.refuses = False
    await heard(platform.intake, "question", "!claim", "thanks")


async def test_reading_back_rests_as_long_as_discord_asks(platform: DiscordUnderTest) -> None:
    stage, gateway = platform.stage, platform.stage.server.gateway
    await stage.write(stage.conversation, "before")
    await heard(platform.intake, "before")
    limited = Fault(kind="status", status=429, retry_after=0.05)
    stage.server.fail("list_messages", limited, Fault(kind="status", status=503), limited)
    gateway.forget_sessions()
    gateway.drop()
    await stage.write(stage.conversation, "lost")
    await heard(platform.intake, "before", "lost")
    assert len(stage.server.called("list_messages")) == 4


async def test_a_session_that_is_never_taken_is_given_up(
    stage: DiscordStage, redis_client: Redis
) -> None:
    store = adapter_tools(redis_client, Platform.DISCORD).store
    unreachable = {"id": "gone", "url": "ws://127.0.0.1:9/", "sequence": "7"}
    await store.put("session", unreachable)
    async with running(stage, redis_client) as platform:
        await stage.write(stage.conversation, "hello")
        await heard(platform.intake, "hello")


# What goes wrong


@pytest.mark.parametrize(
    "raw",
    [
        {"id": "1", "channel_id": DIRECT},
        {"id": None, "channel_id": None, "author": None},
        {},
        [],
        None,
        "text",
        {"id": "x", "channel_id": "y", "author": {"id": 1}, "content": 5, "type": 0},
    ],
)
@pytest.mark.parametrize(
    "kind", ["MESSAGE_CREATE", "INTERACTION_CREATE", "MESSAGE_REACTION_ADD", "THREAD_CREATE"]
)
async def test_an_event_of_unknown_shape_is_passed_over(
    platform: DiscordUnderTest, kind: str, raw: object
) -> None:
    gateway = platform.stage.server.gateway
    [session] = gateway.sessions.values()
    gateway.add(session, {"op": 0, "t": kind, "d": raw})
    await platform.stage.write(platform.stage.conversation, "after")
    await heard(platform.intake, "after")


async def test_unknown_frames_are_passed_over(platform: DiscordUnderTest) -> None:
    gateway = platform.stage.server.gateway
    await gateway.tell({"op": 99, "d": None, "t": None, "s": None})
    await gateway.tell({"nothing": "known"})
    await gateway.tell([])
    await gateway.tell("text")
    [session] = gateway.sessions.values()
    gateway.add(session, {"op": 0, "t": "SOMETHING_NEW", "d": {"id": 1}})
    await platform.stage.write(platform.stage.conversation, "after")
    await heard(platform.intake, "after")


async def test_a_gateway_that_refuses_at_first_is_tried_again(
    stage: DiscordStage, redis_client: Redis
) -> None:
    stage.server.gateway.refuses = True
    adapter, intake = adapter_for(stage, redis_client), RecordingIntake()
    task = asyncio.create_task(adapter.run(intake))
    await asyncio.sleep(0.2)
    stage.server.gateway.refuses = False
    await until(lambda: stage.server.gateway.sessions)
    await stage.write(stage.conversation, "hello")
    await heard(intake, "hello")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await adapter.close()


async def run_to_the_end(stage: DiscordStage, redis: Redis) -> None:
    adapter = adapter_for(stage, redis)
    try:
        async with asyncio.timeout(5):
            await adapter.run(RecordingIntake())
    finally:
        await adapter.close()


async def test_a_wrong_token_stops_it(stage: DiscordStage, redis_client: Redis) -> None:
    stage.settings["token"] = "wrong"  # noqa: S105
    with pytest.raises(AuthenticationError, match="RELEVO_DISCORD__TOKEN") as error:
        await run_to_the_end(stage, redis_client)
    assert "wrong" not in str(error.value)
    assert stage.server.gateway.identifies == []


async def test_a_token_that_the_gateway_refuses_stops_it(
    stage: DiscordStage, redis_client: Redis
) -> None:
    stage.server.gateway.close_at_identify.append(4004)
    with pytest.raises(AuthenticationError):
        await run_to_the_end(stage, redis_client)
    assert len(stage.server.gateway.identifies) == 1


async def test_a_dead_api_is_told(stage: DiscordStage, redis_client: Redis) -> None:
    stage.settings["api_url"] = "http://127.0.0.1:9/api/v10"
    with pytest.raises(ConnectionLostError):
        await run_to_the_end(stage, redis_client)


# Without the privileged intent


@pytest.fixture
async def unprivileged(stage: DiscordStage, redis_client: Redis) -> AsyncIterator[DiscordUnderTest]:
    stage.server.world.application_flags = 0
    async with running(stage, redis_client) as platform:
        await platform.settle()
        yield platform


async def test_direct_messages_and_mentions_need_no_privilege(
    unprivileged: DiscordUnderTest,
) -> None:
    world = unprivileged.stage.server.world
    world.say(DIRECT, CUSTOMER, "direct")
    world.say(CHANNEL, CUSTOMER, "unheard")
    world.say(CHANNEL, CUSTOMER, f"<@{BOT}> asked")
    await heard(unprivileged.intake, "direct", "asked")


async def test_an_intent_that_is_refused_is_not_asked_for_again(
    stage: DiscordStage, redis_client: Redis
) -> None:
    stage.server.gateway.close_at_identify.append(4014)
    adapter, intake = adapter_for(stage, redis_client), RecordingIntake()
    with pytest.raises(ConnectionLostError):
        await asyncio.wait_for(adapter.run(intake), 5)
    task = asyncio.create_task(adapter.run(intake))
    await until(lambda: stage.server.gateway.sessions)
    first, second = (wish["intents"] for wish in stage.server.gateway.identifies)
    assert first & (1 << 15)
    assert not second & (1 << 15)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await adapter.close()


# The day's IDENTIFYs


async def test_every_identify_is_counted(platform: DiscordUnderTest) -> None:
    gateway = platform.stage.server.gateway
    for count in (1, 2):
        await until(lambda count=count: len(gateway.identifies) == count)
        budget = IdentifyBudget(platform.tools.store, spacing=0.0)
        assert await budget.left(time.time()) == A_DAY - count
        gateway.forget_sessions()
        gateway.drop()


def identifies_in_a_day(spacing: float) -> int:
    """Identify as often as allowed, for a day of a crash loop."""
    now, times = 0.0, list[float]()
    while True:
        now += identify_delay([one for one in times if one > now - DAY], now, spacing=spacing)
        if now >= DAY:
            return len(times)
        times.append(now)


def test_a_crash_loop_can_not_use_up_the_day() -> None:
    assert identifies_in_a_day(5.5) <= A_DAY
    assert identify_delay([0.0] * A_DAY, 10.0, spacing=5.5) == DAY - 10.0
    assert identify_delay([], 0.0, spacing=5.5) == 0.0


async def test_a_crash_loop_is_slowed_down_across_restarts(redis_client: Redis) -> None:
    store = adapter_tools(redis_client, Platform.DISCORD).store
    for number in range(20):
        await IdentifyBudget(store, spacing=5.5).spend(1000.0 + number)
    assert await IdentifyBudget(store, spacing=5.5).delay(1020.0) == pytest.approx(119.0)
    assert await IdentifyBudget(store, spacing=5.5).left(1020.0) == A_DAY - 20


# Duplicates


async def test_a_replayed_event_has_the_same_key(platform: DiscordUnderTest) -> None:
    gateway = platform.stage.server.gateway
    await platform.stage.write(platform.stage.conversation, "once")
    await heard(platform.intake, "once")
    [session] = gateway.sessions.values()
    frame = session.log[-1]
    gateway.add(session, {"op": 0, "t": frame["t"], "d": frame["d"]})
    await until(lambda: len(platform.intake.handed) == 2)
    await heard(platform.intake, "once")


# What counts as an event

Act = Callable[[DiscordStage], object]


def from_a_webhook(stage: DiscordStage) -> None:
    stage.server.world.say(DIRECT, CUSTOMER, "hook", webhook_id="77")


def from_a_bot(stage: DiscordStage) -> None:
    stage.server.world.users[STRANGER]["bot"] = True
    stage.server.world.say(CHANNEL, STRANGER, f"<@{BOT}> beep")


def a_notice(stage: DiscordStage) -> None:
    stage.server.world.say(CHANNEL, CUSTOMER, f"<@{BOT}> joined", type=7)


def small_talk(stage: DiscordStage) -> None:
    stage.server.world.say(CHANNEL, CUSTOMER, "hello all")


def resolved_embeds(stage: DiscordStage) -> None:
    world = stage.server.world
    quiet = world.say(CHANNEL, CUSTOMER, "https://shop.example")
    world.emit("MESSAGE_UPDATE", world.dressed(quiet, CUSTOMER))


def an_unknown_deletion(stage: DiscordStage) -> None:
    stage.server.world.emit("MESSAGE_DELETE", {"id": "5", "channel_id": DIRECT})


@pytest.mark.parametrize(
    "act",
    [from_a_webhook, from_a_bot, a_notice, small_talk, resolved_embeds, an_unknown_deletion],
)
async def test_what_is_no_event_is_passed_over(platform: DiscordUnderTest, act: Act) -> None:
    act(platform.stage)
    await platform.stage.write(platform.stage.conversation, "after")
    await heard(platform.intake, "after")


async def test_a_mention_starts_a_thread_that_goes_on(platform: DiscordUnderTest) -> None:
    world = platform.stage.server.world
    asked = world.say(CHANNEL, CUSTOMER, f"<@{BOT}> is it <@{AGENT}>'s?")
    await heard(platform.intake, "is it @Ana's?")
    [message] = platform.intake.handed
    place = message.conversation
    assert (place.tenant_id, place.channel_id, place.thread_id) == (GUILD, CHANNEL, asked["id"])
    assert message.is_mention
    assert not message.is_direct
    assert not message.author.is_external
    for key in ("k1", "k2"):
        await platform.adapter.send(place, says(f"Answer {key}."), key=key)
    assert await platform.shown(place) == ["Answer k1.", "Answer k2."]
    assert world.channels[asked["id"]]["name"] == "Cleo"
    await platform.stage.write(place, "thanks")
    await until(lambda: texts(platform.intake)[-1] == "thanks")
    assert platform.intake.handed[-1].conversation == place
    world.change(asked["id"], f"<@{BOT}> is it new?")
    world.take_back(asked["id"])
    await until(lambda: len(platform.intake.handed) == 4)
    edited, deleted = platform.intake.handed[-2:]
    assert (edited.kind, edited.text) == (MessageKind.EDITED, "is it new?")
    assert deleted.kind is MessageKind.DELETED
    assert edited.conversation == deleted.conversation == place
    assert deleted.author.user_id == CUSTOMER


async def test_own_changes_are_no_events(platform: DiscordUnderTest) -> None:
    place = platform.stage.conversation
    await platform.adapter.send(place, says("One."), key="k1")
    await platform.adapter.edit(place, says("Two."), key="k1")
    await platform.adapter.retract(place, key="k1")
    await platform.stage.write(place, "after")
    await heard(platform.intake, "after")
