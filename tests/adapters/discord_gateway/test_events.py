"""What counts as an event, and what of unknown shape, said twice or by nobody is passed over."""

import json
from collections.abc import Callable
from dataclasses import asdict

import pytest

from adapters.discord.parse import created_at
from bot.vocabulary.messages import MessageKind
from tests.adapters.discord_gateway.kit import heard, texts
from tests.contracts.kit import says
from tests.platforms.discord import payloads
from tests.platforms.discord.gateway import until
from tests.platforms.discord.stage import DiscordStage, DiscordUnderTest
from tests.platforms.discord.world import AGENT, BOT, CHANNEL, CUSTOMER, DIRECT, GUILD, STRANGER


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
        {"id": "9" * 27, "channel_id": DIRECT, "author": {"id": "1"}, "content": "x", "type": 0},
        {"id": "9" * 27, "channel_id": DIRECT, "webhook_id": "1"},
        {"id": "9" * 30, "channel_id": DIRECT, "author": {"id": "1"}, "content": "x", "type": 0},
        {"id": "9" * 30, "channel_id": DIRECT, "webhook_id": "1"},
        {"id": "5", "webhook_id": "1"},
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


@pytest.mark.parametrize("digits", [25, 27, 30, 400])
def test_an_id_beyond_all_calendars_is_none(digits: int) -> None:
    with pytest.raises(ValueError, match="too large"):
        created_at("9" * digits)


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


async def test_half_characters_hinder_no_storing(platform: DiscordUnderTest) -> None:
    world, half = platform.stage.server.world, "a\ud83d"
    world.users[CUSTOMER]["global_name"] = half
    file = payloads.attachment(half, b"abc", "") | {"content_type": half}
    world.say(DIRECT, CUSTOMER, half, attachments=[file])
    await until(lambda: platform.intake.handed)
    [message] = platform.intake.handed
    json.dumps(asdict(message), ensure_ascii=False, default=str).encode()
    assert message.text == "a\N{REPLACEMENT CHARACTER}"


async def test_a_replayed_event_has_the_same_key(platform: DiscordUnderTest) -> None:
    gateway = platform.stage.server.gateway
    await platform.stage.write(platform.stage.conversation, "once")
    await heard(platform.intake, "once")
    [session] = gateway.sessions.values()
    frame = session.log[-1]
    gateway.add(session, {"op": 0, "t": frame["t"], "d": frame["d"]})
    await until(lambda: len(platform.intake.handed) == 2)
    await heard(platform.intake, "once")


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
