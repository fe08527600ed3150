"""Every message is shown once, pings nobody and can be changed, whatever Discord answers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from adapters.discord.parse import direct, in_guild
from bot.engine.keys import pieces as pieces_key
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)
from bot.vocabulary.messages import Attachment, Button, File, Link, OutgoingMessage, Platform
from bot.vocabulary.platforms import Health
from tests.contracts.kit import says
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import adapter_for, running
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import DiscordStage, discord_stage
from tests.platforms.discord.world import BOT, CHANNEL, CUSTOMER, DESK_CHANNEL, DIRECT, FORUM, GUILD


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with discord_stage() as stage:
        yield stage
        assert stage.pings() == 0
        assert stage.unfurls() == 0


@pytest.fixture
async def adapter(stage: DiscordStage, redis_client: Redis) -> AsyncIterator[DiscordAdapter]:
    """An adapter that only sends, as in a worker process."""
    adapter = adapter_for(stage, redis_client)
    yield adapter
    await adapter.close()


def shown(stage: DiscordStage) -> list[str]:
    return [seen.text for seen in stage.seen(stage.conversation) if seen.by_relevo]


async def insist(adapter: DiscordAdapter, stage: DiscordStage, text: str, *, key: str) -> int:
    """Send with the same key until it is shown, as the outbox does; returns the tries."""
    for number in range(1, 10):
        try:
            await adapter.send(stage.conversation, says(text), key=key)
        except (ConnectionLostError, RateLimitedError) as error:
            await asyncio.sleep(getattr(error, "retry_after", 0.01))
        else:
            return number
    raise AssertionError("never shown")


# What goes wrong on the way out

COMMITTED = [
    Fault(kind="commit_then_drop"),
    *(Fault(kind="commit_then_status", status=status) for status in (500, 502, 503, 504, 524)),
]
NOT_COMMITTED = [
    Fault(kind="drop_before"),
    *(Fault(kind="status", status=status) for status in (500, 502, 503, 504)),
    Fault(kind="status", status=429, retry_after=0.05),
    Fault(kind="status", status=429),
    Fault(kind="status", status=429, retry_after=0.05, scope="global"),
    Fault(kind="status", status=429, retry_after=0.05, scope="shared"),
]


@pytest.mark.parametrize("fault", COMMITTED, ids=str)
async def test_what_was_shown_before_the_error_is_not_shown_again(
    stage: DiscordStage, adapter: DiscordAdapter, fault: Fault
) -> None:
    stage.server.fail("create_message", fault)
    assert await insist(adapter, stage, "One.", key="k1") == 2
    assert shown(stage) == ["One."]


@pytest.mark.parametrize("fault", NOT_COMMITTED, ids=str)
async def test_what_was_not_shown_is_shown_later(
    stage: DiscordStage, adapter: DiscordAdapter, fault: Fault
) -> None:
    stage.server.fail("create_message", fault, fault)
    if fault.status == 429 and fault.retry_after is None:
        with pytest.raises(RateLimitedError) as limited:
            await adapter.send(stage.conversation, says("One."), key="k1")
        assert limited.value.retry_after == 5.0
        return
    await insist(adapter, stage, "One.", key="k1")
    assert shown(stage) == ["One."]


async def test_a_limit_rests_all_processes(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    stage.server.fail("create_message", Fault(kind="status", status=429, retry_after=30.0))
    with pytest.raises(RateLimitedError):
        await adapter.send(stage.conversation, says("One."), key="k1")
    other = adapter_for(stage, redis_client)
    with pytest.raises(RateLimitedError) as limited:
        await other.send(stage.conversation, says("Two."), key="k2")
    assert 25 < limited.value.retry_after <= 30
    assert len(stage.server.called("create_message")) == 1
    await other.close()


async def age(redis: Redis, key: str, minutes: int) -> None:
    """Let an attempt have begun earlier."""
    begun = datetime.now(UTC) - timedelta(minutes=minutes)
    await redis.hset(pieces_key(key), "begun:0", str(begun.timestamp()))


async def test_an_old_unclear_try_is_looked_up(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    stage.server.fail("create_message", Fault(kind="commit_then_drop"))
    with pytest.raises(ConnectionLostError):
        await adapter.send(stage.conversation, says("One."), key="k1")
    await age(redis_client, "k1", 5)
    stage.server.world.nonces.clear()
    await adapter.send(stage.conversation, says("One."), key="k1")
    assert shown(stage) == ["One."]


async def test_an_old_try_that_never_arrived_is_made_again(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    stage.server.fail("create_message", Fault(kind="drop_before"))
    with pytest.raises(ConnectionLostError):
        await adapter.send(stage.conversation, says("One."), key="k1")
    await age(redis_client, "k1", 5)
    await adapter.send(stage.conversation, says("One."), key="k1")
    assert shown(stage) == ["One."]


async def test_a_refusal_does_not_clear_an_unclear_try_up(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    stage.server.fail("create_message", Fault(kind="commit_then_drop"))
    with pytest.raises(ConnectionLostError):
        await adapter.send(stage.conversation, says("One."), key="k1")
    await age(redis_client, "k1", 5)
    stage.server.world.nonces.clear()
    stage.server.fail("list_messages", Fault(kind="status", status=429, retry_after=0.05))
    with pytest.raises(RateLimitedError):
        await adapter.send(stage.conversation, says("One."), key="k1")
    await insist(adapter, stage, "One.", key="k1")
    assert shown(stage) == ["One."]


async def test_an_api_that_can_not_be_reached_is_certain(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    await adapter.send(stage.conversation, says("One."), key="k1")
    stage.settings["api_url"] = "http://127.0.0.1:9/api/v10"
    cut_off = adapter_for(stage, redis_client)
    with pytest.raises(ConnectionLostError):
        await cut_off.send(stage.conversation, says("Two."), key="k2")
    await cut_off.close()
    assert not await redis_client.hgetall(pieces_key("k2"))


@pytest.mark.parametrize(("status", "code"), [(403, 50007), (403, 50013), (404, 10003), (400, 1)])
async def test_a_refusal_is_final(
    stage: DiscordStage, adapter: DiscordAdapter, status: int, code: int
) -> None:
    stage.server.fail("create_message", Fault(kind="status", status=status, code=code))
    with pytest.raises(DeliveryError):
        await adapter.send(stage.conversation, says("One."), key="k1")


async def test_a_refused_token_is_told(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    stage.server.world.token = "renewed"  # noqa: S105
    with pytest.raises(AuthenticationError):
        await adapter.send(stage.conversation, says("One."), key="k1")


# How it looks


async def test_a_speaker_sources_and_buttons(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    message = OutgoingMessage(
        text="Use *cold* water.",
        speaker="Ana_*B*",
        buttons=(
            Button(action="rate:up", label="Helpful"),
            Button(action="human", label="Talk to a person"),
            Button(action="reply:7", label="Reply", asks=True),
        ),
        sources=(
            Link(title="Care", url="https://shop.example/care?a=(b)"),
            Link(title="shop.example", url="https://evil.example/"),
            Link(title="Script", url="javascript:alert(1)"),
        ),
    )
    await adapter.send(stage.conversation, message, key="k1")
    [seen] = stage.seen(stage.conversation)
    assert seen.text.splitlines() == [
        "Ana_*B*",
        "Use cold water.",
        "",
        "- Care",
        "- shop.example (https://evil.example/)",
        "- Script",
    ]
    assert seen.actions == ("rate:up", "human", "reply:7")
    [row] = stage.server.world.messages[seen.id]["components"]
    assert row["components"][0]["emoji"] == {"name": "👍"}


async def test_files_come_with_the_last_piece(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    files = [
        File(name=f"../a{number}.txt", content_type="text/plain", content=bytes([number]) * 9)
        for number in range(12)
    ]
    await adapter.send(stage.conversation, says("See."), key="k1", files=files)
    found = [file for seen in stage.seen(stage.conversation) for file in seen.files]
    assert found == [(f"_a{number}.txt", bytes([number]) * 9) for number in range(12)]
    assert stage.seen(stage.conversation)[-1].text == "See."


async def test_an_edit_makes_longer_and_shorter(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    long = "\n\n".join("x" * 1500 for _ in range(3))
    place = stage.conversation
    await adapter.send(place, says("Short."), key="k1")
    await adapter.edit(place, says(long), key="k1")
    assert [len(text) for text in shown(stage)] == [1500] * 3
    await adapter.edit(place, says("Short again."), key="k1")
    assert shown(stage) == ["Short again."]


async def test_a_message_that_people_removed_stays_removed(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    sent = await adapter.send(stage.conversation, says("One."), key="k1")
    stage.server.world.take_back(sent.message_id)
    await adapter.edit(stage.conversation, says("Two."), key="k1")
    await adapter.retract(stage.conversation, key="k1")
    assert shown(stage) == []


@pytest.mark.parametrize(
    "text",
    [
        "@everyone @here",
        f"<@{CUSTOMER}> <@&{GUILD}>",
        "see https://evil.example/x",
        "[x](https://evil.example)",
    ],
)
@pytest.mark.parametrize("is_literal", [True, False])
async def test_nobody_is_pinged_and_nothing_previewed(
    stage: DiscordStage, adapter: DiscordAdapter, text: str, *, is_literal: bool
) -> None:
    message = OutgoingMessage(text=text, is_literal=is_literal, speaker=text)
    await adapter.send(stage.conversation, message, key="k1")
    await adapter.edit(stage.conversation, message, key="k1")
    await adapter.open_thread(stage.channel, text, message, key="k2")
    for call in stage.server.calls:
        if call.name in {"create_message", "edit_message"}:
            assert call.body["allowed_mentions"] == {"parse": [], "replied_user": False}
            assert call.body["flags"] & 4


# What is being written


@pytest.mark.parametrize("fault", [None, *COMMITTED[:2], NOT_COMMITTED[0]], ids=str)
async def test_a_preview_becomes_the_reply(
    stage: DiscordStage, adapter: DiscordAdapter, fault: Fault | None
) -> None:
    if fault:
        stage.server.fail("create_message", fault)
    await adapter.preview(stage.conversation, "It is @every", key="k1")
    file = File(name="a.txt", content_type="text/plain", content=b"abc")
    reply = says("It is here.")
    await adapter.send(stage.conversation, reply, key="k1", files=[file])
    await adapter.preview(stage.conversation, "It is he", key="k1")
    [seen] = stage.seen(stage.conversation)
    assert seen.text == "It is here."
    if fault is None:
        assert seen.files == (("a.txt", b"abc"),)
    await adapter.retract(stage.conversation, key="k1")
    assert shown(stage) == []


async def test_a_preview_starts_a_customers_thread(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    place = in_guild(GUILD, CHANNEL, stage.server.world.say(CHANNEL, CUSTOMER, f"<@{BOT}>?")["id"])
    await adapter.preview(place, "It is", key="k1")
    assert [seen.text for seen in stage.seen(place)] == ["It is"]
    await adapter.send(place, says("It is so."), key="k1")
    assert [seen.text for seen in stage.seen(place)] == ["It is so."]


async def test_where_no_thread_may_be_started_the_answer_stands_in_the_channel(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    asked = stage.server.world.say(CHANNEL, CUSTOMER, f"<@{BOT}>?")["id"]
    refused = Fault(kind="status", status=403, code=50013)
    stage.server.fail("start_thread", refused, refused)
    for _ in range(2):
        await adapter.send(in_guild(GUILD, CHANNEL, asked), says("It is here."), key="k1")
    in_channel = stage.seen(replace(in_guild(GUILD, CHANNEL, asked), thread_id=None))
    assert [seen.text for seen in in_channel if seen.by_relevo] == ["It is here."]


async def test_a_late_preview_changes_nothing(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    await adapter.preview(stage.conversation, "It is", key="k1")
    await adapter.send(stage.conversation, says("It is here."), key="k1")
    other = adapter_for(stage, redis_client)
    await other.preview(stage.conversation, "It is", key="k1")
    await other.close()
    assert shown(stage) == ["It is here."]


async def test_a_preview_never_raises(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    stage.server.fail("create_message", Fault(kind="status", status=403, code=50013))
    await adapter.preview(stage.conversation, "It is", key="k1")
    await adapter.preview(direct("999"), "It is", key="k2")


# Threads


@pytest.mark.parametrize("channel_id", [FORUM, DESK_CHANNEL])
@pytest.mark.parametrize("fault", COMMITTED[:2], ids=str)
async def test_a_thread_that_was_opened_before_the_error_is_found_again(
    stage: DiscordStage, adapter: DiscordAdapter, channel_id: str, fault: Fault
) -> None:
    channel = await adapter.locate(channel_id)
    await adapter.open_thread(channel, "A case", says("The card."), key="k0")
    stage.server.fail("create_thread", fault)
    with pytest.raises(ConnectionLostError):
        await adapter.open_thread(channel, "A case", says("The card."), key="k1")
    opened = await adapter.open_thread(channel, "A case", says("The card."), key="k1")
    threads = stage.server.world.threads(channel_id)
    assert [raw["id"] for raw in threads][1:] == [opened.conversation.thread_id]
    assert [seen.text for seen in stage.seen(opened.conversation)] == ["The card."]


async def test_a_thread_that_was_not_opened_is_opened_later(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    stage.server.fail("create_thread", Fault(kind="status", status=503))
    with pytest.raises(ConnectionLostError):
        await adapter.open_thread(stage.channel, "A case", says("The card."), key="k1")
    await adapter.open_thread(stage.channel, "A case", says("The card."), key="k1")
    assert len(stage.threads()) == 1


async def test_tags_and_the_archive_show_how_a_case_stands(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    await adapter.locate(FORUM)
    forum = stage.server.world.channels[FORUM]
    names = {tag["id"]: tag["name"] for tag in forum["available_tags"]}
    assert sorted(names.values()) == ["claimed", "open", "resolved", "urgent"]
    opened = await adapter.open_thread(stage.channel, "A case", says("Card"), key="k1")
    raw = stage.server.world.channels[str(opened.conversation.thread_id)]
    assert [names[tag] for tag in raw["applied_tags"]] == ["open"]
    raw["applied_tags"].append("5000")
    for status, name in zip(CaseStatus, ("open", "claimed", "resolved"), strict=True):
        await adapter.mark_thread(opened.conversation, status)
        calls = len(stage.server.called("change_channel"))
        await adapter.mark_thread(opened.conversation, status)
        assert len(stage.server.called("change_channel")) == calls
        assert {names[tag] for tag in raw["applied_tags"]} == {name, "urgent"}
        assert raw["thread_metadata"]["archived"] is (status is CaseStatus.RESOLVED)
    await adapter.mark_thread(opened.conversation, CaseStatus.CLAIMED)
    assert {names[tag] for tag in raw["applied_tags"]} == {"claimed", "urgent"}
    assert not raw["thread_metadata"]["archived"]


async def test_a_forum_that_the_bot_may_not_manage_goes_without_tags(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    stage.server.world.may_manage = False
    channel = await adapter.locate(FORUM)
    opened = await adapter.open_thread(channel, "A case", says("Card"), key="k1")
    for status in CaseStatus:
        await adapter.mark_thread(opened.conversation, status)
    raw = stage.server.world.channels[str(opened.conversation.thread_id)]
    assert raw["applied_tags"] == []
    assert raw["thread_metadata"]["archived"]


async def test_a_full_guild_gets_room_from_resolved_cases(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    old = await adapter.open_thread(stage.channel, "Old", says("Card"), key="k1")
    await adapter.mark_thread(old.conversation, CaseStatus.RESOLVED)
    await adapter.send(old.conversation, says("Thanks."), key="k2")
    stage.server.world.most_threads = 1
    opened = await adapter.open_thread(stage.channel, "New", says("Card"), key="k3")
    assert stage.server.world.active() == [
        stage.server.world.channels[str(opened.conversation.thread_id)]
    ]
    with pytest.raises(RateLimitedError) as full:
        await adapter.open_thread(stage.channel, "Newer", says("Card"), key="k4")
    assert full.value.retry_after == 60
    place = in_guild(GUILD, CHANNEL, stage.server.world.say(CHANNEL, CUSTOMER, f"<@{BOT}>?")["id"])
    with pytest.raises(RateLimitedError):
        await adapter.send(place, says("Hello."), key="k5")


async def test_a_customers_thread_that_exists_is_used(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    asked = stage.server.world.say(CHANNEL, CUSTOMER, f"<@{BOT}>?")
    place = in_guild(GUILD, CHANNEL, asked["id"])
    stage.server.fail("start_thread", Fault(kind="commit_then_drop"))
    with pytest.raises(ConnectionLostError):
        await adapter.send(place, says("Hello."), key="k1")
    await adapter.send(place, says("Hello."), key="k1")
    assert [seen.text for seen in stage.seen(place)] == ["Hello."]


@pytest.mark.parametrize(
    "place",
    [
        direct("999"),
        direct(CHANNEL),
        in_guild("101", CHANNEL, "5"),
        in_guild(GUILD, DIRECT, "5"),
        in_guild(GUILD, CHANNEL, "5"),
    ],
    ids=str,
)
async def test_a_place_that_is_not_what_it_claims_is_refused(
    adapter: DiscordAdapter, place: object
) -> None:
    with pytest.raises(DeliveryError):
        await adapter.send(place, says("Lost."), key="k1")  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("channel_id", ["999", DIRECT])
async def test_a_desk_that_can_not_be_is_refused(adapter: DiscordAdapter, channel_id: str) -> None:
    with pytest.raises(ConfigurationError, match="desk.channel"):
        await adapter.locate(channel_id)


async def test_typing_is_shown_now_and_then(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    for _ in range(5):
        await adapter.typing(stage.conversation)
    await adapter.typing(direct("999"))
    assert len(stage.server.called("typing")) == 2


# Files


async def test_a_file_is_fetched(stage: DiscordStage, redis_client: Redis) -> None:
    async with running(stage, redis_client) as platform:
        await stage.write(stage.conversation, "see", files=[("a.txt", b"abc" * 1000)])
        await until(lambda: platform.intake.handed)
        [message] = platform.intake.handed
        [attachment] = message.attachments
        assert (attachment.name, attachment.size_bytes) == ("a.txt", 3000)
        file = await platform.adapter.download(attachment, most_bytes=3000)
        assert file.content == b"abc" * 1000
        with pytest.raises(DeliveryError, match="larger"):
            await platform.adapter.download(attachment, most_bytes=2999)
        stage.server.world.contents[attachment.file_id.split("/")[-1]] = b"x" * 9000  # pyright: ignore[reportOptionalMemberAccess]
        with pytest.raises(DeliveryError, match="larger"):
            await platform.adapter.download(attachment, most_bytes=3000)
        stage.server.world.contents.clear()
        with pytest.raises(DeliveryError):
            await platform.adapter.download(attachment, most_bytes=3000)
        stage.server.world.take_back(message.id)
        with pytest.raises(DeliveryError):
            await platform.adapter.download(attachment, most_bytes=3000)


async def test_what_is_no_file_can_not_be_fetched(adapter: DiscordAdapter) -> None:
    sticker = Attachment(name="sticker", content_type="x/y", size_bytes=0)
    with pytest.raises(DeliveryError):
        await adapter.download(sticker, most_bytes=10)


# The doctor


async def findings(adapter: DiscordAdapter) -> dict[str, Health]:
    return {found.subject: found.health for found in await adapter.diagnose()}


async def test_the_doctor_finds_a_good_installation(
    stage: DiscordStage, redis_client: Redis
) -> None:
    async with running(stage, redis_client) as platform:
        await platform.adapter.locate(FORUM)
        await platform.settle()
        assert set((await findings(platform.adapter)).values()) == {Health.GOOD}
        assert set(await findings(platform.adapter)) == {
            "token",
            "intents",
            f"guild {GUILD}",
            "desk",
            "commands",
            "connections",
        }


async def test_the_doctor_names_what_is_wrong(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    stage.server.world.application_flags = 0
    stage.server.world.permissions = "0"
    await adapter.locate(FORUM)
    found = await findings(adapter)
    assert found["intents"] is Health.WARNING
    assert found["commands"] is Health.WARNING
    assert found["desk"] is found[f"guild {GUILD}"] is Health.BROKEN
    assert any("send messages" in one.text for one in await adapter.diagnose())
    stage.server.world.token = "renewed"  # noqa: S105
    assert await findings(adapter) == {"token": Health.BROKEN}


async def test_the_doctor_never_raises(stage: DiscordStage, redis_client: Redis) -> None:
    stage.settings["api_url"] = "http://127.0.0.1:9/api/v10"
    cut_off = adapter_for(stage, redis_client)
    assert await findings(cut_off) == {"token": Health.BROKEN}
    await cut_off.close()
    assert cut_off.platform is Platform.DISCORD


async def test_overwrites_of_the_desk_count(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    stage.server.world.permissions = str((1 << 53) - 1 & ~8)
    forum = stage.server.world.channels[FORUM]
    forum["permission_overwrites"] = [{"id": GUILD, "type": 0, "allow": "0", "deny": str(1 << 11)}]
    await adapter.locate(FORUM)
    assert (await findings(adapter))["desk"] is Health.BROKEN
    forum["permission_overwrites"].append(
        {"id": BOT, "type": 1, "allow": str(1 << 11), "deny": "0"}
    )
    assert (await findings(adapter))["desk"] is Health.GOOD


async def test_a_worker_that_never_ran_can_change_what_another_sent(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    await adapter.send(stage.conversation, says("One."), key="k1")
    other = adapter_for(stage, redis_client)
    await other.edit(stage.conversation, says("Two."), key="k1")
    await other.close()
    assert shown(stage) == ["Two."]


async def test_no_token_shows_in_any_text(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    stage.server.fail("create_message", *[Fault(kind="status", status=403)] * 2)
    with pytest.raises(DeliveryError) as error:
        await adapter.send(stage.conversation, says("One."), key="k1")
    assert stage.server.world.token not in f"{error.value!r} {adapter!r}"
