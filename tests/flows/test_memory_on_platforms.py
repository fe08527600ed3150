"""A customer's memory by the commands, buttons and files of each platform, through the real SDKs."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from adapters.playground import PlaygroundAdapter, Transcript
from bot.conversation.answering import Answering
from bot.conversation.commands import CustomerCommands
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.manners import Manners
from bot.conversation.remembering.commands import Remembering
from bot.conversation.remembering.exporting import Exports
from bot.engine.cases import Cases
from bot.engine.engine import Engine, EngineOptions
from bot.engine.receipts import Receipts
from bot.engine.scheduler import DocketScheduler, open_docket, register
from bot.supervisor import keep_receiving
from bot.vocabulary.memory import Memory
from bot.vocabulary.messages import Platform, Principal
from bot.vocabulary.people import Authority
from bot.vocabulary.platforms import ChatAdapter
from handoff.desk.chat import ChatDesk
from handoff.policy import ThresholdPolicy, Thresholds
from tests.builders import a_conversation, a_message
from tests.engine_kit import build_engine
from tests.fakes import ScriptedKnowledge
from tests.flows.installation import PATIENCE, eventually, sees
from tests.flows.kit import DETECTOR
from tests.memory_commands_kit import (
    CARLA,
    PlainMemories,
    a_fact,
    a_thread,
    an_episode,
    said_on,
)
from tests.platforms.discord.stage import DiscordStage
from tests.platforms.opening import PLATFORMS, open_stage, quick_adapter
from tests.platforms.slack.stage import SlackStage
from tests.platforms.stage import Stage

KNOWN = Memory(
    facts=(a_fact(),),
    episodes=tuple(an_episode(f"Problem {number}", id=f"e{number}") for number in range(9)),
    threads=(a_thread(),),
)


@dataclass
class Chat:
    """A customer on a platform, and what is remembered of them."""

    stage: Stage
    memories: PlainMemories
    customer: Principal

    async def commands(self, words: str) -> None:
        """Give a command in the platform's own way."""
        place = self.stage.conversation
        if isinstance(self.stage, SlackStage):
            await self.stage.command(place, words)
        elif isinstance(self.stage, DiscordStage):
            name, _, text = words.partition(" ")
            await self.stage.command(place, name, text=text)
        else:
            await self.stage.write(place, f"/{words}")

    async def hears(self, words: str) -> None:
        await sees(self.stage, self.stage.conversation, words)

    async def presses(self, beginning: str) -> None:
        """Press the first button of this kind under the last message that has one."""
        await eventually(lambda: self._with(beginning), f"a button {beginning}")
        message_id, action = self._with(beginning)[-1]
        await self.stage.press(self.stage.conversation, message_id, action)

    def files(self) -> list[tuple[str, bytes]]:
        seen = self.stage.seen(self.stage.conversation)
        return [file for item in seen if item.by_relevo for file in item.files]

    def _with(self, beginning: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for item in self.stage.seen(self.stage.conversation):
            actions = [action for action in item.actions if action.startswith(beginning)]
            found += [(item.id, action) for action in actions[:1]]
        return found


def dispatcher(adapter: ChatAdapter, memories: PlainMemories) -> Dispatcher:
    desk, policy = ChatDesk(language="en"), ThresholdPolicy(Thresholds())
    remembering = Remembering(memories)
    return Dispatcher(
        detector=DETECTOR,
        answering=Answering(ScriptedKnowledge(), policy, desk),
        commands=CustomerCommands(desk, policy, remembering=remembering),
        desk=desk,
        manners=Manners(prefixes={adapter.platform: adapter.capabilities.command_prefix}),
        remembering=remembering,
    )


@pytest.fixture(params=PLATFORMS, ids=str)
async def chat(
    request: pytest.FixtureRequest, redis_client: Redis, redis_url: str
) -> AsyncIterator[Chat]:
    async with open_stage(request.param) as stage, open_docket(redis_url) as docket:
        adapter = quick_adapter(stage, redis_client)
        place, memories = stage.conversation, PlainMemories()
        customer = Principal(
            platform=stage.platform, tenant_id=place.tenant_id, user_id=stage.customer.user_id
        )
        memories.remember(customer, KNOWN)
        engine = Engine(
            redis_client,
            DocketScheduler(docket, deadline=5),
            adapters={stage.platform: adapter},
            handler=dispatcher(adapter, memories),
            authority=Authority(),
            options=EngineOptions(join=0),
            maker=Exports(memories),
        )
        register(docket, engine.duties, concurrency=16)
        async with asyncio.TaskGroup() as tasks:
            receiving = tasks.create_task(keep_receiving([adapter], engine.inbox.accept))
            working = tasks.create_task(engine.work(docket))
            async with asyncio.timeout(PATIENCE):
                await stage.ready()
            chat = Chat(stage, memories, customer)
            await stage.write(place, "Hello, good morning!")
            await chat.hears("I'm the assistant of this help desk")
            yield chat
            receiving.cancel()
            working.cancel()
        await adapter.close()


async def test_a_memory_is_seen_taken_along_and_erased(chat: Chat) -> None:
    await chat.commands("memory")
    await chat.hears(f"Your plan: Pro (you said so on {said_on()})")
    await chat.hears("Page 1 of 2")
    await chat.presses("memory:drop:")
    await chat.hears("I don't remember that any more")
    assert chat.memories.memory_of(chat.customer).facts == ()
    await chat.presses("memory:page:2")
    await chat.hears("Problem 0")

    await chat.commands("memory export")
    await eventually(chat.files, "the file")
    [(name, content)] = chat.files()
    assert name == "relevo-memory.json"
    assert json.loads(content)["facts"] == {}

    await chat.presses("memory:off")
    await chat.hears("from now on I learn nothing new of you")
    await chat.commands("forget")
    await chat.hears("Shall I erase it?")
    await chat.presses("memory:answer:yes")
    await chat.hears("in a moment nothing of it is left")


async def test_a_code_is_given_and_typed_in(chat: Chat) -> None:
    await chat.commands("link")
    await chat.hears("Your code is 1234 5678")
    other = Principal(platform=Platform.PLAYGROUND, tenant_id="demo", user_id="x")
    code = await chat.memories.offer_code(other)
    assert code is not None
    await chat.commands(f"link {code[:4]} {code[4:]}")
    await chat.hears("Joined!")
    await chat.commands("unlink")
    await chat.hears("Shall I separate it?")
    await chat.stage.write(chat.stage.conversation, "yes")
    await chat.hears("stands on its own")


async def test_the_page_has_the_buttons_and_gives_the_file_out(redis_client: Redis) -> None:
    transcript, memories = Transcript(redis_client), PlainMemories()
    receipts, cases = Receipts(redis_client, deadline=1), Cases(redis_client, deadline=1)
    page = PlaygroundAdapter(transcript, receipts=receipts, cases=cases)
    memories.remember(CARLA, KNOWN)
    handler = dispatcher(page, memories)
    engine = build_engine(redis_client, page, handler, maker=Exports(memories))
    for text in ("/memory", "/memory export"):
        await engine.inbox.accept(a_message(text))
        await engine.worker.serve(str(a_conversation()))
    listed, exported = [stored.line for stored in await transcript.lines(a_conversation())]
    assert listed.buttons[0].action.startswith("memory:drop:")
    [shown] = exported.files
    file = await transcript.file(shown.id or "")
    assert file is not None
    assert json.loads(file.content)["facts"] == {"plan": "Pro"}
