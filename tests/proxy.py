"""A link that fails on purpose: a loopback proxy between a client and any TCP or unix server.

    async with FaultProxy(server.folder.socket) as proxy:
        client = connect(f"redis://127.0.0.1:{proxy.port}", ...)
        proxy.drop_replies(1, to=b"INCR")  # the server does it, the client never hears of it

Faults hold for present and later connections until ``heal``.
"""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from pathlib import Path
from types import TracebackType
from typing import Self

CHUNK = 65536
HOST = "127.0.0.1"

Target = Path | tuple[str, int]
"""A unix socket, or host and port."""


class _LinkCutError(Exception):
    """Ends one connection."""


class FaultProxy:
    """Forwards bytes both ways, with the faults that a test switches on."""

    def __init__(self, target: Target) -> None:
        self.port = 0
        self.connections = 0
        """How many connections were accepted so far."""
        self.dropped = 0
        """How many replies were withheld by ``drop_replies``."""
        self._target = target
        self._delay = 0.0
        self._open = asyncio.Event()
        self._refusing = False
        self._drops = 0
        self._drops_to = b""
        self._handlers: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._open.set()
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._cut_all()
        await self._server.wait_closed()

    def delay(self, seconds: float) -> None:
        """Hold back each chunk of a reply for a while."""
        self._delay = seconds

    def blackhole(self) -> None:
        """Accept connections and swallow time: nothing passes either way until ``heal``."""
        self._open.clear()

    def drop_replies(self, times: int, *, to: bytes) -> None:
        """Deliver the next requests that contain ``to``, then cut the link before the reply."""
        self._drops, self._drops_to = times, to

    async def refuse(self) -> None:
        """Cut all links and end new ones at once, as a server that is down."""
        self._refusing = True
        await self._cut_all()

    def heal(self) -> None:
        """Forward again; what a black hole held back is delivered."""
        self._delay, self._drops, self._refusing = 0.0, 0, False
        self._open.set()

    async def _cut_all(self) -> None:
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        self.connections += 1
        try:
            if not self._refusing:
                await self._forward(reader, writer)
        except (asyncio.CancelledError, OSError):
            return  # cut by the test, or by either end
        finally:
            self._handlers.discard(task)
            writer.transport.abort()

    async def _forward(self, reader: StreamReader, writer: StreamWriter) -> None:
        server_reader, server_writer = await self._connect()
        link = _Link(self)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(link.requests(reader, server_writer))
                tasks.create_task(link.replies(server_reader, writer))
        except* (_LinkCutError, OSError):
            pass  # either end closed its side
        finally:
            server_writer.close()
            with contextlib.suppress(OSError):
                await server_writer.wait_closed()

    async def _connect(self) -> tuple[StreamReader, StreamWriter]:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(self._target)
        return await asyncio.open_connection(*self._target)

    async def passes(self) -> None:
        """Wait while the link is a black hole."""
        await self._open.wait()

    async def lag(self) -> None:
        """Wait as long as a reply is to be late."""
        if self._delay:
            await asyncio.sleep(self._delay)

    def takes_drop(self, request: bytes) -> bool:
        """Tell whether the reply to this request is to be dropped, and count it."""
        if not self._drops or self._drops_to not in request:
            return False
        self._drops -= 1
        self.dropped += 1
        return True


class _Link:
    """One connection through the proxy."""

    def __init__(self, proxy: FaultProxy) -> None:
        self._proxy = proxy
        self._drop_next_reply = False

    async def requests(self, source: StreamReader, sink: StreamWriter) -> None:
        while chunk := await source.read(CHUNK):
            await self._proxy.passes()
            self._drop_next_reply |= self._proxy.takes_drop(chunk)
            sink.write(chunk)
            await sink.drain()
        raise _LinkCutError

    async def replies(self, source: StreamReader, sink: StreamWriter) -> None:
        while chunk := await source.read(CHUNK):
            await self._proxy.lag()
            await self._proxy.passes()
            if self._drop_next_reply:
                raise _LinkCutError
            sink.write(chunk)
            await sink.drain()
        raise _LinkCutError
