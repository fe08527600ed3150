"""Whom Relevo pings: agents whom the desk names, in the desk; nobody through anybody's words."""

import pytest

from bot.vocabulary.messages import OutgoingMessage
from tests.contracts.kit import PlatformUnderTest, says

NO_IDS = ("", "@everyone", "!channel", "everyone", "1> <@2", "&1", "U1|x", "0x1f", "١٢", "*", "-1")
"""What stands for nobody, and what would be live markup if it was put into a mention."""


def _spellings(person: str) -> str:
    """All ways in which some platform writes a mention of a person."""
    return (
        f"<@{person}> <@!{person}> <@&{person}> @{person} tg://user?id={person} @everyone <!channel> "
        f"[you](tg://user?id={person}) [you](<tg://user?id={person}>)"
    )


class Pinged:
    """Whom an adapter pings."""

    async def test_agents_are_pinged_in_the_desk(self, platform: PlatformUnderTest) -> None:
        agent, adapter = platform.agent_id, platform.adapter
        await adapter.locate(platform.channel.channel_id)
        card = OutgoingMessage(text="# The card.", notifies=(agent,))
        opened = await adapter.open_thread(platform.channel, "A case", card, key="k1")
        assert await platform.pinged() == [agent]
        told = OutgoingMessage(text="It waits.", notifies=(agent, agent))
        for _ in range(2):
            await adapter.send(opened.conversation, told, key="k2")
        assert await platform.pinged() == [agent, agent]
        shown = await platform.shown(opened.conversation)
        assert len(shown) == 2
        assert shown[-1].endswith("It waits.")

    async def test_only_the_first_piece_pings(self, platform: PlatformUnderTest) -> None:
        await platform.adapter.locate(platform.channel.channel_id)
        opened = await platform.adapter.open_thread(
            platform.channel, "A case", says("The card."), key="k1"
        )
        long = OutgoingMessage(text="word " * 3000, is_literal=True, notifies=(platform.agent_id,))
        await platform.adapter.send(opened.conversation, long, key="k2")
        assert await platform.pinged() == [platform.agent_id]

    async def test_what_is_no_id_pings_nobody(self, platform: PlatformUnderTest) -> None:
        await platform.adapter.locate(platform.channel.channel_id)
        strange = OutgoingMessage(text="The card.", notifies=NO_IDS)
        opened = await platform.adapter.open_thread(platform.channel, "A case", strange, key="k1")
        both = OutgoingMessage(text="Next.", notifies=(*NO_IDS, platform.agent_id))
        await platform.adapter.send(opened.conversation, both, key="k2")
        assert await platform.pinged() == [platform.agent_id]
        assert (await platform.shown(opened.conversation))[0] == "The card."

    @pytest.mark.parametrize("is_literal", [False, True])
    async def test_an_id_in_a_text_pings_nobody(
        self, platform: PlatformUnderTest, *, is_literal: bool
    ) -> None:
        await platform.adapter.locate(platform.channel.channel_id)
        text = _spellings(platform.agent_id)
        words = OutgoingMessage(text=text, is_literal=is_literal, speaker=text[:60])
        opened = await platform.adapter.open_thread(platform.channel, text, words, key="k1")
        await platform.adapter.send(opened.conversation, words, key="k2")
        await platform.adapter.edit(opened.conversation, words, key="k2")
        assert await platform.pinged() == []

    async def test_a_customer_s_place_pings_nobody(self, platform: PlatformUnderTest) -> None:
        await platform.adapter.locate(platform.channel.channel_id)
        words = OutgoingMessage(text="Hello.", notifies=(platform.agent_id,))
        await platform.adapter.send(platform.conversation, words, key="k1")
        assert await platform.shown(platform.conversation) == ["Hello."]
        assert await platform.pinged() == []
