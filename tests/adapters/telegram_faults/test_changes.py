"""What was sent is changed and taken back, however many pieces it needs; no link is previewed."""

import pytest

from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.messages import OutgoingMessage
from tests.adapters.telegram_faults.kit import ANSWER, NOTE
from tests.platforms.telegram.stage import TelegramUnderTest
from tests.platforms.telegram.world import CUSTOMER

LONG = OutgoingMessage(text="A sentence of words. " * 500)

SHORT = OutgoingMessage(text="Short.")


async def test_an_edit_may_need_more_or_fewer_pieces(there: TelegramUnderTest) -> None:
    await there.adapter.send(there.conversation, LONG, key="k1")
    pieces = await there.shown(there.conversation)
    assert len(pieces) == 3
    await there.adapter.edit(there.conversation, SHORT, key="k1")
    assert await there.shown(there.conversation) == ["Short."]
    for _ in range(2):
        await there.adapter.edit(there.conversation, LONG, key="k1")
        assert await there.shown(there.conversation) == pieces


async def test_what_was_taken_back_stays_away(there: TelegramUnderTest) -> None:
    await there.adapter.send(there.conversation, LONG, key="k1", files=(NOTE,))
    for _ in range(2):
        await there.adapter.retract(there.conversation, key="k1")
        assert await there.shown(there.conversation) == []
    await there.adapter.edit(there.conversation, SHORT, key="k1")
    await there.adapter.send(there.conversation, LONG, key="k1", files=(NOTE,))
    assert await there.shown(there.conversation) == []


async def test_what_a_person_has_deleted_is_taken_back_all_the_same(
    there: TelegramUnderTest,
) -> None:
    await there.adapter.send(there.conversation, SHORT, key="k1")
    there.server.world.messages.clear()
    await there.adapter.retract(there.conversation, key="k1")


async def test_what_is_too_old_to_be_taken_back_is_an_error(there: TelegramUnderTest) -> None:
    sent = await there.adapter.send(there.conversation, SHORT, key="k1")
    there.server.world.messages[CUSTOMER, int(sent.message_id)]["date"] -= 49 * 3600
    with pytest.raises(DeliveryError, match="48 hours"):
        await there.adapter.retract(there.conversation, key="k1")


async def test_an_edit_keeps_previews_off_and_changes_the_buttons(
    there: TelegramUnderTest,
) -> None:
    sent = await there.adapter.send(there.conversation, ANSWER, key="k1")
    message = there.server.world.messages[CUSTOMER, int(sent.message_id)]
    assert "reply_markup" in message
    link = OutgoingMessage(text="See https://shop.example/ and [here](https://shop.example/a).")
    await there.adapter.edit(there.conversation, link, key="k1")
    assert "reply_markup" not in message
    assert there.stage.unfurls() == 0
    assert len(there.server.called("editMessageText")) == 1


async def test_no_link_is_previewed(there: TelegramUnderTest) -> None:
    link = OutgoingMessage(text="See https://shop.example/ and [here](https://shop.example/a).")
    await there.adapter.send(there.conversation, link, key="k1")
    opened = await there.adapter.open_thread(there.channel, "R-1", link, key="k2")
    await there.adapter.send(opened.conversation, link, key="k3")
    assert there.stage.unfurls() == 0
