"""A server that speaks OpenAI's chat completions over loopback, and misbehaves on demand."""

import asyncio
import json
import queue
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

Json = dict[str, Any]
Ending = Literal["end", "cut", "error_event", "garbage_event", "hang"]
KEY = "sk-of-the-test"


@dataclass(kw_only=True)
class Says:
    """One reply, or one failure.

    ``text`` is streamed in pieces of ``size`` characters with ``pause`` seconds between them; after
    ``upto`` pieces (None: all) it ends as ``ending`` says. With ``first`` nothing of it is sent until
    that event is set, with ``holds`` nothing after so many pieces until theirs is; headers and an
    empty first chunk are out by then. ``forever`` repeats the text until the client hangs up.
    """

    text: str = ""
    size: int = 12
    pause: float = 0.0
    upto: int | None = None
    ending: Ending = "end"
    first: asyncio.Event | None = None
    holds: dict[int, asyncio.Event] = field(default_factory=dict[int, asyncio.Event])
    forever: bool = False
    status: int = 200
    retry_after: str | None = None
    message: str = "made to fail"
    refusal: str | None = None
    tool: tuple[str, str] | None = None
    finish: str = "stop"
    usage: Json | None = field(
        default_factory=lambda: {
            "prompt_tokens": 900,
            "completion_tokens": 40,
            "total_tokens": 940,
            "prompt_tokens_details": {"cached_tokens": 700},
        }
    )

    def deltas(self) -> list[Json]:
        """What is sent, piece by piece."""
        if self.tool is not None:
            name, arguments = self.tool
            call = {"index": 0, "id": "c1", "type": "function"}
            head = {**call, "function": {"name": name, "arguments": ""}}
            rest = [{"index": 0, "function": {"arguments": part}} for part in self._cut(arguments)]
            return [{"tool_calls": [one]} for one in (head, *rest)]
        if self.refusal is not None:
            return [{"refusal": part} for part in self._cut(self.refusal)]
        return [{"content": part} for part in self._cut(self.text)]

    def _cut(self, text: str) -> list[str]:
        return [text[at : at + self.size] for at in range(0, len(text), self.size)]


Reply = Says | str | Callable[[Json], Says | str]


@dataclass
class ModelServer:
    """``says`` holds what comes next, ``always`` what comes when that is used up.

    ``asked`` are the bodies of all calls. ``bound`` is the port on which it really listens.
    """

    port: int = 0
    bound: int = 0
    models: frozenset[str] = frozenset({"small", "second"})
    key: str | None = KEY
    says: deque[Reply] = field(default_factory=deque[Reply])
    always: Reply = ""
    asked: list[Json] = field(default_factory=list[Json])
    came: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client has asked."""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client has left in the middle."""

    def reset(self) -> None:
        """Forget what the last test said and saw."""
        fresh = ModelServer(port=self.bound, bound=self.bound)
        vars(self).update(vars(fresh))

    @property
    def url(self) -> str:
        """The address for ``llm.base_url``."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def models_asked(self) -> list[str]:
        """Names of the models, call by call."""
        return [body["model"] for body in self.asked]

    def app(self) -> web.Application:
        """The routes of the server."""
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/v1/chat/completions", self._complete)
        return app

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body, left = await request.json(), self.left
        self.asked.append(body)
        self.came.set()
        if self.key is not None and request.headers.get("Authorization") != f"Bearer {self.key}":
            return _error(401, f"Incorrect API key provided: {KEY[:5]}")
        if body["model"] not in self.models:
            return _error(404, "The model does not exist")
        says = self._next(body)
        if says.status != 200:
            return _error(says.status, says.message, says.retry_after)
        try:
            return await self._stream(request, body, says)
        except (ConnectionResetError, asyncio.CancelledError):
            left.set()
            raise

    def _next(self, body: Json) -> Says:
        reply = self.says.popleft() if self.says else self.always
        if callable(reply):
            reply = reply(body)
        return Says(text=reply) if isinstance(reply, str) else reply

    async def _stream(self, request: web.Request, body: Json, says: Says) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await _send(response, body, {"role": "assistant", "content": ""})
        if says.first is not None:
            await says.first.wait()
        await self._send_text(response, body, says)
        if says.ending == "cut":
            assert request.transport is not None
            request.transport.abort()
            return response
        if says.ending == "hang":
            await asyncio.Event().wait()
        if says.ending == "error_event":
            await _write(response, {"error": {"message": "overloaded", "type": "server_error"}})
        elif says.ending == "garbage_event":
            await response.write(b"data: {not json\n\n")
        else:
            await _send(response, body, {}, finish=says.finish)
            if says.usage is not None and body.get("stream_options", {}).get("include_usage"):
                await _write(response, _chunk(body, choices=[], usage=says.usage))
        await response.write(b"data: [DONE]\n\n")
        return response

    async def _send_text(self, response: web.StreamResponse, body: Json, says: Says) -> None:
        for place, delta in enumerate(says.deltas()[: says.upto]):
            if place in says.holds:
                await says.holds[place].wait()
            await _send(response, body, delta)
            if says.pause:
                await asyncio.sleep(says.pause)
        while says.forever:
            await _send(response, body, {"content": says.text})
            await asyncio.sleep(says.pause)


@asynccontextmanager
async def running_server() -> AsyncGenerator[ModelServer]:
    """Serve on a free port."""
    server = ModelServer()
    # The handler is told when its client hangs up, so that a test can see it.
    runner = web.AppRunner(server.app(), handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = server.bound = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()


@contextmanager
def server_in_a_thread() -> Generator[ModelServer]:
    """Serve beside a test that has no event loop of its own."""
    ready: queue.SimpleQueue[tuple[ModelServer, Callable[[], object]]] = queue.SimpleQueue()

    async def serve() -> None:
        end = asyncio.Event()
        loop = asyncio.get_running_loop()
        async with running_server() as server:
            ready.put((server, lambda: loop.call_soon_threadsafe(end.set)))
            await end.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    server, stop = ready.get(timeout=30)
    try:
        yield server
    finally:
        stop()
        thread.join()


def _chunk(body: Json, **fields: object) -> Json:
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    return head | fields


async def _send(
    response: web.StreamResponse, body: Json, delta: Json, *, finish: str | None = None
) -> None:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    await _write(response, _chunk(body, choices=[choice]))


async def _write(response: web.StreamResponse, event: Json) -> None:
    await response.write(f"data: {json.dumps(event)}\n\n".encode())


def _error(status: int, message: str, retry_after: str | None = None) -> web.Response:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    error = {"message": message, "type": "error", "code": None}
    return web.json_response({"error": error}, status=status, headers=headers)
