"""The playground as a platform: the contract of adapters, and what is its own."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from adapters.playground.parse import TEXT_BYTES, desk_thread
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import ConfigurationError, DeliveryError
from bot.vocabulary.messages import Button, Link, MessageKind, OutgoingMessage
from tests.contracts.adapter_contract import AdapterContract
from tests.contracts.kit import PlatformEvent
from tests.playground.page import a_customer, an_agent, opened
from tests.playground.under_test import MARTA, TYPES, PlaygroundUnderTest, playground


@pytest.fixture
async def platform(redis_client: Redis) -> AsyncIterator[PlaygroundUnderTest]:
    async with playground(redis_client) as platform:
        yield platform


class TestContract(AdapterContract):
    """The playground keeps the contract of all platforms."""


async def test_an_event_brings_who_where_and_in_which_language(
    platform: PlaygroundUnderTest,
) -> None:
    await platform.page.act(type="say", id="event-0001", text="Hi", who=a_customer(locale="es"))
    [message] = platform.intake.handed
    assert message.event_key == "pg-event-0001"
    assert message.id == "event-0001"
    assert (message.author.user_id, message.author.display_name) == ("marta", "Marta")
    assert message.author.locale == "es"
    assert message.is_direct


async def test_an_agent_speaks_in_a_thread(platform: PlaygroundUnderTest) -> None:
    opened_thread = await platform.adapter.open_thread(
        platform.channel, "A case", OutgoingMessage(text="Card."), key="k1"
    )
    thread = opened_thread.conversation.thread_id
    said = {"type": "say", "who": an_agent(), "thread": thread}
    assert (await platform.page.act(**said, id="event-0001", text="/reply Hi"))["type"] == "ack"
    [message] = platform.intake.handed
    assert message.conversation == opened_thread.conversation
    assert message.text == "/reply Hi"
    assert not message.is_direct


async def test_what_is_typed_stands_in_the_transcript_and_above_its_answer(
    platform: PlaygroundUnderTest,
) -> None:
    await platform.receive(PlatformEvent(id="event-0001", text="Question"))
    await platform.adapter.send(MARTA, OutgoingMessage(text="Answer"), key="k1")
    lines = await platform.page.lines(str(MARTA))
    assert [(line["text"], line["voice"], line["accepted"]) for line in lines] == [
        ("Question", "customer", True),
        ("Answer", "bot", True),
    ]


async def test_what_was_not_stored_is_shown_as_waiting_and_once_when_it_is(
    platform: PlaygroundUnderTest,
) -> None:
    event = PlatformEvent(id="event-0001", text="Question")
    platform.intake.failing = True
    await platform.receive(event)
    [line] = await platform.page.lines(str(MARTA))
    assert not line["accepted"]
    platform.intake.failing = False
    await platform.receive(event)
    [line] = await platform.page.lines(str(MARTA))
    assert line["accepted"]


async def test_an_edit_and_a_deletion_change_the_line_for_everyone(
    platform: PlaygroundUnderTest,
) -> None:
    await platform.receive(PlatformEvent(id="event-0001", text="teh"))
    async with opened(platform.edge) as other:
        await other.hello("marta")
        await platform.receive(
            PlatformEvent(id="event-0002", kind=MessageKind.EDITED, target="event-0001", text="the")
        )
        line = (await other.hear("line"))["line"]
        assert (line["text"], line["edited"]) == ("the", True)
        await platform.receive(
            PlatformEvent(id="event-0003", kind=MessageKind.DELETED, target="event-0001")
        )
        line = (await other.hear("line"))["line"]
        assert (line["text"], line["source"], line["deleted"]) == ("", "", True)


@pytest.mark.parametrize("kind", [MessageKind.EDITED, MessageKind.DELETED])
async def test_nobody_changes_what_another_has_written(
    platform: PlaygroundUnderTest, kind: MessageKind
) -> None:
    sent = await platform.adapter.send(MARTA, OutgoingMessage(text="Answer"), key="k1")
    event = PlatformEvent(id="event-0001", kind=kind, target=sent.message_id, text="Mine")
    answer = await platform.page.act(type=TYPES[kind], id=event.id, target=event.target, text="x")
    assert (answer["type"], answer["reason"]) == ("refused", "not_yours")
    assert platform.intake.handed == []


async def test_a_customer_reaches_no_message_of_another(platform: PlaygroundUnderTest) -> None:
    await platform.receive(PlatformEvent(id="event-0001", text="Mine"))
    answer = await platform.page.act(
        type="delete", id="event-0002", target="event-0001", who=a_customer("liam")
    )
    assert (answer["type"], answer["reason"]) == ("refused", "gone")


async def test_only_an_offered_button_can_be_pressed(platform: PlaygroundUnderTest) -> None:
    message = OutgoingMessage(text="Well?", buttons=(Button(action="human", label="Person"),))
    sent = await platform.adapter.send(MARTA, message, key="k1")
    press = {"type": "press", "target": sent.message_id}
    answer = await platform.page.act(**press, id="event-0001", action="case:claim")
    assert (answer["type"], answer["reason"]) == ("refused", "not_yours")
    assert (await platform.page.act(**press, id="event-0002", action="human"))["type"] == "ack"
    [line] = await platform.page.lines(str(MARTA))
    assert line["pressed"] == "human"


async def test_a_case_can_be_acted_on_at_any_time(platform: PlaygroundUnderTest) -> None:
    card = await platform.adapter.open_thread(
        platform.channel, "A case", OutgoingMessage(text="Card."), key="k1"
    )
    answer = await platform.page.act(
        type="press",
        id="event-0001",
        who=an_agent(),
        thread=card.conversation.thread_id,
        target=card.message_id,
        action="case:release",
    )
    assert answer["type"] == "ack"
    assert platform.intake.handed[0].action == "case:release"


async def test_a_text_that_is_too_long_is_refused_with_a_word(
    platform: PlaygroundUnderTest,
) -> None:
    fits = await platform.page.act(type="say", id="event-0001", text="é" * (TEXT_BYTES // 2))
    assert fits["type"] == "ack"
    answer = await platform.page.act(
        type="say", id="event-0002", text="é" * (TEXT_BYTES // 2) + "x"
    )
    assert answer == {"type": "refused", "id": "event-0002", "reason": "too_long"}
    assert len(platform.intake.handed) == 1


async def test_half_a_character_is_replaced(platform: PlaygroundUnderTest) -> None:
    await platform.page.act(type="say", id="event-0001", text="a\ud83d!")
    assert platform.intake.handed[0].text == "a\N{REPLACEMENT CHARACTER}!"
    await platform.adapter.send(MARTA, OutgoingMessage(text="b\udc00!"), key="k1")
    assert len(await platform.page.lines(str(MARTA))) == 2


async def test_a_message_carries_its_sources_and_its_speaker(
    platform: PlaygroundUnderTest,
) -> None:
    links = (Link(title="Care", url="https://shop.example/c"), Link(title="X", url="javascript:x"))
    said = OutgoingMessage(text="*Hi*", sources=links, speaker="Ana")
    await platform.adapter.send(MARTA, said, key="k1")
    line = (await platform.page.hear("line"))["line"]
    assert (line["voice"], line["name"]) == ("agent", "Ana")
    assert [source["url"] for source in line["sources"]] == ["https://shop.example/c", None]
    assert line["body"] == [{"is": "p", "of": [{"is": "em", "of": ["Hi"]}]}]


async def test_what_can_not_be_shown_is_refused(platform: PlaygroundUnderTest) -> None:
    with pytest.raises(DeliveryError, match=r"playground:demo:<customer>"):
        await platform.adapter.send(platform.channel, OutgoingMessage(text="x"), key="k1")
    with pytest.raises(DeliveryError, match=r"playground:desk"):
        await platform.adapter.open_thread(MARTA, "x", OutgoingMessage(text="x"), key="k1")


async def test_thread_ids_are_safe_to_show(platform: PlaygroundUnderTest) -> None:
    key = "case:" + "ü" * 500 + "\ud800"
    sent = await platform.adapter.open_thread(
        platform.channel, "T" * 999, OutgoingMessage(text="Card."), key=key
    )
    thread = sent.conversation.thread_id
    assert thread
    assert desk_thread(thread) == sent.conversation
    [shown] = (await platform.page.hello("marta"))["threads"]
    assert len(shown["title"]) == 200


async def test_an_edit_of_relevo_reaches_open_pages_and_keeps_its_place(
    platform: PlaygroundUnderTest,
) -> None:
    first = OutgoingMessage(text="Wrong.", buttons=(Button(action="a", label="A"),), speaker="Ana")
    await platform.adapter.send(MARTA, first, key="k1")
    await platform.adapter.send(MARTA, OutgoingMessage(text="Next."), key="k2")
    await platform.page.settle()
    await platform.adapter.edit(
        MARTA, OutgoingMessage(text="**Right.**", is_literal=True), key="k1"
    )
    line = (await platform.page.hear("line"))["line"]
    assert (line["text"], line["body"], line["buttons"]) == ("**Right.**", None, [])
    assert (line["voice"], line["edited"]) == ("bot", False)
    lines = await platform.page.lines(str(MARTA))
    assert [line["text"] for line in lines] == ["**Right.**", "Next."]


async def test_what_was_taken_back_stays_away(platform: PlaygroundUnderTest) -> None:
    secret = OutgoingMessage(text="Secret.", sources=(Link(title="S"),))
    await platform.adapter.send(MARTA, secret, key="k1")
    await platform.adapter.retract(MARTA, key="k1")
    await platform.adapter.edit(MARTA, OutgoingMessage(text="Again."), key="k1")
    await platform.adapter.send(MARTA, secret, key="k1")
    [line] = await platform.page.lines(str(MARTA))
    assert line["deleted"]
    assert (line["text"], line["source"], line["sources"]) == ("", "", [])


async def test_a_marked_thread_lets_pages_look_how_its_case_stands(
    platform: PlaygroundUnderTest,
) -> None:
    thread = desk_thread("t1")
    await platform.adapter.mark_thread(thread, CaseStatus.CLAIMED)
    assert (await platform.page.hear("turn"))["conversation"] == str(thread)
    with pytest.raises(DeliveryError):
        await platform.adapter.mark_thread(platform.channel, CaseStatus.CLAIMED)


async def test_the_desk_is_the_only_channel(platform: PlaygroundUnderTest) -> None:
    assert await platform.adapter.locate("desk") == platform.channel
    with pytest.raises(ConfigurationError, match="playground:desk"):
        await platform.adapter.locate("general")


async def test_a_button_says_whether_it_asks_for_words(platform: PlaygroundUnderTest) -> None:
    asking = Button(action="a", label="A", asks=True, prefill="x")
    message = OutgoingMessage(text="?", buttons=(Button(action="b", label="B"), asking))
    await platform.adapter.send(MARTA, message, key="k1")
    [line] = await platform.page.lines(str(MARTA))
    questions = {"en": "A", "es": "A"}
    assert line["buttons"] == [
        {"action": "b", "label": "B", "asks": False},
        {"action": "a", "label": "A", "asks": True, "prefill": "x", "questions": questions},
    ]
