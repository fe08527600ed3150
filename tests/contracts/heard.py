"""What people do: it reaches the core as a value, in order, and is acknowledged when it is stored."""

from datetime import timedelta

import pytest

from bot.vocabulary.messages import Button, ConversationRef, MessageKind, OutgoingMessage
from tests.contracts.kit import HOSTILE, PlatformEvent, PlatformUnderTest, says


class Heard:
    """What an adapter hands to the core."""

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
