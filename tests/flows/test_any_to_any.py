"""A customer on any platform and an agent on any: all nine pairs, from the question to the resolution."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import product
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.vocabulary.messages import ConversationRef, Platform
from tests.flows.installation import Installation, eventually, installation, sees
from tests.platforms.opening import PLATFORMS, open_stage
from tests.platforms.stage import Stage

TELLS_OF_DELETIONS = {Platform.SLACK, Platform.DISCORD}
"""Telegram never tells bots that a message was deleted."""


class Pair:
    """One customer and one agent, wherever they are."""

    def __init__(self, here: Installation, customer: Platform, desk: Platform) -> None:
        self.customers: Stage = here.stages[customer]
        self.desk: Stage = here.stages[desk]
        self.prefix = here.relevo.adapters[desk].capabilities.desk_prefix
        self.place = self.customers.conversation

    async def asks(self, text: str) -> str:
        return await self.customers.write(self.place, text)

    async def hears(self, words: str) -> str:
        return (await sees(self.customers, self.place, words)).id

    def customer_reads(self) -> str:
        seen = self.customers.seen(self.place)
        return "\n".join(item.text for item in seen if item.by_relevo)

    @property
    def thread(self) -> ConversationRef:
        return self.desk.threads()[-1]

    async def desk_sees(self, words: str) -> str:
        return (await sees(self.desk, self.thread, words)).id

    async def agent_says(self, text: str) -> str:
        return await self.desk.write(self.thread, text, who=self.desk.agent)

    async def agent_replies(self, text: str) -> str:
        return await self.agent_says(f"{self.prefix}reply {text}")

    async def agent_presses(self, action: str) -> None:
        """Press the newest button of this action in the case's thread."""
        await eventually(lambda: self._with(action), f"a button {action}")
        await self.desk.press(self.thread, self._with(action)[-1], action, who=self.desk.agent)

    def _with(self, action: str) -> list[str]:
        return [item.id for item in self.desk.seen(self.thread) if action in item.actions]


@pytest.fixture(params=list(product(PLATFORMS, PLATFORMS)), ids="-".join)
async def pair(
    request: pytest.FixtureRequest,
    redis_client: Redis,  # noqa: ARG001 - empties the database
    redis_url: str,
    tmp_path: Path,
) -> AsyncIterator[Pair]:
    """Relevo between a customer's platform and the desk's."""
    customer, desk = request.param
    async with AsyncExitStack() as stack:
        stages = {
            platform: await stack.enter_async_context(open_stage(platform))
            for platform in dict.fromkeys((customer, desk))
        }
        running = installation(redis_url, tmp_path, stages.values(), desk=stages[desk])
        yield Pair(await stack.enter_async_context(running), customer, desk)
        for stage in stages.values():
            assert stage.pings() == 0
            assert stage.unfurls() == 0


async def test_from_the_question_to_the_resolution(pair: Pair) -> None:
    await pair.asks("How long does delivery take?")
    answer = await pair.hears("working days")
    assert "human" in _actions(pair.customers, pair.place, answer)
    await pair.customers.press(pair.place, answer, "human")
    await pair.hears("passed you to our team")
    await eventually(pair.desk.threads, "a thread for the case")
    await pair.desk_sees("How long does delivery take?")

    await pair.asks("Are you there? @everyone *really*")
    await pair.desk_sees("Are you there? @everyone *really*")
    await pair.agent_presses("case:claim")
    await pair.hears(pair.desk.agent.name)
    await pair.desk_sees("has taken this case")

    await pair.agent_says("who knows this customer?")
    await pair.agent_replies("Hello *there*, it comes on 5. May.")
    await pair.hears("Hello *there*, it comes on 5. May.")
    assert "who knows" not in pair.customer_reads()

    await pair.agent_presses("case:resolve")
    await pair.hears("has marked this as solved")
    await pair.asks("How do I clean a cast iron pan?")
    await pair.hears("low heat")


async def test_what_is_changed_on_one_side_changes_on_the_other(pair: Pair) -> None:
    await pair.asks("I want to talk to a person, please")
    await pair.hears("passed you to our team")
    await eventually(pair.desk.threads, "a thread for the case")
    written = await pair.asks("my order is 41")
    await pair.desk_sees("my order is 41")
    await pair.customers.edit(pair.place, written, "my order is 42")
    await pair.desk_sees("my order is 42")
    if pair.customers.platform in TELLS_OF_DELETIONS:
        await pair.customers.delete(pair.place, written)
        await pair.desk_sees("took a message back")

    reply = await pair.agent_replies("It is lsot.")
    await pair.desk.edit(pair.thread, reply, f"{pair.prefix}reply It is found.")
    await pair.hears("It is found.")
    assert "lsot" not in pair.customer_reads()
    await pair.desk.edit(pair.thread, reply, f"{pair.prefix}reply It is found at last.")
    await pair.hears("It is found at last.")
    assert pair.customer_reads().count("It is found") == 1


async def test_files_go_both_ways(pair: Pair) -> None:
    await pair.asks("I want to talk to a person, please")
    await eventually(pair.desk.threads, "a thread for the case")
    await pair.customers.write(pair.place, "look at this", files=[("pan.txt", b"a pan \xf0\x9f")])
    await pair.desk_sees("pan.txt")
    await eventually(
        lambda: ("pan.txt", b"a pan \xf0\x9f") in _files(pair.desk, pair.thread), "the file"
    )
    await pair.desk.write(
        pair.thread,
        f"{pair.prefix}reply here you are",
        who=pair.desk.agent,
        files=[("label.txt", b"a label")],
    )
    await pair.hears("here you are")
    await eventually(
        lambda: ("label.txt", b"a label") in _files(pair.customers, pair.place), "the label"
    )


def _actions(stage: Stage, place: ConversationRef, message_id: str) -> tuple[str, ...]:
    return next(item.actions for item in stage.seen(place) if item.id == message_id)


def _files(stage: Stage, place: ConversationRef) -> list[tuple[str, bytes]]:
    return [file for item in stage.seen(place) if item.by_relevo for file in item.files]
