"""Small signs on people's messages: best effort, and never an event or a message."""

import pytest

from bot.vocabulary.messages import IncomingMessage
from bot.vocabulary.platforms import Attentive, Sign
from tests.contracts.kit import PlatformEvent, PlatformUnderTest, says


async def _written(platform: PlatformUnderTest) -> IncomingMessage:
    await platform.receive(PlatformEvent(id="event-0001", text="hello"))
    return platform.intake.handed[-1]


class Signs:
    """What an adapter shows of having heard."""

    @pytest.mark.parametrize("sign", Sign)
    async def test_a_sign_is_set_once_and_says_nothing(
        self, platform: PlatformUnderTest, sign: Sign
    ) -> None:
        assert isinstance(platform.adapter, Attentive)
        message = await _written(platform)
        for _ in range(2):
            await platform.adapter.react(platform.conversation, message.id, sign)
        assert await platform.signed() == [message.id]
        await platform.settle()
        assert platform.intake.handed == [message]
        assert await platform.shown(platform.conversation) == []

    async def test_that_somebody_writes_is_no_message(self, platform: PlatformUnderTest) -> None:
        assert isinstance(platform.adapter, Attentive)
        await platform.adapter.locate(platform.channel.channel_id)
        opened = await platform.adapter.open_thread(
            platform.channel, "A case", says("The card."), key="k1"
        )
        for _ in range(2):
            await platform.adapter.writing(opened.conversation)
            await platform.adapter.writing(platform.conversation)
        assert await platform.shown(opened.conversation) == ["The card."]
        assert await platform.shown(platform.conversation) == []

    async def test_a_sign_that_can_not_be_set_is_no_harm(self, platform: PlatformUnderTest) -> None:
        assert isinstance(platform.adapter, Attentive)
        message = await _written(platform)
        for nothing in ("", "9999", "1.5", "sl-T1-view-V1-abc", "../x", "١٢"):
            await platform.adapter.react(platform.conversation, nothing, Sign.SEEN)
        assert await platform.signed() == []
        await platform.adapter.react(platform.conversation, message.id, Sign.SEEN)
        assert await platform.signed() == [message.id]
        await platform.adapter.send(platform.conversation, says("Go on."), key="k1")
        assert await platform.shown(platform.conversation) == ["Go on."]
        assert platform.intake.handed == [message]
