"""Who somebody is: asked anew each time, and trusted only where Telegram says it clearly."""

from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.telegram import TelegramAdapter
from bot.vocabulary.errors import AdapterError
from bot.vocabulary.standing import Standing, Vouching
from tests.platforms.telegram.server import Fault, FaultKind
from tests.platforms.telegram.stage import TelegramStage, TelegramUnderTest, an_adapter
from tests.platforms.telegram.world import AGENT, BOT, CUSTOMER, GROUP, Json, administrator

USER: Json = {"id": AGENT, "is_bot": False, "first_name": "Ana"}
NEW = -1009876543210


def member(status: str, **more: Any) -> Json:
    return {"status": status, "user": USER, **more}


def restricted(*, is_member: bool, may_write: bool) -> Json:
    rights = (
        *("can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos"),
        *("can_send_videos", "can_send_video_notes", "can_send_voice_notes", "can_send_polls"),
        *("can_send_other_messages", "can_add_web_page_previews", "can_change_info"),
        *("can_invite_users", "can_pin_messages", "can_manage_topics", "can_edit_tag"),
        *("can_react_to_messages",),
    )
    given = dict.fromkeys(rights, may_write)
    return member("restricted", is_member=is_member, until_date=0, **given)


IN_THE_GROUP = {
    "owner": (member("creator", is_anonymous=False), Standing.ADMIN),
    "administrator": (administrator(user=USER), Standing.ADMIN),
    "anonymous_in_the_group": (administrator(user=USER, is_anonymous=True), Standing.ADMIN),
    "member": (member("member"), Standing.MEMBER),
    "may_write": (restricted(is_member=True, may_write=True), Standing.MEMBER),
    "silenced": (restricted(is_member=True, may_write=False), Standing.GUEST),
    "restricted_and_left": (restricted(is_member=False, may_write=True), Standing.GUEST),
    "left": (member("left"), Standing.GONE),
    "kicked": (member("kicked", until_date=0), Standing.GONE),
    "bot": (administrator(user=USER | {"is_bot": True}), Standing.BOT),
}


@pytest.mark.parametrize("who", IN_THE_GROUP)
async def test_members_of_the_desks_group(there: TelegramUnderTest, who: str) -> None:
    there.server.world.members[AGENT], standing = IN_THE_GROUP[who]
    assert isinstance(there.adapter, Vouching)
    assert await there.adapter.standing(str(AGENT)) is standing


async def test_each_look_is_a_fresh_one(there: TelegramUnderTest) -> None:
    there.server.world.members[AGENT] = administrator(user=USER)
    assert await there.adapter.standing(str(AGENT)) is Standing.ADMIN
    there.server.world.members[AGENT] = member("left")
    assert await there.adapter.standing(str(AGENT)) is Standing.GONE


async def test_who_was_never_in_the_group_is_not_there(there: TelegramUnderTest) -> None:
    assert await there.adapter.standing(str(CUSTOMER)) is Standing.GONE
    with pytest.raises(AdapterError):
        await there.adapter.standing("777123")  # Telegram itself does not know of them here


@pytest.mark.parametrize("user_id", ["1087968824", "777000", "136817688", str(GROUP), "-5"])
async def test_masks_are_guests_and_nobody_is_asked(there: TelegramUnderTest, user_id: str) -> None:
    there.server.world.members[int(user_id)] = administrator(user=USER)
    there.server.calls.clear()
    assert await there.adapter.standing(user_id) is Standing.GUEST
    assert there.server.called("getChatMember") == []


async def test_the_bot_itself_is_a_bot(there: TelegramUnderTest) -> None:
    assert await there.adapter.standing(str(BOT["id"])) is Standing.BOT


ODD: dict[str, Any] = {
    "another_status": '{"ok": true, "result": {"status": "emperor", "user": %s}}',
    "no_status": '{"ok": true, "result": {"user": %s}}',
    "nobody": '{"ok": true, "result": {"status": "creator"}}',
    "list": '{"ok": true, "result": []}',
    "null": '{"ok": true, "result": null}',
    "no_json": "<html>",
    "another_person": (
        '{"ok": true, "result": {"status": "creator", "user": {"id": 7, "is_bot": false}}}'
    ),
    "neither_bot_nor_person": (
        '{"ok": true, "result": {"status": "creator", "user": {"id": 5550002}}}'
    ),
}


@pytest.mark.parametrize("answer", ODD)
async def test_an_odd_answer_is_no_standing(there: TelegramUnderTest, answer: str) -> None:
    there.server.world.members[AGENT] = administrator(user=USER)
    user = '{"id": 5550002, "is_bot": false, "first_name": "Ana"}'
    body: str = ODD[answer]
    body = body % user if "%s" in body else body
    there.server.faults["getChatMember"].append(Fault(kind="garbage", body=body))
    with pytest.raises(AdapterError):
        await there.adapter.standing(str(AGENT))


@pytest.mark.parametrize(
    ("kind", "status"),
    [("status", 500), ("status", 429), ("status", 403), ("drop_before", 0), ("garbage", 0)],
)
async def test_no_answer_is_no_standing(
    there: TelegramUnderTest, kind: FaultKind, status: int
) -> None:
    there.server.world.members[AGENT] = administrator(user=USER)
    there.server.faults["getChatMember"].append(Fault(kind=kind, status=status))
    with pytest.raises(AdapterError):
        await there.adapter.standing(str(AGENT))
    assert await there.adapter.standing(str(AGENT)) is Standing.ADMIN


async def test_a_slow_answer_is_none(
    there: TelegramUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.telegram.standing.LOOK_SECONDS", 0.05)
    there.server.world.members[AGENT] = administrator(user=USER)
    fault = Fault(kind="commit_then_status", status=500, delay=1.0)
    there.server.faults["getChatMember"].append(fault)
    with pytest.raises(AdapterError, match="too long"):
        await there.adapter.standing(str(AGENT))


@pytest.mark.parametrize("user_id", ["ana", "", "5 ", "٥", "1_0", "+5", "9" * 40])
async def test_what_is_no_id_is_nobody(there: TelegramUnderTest, user_id: str) -> None:
    with pytest.raises(AdapterError):
        await there.adapter.standing(user_id)


async def test_a_group_that_moved_is_found(there: TelegramUnderTest) -> None:
    world = there.server.world
    world.add_group(NEW)
    world.moved[GROUP] = NEW
    world.members[AGENT] = administrator(user=USER)
    assert await there.adapter.standing(str(AGENT)) is Standing.ADMIN
    asked = [call["chat_id"] for call in there.server.called("getChatMember")]
    assert asked[-2:] == [GROUP, NEW]


@pytest.fixture
def alone(stage: TelegramStage, redis_client: Redis) -> TelegramAdapter:
    """A bot whose desk is on another platform."""
    return an_adapter(stage, redis_client)


async def test_without_a_desk_here_a_person_is_a_member_and_nobody_an_admin(
    alone: TelegramAdapter, stage: TelegramStage
) -> None:
    stage.server.world.members[AGENT] = administrator(user=USER)
    assert await alone.standing(str(AGENT)) is Standing.MEMBER
    with pytest.raises(AdapterError):
        await alone.standing("777123")  # never wrote to the bot
    stage.server.world.chats[AGENT] |= {"type": "channel"}
    with pytest.raises(AdapterError):
        await alone.standing(str(AGENT))
    await alone.close()


async def test_a_desk_that_was_not_found_yet_vouches_for_nobody(
    alone: TelegramAdapter, stage: TelegramStage
) -> None:
    stage.server.faults["getChat"].append(Fault(status=500))
    with pytest.raises(AdapterError):
        await alone.locate(str(GROUP))
    with pytest.raises(AdapterError, match="not found yet"):
        await alone.standing(str(AGENT))
    await alone.close()
