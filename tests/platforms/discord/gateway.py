"""Discord's gateway on loopback: sessions that can be resumed, and all the ways in which they end."""

import asyncio
import json
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.platforms.discord import payloads, specs
from tests.platforms.discord.payloads import Payload
from tests.platforms.discord.world import BOT, CONTENT_FLAG, CONTENT_INTENT, GUILD, World


@dataclass(eq=False)
class Line:
    """One connection; frames are compressed as the client asks for."""

    socket: web.WebSocketResponse
    transport: Any
    compresses: bool
    compressor: Any = field(default_factory=zlib.compressobj)
    session: "Session | None" = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, frame: Any) -> None:
        raw = json.dumps(frame).encode()
        if self.compresses:
            packed = self.compressor.compress(raw) + self.compressor.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(packed)
        else:
            await self.socket.send_str(raw.decode())


@dataclass(eq=False)
class Session:
    """What Discord keeps for a client."""

    id: str
    intents: int
    log: list[Payload] = field(default_factory=list[Payload])
    sent: int = 0
    line: Line | None = None


class GatewaySide:
    """See the module. ``emit`` never waits: one writer a connection sends what is logged."""

    def __init__(self, world: World, violations: list[str]) -> None:
        self.url = ""
        self.refuses = False
        self.close_at_identify: deque[int] = deque()
        self.identifies: list[Payload] = []
        self.resumes: list[Payload] = []
        self.close_codes: list[int | None] = []
        self.sessions: dict[str, Session] = {}
        self._world = world
        self._violations = violations
        self._lines: set[Line] = set()
        self._number = 0

    def emit(self, kind: str, payload: Payload) -> None:
        """Let an event happen: each session hears it now or when it is resumed."""
        if kind in {"MESSAGE_CREATE", "MESSAGE_UPDATE"}:
            self._violations += specs.violations("MessageResponse", payload)
        for session in self.sessions.values():
            shown = self._as_allowed(session, kind, payload)
            self.add(session, {"op": 0, "t": kind, "d": shown})

    def add(self, session: Session, frame: Payload) -> None:
        session.log.append(json.loads(json.dumps(frame)) | {"s": len(session.log) + 1})
        if session.line is not None:
            session.line.news.set()

    def forget_sessions(self) -> None:
        """No session can be resumed any more; events of the gap are lost."""
        self.sessions.clear()

    def drop(self) -> None:
        """Cut all connections without a word."""
        for line in set(self._lines):
            if line.transport is not None:
                line.transport.abort()

    async def tell(self, frame: Any) -> None:
        """Send a frame of Discord's own to all connections (op 7, op 9, garbage)."""
        for line in set(self._lines):
            await line.send(frame)

    async def close(self, code: int) -> None:
        for line in set(self._lines):
            await line.socket.close(code=code)

    async def stop(self) -> None:
        self.drop()

    @property
    def lines(self) -> int:
        return len(self._lines)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.refuses:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        compresses = request.query.get("compress") == "zlib-stream"
        line = Line(socket=socket, transport=request.transport, compresses=compresses)
        self._lines.add(line)
        writer = asyncio.create_task(self._write(line))
        try:
            await line.send({"op": 10, "d": {"heartbeat_interval": 41_250}, "t": None, "s": None})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._hear(line, json.loads(message.data))
        except (ConnectionError, RuntimeError):
            pass
        finally:
            writer.cancel()
            self._lines.discard(line)
            self.close_codes.append(socket.close_code)
        return socket

    async def _write(self, line: Line) -> None:
        """Send a session's events in their order, from where the client has them."""
        while True:
            await line.news.wait()
            line.news.clear()
            session = line.session
            while session and session.line is line and session.sent < len(session.log):
                frame = session.log[session.sent]
                session.sent += 1
                try:
                    await line.send(frame)
                except (ConnectionError, RuntimeError):
                    return

    async def _hear(self, line: Line, frame: Payload) -> None:
        match frame["op"]:
            case 1:
                await line.send({"op": 11, "d": None, "t": None, "s": None})
            case 2:
                line.session = await self._identify(line, frame["d"])
            case 6:
                line.session = await self._resume(line, frame["d"])
            case _:
                return
        line.news.set()

    async def _identify(self, line: Line, wish: Payload) -> Session | None:
        self.identifies.append({"at": time.monotonic(), **wish})
        may_read = bool(self._world.application_flags & CONTENT_FLAG)
        code = self.close_at_identify.popleft() if self.close_at_identify else None
        if wish["token"] != self._world.token:
            code = 4004
        elif wish["intents"] & CONTENT_INTENT and not may_read:
            code = 4014
        if code is not None:
            await line.socket.close(code=code)
            return None
        self._number += 1
        session = Session(id=f"session-{self._number}", intents=wish["intents"], line=line)
        self.add(session, {"op": 0, "t": "READY", "d": self._ready(session)})
        self.add(session, {"op": 0, "t": "GUILD_CREATE", "d": self._guild()})
        self.sessions[session.id] = session
        return session

    async def _resume(self, line: Line, wish: Payload) -> Session | None:
        self.resumes.append(wish)
        session = self.sessions.get(wish["session_id"])
        if session is None or wish["token"] != self._world.token:
            await line.send({"op": 9, "d": False, "t": None, "s": None})
            return None
        session.line, session.sent = line, int(wish["seq"])
        self.add(session, {"op": 0, "t": "RESUMED", "d": {}})
        return session

    def _as_allowed(self, session: Session, kind: str, payload: Payload) -> Payload:
        """Leave out the words that the bot may not read without the privileged intent."""
        if kind not in {"MESSAGE_CREATE", "MESSAGE_UPDATE"} or session.intents & CONTENT_INTENT:
            return payload
        mentioned = any(person["id"] == BOT for person in payload["mentions"])
        if "guild_id" not in payload or mentioned or payload["author"]["id"] == BOT:
            return payload
        return payload | {"content": "", "attachments": [], "embeds": [], "components": []}

    def _ready(self, session: Session) -> Payload:
        return {
            "v": 10,
            "user": self._world.users[BOT],
            "guilds": [{"id": GUILD, "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": BOT, "flags": self._world.application_flags},
        }

    def _guild(self) -> Payload:
        channels = [raw for raw in self._world.channels.values() if raw.get("guild_id") == GUILD]
        return {
            "id": GUILD,
            "name": "Support",
            "owner_id": "1",
            "roles": [payloads.role(GUILD, self._world.permissions)],
            "channels": [raw for raw in channels if "thread_metadata" not in raw],
            "threads": self._world.active(),
            "members": [],
            "emojis": [],
            "features": [],
            "large": False,
            "member_count": 3,
        }


async def until(found: Any, *, seconds: float = 5.0) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(seconds):
        while True:
            if found():
                return
            await asyncio.sleep(0.005)
