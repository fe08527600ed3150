"""A customer or an agent in front of a page: a real WebSocket, kept open as the page keeps it.

As the page does, a person sends one event at a time and repeats it with the same id until it is
acknowledged, over whichever worker's door is open.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    WSMsgType,
)

from adapters.playground.parse import customer_conversation, desk_thread
from tests.faults.ledger import Entry, Ledger

Frame = dict[str, Any]
Doors = Callable[[], Sequence[int | None]]

CONNECT_SECONDS = 2.5
HEARTBEAT_SECONDS = 1.5
"""A worker that is frozen does not answer pings: the page then tries the other door."""

RETRY_SECONDS = 0.2
DOOR_SECONDS = 0.05
REPEATS = 0.05
"""Share of acknowledged events that are sent once more, as a platform may deliver twice."""


class Person:
    """Somebody with a page of their own. ``prefers`` is the door that is tried first."""

    def __init__(
        self, who: Frame, *, doors: Doors, prefers: int, ledger: Ledger, dice: Random
    ) -> None:
        self.threads: list[str] = []
        """Threads of the desk that the page knows, oldest first."""
        self._who = who
        self._doors = doors
        self._door = prefers
        self._ledger = ledger
        self._dice = dice
        self._flying: tuple[Entry, Frame] | None = None
        self._answered = asyncio.Event()
        self._socket: ClientWebSocketResponse | None = None
        self._numbers = 0

    @property
    def ref(self) -> str:
        """The conversation of a customer."""
        return str(customer_conversation(self._who["id"]))

    async def live(self) -> None:
        """Keep the page connected until cancelled."""
        async with ClientSession() as session:
            while True:
                port = self._open_door()
                if port is not None:
                    await self._visit(session, f"http://127.0.0.1:{port}")
                    self._door += 1
                await asyncio.sleep(DOOR_SECONDS)

    async def say(self, text: str, *, thread: str | None = None, delivers: bool = False) -> Entry:
        """Write something with a word of its own, and return once it is acknowledged."""
        self._numbers += 1
        token = f"{self._who['id']}x{self._numbers}x{self._dice.randrange(16**4):04x}"
        entry = Entry(
            id=f"say-{token}",
            ref=self.ref if thread is None else str(desk_thread(thread)),
            token=token,
            text=f"{text} {token}",
            is_agent=thread is not None,
            delivers=delivers,
        )
        frame = {"type": "say", "id": entry.id, "who": self._who, "text": entry.text}
        self._ledger.entries.append(entry)
        self._answered.clear()
        self._flying = (entry, frame | {"thread": thread})
        await self._send()
        await self._answered.wait()
        if self._dice.random() < REPEATS:
            self._ledger.repeats += 1
            await self._tell(frame | {"thread": thread})
        return entry

    def _open_door(self) -> int | None:
        doors = self._doors()
        for number in range(len(doors)):
            port = doors[(self._door + number) % len(doors)]
            if port is not None:
                self._door += number
                return port
        return None

    async def _visit(self, session: ClientSession, origin: str) -> None:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                address = f"{origin}/playground/ws"
                socket = await session.ws_connect(
                    address, origin=origin, heartbeat=HEARTBEAT_SECONDS
                )
            async with socket:
                self._socket = socket
                await self._hear(socket)
        except (ClientError, OSError):  # the worker is gone, frozen or not ready
            return
        finally:
            self._socket = None

    async def _hear(self, socket: ClientWebSocketResponse) -> None:
        customers = [] if self._who["role"] == "agent" else [self._who["id"]]
        await self._tell({"type": "hello", "customers": customers, "thread": None})
        await self._send()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._take(json.loads(message.data))

    async def _take(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                for thread in sorted(frame["threads"], key=lambda item: item["at"]):
                    self._know(thread["id"])
            case "thread":
                self._know(frame["thread"]["id"])
            case "ack" | "refused" | "retry" if self._is_answer(frame):
                await self._settle(frame)
            case _:
                return

    def _know(self, thread: str) -> None:
        if thread not in self.threads:
            self.threads.append(thread)

    def _is_answer(self, frame: Frame) -> bool:
        return self._flying is not None and self._flying[0].id == frame["id"]

    async def _settle(self, frame: Frame) -> None:
        assert self._flying is not None
        entry, _ = self._flying
        if frame["type"] == "retry":
            await asyncio.sleep(RETRY_SECONDS)
            await self._send()
            return
        if frame["type"] == "refused":
            self._ledger.refusals.append(f"{entry.text}: {frame['reason']}")
        else:
            entry.acked_at = time.monotonic()
        self._flying = None
        self._answered.set()

    async def _send(self) -> None:
        if self._flying is not None:
            await self._tell(self._flying[1])

    async def _tell(self, frame: Frame) -> None:
        socket = self._socket
        if socket is None:
            return
        try:
            await socket.send_str(json.dumps(frame))
        except (ClientError, OSError):
            return
