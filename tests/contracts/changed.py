"""What Relevo changes: messages that it edits, takes back, or shows while it still writes them."""

import pytest

from tests.contracts.kit import PlatformUnderTest, says


class Changed:
    """What an adapter does to what it has shown."""

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
