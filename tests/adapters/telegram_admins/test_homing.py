"""Admins' commands that are given in groups go to the private chat of whoever gave them, or nowhere."""

import asyncio
import time
from typing import Any

import pytest

from adapters.steering import steers
from bot.vocabulary.messages import Button, MessageKind, OutgoingMessage
from handoff.agents.verbs import AgentVerbs
from handoff.copilot.help import Copilot
from handoff.saying.style import DeskStyle
from tests.platforms.stage import said_by_relevo
from tests.platforms.telegram.stage import ANA, TelegramUnderTest, place
from tests.platforms.telegram.world import AGENT, BOT, CUSTOMER, GROUP, Json

LINE = "/settings set setting=desk.brand value=" + "0123456789" * 28
OFFERED = OutgoingMessage(
    text="Topic *shipping* is ready for copilot.",
    buttons=(
        Button(action="admin:/mode mode=copilot topic=shipping", label="Go on"),
        Button(action=f"admin:{LINE}", label="Long"),
        Button(action="case:claim", label="Claim"),
    ),
)
FRIENDS = -1007
MASK: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group"}


async def until_said(there: TelegramUnderTest, count: int, *, at: int = GROUP) -> list[str]:
    """Wait until the bot has said so many things in a chat."""
    deadline = time.monotonic() + 3
    while len(said := said_by_relevo(there.stage.seen(place(at)))) < count:
        assert time.monotonic() < deadline, f"only {said} was said"
        await asyncio.sleep(0.005)
    return said


async def put(there: TelegramUnderTest, text: str, **more: Any) -> None:
    """Let somebody write a command in the desk's group as Telegram tells it."""
    entity = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
    sender = more.pop("sender", there.stage.user(ANA))
    message = there.server.world.put(GROUP, sender, text=text, entities=[entity], **more)
    await there.server.emit(message=message, checked="from" not in more)


async def settle(there: TelegramUnderTest, count: int) -> list[Any]:
    """Return what was handed on, once something that was written last has been."""
    await there.stage.write(there.conversation, "the last")
    await there.until_handed(count + 1)
    *handed, last = there.intake.handed
    assert last.text == "the last"
    return handed


@pytest.mark.parametrize("where", ["general", "topic", "elsewhere"])
async def test_a_command_in_a_group_is_handled_in_private(
    there: TelegramUnderTest, where: str
) -> None:
    topic = await there.adapter.open_thread(there.channel, "R-1", OFFERED, key="k1")
    there.server.world.add_group(FRIENDS, forum=False)
    text = "/settings set escalation.answer_above 0.5"
    at = {"general": there.channel, "topic": topic.conversation, "elsewhere": place(FRIENDS)}[where]
    said = text.replace("settings", "settings@relevo_bot", 1) if where == "elsewhere" else text
    written = await there.stage.write(at, said, who=ANA)
    await there.until_handed(1)
    [message] = there.intake.handed
    assert message.conversation == place(AGENT)
    assert (message.text, message.is_direct, message.is_mention) == (text, True, False)
    assert message.author.user_id == ANA.user_id
    assert not message.id.isdecimal(), "a number would be another message of that chat"
    assert message.id.endswith(f"/{written}")


async def test_what_is_no_admins_command_stays_where_it_is(there: TelegramUnderTest) -> None:
    topic = await there.adapter.open_thread(there.channel, "R-1", OFFERED, key="k1")
    there.server.world.add_group(FRIENDS, forum=False)
    stays = [
        (topic.conversation, "/canned welcome"),
        (topic.conversation, "/claim"),
        (topic.conversation, "/deshacer"),
        (topic.conversation, "I would set /settings here"),
        (place(FRIENDS), "/help@relevo_bot"),
        (place(FRIENDS), "/ask@relevo_bot do you ship?"),
        (place(FRIENDS), "@relevo_bot hello"),
    ]
    dropped = [
        (there.channel, "plain talk"),
        (there.channel, "/kb@other_bot list"),
        (place(FRIENDS), "/status"),
    ]
    for at, text in (*stays, *dropped):
        await there.stage.write(at, text, who=ANA)
    handed = await settle(there, len(stays))
    assert [message.conversation for message in handed] == [at for at, _ in stays]


def test_no_verb_of_the_desk_is_taken_for_a_command_in_a_case() -> None:
    desk = AgentVerbs(DeskStyle(language="en"), copilot=Copilot())
    names = {name for verb in desk.table for name in (verb.name, *verb.aliases)}
    assert [name for name in names if steers(f"/{name} abc def", in_case=True)] == []
    assert steers("/kb list", in_case=True)
    assert steers("/claim ABCD-1234")
    assert steers("/settings")
    assert steers("/relevo kb@relevo_bot")
    assert not steers("/canned", in_case=True)
    assert not any(map(steers, ("/memory", "/memory export"))), "alone it is a customer's"
    assert steers("/memory export telegram:5")
    assert steers("/kb what is new?")
    assert not steers("settings")
    assert not steers("/claim"), "without a code it is what agents say"


async def test_who_can_not_be_written_to_is_shown_the_way_and_nothing_is_done(
    there: TelegramUnderTest,
) -> None:
    there.server.world.blocked.add(AGENT)
    await there.stage.write(there.channel, "/kb add https://intern.example", who=ANA)
    [said] = await until_said(there, 1)
    assert "in private" in said
    assert "intern" not in said
    assert (await there.offered(there.channel))[-1] == "https://t.me/relevo_bot?start=admin"
    del there.server.world.chats[AGENT]
    await there.stage.write(there.channel, "/status", who=ANA)
    await until_said(there, 2)
    assert await settle(there, 0) == []


async def test_nobody_behind_a_mask_gives_commands_and_a_group_is_told_once(
    there: TelegramUnderTest,
) -> None:
    desk = there.server.world.chats[GROUP]
    channel = {"id": -1005, "type": "channel", "title": "News"}
    for _ in range(2):
        await put(there, "/mode auto", sender=MASK, sender_chat=desk)
        await put(there, "/mode auto", sender=MASK, sender_chat=channel)
    await put(there, "/mode auto", sender={"id": 777000, "is_bot": False, "first_name": "T"})
    [said] = await until_said(there, 1)
    assert "Remain anonymous" in said
    assert await settle(there, 0) == []
    assert len(said_by_relevo(there.stage.seen(there.channel))) == 1


async def test_words_that_were_passed_on_or_written_by_a_bot_command_nothing(
    there: TelegramUnderTest,
) -> None:
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Eva"}
    await put(there, "/mode auto", forward_origin=origin)
    await put(there, "/mode auto", sender=BOT | {"id": 99})
    await put(there, "/mode auto", via_bot=BOT | {"id": 99})
    assert await settle(there, 0) == []


async def test_a_command_is_not_given_again_by_mending_it(there: TelegramUnderTest) -> None:
    at = there.channel
    written = await there.stage.write(at, "/mode auto", who=ANA)
    await there.until_handed(1)
    await there.stage.edit(at, written, "/mode human")
    assert [message.text for message in await settle(there, 1)] == ["/mode auto"]


@pytest.mark.parametrize("action", [OFFERED.buttons[0].action, OFFERED.buttons[1].action])
async def test_an_admins_button_in_the_desk_is_answered_in_private(
    there: TelegramUnderTest, action: str
) -> None:
    """Also a line of 320 characters, where Telegram lets a button carry 64 bytes."""
    topic = await there.adapter.open_thread(there.channel, "R-1", OFFERED, key="k1")
    await there.stage.press(topic.conversation, topic.message_id, action, who=ANA)
    await there.until_handed(1)
    [pressed] = there.intake.handed
    assert (pressed.kind, pressed.action) == (MessageKind.PRESSED, action)
    assert (pressed.conversation, pressed.is_direct) == (place(AGENT), True)
    async with asyncio.timeout(2):
        await there.server.until_called("answerCallbackQuery")
    assert there.server.answered[-1][1] == "I answer in our private chat."


async def test_a_button_opens_the_chat_of_who_can_not_be_written_to(
    there: TelegramUnderTest,
) -> None:
    there.server.world.blocked.add(AGENT)
    topic = await there.adapter.open_thread(there.channel, "R-1", OFFERED, key="k1")
    action = OFFERED.buttons[0].action
    await there.stage.press(topic.conversation, topic.message_id, action, who=ANA)
    async with asyncio.timeout(2):
        await there.server.until_called("answerCallbackQuery")
    [answer] = there.server.called("answerCallbackQuery")
    assert answer["url"] == "https://t.me/relevo_bot?start=admin"
    assert await settle(there, 0) == []


async def test_other_buttons_of_the_desk_stay_in_their_topic(there: TelegramUnderTest) -> None:
    topic = await there.adapter.open_thread(there.channel, "R-1", OFFERED, key="k1")
    await there.stage.press(topic.conversation, topic.message_id, "case:claim", who=ANA)
    await there.until_handed(1)
    assert there.intake.handed[0].conversation == topic.conversation


async def test_a_long_line_in_private_comes_back_whole(there: TelegramUnderTest) -> None:
    sent = await there.adapter.send(there.conversation, OFFERED, key="k1")
    await there.stage.press(there.conversation, sent.message_id, f"admin:{LINE}")
    await there.until_handed(1)
    [pressed] = there.intake.handed
    assert pressed.action == f"admin:{LINE}"
    assert (pressed.id, pressed.conversation) == (sent.message_id, place(CUSTOMER))
    assert there.server.called("sendChatAction") == [], "nobody has to be tried in their own chat"


async def test_people_who_are_linked_are_named_by_their_ids_in_commands_alone(
    there: TelegramUnderTest,
) -> None:
    user = {"id": 5550009, "is_bot": False, "first_name": "Noa"}
    for text in ("/agent add Noa name=Noa", "Noa add"):
        at = text.index("Noa")
        link = {"type": "text_mention", "offset": at, "length": 3, "user": user}
        command = {"type": "bot_command", "offset": 0, "length": 6}
        entities = [command, link] if at else [link]
        message = there.server.world.put(
            CUSTOMER, there.stage.user(None), text=text, entities=entities
        )
        await there.server.emit(message=message)
    await there.stage.write(there.conversation, "/agent add @noa_paz name=Noa")
    await there.until_handed(3)
    assert [message.text for message in there.intake.handed] == [
        "/agent add telegram:5550009 name=Noa",
        "Noa add",
        "/agent add @noa_paz name=Noa",
    ]
