"""Customers hear once that there is a memory; admins see those of others, by name."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.conversation.escalating.listening import Listening
from bot.engine.audit import AuditTrail
from bot.vocabulary.errors import UnreadableMemoryError
from bot.vocabulary.memory import ConsentRule
from handoff.mood import DefaultMoodReader
from tests.builders import a_customer, a_message
from tests.engine_kit import ADMIN
from tests.flows.kit import Flow
from tests.flows.remembering import Opening, actions, erasures, opening, plain
from tests.memory_commands_kit import (
    CARLA,
    PlainMemories,
)

NOW = datetime.now(UTC)


@pytest.fixture
def opened(redis_client: Redis) -> Opening:
    return opening(redis_client)


async def test_the_first_answer_says_once_that_there_is_a_memory(opened: Opening) -> None:
    flow = opened()
    [text] = await flow.write("do you ship?")
    assert text.startswith("We ship to Spain.")
    assert "`/memory off` stops it" in text
    history = (await flow.conversation()).history
    assert history[-1].text == text, "what was shown stands in the history"
    [text] = await flow.write("and do you ship to France?")
    assert "/memory" not in text


async def test_it_is_said_in_no_later_conversation_again(opened: Opening) -> None:
    for place, ago in (("c2", 1), ("c3", 11)):
        flow = opened(customer=replace(opened().customer, channel_id=place))
        plain(flow).told_at["person of playground:demo:carla"] = NOW - timedelta(minutes=ago)
        [text] = await flow.write("do you ship?")
        assert ("/memory" in text) == (place == "c2"), "a turn that runs again says it again"


async def test_it_is_said_before_anything_is_learnt_but_not_to_whoever_is_upset(
    opened: Opening,
) -> None:
    flow = opened(listening=Listening(reader=DefaultMoodReader()))
    assert "/memory" not in (await flow.write("hello"))[0]
    upset = "This is ridiculous, I have been waiting for three weeks. Will you ever ring?"
    assert "/memory" not in (await flow.write(upset))[0]
    shy = opened(customer=replace(flow.customer, channel_id="c2"), consent=ConsentRule.OPT_IN)
    plain(shy).is_on = False
    assert "remember" not in (await shy.write("I'm on the Pro plan"))[0]
    calm = opened(customer=replace(flow.customer, channel_id="c3"))
    [text] = await calm.write("I'm on the Pro plan")
    assert "`/memory off` stops it" in text


async def test_no_notice_for_who_knows_it_or_has_switched_it_off(opened: Opening) -> None:
    flow = opened()
    await flow.write("/memory off")
    assert "/memory" not in (await flow.write("do you ship?"))[0]
    shared = opened(customer=replace(flow.customer, channel_id="c2"))
    message = a_message("do you ship?", conversation=shared.customer, is_direct=False)
    assert "/memory" not in (await shared.arrive(message))[0]
    for rule in (ConsentRule.OPT_OUT, ConsentRule.OPT_IN):
        late = opened(customer=replace(flow.customer, channel_id=f"c-{rule}"), consent=rule)
        plain(late).error = UnreadableMemoryError("another key")
        assert "remember" not in (await late.write("do you ship?"))[0]


async def test_where_consent_is_asked_for_a_button_offers_it_once(opened: Opening) -> None:
    flow = opened(memories=PlainMemories(is_on=False), consent=ConsentRule.OPT_IN)
    [text] = await flow.write("do you ship?")
    assert "I can remember such things" in text
    assert actions(flow.last(), "memory:") == ["memory:on"]
    [text] = await flow.press("memory:on")
    assert "Memory is on" in text
    assert (await flow.memories.view(CARLA)).is_on  # pyright: ignore[reportOptionalMemberAccess]
    [text] = await flow.write("do you ship?")
    assert "remember" not in text


class TestAdmins:
    ADMIN = a_customer(ADMIN)

    async def says(self, flow: Flow, text: str, **fields: Any) -> str:
        message = a_message(text, author=self.ADMIN, conversation=flow.customer, **fields)
        return (await flow.arrive(message))[0]

    async def test_they_see_take_and_erase_by_name_and_each_is_audited(
        self, opened: Opening, redis_client: Redis
    ) -> None:
        flow = opened()
        text = await self.says(flow, "/memory show playground:demo:carla")
        assert "What is remembered of** `playground:demo:carla`" in text
        assert "**Pro**" in text
        assert actions(flow.last(), "memory:") == []
        await self.says(flow, "/memory export playground:demo:carla")
        [file] = flow.adapter.shown[-1].files
        assert json.loads(file.content)["facts"]["plan"] == "Pro"
        await self.says(flow, "/memory erase playground:demo:carla")
        text = await self.says(flow, "yes")
        assert "everything of `playground:demo:carla` is being erased" in text
        assert len(await erasures(redis_client)) == 1
        entries = await AuditTrail(redis_client, deadline=1).latest(10)
        assert [(one.action, one.detail) for one in entries] == [
            ("memory_erase", "playground:demo:carla"),
            ("memory_export", "playground:demo:carla"),
            ("memory_show", "playground:demo:carla"),
        ]

    async def test_nobody_else_may(self, opened: Opening, redis_client: Redis) -> None:
        flow = opened()
        for verb in ("show", "export", "erase"):
            [text] = await flow.write(f"/memory {verb} playground:demo:dora")
            assert "Only administrators" in text
        assert plain(flow).calls == []
        entries = await AuditTrail(redis_client, deadline=1).latest(10)
        assert {one.action for one in entries} == {"memory_refused"}

    async def test_a_name_that_is_none_is_explained(self, opened: Opening) -> None:
        flow = opened()
        for named in ("carla", "icq:1:2", "playground::x", "a:b:c:d"):
            assert "Name the account" in await self.says(flow, f"/memory show {named}")
        text = await self.says(flow, "/memory show playground:demo:nobody")
        assert "Nothing is remembered" in text
