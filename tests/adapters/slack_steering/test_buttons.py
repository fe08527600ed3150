"""An admin's button is its presser's alone, wherever it stands."""

import asyncio

from bot.vocabulary.messages import Button, MessageKind, OutgoingMessage
from tests.adapters.slack_steering.kit import ADMIN, CHANNEL, THEIRS, last, notes
from tests.platforms.slack.faults import refusal
from tests.platforms.slack.stage import DESK, place
from tests.platforms.slack.under_test import SlackUnderTest

PROMOTE = "admin:/mode mode=canary topic=shipping"
CARD = OutgoingMessage(
    text="Shipping is ready.",
    buttons=(Button(action=PROMOTE, label="Promote"), Button(action="case:next", label="Next")),
)


async def test_pressed_in_the_desk_it_is_answered_in_the_direct_conversation(
    either: SlackUnderTest,
) -> None:
    platform = either
    card = await platform.adapter.open_thread(platform.channel, "Ready", CARD, key="k1")
    pressed = platform.stage.press_payload(platform.channel, card.message_id, PROMOTE, ADMIN)
    for _ in range(2):
        await platform.server.insist("interactive", pressed)
    message = last(platform)
    assert (message.kind, message.action, message.text) == (MessageKind.PRESSED, PROMOTE, "")
    assert (message.conversation, message.is_direct) == (THEIRS, True)
    assert message.author.user_id == ADMIN.user_id
    [note] = await notes(platform, 1)
    assert (note["channel"], note["user"]) == (DESK, ADMIN.user_id)
    assert note["text"] == "Gracias, te respondo por mensaje directo."
    await platform.stage.press(platform.channel, card.message_id, "case:next", who=ADMIN)
    assert last(platform).conversation == card.conversation
    assert len(await notes(platform, 1)) == 1


async def test_in_a_thread_the_note_stands_there(platform: SlackUnderTest) -> None:
    head = await platform.stage.write(place(CHANNEL), "help me", who=ADMIN)
    sent = await platform.adapter.send(place(CHANNEL, head), CARD, key="k1")
    await platform.stage.press(place(CHANNEL), sent.message_id, PROMOTE, who=ADMIN)
    assert last(platform).conversation == THEIRS
    assert (await notes(platform, 1))[0]["thread_ts"] == head


async def test_in_the_direct_conversation_it_stays_without_a_note(
    platform: SlackUnderTest,
) -> None:
    await platform.stage.write(platform.conversation, "hi")
    sent = await platform.adapter.send(platform.conversation, CARD, key="k1")
    await platform.stage.press(platform.conversation, sent.message_id, PROMOTE)
    assert last(platform).conversation == platform.conversation
    assert platform.server.asked("conversations.open") == []
    await asyncio.sleep(0.05)
    assert platform.server.workspace.notes == []


async def test_two_presses_by_two_people_are_two_events(platform: SlackUnderTest) -> None:
    card = await platform.adapter.open_thread(platform.channel, "Ready", CARD, key="k1")
    for who in (ADMIN, platform.stage.agent):
        await platform.stage.press(platform.channel, card.message_id, PROMOTE, who=who)
    first, second = platform.intake.handed
    assert first.event_key != second.event_key
    assert first.conversation != second.conversation


async def test_a_press_that_leads_nowhere_is_not_taken(platform: SlackUnderTest) -> None:
    card = await platform.adapter.open_thread(platform.channel, "Ready", CARD, key="k1")
    platform.server.faults.add("conversations.open", refusal("cannot_dm_bot"))
    pressed = platform.stage.press_payload(platform.channel, card.message_id, PROMOTE, ADMIN)
    assert not (await platform.server.tell("interactive", pressed)).acknowledged
    assert platform.intake.handed == []


async def test_a_long_line_fits_on_a_button(platform: SlackUnderTest) -> None:
    action = f"admin:/canned set name=a language=en text={'x' * 1900}"
    message = OutgoingMessage(text="?", buttons=(Button(action=action, label="Yes"),))
    sent = await platform.adapter.send(platform.conversation, message, key="k1")
    await platform.stage.press(platform.conversation, sent.message_id, action)
    assert last(platform).action == action
