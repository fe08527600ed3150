"""What people do in Slack reaches the core: where, as whom, in order, and only what is meant for it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.slack.people import Profile
from bot.vocabulary.messages import Button, IncomingMessage, MessageKind, OutgoingMessage
from tests.contracts.kit import says
from tests.platforms.slack import spec
from tests.platforms.slack.faults import DROPPED, limited
from tests.platforms.slack.stage import DESK, DIRECT, SlackStage, place
from tests.platforms.slack.under_test import SlackUnderTest, slack
from tests.platforms.slack.workspace import BOT_USER, TEAM
from tests.platforms.stage import Someone

CHANNEL = "C0PUBLIC01"
OTHER = Someone(user_id="U0OTHER001", name="Ben")


@pytest.fixture(params=["socket", "http"])
async def platform(
    redis_client: Redis, request: pytest.FixtureRequest
) -> AsyncIterator[SlackUnderTest]:
    async with slack(redis_client, over_http=request.param == "http") as under_test:
        under_test.server.workspace.add_channel(CHANNEL)
        under_test.server.workspace.add_user(OTHER.user_id, OTHER.name, locale="es-ES")
        yield under_test


def last(platform: SlackUnderTest) -> IncomingMessage:
    return platform.intake.handed[-1]


def texts(platform: SlackUnderTest) -> list[str]:
    return [message.text for message in platform.intake.handed]


async def tell(platform: SlackUnderTest, event: dict[str, Any], **envelope: Any) -> bool:
    body = {**platform.server.event(event), **envelope}
    return (await platform.server.tell("events_api", body)).acknowledged


@pytest.mark.skipif(not spec.events(), reason="the published samples are not at hand")
async def test_every_published_event_is_acknowledged(platform: SlackUnderTest) -> None:
    names = spec.events()
    assert len(names) > 70
    bodies = [spec.sample("slack_events", name) for name in names]
    bodies += [spec.sample("slack_backend", name) for name in spec.backend()]
    for body in bodies:
        kind = "events_api" if "event" in body else "interactive"
        grant = {"authorizations": [{"team_id": TEAM}]}
        for told in (body, {**body, **grant}, {**body, **grant, "type": "event_callback"}):
            assert (await platform.server.tell(kind, told)).acknowledged, body.get("type")
    assert platform.intake.handed == []
    platform.server.violations.clear()


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message"},
        {"type": "message", "user": "U1", "text": 5, "ts": "x", "channel": "D1"},
        {"type": "message", "user": "U1", "text": "hi", "ts": "9" * 400, "channel": "D1"},
        {"type": "message", "user": ["U1"], "text": "hi", "ts": "1.1", "channel": {}},
        {"type": "message", "subtype": "message_changed", "channel": "D1"},
        {"type": "message", "user": "U1", "ts": "1.1", "channel": "D1", "files": [None, 5]},
        {"type": "reaction_added", "reaction": "+1", "user": "U1", "item": "x"},
        {},
    ],
)
async def test_a_malformed_event_blocks_nothing(
    platform: SlackUnderTest, event: dict[str, Any]
) -> None:
    assert await tell(platform, event)
    await platform.stage.write(platform.conversation, "after")
    assert texts(platform) == ["after"]
    platform.server.violations.clear()


async def test_events_that_are_told_twice_have_one_key(platform: SlackUnderTest) -> None:
    await platform.stage.write(place(CHANNEL), "Is it open?")
    keys = {message.event_key for message in platform.intake.handed}
    assert len(platform.intake.handed) == 2, "a mention is told as message and as mention"
    assert len(keys) == 1
    assert {message.text for message in platform.intake.handed} == {"Is it open?"}
    assert all(message.is_mention for message in platform.intake.handed)


async def test_messages_that_arrive_together_are_handed_over_in_their_order(
    platform: SlackUnderTest,
) -> None:
    stage = platform.stage
    messages = [stage.post(platform.conversation, f"n{number}") for number in range(6)]
    events = [stage.events_of(platform.conversation, message)[0] for message in messages]
    told = (tell(platform, event) for event in reversed(events))
    assert all(await asyncio.gather(*told))
    assert texts(platform) == [f"n{number}" for number in range(6)]


async def test_a_busy_channel_holds_no_other_up(platform: SlackUnderTest) -> None:
    stage, release = platform.stage, asyncio.Event()
    original = platform.intake.__call__
    places = [place(CHANNEL, "1.1"), platform.conversation]
    assert original
    first = stage.post(platform.conversation, "slow")
    platform.server.ack_seconds = 5.0

    async def slow(message: IncomingMessage) -> bool:
        if message.text == "slow":
            await release.wait()
        return await original(message)

    assert platform.adapter._reception is not None
    platform.adapter._reception.open(slow)
    async with asyncio.TaskGroup() as group:
        group.create_task(tell(platform, stage.events_of(places[1], first)[0]))
        await asyncio.sleep(0.1)
        await stage.write(place(CHANNEL), "quick")
        assert texts(platform) == ["quick", "quick"]
        release.set()
    assert texts(platform) == ["quick", "quick", "slow"]


async def test_a_channel_is_heard_from_a_mention_on(platform: SlackUnderTest) -> None:
    stage = platform.stage
    channel = platform.server.workspace.channels[CHANNEL]
    other = platform.server.workspace.post(channel, {"user": OTHER.user_id, "text": "chat"})
    await stage.write(place(CHANNEL, other["ts"]), "talk among people")
    assert platform.intake.handed == []
    head = await stage.write(place(CHANNEL), "help me")
    assert last(platform).conversation == place(CHANNEL, head)
    assert not last(platform).is_direct
    await stage.write(place(CHANNEL, head), "and one thing more")
    assert (last(platform).text, last(platform).conversation) == (
        "and one thing more",
        place(CHANNEL, head),
    )
    assert not last(platform).is_mention


async def test_a_thread_under_one_of_our_messages_is_heard(platform: SlackUnderTest) -> None:
    sent = await platform.adapter.send(place(CHANNEL), says("News."), key="k1")
    await platform.stage.write(place(CHANNEL, sent.message_id), "nice")
    assert last(platform).conversation == place(CHANNEL, sent.message_id)


async def test_edits_and_deletions_are_heard_where_messages_are(platform: SlackUnderTest) -> None:
    stage = platform.stage
    channel = platform.server.workspace.channels[CHANNEL]
    other = platform.server.workspace.post(channel, {"user": OTHER.user_id, "text": "chat"})
    await stage.edit(place(CHANNEL), other["ts"], "chit-chat")
    await stage.delete(place(CHANNEL), other["ts"])
    assert platform.intake.handed == []
    head = await stage.write(place(CHANNEL), "help me")
    await stage.edit(place(CHANNEL), head, "help us")
    assert (last(platform).kind, last(platform).id) == (MessageKind.EDITED, head)
    await stage.delete(place(CHANNEL), head)
    assert (last(platform).kind, last(platform).id) == (MessageKind.DELETED, head)
    assert last(platform).conversation == place(CHANNEL, head)


async def test_the_desks_threads_are_heard_and_its_mentions_are_commands(
    platform: SlackUnderTest,
) -> None:
    opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k1")
    thread, ana = opened.conversation, SlackStage.agent
    for written, heard in (
        ("only a note", "only a note"),
        ("!reply Hello", "!reply Hello"),
    ):
        await platform.stage.write(thread, written, who=ana)
        assert (last(platform).text, last(platform).conversation) == (heard, thread)
    channel = platform.server.workspace.channels[DESK]
    for written, heard in (
        (f"<@{BOT_USER}> reply hi &amp; bye", "!reply hi & bye"),
        (f"<@{BOT_USER}> !claim", "!claim"),
        (f"<@{BOT_USER}>", "!help"),
        (f"ask <@{BOT_USER}> later", "ask later"),
    ):
        message = platform.server.workspace.post(
            channel, {"user": ana.user_id, "text": written, "thread_ts": thread.thread_id}
        )
        assert await tell(platform, platform.stage.events_of(thread, message)[0])
        assert last(platform).text == heard
    assert last(platform).author.display_name == "Ana"
    assert not last(platform).author.is_external


async def test_the_desk_hears_threads_that_people_began(platform: SlackUnderTest) -> None:
    channel = platform.server.workspace.channels[DESK]
    head = platform.server.workspace.post(
        channel, {"user": SlackStage.agent.user_id, "text": "who takes this?"}
    )
    await platform.stage.write(place(DESK, head["ts"]), "I do", who=SlackStage.agent)
    assert last(platform).conversation == place(DESK, head["ts"])


async def test_a_pressed_card_names_its_thread(platform: SlackUnderTest) -> None:
    card = OutgoingMessage(text="Card.", buttons=(Button(action="case:claim", label="Claim"),))
    opened = await platform.adapter.open_thread(platform.channel, "A", card, key="k1")
    await platform.stage.press(
        platform.channel, opened.message_id, "case:claim", who=SlackStage.agent
    )
    assert (last(platform).action, last(platform).conversation) == (
        "case:claim",
        opened.conversation,
    )


async def test_a_button_that_asks_opens_a_form_and_only_that_counts(
    platform: SlackUnderTest,
) -> None:
    button = Button(action="case:reply", label="Reply & tell", asks=True)
    card = OutgoingMessage(text="Card.", buttons=(button,))
    opened = await platform.adapter.open_thread(platform.channel, "A", card, key="k1")
    ana = SlackStage.agent
    await platform.stage.press(platform.channel, opened.message_id, "case:reply", who=ana)
    assert platform.intake.handed == []
    [view] = platform.server.workspace.views.values()
    assert view["title"]["text"] == "Reply & tell"
    typed = platform.stage.submission(view, "We are <open> & happy.", ana)
    platform.intake.failing = True
    refused = await platform.server.tell("interactive", typed)
    assert refused.payload["response_action"] == "errors"
    assert list(refused.payload["errors"]) == [view["blocks"][0]["block_id"]]
    platform.intake.failing = False
    taken = await platform.server.tell("interactive", typed)
    assert taken.payload == {"response_action": "clear"}
    assert (last(platform).kind, last(platform).action, last(platform).text) == (
        MessageKind.PRESSED,
        "case:reply",
        "We are <open> & happy.",
    )
    assert (last(platform).conversation, last(platform).id) == (
        opened.conversation,
        opened.message_id,
    )


async def test_a_form_speaks_the_persons_language(platform: SlackUnderTest) -> None:
    await platform.stage.write(platform.conversation, "hola", who=OTHER)
    button = Button(action="ask", label="Pregunta", asks=True)
    message = OutgoingMessage(text="¿Sí?", buttons=(button,))
    sent = await platform.adapter.send(platform.conversation, message, key="k1")
    await platform.stage.press(platform.conversation, sent.message_id, "ask", who=OTHER)
    [view] = platform.server.workspace.views.values()
    assert view["submit"]["text"] == "Enviar"


async def test_a_form_that_does_not_open_is_no_press(platform: SlackUnderTest) -> None:
    button = Button(action="ask", label="Ask", asks=True)
    message = OutgoingMessage(text="?", buttons=(button,))
    sent = await platform.adapter.send(platform.conversation, message, key="k1")
    platform.server.faults.add("views.open", limited(1))
    payload = platform.stage.press_payload(platform.conversation, sent.message_id, "ask")
    assert not (await platform.server.tell("interactive", payload)).acknowledged
    assert platform.intake.handed == []


@pytest.mark.parametrize(
    ("written", "heard"),
    [("human", "/human"), ("", "/help"), ("  /bot ", "/bot"), ("memory &lt;x&gt;", "/memory <x>")],
)
async def test_a_slash_command_is_a_command(
    platform: SlackUnderTest, written: str, heard: str
) -> None:
    delivered = await platform.stage.command(platform.conversation, written)
    assert delivered.acknowledged
    assert delivered.payload is None
    assert (last(platform).text, last(platform).conversation) == (heard, platform.conversation)
    assert last(platform).is_direct


async def test_a_thumb_on_an_answer_is_a_press(platform: SlackUnderTest) -> None:
    sent = await platform.adapter.send(platform.conversation, says("Well?"), key="k1")
    await platform.stage.react(platform.conversation, sent.message_id, "down")
    assert (last(platform).kind, last(platform).action) == (MessageKind.PRESSED, "rate:down")
    assert (last(platform).id, last(platform).conversation) == (
        sent.message_id,
        platform.conversation,
    )


async def test_a_thumb_in_a_thread_is_one_there(platform: SlackUnderTest) -> None:
    head = await platform.stage.write(place(CHANNEL), "help me")
    sent = await platform.adapter.send(place(CHANNEL, head), says("Like this."), key="k1")
    await platform.stage.react(place(CHANNEL), sent.message_id, "up")
    assert (last(platform).action, last(platform).conversation) == (
        "rate:up",
        place(CHANNEL, head),
    )


async def test_other_reactions_are_none(platform: SlackUnderTest) -> None:
    own = platform.stage.post(platform.conversation, "mine")
    sent = await platform.adapter.send(platform.conversation, says("Well?"), key="k1")
    card = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k2")
    for where, target, name, who in (
        (platform.conversation, own["ts"], "+1", None),
        (platform.conversation, sent.message_id, "eyes", None),
        (platform.channel, card.message_id, "+1", SlackStage.agent),
        (platform.conversation, sent.message_id, "+1", Someone(user_id=BOT_USER, name="Relevo")),
    ):
        event = platform.stage.reaction_event(where, target, name, who)
        assert (await platform.server.tell("events_api", event)).acknowledged
    assert platform.intake.handed == []


@pytest.mark.parametrize(
    "fields",
    [
        {"user": BOT_USER, "bot_id": "B1"},
        {"user": "U0CUSTOMER", "bot_id": "B0OTHERAPP"},
        {"subtype": "bot_message", "bot_id": "B1", "user": "U0CUSTOMER"},
        {"user": "USLACKBOT"},
        {"subtype": "channel_join", "user": "U0CUSTOMER"},
        {"user": "U0ROBOT001"},
    ],
)
async def test_what_no_person_wrote_is_no_event(
    platform: SlackUnderTest, fields: dict[str, str]
) -> None:
    platform.server.workspace.add_user("U0ROBOT001", "Robot", is_bot=True)
    event = {"type": "message", "channel": DIRECT, "channel_type": "im", "text": "hi", **fields}
    assert await tell(platform, {**event, "ts": "1700000000.000100"})
    assert platform.intake.handed == []
    platform.server.violations.clear()


@pytest.mark.parametrize(
    ("profile", "fields", "is_external"),
    [
        ({}, {}, False),
        ({"is_restricted": True}, {}, True),
        ({"is_ultra_restricted": True}, {}, True),
        ({"is_stranger": True}, {}, True),
        ({"team_id": "T0PARTNER"}, {}, True),
        ({}, {"user_team": "T0PARTNER"}, True),
        ({}, {"team": "T0PARTNER"}, True),
        (None, {}, True),
    ],
)
async def test_who_is_external(
    platform: SlackUnderTest,
    profile: dict[str, Any] | None,
    fields: dict[str, str],
    is_external: bool,  # noqa: FBT001 - a case of the table
) -> None:
    user_id = "U0SOMEBODY"
    if profile is not None:
        platform.server.workspace.add_user(user_id, "Somebody", **profile)
    message = {"type": "message", "user": user_id, "text": "hi", "ts": "1700000000.000100"}
    event = {**message, "channel": DIRECT, "channel_type": "im", **fields}
    assert await tell(platform, event)
    assert last(platform).author.is_external is is_external
    assert last(platform).author.display_name == (user_id if profile is None else "Somebody")
    platform.server.violations.clear()


async def test_who_can_not_be_looked_up_is_external_and_heard(platform: SlackUnderTest) -> None:
    platform.server.faults.add("users.info", DROPPED)
    await platform.stage.write(platform.conversation, "hi", who=OTHER)
    assert last(platform).author.is_external
    await platform.stage.write(platform.conversation, "again", who=OTHER)
    assert not last(platform).author.is_external
    assert (last(platform).author.display_name, last(platform).author.locale) == ("Ben", "es-ES")
    await platform.stage.write(platform.conversation, "and again", who=OTHER)
    assert len(platform.server.asked("users.info")) == 2, "the second answer is remembered"


@pytest.mark.parametrize(("hours", "is_external"), [(1, False), (25, True)])
async def test_what_was_known_of_a_person_serves_a_day_while_slack_is_silent(
    platform: SlackUnderTest,
    hours: int,
    is_external: bool,  # noqa: FBT001 - a case of the table
) -> None:
    known = Profile(
        name="Ben", is_external=False, is_bot=False, locale=None, at=time.time() - hours * 3600
    )
    await platform.adapter._tools.store.put("people", {OTHER.user_id: json.dumps(asdict(known))})
    platform.server.faults.add("users.info", DROPPED)
    await platform.stage.write(platform.conversation, "hi", who=OTHER)
    assert last(platform).author.is_external is is_external


async def test_an_event_of_another_workspace_is_none_of_ours(platform: SlackUnderTest) -> None:
    message = platform.stage.post(platform.conversation, "hi")
    [event] = platform.stage.events_of(platform.conversation, message)
    assert await tell(platform, event, authorizations=[{"team_id": "T0OTHER"}])
    assert await tell(platform, event, authorizations=[], team_id="T0OTHER")
    assert platform.intake.handed == []


async def test_the_assistants_looks(redis_client: Redis) -> None:
    asks = ("Where is my order?", "How do I return something?")
    async with slack(redis_client, suggestions=asks) as platform:
        opened = {"type": "app_home_opened", "user": "U0CUSTOMER", "channel": DIRECT}
        assert await tell(platform, {**opened, "tab": "home", "event_ts": "1.1"})
        assert await tell(platform, {**opened, "tab": "messages", "event_ts": "1.1"})
        thread = {"user_id": "U0CUSTOMER", "channel_id": DIRECT, "thread_ts": "1.5"}
        started = {"type": "assistant_thread_started", "assistant_thread": thread}
        assert await tell(platform, {**started, "event_ts": "1.1"})
        async with asyncio.timeout(3):
            while len(platform.server.methods.prompts) < 2:  # noqa: ASYNC110 - sent afterwards
                await asyncio.sleep(0.01)
        first, second = platform.server.methods.prompts
        assert [prompt["message"] for prompt in first["prompts"]] == list(asks)
        assert (first.get("thread_ts"), second["thread_ts"]) == (None, "1.5")
        await platform.adapter.typing(place(DIRECT, "1.5"))
        await platform.adapter.typing(place(DIRECT))
        assert [it["thread_ts"] for it in platform.server.methods.statuses] == ["1.5"]
