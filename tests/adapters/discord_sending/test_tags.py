"""A forum's tags show how a case stands, and no trouble with them keeps a case from its thread."""

import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from adapters.discord.tags import NAMES
from bot.vocabulary.cases import CLOSED, CaseStatus
from bot.vocabulary.errors import DeliveryError
from tests.contracts.kit import says
from tests.platforms.discord.kit import adapter_for
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.discord.world import FORUM, payloads_tag


async def test_tags_and_the_archive_show_how_a_case_stands(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    await adapter.locate(FORUM)
    forum = stage.server.world.channels[FORUM]
    names = {tag["id"]: tag["name"] for tag in forum["available_tags"]}
    assert sorted(names.values()) == sorted([*NAMES.values(), "urgent"])
    opened = await adapter.open_thread(stage.channel, "A case", says("Card"), key="k1")
    raw = stage.server.world.channels[str(opened.conversation.thread_id)]
    assert [names[tag] for tag in raw["applied_tags"]] == ["open"]
    raw["applied_tags"].append("5000")
    for status in CaseStatus:
        await adapter.mark_thread(opened.conversation, status)
        calls = len(stage.server.called("change_channel"))
        await adapter.mark_thread(opened.conversation, status)
        assert len(stage.server.called("change_channel")) == calls
        assert {names[tag] for tag in raw["applied_tags"]} == {NAMES[status], "urgent"}
        assert raw["thread_metadata"]["archived"] is (status in CLOSED)


@pytest.mark.parametrize("ended", sorted(CLOSED))
@pytest.mark.parametrize("status", [CaseStatus.QUEUED, CaseStatus.CLAIMED])
async def test_a_case_that_is_open_again_opens_its_thread(
    stage: DiscordStage, adapter: DiscordAdapter, ended: CaseStatus, status: CaseStatus
) -> None:
    await adapter.locate(FORUM)
    opened = await adapter.open_thread(stage.channel, "A case", says("Card"), key="k1")
    raw = stage.server.world.channels[str(opened.conversation.thread_id)]
    await adapter.mark_thread(opened.conversation, ended)
    assert raw["thread_metadata"]["archived"]
    await adapter.mark_thread(opened.conversation, status)
    assert not raw["thread_metadata"]["archived"]
    names = {tag["id"]: tag["name"] for tag in stage.server.world.channels[FORUM]["available_tags"]}
    assert [names[tag] for tag in raw["applied_tags"]] == [NAMES[status]]


async def test_a_forum_with_the_tags_of_an_earlier_version_gets_the_new_ones(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    await adapter.locate(FORUM)
    forum = stage.server.world.channels[FORUM]
    older = [tag for tag in forum["available_tags"] if tag["name"] not in {"snoozed", "expired"}]
    forum["available_tags"] = older
    opened = await adapter.open_thread(stage.channel, "A case", says("Card"), key="k1")
    later = adapter_for(stage, redis_client)
    await later.locate(FORUM)
    assert {tag["name"] for tag in forum["available_tags"]} == {*NAMES.values(), "urgent"}
    assert [tag["id"] for tag in forum["available_tags"]][: len(older)] == [
        tag["id"] for tag in older
    ]
    await later.mark_thread(opened.conversation, CaseStatus.SNOOZED)
    names = {tag["id"]: tag["name"] for tag in forum["available_tags"]}
    raw = stage.server.world.channels[str(opened.conversation.thread_id)]
    assert [names[tag] for tag in raw["applied_tags"]] == ["snoozed"]
    await later.close()


async def test_a_forum_without_room_for_a_tag_shows_the_others(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    forum = stage.server.world.channels[FORUM]
    forum["available_tags"] = [
        payloads_tag(number) | {"name": f"own {number}"} for number in range(18)
    ]
    await adapter.locate(FORUM)
    assert [tag["name"] for tag in forum["available_tags"]][18:] == ["open", "claimed"]
    opened = await adapter.open_thread(stage.channel, "A case", says("Card"), key="k1")
    raw = stage.server.world.channels[str(opened.conversation.thread_id)]
    await adapter.mark_thread(opened.conversation, CaseStatus.SNOOZED)
    assert raw["applied_tags"] == []
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


async def test_tags_that_people_made_anew_are_found_again(
    stage: DiscordStage, adapter: DiscordAdapter, redis_client: Redis
) -> None:
    await adapter.locate(FORUM)
    other = adapter_for(stage, redis_client)
    old = await other.open_thread(stage.channel, "Old", says("Card"), key="k0")
    forum = stage.server.world.channels[FORUM]
    for tag in forum["available_tags"]:
        tag["id"] = f"9{tag['id']}"
    opened = await adapter.open_thread(stage.channel, "A case", says("Card"), key="k1")
    names = {tag["id"]: tag["name"] for tag in forum["available_tags"]}
    channels = stage.server.world.channels
    assert [names[tag] for tag in channels[str(opened.conversation.thread_id)]["applied_tags"]] == [
        "open"
    ]
    await other.mark_thread(old.conversation, CaseStatus.RESOLVED)
    raw = channels[str(old.conversation.thread_id)]
    assert [names[tag] for tag in raw["applied_tags"]] == ["resolved"]
    assert raw["thread_metadata"]["archived"]
    await other.close()


@pytest.mark.parametrize(("status", "code"), [(404, 10087), (403, 50013), (400, 50035)])
async def test_a_case_goes_on_without_tags_that_discord_refuses(
    stage: DiscordStage, adapter: DiscordAdapter, status: int, code: int
) -> None:
    await adapter.locate(FORUM)
    stage.server.fail("create_thread", Fault(kind="status", status=status, code=code))
    opened = await adapter.open_thread(stage.channel, "A case", says("Card"), key="k1")
    stage.server.fail("change_channel", Fault(kind="status", status=status, code=code))
    await adapter.mark_thread(opened.conversation, CaseStatus.RESOLVED)
    raw = stage.server.world.channels[str(opened.conversation.thread_id)]
    assert raw["thread_metadata"]["archived"]


async def test_what_is_refused_without_tags_is_refused(
    stage: DiscordStage, adapter: DiscordAdapter
) -> None:
    await adapter.locate(FORUM)
    refused = Fault(kind="status", status=403, code=50013)
    stage.server.fail("create_thread", refused, refused)
    with pytest.raises(DeliveryError):
        await adapter.open_thread(stage.channel, "A case", says("Card"), key="k1")
    assert len(stage.server.called("create_thread")) == 2
