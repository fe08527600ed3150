"""What Relevo shows: each message once, whole, in order, as it was meant."""

import asyncio
import unicodedata
from dataclasses import replace

import pytest

from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.messages import Button, ConversationRef, Link, OutgoingMessage, Platform
from tests.contracts.kit import HOSTILE, PlatformUnderTest, says


def _visible(text: str) -> str:
    """What survives every platform: no control or zero-width characters, spaces folded."""
    kept = (char for char in text if unicodedata.category(char) not in {"Cc", "Cf"} or char == "\n")
    return " ".join("".join(kept).split())


class Shown:
    """What an adapter sends, and what people see of it."""

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

    @pytest.mark.parametrize("steps", [range(11), range(1, 6)], ids=["nps", "csat"])
    async def test_a_scale_keeps_its_order(self, platform: PlatformUnderTest, steps: range) -> None:
        buttons = [Button(action=f"survey:{n}", label=str(n)) for n in steps]
        asking = [Button(action=f"case:{v}", label=v.title(), asks=True) for v in ("note", "reply")]
        last = Button(action="survey:no", label="I would rather not say anything about it " * 4)
        both = (*asking, *buttons, last)
        message = OutgoingMessage(text="How was it?", buttons=both)
        await platform.adapter.send(platform.conversation, message, key="k1")
        offered = await platform.offered(platform.conversation)
        assert list(offered) == [button.action for button in both]

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
