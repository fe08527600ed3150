"""What every chat adapter must do, whatever its platform: subclass ``AdapterContract``.

A platform's test module gives a fixture ``platform`` (a ``PlatformUnderTest``) whose adapter talks
over a real socket to the platform or to its stand-in, and whose ``intake`` has been given to
``adapter.run``.
"""

import asyncio
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol

import pytest

from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import DeliveryError, StateUnavailableError
from bot.vocabulary.messages import (
    Button,
    ConversationRef,
    IncomingMessage,
    Link,
    MessageKind,
    OutgoingMessage,
    Platform,
)
from bot.vocabulary.platforms import ChatAdapter

HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "markdown": "*_`~>#|[x](javascript:alert(1)) ![y](http://h/i.png) \\* ```unclosed",
    "mentions": "@everyone @here <!channel> <@U1> <@&1> /start @admin",
    "right_to_left": "abc \u202e\u2066 مرحبا \u2069 def",
    "stacked": "Z\u0351\u036b\u0343\u0302\u0301a\u0315\u0334l\u0322g\u0321o\u0321",
    "emoji": "👩‍👩‍👧‍👦🏴‍☠️🇪🇸 e\u0301",
    "zero_width": "a\u200b\u200c\u200d\ufeffb",
    "controls": "a\tb\u0007c\u001bd",
    "null": "a\u0000b",
    "template": "{name} %s ${x} {{7*7}}",
    "long_word": "x" * 3000,
    "blank_lines": "a\n\n\n\n  b  \n",
    "one_character": ".",
}
"""Texts that break what is careless, by what they break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformEvent:
    """Something that a customer does on the platform.

    ``id`` names the event and is the same when the platform delivers it again. ``target`` is the
    message that is edited, deleted or whose button is pressed.
    """

    id: str
    kind: MessageKind = MessageKind.NEW
    text: str = "hello"
    target: str | None = None
    action: str | None = None


@dataclass
class RecordingIntake:
    """The core behind the adapter: keeps what it is handed; ``failing`` refuses to store."""

    failing: bool = False
    handed: list[IncomingMessage] = field(default_factory=list[IncomingMessage])

    async def __call__(self, message: IncomingMessage) -> bool:
        await asyncio.sleep(0)
        if self.failing:
            raise StateUnavailableError("Redis can't be reached: start it.")
        is_new = all(earlier.event_key != message.event_key for earlier in self.handed)
        self.handed.append(message)
        return is_new


class PlatformUnderTest(Protocol):
    """A platform with its adapter connected.

    ``conversation`` is that of the customer who acts in ``receive``; ``channel`` is where threads
    can be opened.
    """

    adapter: ChatAdapter
    intake: RecordingIntake
    conversation: ConversationRef
    channel: ConversationRef

    async def receive(self, event: PlatformEvent) -> bool:
        """Let the platform deliver an event; whether the adapter acknowledged it."""
        ...

    async def shown(self, conversation: ConversationRef) -> Sequence[str]:
        """Return the texts of Relevo's messages that a person sees there, oldest first."""
        ...

    async def settle(self) -> None:
        """Return when the adapter has heard everything that the platform has to tell so far."""
        ...


def says(text: str) -> OutgoingMessage:
    return OutgoingMessage(text=text)


def _visible(text: str) -> str:
    """What survives every platform: no control or zero-width characters, spaces folded."""
    kept = (char for char in text if unicodedata.category(char) not in {"Cc", "Cf"} or char == "\n")
    return " ".join("".join(kept).split())


class AdapterContract:
    """The tests. Names in a subclass may add a platform's own."""

    # What Relevo shows

    async def test_a_message_is_shown(self, platform: PlatformUnderTest) -> None:
        sent = await platform.adapter.send(platform.conversation, says("One."), key="k1")
        assert sent.conversation == platform.conversation
        assert sent.message_id
        assert await platform.shown(platform.conversation) == ["One."]

    async def test_the_same_key_shows_one_message(self, platform: PlatformUnderTest) -> None:
        send = platform.adapter.send
        sent = [await send(platform.conversation, says("One."), key="k1") for _ in range(3)]
        assert await platform.shown(platform.conversation) == ["One."]
        assert len(set(sent)) == 1

    async def test_the_same_key_at_the_same_time_shows_one_message(
        self, platform: PlatformUnderTest
    ) -> None:
        send = platform.adapter.send
        once = (send(platform.conversation, says("One."), key="k1") for _ in range(10))
        await asyncio.gather(*once)
        assert await platform.shown(platform.conversation) == ["One."]

    async def test_different_keys_are_shown_in_the_order_of_sending(
        self, platform: PlatformUnderTest
    ) -> None:
        texts = [f"Number {number}." for number in range(12)]
        for text in texts:
            await platform.adapter.send(platform.conversation, says(text), key=text)
        assert await platform.shown(platform.conversation) == texts

    async def test_buttons_sources_and_speaker_are_taken(self, platform: PlatformUnderTest) -> None:
        message = OutgoingMessage(
            text="Ask on.",
            buttons=(Button(action="human", label="Talk to a person"),),
            sources=(Link(title="Delivery", url="https://shop.example/d"), Link(title="Care")),
            speaker="Ana",
        )
        await platform.adapter.send(platform.conversation, message, key="k1")
        assert len(await platform.shown(platform.conversation)) == 1

    @pytest.mark.parametrize("name", HOSTILE)
    async def test_a_hostile_text_is_shown_once(
        self, platform: PlatformUnderTest, name: str
    ) -> None:
        await platform.adapter.send(platform.conversation, says(HOSTILE[name]), key="k1")
        await platform.adapter.send(platform.conversation, says("After."), key="k2")
        shown = await platform.shown(platform.conversation)
        parts = -(-len(HOSTILE[name]) // platform.adapter.capabilities.max_text_length)
        assert len(shown) == parts + 1
        assert shown[-1] == "After."

    async def test_a_conversation_elsewhere_is_refused(self, platform: PlatformUnderTest) -> None:
        other = next(other for other in Platform if other is not platform.adapter.platform)
        elsewhere = ConversationRef(platform=other, tenant_id="T1", channel_id="C1")
        with pytest.raises(DeliveryError):
            await platform.adapter.send(elsewhere, says("Lost."), key="k1")

    @pytest.mark.parametrize("name", HOSTILE)
    async def test_literal_words_stand_as_they_were_written(
        self, platform: PlatformUnderTest, name: str
    ) -> None:
        written = OutgoingMessage(text=HOSTILE[name], is_literal=True)
        await platform.adapter.send(platform.conversation, written, key="k1")
        shown = await platform.shown(platform.conversation)
        assert _visible("".join(shown)) == _visible(HOSTILE[name])

    async def test_a_long_text_is_shown_whole_and_in_order(
        self, platform: PlatformUnderTest
    ) -> None:
        words = [f"word{number}" for number in range(4000)]
        long = OutgoingMessage(text=" ".join(words), is_literal=True)
        await platform.adapter.send(platform.conversation, long, key="k1")
        await platform.adapter.send(platform.conversation, long, key="k1")
        shown = await platform.shown(platform.conversation)
        assert " ".join(shown).split() == words

    async def test_a_conversation_of_another_tenant_is_refused(
        self, platform: PlatformUnderTest
    ) -> None:
        elsewhere = replace(platform.conversation, tenant_id="T999999")
        with pytest.raises(DeliveryError):
            await platform.adapter.send(elsewhere, says("Lost."), key="k1")

    # What Relevo changes

    async def test_a_shown_message_can_be_changed(self, platform: PlatformUnderTest) -> None:
        if not platform.adapter.capabilities.edits:
            pytest.skip("this platform changes nothing")
        await platform.adapter.send(platform.conversation, says("Befor."), key="k1")
        await platform.adapter.send(platform.conversation, says("Next."), key="k2")
        for _ in range(2):
            await platform.adapter.edit(platform.conversation, says("Before."), key="k1")
        assert await platform.shown(platform.conversation) == ["Before.", "Next."]

    async def test_a_shown_message_can_be_taken_back(self, platform: PlatformUnderTest) -> None:
        if not platform.adapter.capabilities.edits:
            pytest.skip("this platform changes nothing")
        await platform.adapter.send(platform.conversation, says("Oops."), key="k1")
        await platform.adapter.send(platform.conversation, says("Next."), key="k2")
        for _ in range(2):
            await platform.adapter.retract(platform.conversation, key="k1")
        assert await platform.shown(platform.conversation) == ["Next."]

    async def test_what_was_never_shown_can_not_be_changed(
        self, platform: PlatformUnderTest
    ) -> None:
        await platform.adapter.edit(platform.conversation, says("Never."), key="k9")
        await platform.adapter.retract(platform.conversation, key="k9")
        assert await platform.shown(platform.conversation) == []

    async def test_typing_is_harmless(self, platform: PlatformUnderTest) -> None:
        await platform.adapter.typing(platform.conversation)
        await platform.settle()
        assert await platform.shown(platform.conversation) == []

    # What is being written

    async def test_a_preview_grows_and_the_reply_takes_its_place(
        self, platform: PlatformUnderTest
    ) -> None:
        if not platform.adapter.capabilities.previews:
            pytest.skip("this platform shows nothing half-written")
        adapter, place = platform.adapter, platform.conversation
        for text in ("It is", "It is in the", "It is in the **second**"):
            await adapter.preview(place, text, key="k1-0")
        await adapter.send(place, says("It is in the **second** drawer."), key="k1-0")
        await adapter.send(place, says("It is in the **second** drawer."), key="k1-0")
        await adapter.send(place, says("Next."), key="k2")
        shown = await platform.shown(place)
        assert len(shown) == 2
        assert "drawer" in shown[0]

    async def test_a_preview_can_be_taken_away(self, platform: PlatformUnderTest) -> None:
        if not platform.adapter.capabilities.previews:
            pytest.skip("this platform shows nothing half-written")
        adapter, place = platform.adapter, platform.conversation
        await adapter.preview(place, "It is", key="k1-0")
        await adapter.retract(place, key="k1-0")
        await adapter.retract(place, key="k1-0")
        await adapter.send(place, says("Other words."), key="k2-0")
        assert await platform.shown(place) == ["Other words."]

    # Threads

    async def test_a_thread_opens_with_its_first_message(self, platform: PlatformUnderTest) -> None:
        opened = await platform.adapter.open_thread(
            platform.channel, "A case", says("The card."), key="k1"
        )
        assert opened.conversation.thread_id
        assert opened.conversation.channel_id == platform.channel.channel_id
        assert await platform.shown(opened.conversation) == ["The card."]

    async def test_the_same_key_opens_one_thread(self, platform: PlatformUnderTest) -> None:
        open_thread = platform.adapter.open_thread
        first = await open_thread(platform.channel, "A case", says("The card."), key="k1")
        again = await open_thread(platform.channel, "A case", says("The card."), key="k1")
        other = await open_thread(platform.channel, "A case", says("The card."), key="k2")
        assert first == again
        assert first.conversation != other.conversation
        assert await platform.shown(first.conversation) == ["The card."]

    async def test_a_thread_takes_further_messages(self, platform: PlatformUnderTest) -> None:
        opened = await platform.adapter.open_thread(
            platform.channel, "A case", says("The card."), key="k1"
        )
        await platform.adapter.send(opened.conversation, says("Relayed."), key="k2")
        assert await platform.shown(opened.conversation) == ["The card.", "Relayed."]
        assert await platform.shown(platform.conversation) == []

    async def test_a_thread_is_marked_as_its_case_stands(self, platform: PlatformUnderTest) -> None:
        opened = await platform.adapter.open_thread(
            platform.channel, "A case", says("The card."), key="k1"
        )
        for status in (*CaseStatus, *CaseStatus, CaseStatus.RESOLVED):
            await platform.adapter.mark_thread(opened.conversation, status)
        await platform.adapter.send(opened.conversation, says("One more."), key="k2")
        assert await platform.shown(opened.conversation) == ["The card.", "One more."]

    # What people do

    async def test_a_message_arrives_as_a_value(self, platform: PlatformUnderTest) -> None:
        assert await platform.receive(PlatformEvent(id="event-0001", text="Is it in stock?"))
        [message] = platform.intake.handed
        assert message.text == "Is it in stock?"
        assert message.kind is MessageKind.NEW
        assert message.conversation == platform.conversation
        assert ConversationRef.parse(str(message.conversation)) == message.conversation
        assert message.event_key
        assert message.id
        assert message.sent_at.utcoffset() == timedelta(0)
        assert message.author.user_id
        assert message.author.display_name
        assert not message.author.is_me
        assert not message.author.is_bot

    @pytest.mark.parametrize("name", HOSTILE)
    async def test_a_hostile_text_arrives(self, platform: PlatformUnderTest, name: str) -> None:
        assert await platform.receive(PlatformEvent(id="event-0001", text=HOSTILE[name]))
        assert await platform.receive(PlatformEvent(id="event-0002", text="After."))
        first, second = platform.intake.handed
        assert first.text
        assert second.text == "After."

    async def test_messages_arrive_in_order(self, platform: PlatformUnderTest) -> None:
        for number in range(12):
            await platform.receive(PlatformEvent(id=f"event-00{number:02}", text=f"n{number}"))
        assert [message.text for message in platform.intake.handed] == [
            f"n{number}" for number in range(12)
        ]

    async def test_a_repeated_event_keeps_its_key(self, platform: PlatformUnderTest) -> None:
        event = PlatformEvent(id="event-0001")
        assert await platform.receive(event)
        assert await platform.receive(event)
        keys = {message.event_key for message in platform.intake.handed}
        assert len(keys) == 1

    async def test_events_have_keys_of_their_own(self, platform: PlatformUnderTest) -> None:
        for number in range(5):
            await platform.receive(PlatformEvent(id=f"event-000{number}"))
        assert len({message.event_key for message in platform.intake.handed}) == 5

    async def test_nothing_is_acknowledged_that_is_not_stored(
        self, platform: PlatformUnderTest
    ) -> None:
        event = PlatformEvent(id="event-0001")
        platform.intake.failing = True
        assert not await platform.receive(event)
        platform.intake.failing = False
        assert await platform.receive(event)
        assert len({message.event_key for message in platform.intake.handed}) == 1

    async def test_an_edit_names_the_message_that_it_changes(
        self, platform: PlatformUnderTest
    ) -> None:
        await platform.receive(PlatformEvent(id="event-0001", text="teh pan"))
        written = platform.intake.handed[0]
        edit = PlatformEvent(
            id="event-0002", kind=MessageKind.EDITED, target=written.id, text="the pan"
        )
        assert await platform.receive(edit)
        message = platform.intake.handed[-1]
        assert (message.kind, message.id, message.text) == (
            MessageKind.EDITED,
            written.id,
            "the pan",
        )
        assert message.event_key != written.event_key

    async def test_a_deletion_names_the_message_that_it_takes_back(
        self, platform: PlatformUnderTest
    ) -> None:
        await platform.receive(PlatformEvent(id="event-0001"))
        written = platform.intake.handed[0]
        deletion = PlatformEvent(id="event-0002", kind=MessageKind.DELETED, target=written.id)
        assert await platform.receive(deletion)
        message = platform.intake.handed[-1]
        assert (message.kind, message.id) == (MessageKind.DELETED, written.id)

    async def test_a_pressed_button_brings_its_action(self, platform: PlatformUnderTest) -> None:
        buttons = (
            Button(action="human", label="Talk to a person"),
            Button(action="rate:up", label="Helpful"),
        )
        sent = await platform.adapter.send(
            platform.conversation, OutgoingMessage(text="Well?", buttons=buttons), key="k1"
        )
        press = PlatformEvent(
            id="event-0001", kind=MessageKind.PRESSED, target=sent.message_id, action="rate:up"
        )
        assert await platform.receive(press)
        [message] = platform.intake.handed
        assert (message.kind, message.action) == (MessageKind.PRESSED, "rate:up")
        assert message.conversation == platform.conversation

    async def test_its_own_messages_are_no_events(self, platform: PlatformUnderTest) -> None:
        await platform.adapter.send(platform.conversation, says("One."), key="k1")
        await platform.adapter.open_thread(platform.channel, "A case", says("Card."), key="k2")
        await platform.settle()
        assert platform.intake.handed == []
