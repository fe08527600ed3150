"""What Relevo opens for a case: a thread that takes its messages and shows how it stands."""

from bot.vocabulary.cases import CaseStatus
from tests.contracts.kit import PlatformUnderTest, says


class Threads:
    """What an adapter does with threads."""

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
