"""Groups, the desk and its topics, and files."""

import pytest

from bot.vocabulary.messages import OutgoingMessage
from tests.adapters.telegram_intake.kit import RATED, texts, write
from tests.platforms.telegram.stage import (
    TelegramUnderTest,
    place,
)
from tests.platforms.telegram.world import BOT, GROUP


async def test_groups_and_the_desk(there: TelegramUnderTest) -> None:
    opened = await there.adapter.open_thread(there.channel, "R-1", RATED, key="k1")
    agent = there.stage.agent
    await there.stage.write(opened.conversation, "not yet known as the desk", who=agent)
    assert (await there.adapter.locate(str(GROUP))) == there.channel
    await there.stage.write(opened.conversation, "plain talk", who=agent)
    await there.stage.write(there.channel, "in the general topic", who=agent)
    there.server.world.add_group(-1007, forum=False)
    await there.stage.write(place(-1007), "among friends")
    await there.stage.write(place(-1007), "@relevo_bot a question")
    await there.until_handed(2)
    assert texts(there.intake) == ["plain talk", "a question"]
    assert there.intake.handed[0].conversation == opened.conversation


async def test_a_group_that_tells_that_it_moves_is_followed(there: TelegramUnderTest) -> None:
    world = there.server.world
    world.add_group(-77, forum=False)
    message = world.put(-77, there.stage.user(None), migrate_to_chat_id=GROUP)
    await there.server.emit(message=message)
    await write(there, "after")
    await there.until_handed(1)
    await there.adapter.send(place(-77), OutgoingMessage(text="Hi."), key="k1")
    assert await there.shown(there.channel) == ["Hi."]


SUPERGROUP = -1001234560077


@pytest.mark.parametrize("told_by", ["old_group", "new_group", "refused_send"])
async def test_what_is_said_after_the_move_belongs_to_the_conversation_from_before(
    there: TelegramUnderTest, told_by: str
) -> None:
    """An agent's replies go to the new group, and what the customer says there comes to the agent."""
    world, user = there.server.world, there.stage.user(None)
    world.add_group(-77, forum=False)
    world.chats[-77]["type"] = "group"
    await there.stage.write(place(-77), "@relevo_bot hello")
    world.add_group(SUPERGROUP, forum=False)
    if told_by == "old_group":
        message = world.put(-77, user, migrate_to_chat_id=SUPERGROUP)
        await there.server.emit(message=message)
    elif told_by == "new_group":
        message = world.put(SUPERGROUP, user, migrate_from_chat_id=-77)
        await there.server.emit(message=message)
    world.moved[-77] = SUPERGROUP
    answer = await there.adapter.send(place(-77), RATED, key="k1")
    await there.stage.write(place(SUPERGROUP), "@relevo_bot and on Sunday?")
    await there.stage.press(place(SUPERGROUP), answer.message_id, "rate:up")
    await there.stage.react(place(SUPERGROUP), answer.message_id, "up")
    await there.until_handed(4)
    assert {str(message.conversation) for message in there.intake.handed} == {str(place(-77))}


async def test_a_desk_that_was_a_basic_group_is_itself(there: TelegramUnderTest) -> None:
    await there.adapter.locate(str(GROUP))
    message = there.server.world.put(GROUP, there.stage.user(None), migrate_from_chat_id=-77)
    await there.server.emit(message=message)
    opened = await there.adapter.open_thread(there.channel, "R-1", RATED, key="k1")
    await there.stage.write(opened.conversation, "plain talk", who=there.stage.agent)
    await there.stage.write(there.channel, "@relevo_bot hello", who=there.stage.agent)
    await there.until_handed(2)
    talk, general = there.intake.handed
    assert (talk.conversation, general.conversation) == (opened.conversation, there.channel)


async def test_typing_is_shown_where_the_group_is_today(there: TelegramUnderTest) -> None:
    world = there.server.world
    world.add_group(-77, forum=False)
    world.moved[-77] = GROUP
    await there.adapter.send(place(-77), OutgoingMessage(text="Hi."), key="k1")
    await there.adapter.typing(place(-77))
    assert [call["chat_id"] for call in there.server.called("sendChatAction")] == [GROUP]


async def test_files_of_people_can_be_fetched(there: TelegramUnderTest) -> None:
    await there.stage.write(there.conversation, "see", files=[("a.txt", b"one"), ("b.txt", b"two")])
    await there.until_handed(2)
    first, second = there.intake.handed
    assert (first.text, second.text) == ("see", "")
    [attachment] = second.attachments
    file = await there.adapter.download(attachment, most_bytes=100)
    assert (file.name, file.content) == ("b.txt", b"two")


def test_the_stage_has_a_bot() -> None:
    assert BOT["is_bot"]
