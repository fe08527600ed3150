"""Typing, answers that are seen while they are written, and the question that they hang on."""

import asyncio

from adapters.telegram.signs import DRAFT_SECONDS
from bot.vocabulary.messages import ConversationRef, OutgoingMessage
from tests.adapters.telegram_faults.kit import ANSWER
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import TelegramUnderTest, place
from tests.platforms.telegram.world import CUSTOMER


async def test_in_groups_an_answer_hangs_on_its_question(there: TelegramUnderTest) -> None:
    there.server.world.add_group(-1007, forum=False)
    asked = await there.stage.write(place(-1007), "@relevo_bot hello")
    message = OutgoingMessage(text="Hi.", in_reply_to=asked)
    await there.adapter.send(place(-1007), message, key="k1")
    await there.adapter.send(there.conversation, message, key="k2")
    in_group, in_private = there.server.called("sendMessage")
    reply = {"message_id": int(asked), "allow_sending_without_reply": True}
    assert in_group["reply_parameters"] == reply
    assert "reply_parameters" not in in_private


async def test_typing_is_shown_once_in_a_while(there: TelegramUnderTest) -> None:
    there.server.faults["sendChatAction"].append(Fault(status=500))
    for _ in range(3):
        await there.adapter.typing(there.conversation)
    await there.adapter.typing(there.channel)
    assert len(there.server.called("sendChatAction")) == 2


async def test_an_answer_can_be_seen_while_it_is_written(there: TelegramUnderTest) -> None:
    drafts = there.server.world.drafts
    await there.adapter.preview(there.conversation, "We **ship", key="k1")
    await there.adapter.preview(there.conversation, "We **ship** to", key="k1")
    assert drafts == {CUSTOMER: "We **ship"}, "no more often than it is worth"
    await asyncio.sleep(DRAFT_SECONDS)
    await there.adapter.preview(there.conversation, "We **ship** to Spain", key="k1")
    assert drafts == {CUSTOMER: "We ship to Spain"}
    first, second = there.server.called("sendMessageDraft")
    assert first["draft_id"] == second["draft_id"] != 0
    await there.adapter.send(there.conversation, ANSWER, key="k1")
    assert drafts == {}
    assert await there.shown(there.conversation) == ["Yes, we ship there."]


async def test_nothing_is_left_of_an_answer_that_was_withheld(there: TelegramUnderTest) -> None:
    await there.adapter.preview(there.conversation, "I think that", key="k1")
    for _ in range(2):
        await there.adapter.retract(there.conversation, key="k1")
    assert there.server.world.drafts == {CUSTOMER: "Thinking…"}
    assert len(there.server.called("sendMessageDraft")) == 2


async def test_previews_never_raise(there: TelegramUnderTest) -> None:
    there.server.faults["sendMessageDraft"].append(Fault(status=429, retry_after=60))
    await there.adapter.preview(there.conversation, "a", key="k1")
    await asyncio.sleep(DRAFT_SECONDS)
    await there.adapter.preview(there.conversation, "ab", key="k1")
    await there.adapter.preview(there.channel, "a", key="k2")
    await there.adapter.preview(ConversationRef.parse("slack:T:C"), "a", key="k3")
    assert len(there.server.called("sendMessageDraft")) == 1, "it waits as long as it is told"
    there.server.world.add_person(7, "Eve")
    there.server.faults["sendMessageDraft"].append(Fault(kind="drop_before"))
    await there.adapter.preview(place(7), "a", key="k4")
