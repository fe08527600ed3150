"""The page without a browser: speaks to the playground over a real WebSocket, as the page does."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

from adapters.playground import PlaygroundAdapter
from bot.edge import HttpEdge
from bot.vocabulary.platforms import Intake

Frame = dict[str, Any]

PATIENCE = 5.0


class Page:
    """One connection. Frames that nobody waits for yet are kept in their order."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[Frame] = []

    async def send(self, **frame: Any) -> None:
        await self.socket.send_str(json.dumps(frame))

    async def hear(self, *types: str, **fields: Any) -> Frame:
        """Wait for the next frame of one of these types with these fields; drop those before."""
        async with asyncio.timeout(PATIENCE):
            while True:
                frame: Frame = json.loads(await self.socket.receive_str())
                self.frames.append(frame)
                if frame["type"] in types and fields.items() <= frame.items():
                    return frame

    async def hello(self, *customers: str, thread: str | None = None) -> Frame:
        """Greet as a page that shows these customers; the server's word on the desk comes last."""
        await self.send(type="hello", customers=list(customers), thread=thread)
        welcome = await self.hear("welcome")
        await self.hear("cases")
        return welcome

    async def act(self, **event: Any) -> Frame:
        """Do something and wait for the server's word on it."""
        event = {"who": a_customer(), **event}
        await self.send(**event)
        return await self.hear("ack", "retry", "refused", id=event["id"])

    async def lines(self, conversation: str, *, thread: str | None = None) -> list[Frame]:
        """Ask for a conversation as after a reload."""
        customers = [] if thread else [conversation.rpartition(":")[2]]
        await self.send(type="hello", customers=customers, thread=thread)
        return (await self.hear("history", conversation=conversation))["lines"]

    async def settle(self) -> None:
        """Return when everything that the server has said so far was heard."""
        await self.send(type="ping")
        await self.hear("pong")


def a_customer(customer_id: str = "marta", **fields: Any) -> Frame:
    return {"role": "customer", "id": customer_id, "name": customer_id.title(), **fields}


def an_agent(agent_id: str = "ana") -> Frame:
    return {"role": "agent", "id": agent_id, "name": agent_id.title()}


@asynccontextmanager
async def served(adapter: PlaygroundAdapter, intake: Intake) -> AsyncGenerator[HttpEdge]:
    """Serve an adapter that takes events."""
    async with HttpEdge("127.0.0.1", 0, routes=adapter.routes(), ready=_ready) as edge:
        running = asyncio.create_task(adapter.run(intake))
        try:
            yield edge
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def opened(edge: HttpEdge) -> AsyncGenerator[Page]:
    """Open a page, as soon as the server takes one."""
    origin = f"http://127.0.0.1:{edge.port}"
    async with ClientSession() as session:
        await _until_taken(session, origin)
        socket = await session.ws_connect(f"{origin}/playground/ws", origin=origin)
        async with socket:
            yield Page(socket)


async def _until_taken(session: ClientSession, origin: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await session.get(f"{origin}/playground/ws", headers={"Origin": origin})
            answer.release()
            if answer.status != 503:
                return
            await asyncio.sleep(0.01)


async def _ready() -> bool:
    return True
