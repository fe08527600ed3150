"""Buttons, forms, slash commands and thumbs."""

import asyncio
import time

import pytest

from bot.vocabulary.messages import Button, MessageKind, OutgoingMessage
from tests.adapters.slack_events.kit import CHANNEL, OTHER, last
from tests.contracts.kit import says
from tests.platforms.slack.faults import DROPPED, Fault, limited
from tests.platforms.slack.stage import SlackStage, place
from tests.platforms.slack.under_test import SlackUnderTest
from tests.platforms.slack.workspace import BOT_USER
from tests.platforms.stage import Someone


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


async def test_a_press_that_is_told_again_opens_no_second_form(platform: SlackUnderTest) -> None:
    message = OutgoingMessage(text="?", buttons=(Button(action="ask", label="Ask", asks=True),))
    sent = await platform.adapter.send(platform.conversation, message, key="k1")
    payload = platform.stage.press_payload(platform.conversation, sent.message_id, "ask")
    for _ in range(2):
        assert (await platform.server.tell("interactive", payload)).acknowledged
    assert len(platform.server.workspace.views) == 1


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


async def test_a_thumb_whose_thread_slack_does_not_tell_now_is_told_again(
    platform: SlackUnderTest,
) -> None:
    head = await platform.stage.write(place(CHANNEL), "help me")
    sent = await platform.adapter.send(place(CHANNEL, head), says("Like this."), key="k1")
    event = platform.stage.reaction_event(place(CHANNEL), sent.message_id, "+1")
    platform.server.ack_seconds = 3.0
    for fault in (DROPPED, Fault(after=1.5), limited(1)):
        platform.server.faults.add("conversations.replies", fault)
        assert not (await platform.server.tell("events_api", event)).acknowledged
    assert (await platform.server.tell("events_api", event)).acknowledged
    assert (last(platform).action, last(platform).conversation) == (
        "rate:up",
        place(CHANNEL, head),
    )


async def test_a_thumb_whose_thread_is_looked_for_holds_up_no_message(
    platform: SlackUnderTest,
) -> None:
    server = platform.server
    sent = await platform.adapter.send(platform.conversation, says("Like this."), key="k1")
    await platform.stage.write(platform.conversation, "before")
    event = platform.stage.reaction_event(platform.conversation, sent.message_id, "+1")
    server.ack_seconds = 3.0
    server.faults.add("conversations.replies", Fault(does=True, after=0.6))
    async with asyncio.TaskGroup() as group:
        group.create_task(server.tell("events_api", event))
        while not server.asked("conversations.replies"):  # noqa: ASYNC110 - it has no signal
            await asyncio.sleep(0.01)
        began = time.monotonic()
        await platform.stage.write(platform.conversation, "meanwhile")
        assert time.monotonic() - began < 0.4
    assert [it.text for it in platform.intake.handed] == ["before", "meanwhile", ""]


async def test_a_thumb_on_a_message_that_is_gone_is_none(platform: SlackUnderTest) -> None:
    sent = await platform.adapter.send(place(CHANNEL), says("News."), key="k1")
    event = platform.stage.reaction_event(place(CHANNEL), sent.message_id, "+1")
    del platform.server.workspace.channels[CHANNEL].messages[sent.message_id]
    assert (await platform.server.tell("events_api", event)).acknowledged
    assert platform.intake.handed == []
