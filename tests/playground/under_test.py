"""The playground as a platform under test: the real adapter, edge and Redis, and a recording core."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from adapters.playground import PlaygroundAdapter, Transcript
from adapters.playground.parse import customer_conversation, desk_thread
from bot.edge import HttpEdge
from bot.vocabulary.conversations import CaseFile
from bot.vocabulary.messages import ConversationRef, MessageKind
from bot.vocabulary.turns import Receipt
from tests.contracts.kit import PlatformEvent, RecordingIntake
from tests.playground.page import Page, opened, served

MARTA = customer_conversation("marta")
TYPES = {
    MessageKind.NEW: "say",
    MessageKind.EDITED: "edit",
    MessageKind.DELETED: "delete",
    MessageKind.PRESSED: "press",
}


class NoRecords:
    """A core that has neither receipts nor cases yet; it keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[ConversationRef] = []

    async def latest(self, conversation: ConversationRef, limit: int) -> Sequence[Receipt]:
        self.asked.append(conversation)
        return ()[:limit]

    async def file_of(self, thread: ConversationRef) -> CaseFile | None:
        self.asked.append(thread)
        return None


def an_adapter(redis: Redis) -> PlaygroundAdapter:
    return PlaygroundAdapter(Transcript(redis), receipts=NoRecords(), cases=NoRecords())


@dataclass
class PlaygroundUnderTest:
    adapter: PlaygroundAdapter
    intake: RecordingIntake
    page: Page
    edge: HttpEdge
    conversation: ConversationRef = MARTA
    channel: ConversationRef = PlaygroundAdapter.desk
    agent_id: str = "ana"

    async def receive(self, event: PlatformEvent) -> bool:
        frame = {"id": event.id, "text": event.text, "target": event.target, "action": event.action}
        return (await self.page.act(type=TYPES[event.kind], **frame))["type"] == "ack"

    async def shown(self, conversation: ConversationRef) -> Sequence[str]:
        lines = await self.page.lines(str(conversation), thread=conversation.thread_id)
        return [line["text"] for line in lines if not line["authorId"] and not line["deleted"]]

    async def offered(self, conversation: ConversationRef) -> Sequence[str]:
        lines = await self.page.lines(str(conversation), thread=conversation.thread_id)
        last = [line for line in lines if not line["authorId"]][-1]
        return [button["action"] for button in last["buttons"]]

    async def pinged(self) -> Sequence[str]:
        greeting = await self.page.hello("marta")
        lines = await self.page.lines(str(MARTA))
        for thread in greeting["threads"]:
            lines += await self.page.lines(str(desk_thread(thread["id"])), thread=thread["id"])
        return [agent["id"] for line in lines for agent in line["notifies"]]

    async def signed(self) -> Sequence[str]:
        lines = await self.page.lines(str(MARTA))
        return [line["id"] for line in lines if line["seen"]]

    async def settle(self) -> None:
        await self.page.settle()


@asynccontextmanager
async def playground(redis: Redis) -> AsyncGenerator[PlaygroundUnderTest]:
    """Serve the playground and open a page on it that shows one customer."""
    adapter, intake = an_adapter(redis), RecordingIntake()
    async with served(adapter, intake) as edge, opened(edge) as page:
        await page.hello("marta")
        yield PlaygroundUnderTest(adapter=adapter, intake=intake, page=page, edge=edge)
