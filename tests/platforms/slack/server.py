"""Slack on this machine: its Web API, its sockets, its events over HTTP, its files, its faults."""

import asyncio
import hashlib
import hmac
import json
import time
import urllib.parse
import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, WSMsgType, web

from tests.platforms.slack import scopes, spec
from tests.platforms.slack.faults import Fault, Faults
from tests.platforms.slack.methods import Methods, RefusedCallError
from tests.platforms.slack.workspace import APP, BOT_USER, TEAM, Workspace

BOT_TOKEN = "xoxb-loopback"  # noqa: S105 - opens nothing
APP_TOKEN = "xapp-loopback"  # noqa: S105
SECRET = "a-signing-secret"  # noqa: S105

SCOPES = (
    "app_mentions:read,assistant:write,chat:write,channels:history,channels:read,commands,"
    "files:read,files:write,groups:history,groups:read,groups:write,im:history,im:write,"
    "mpim:history,"
    "reactions:read,reactions:write,users:read"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of an envelope: whether it was acknowledged, and with what."""

    acknowledged: bool
    payload: Any = None


class SlackServer:
    """One workspace that serves one app. ``violations`` holds what Slack would not do or take."""

    def __init__(self) -> None:
        self.workspace = Workspace()
        self.methods = Methods(self.workspace, lambda: self.base)
        self.faults = Faults()
        self.violations: list[str] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.scopes: str | None = SCOPES
        self.subscribed: frozenset[str] | None = None
        self.tokens = {BOT_TOKEN, APP_TOKEN}
        self.stale_addresses = 0
        self.refuse_sockets = False
        self.events_url: str | None = None
        self.ack_seconds = 0.5
        self.sockets: list[web.WebSocketResponse] = []
        self.sockets_over_time: list[int] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        return f"{self.base}/api/"

    async def start(self) -> None:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._socket)
        app.router.add_post("/upload/{file}", self._upload)
        app.router.add_get("/files-pri/{file}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        for socket in list(self.sockets):
            drop(socket)
        if self._runner is not None:
            await self._runner.cleanup()

    def asked(self, method: str) -> list[dict[str, Any]]:
        """The arguments of all calls of a method so far."""
        return [arguments for name, arguments in self.calls if name == method]

    async def connected(self, number: int = 1, seconds: float = 15.0) -> None:
        """Return once so many sockets are open."""
        async with asyncio.timeout(seconds):
            while len(self.sockets) < number:  # noqa: ASYNC110 - sockets come and go
                await asyncio.sleep(0.01)

    # What the platform tells

    async def tell(self, kind: str, body: Mapping[str, Any], *, retry: int = 0) -> Delivered:
        """Deliver an event, command or gesture once."""
        self.violations += spec.wrong_event(body)
        if kind == "events_api" and not self._is_subscribed(body["event"]):
            return Delivered(acknowledged=True)
        told = self._post if self.events_url is not None else self._push
        delivered = await told(kind, body, retry)
        self.violations += spec.wrong_response(delivered.payload)
        return delivered

    def _is_subscribed(self, event: Mapping[str, Any]) -> bool:
        return self.subscribed is None or scopes.name_of(event) in self.subscribed

    async def insist(self, kind: str, body: Mapping[str, Any]) -> Delivered:
        """Deliver like Slack, again and again for a while, in a hurry."""
        delivered = Delivered(acknowledged=False)
        for attempt in range(40):
            delivered = await self.tell(kind, body, retry=attempt)
            if delivered.acknowledged:
                return delivered
            await asyncio.sleep(0.05)
        return delivered

    def event(self, event: Mapping[str, Any], event_id: str | None = None) -> dict[str, Any]:
        """Wrap an event as the Events API does."""
        return {
            "token": "none",
            "team_id": TEAM,
            "api_app_id": APP,
            "type": "event_callback",
            "event": dict(event),
            "event_id": event_id or f"Ev{uuid.uuid4().hex[:10].upper()}",
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM,
                    "user_id": BOT_USER,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }

    async def _push(self, kind: str, body: Mapping[str, Any], retry: int) -> Delivered:
        envelope: dict[str, Any] = {
            "envelope_id": str(uuid.uuid4()),
            "payload": body,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": "timeout" if retry else ""}
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = answer
        try:
            async with asyncio.timeout(self.ack_seconds):
                await self.connected()
                await self.sockets[-1].send_json(envelope)
                return Delivered(acknowledged=True, payload=await answer)
        except (TimeoutError, ConnectionError):
            return Delivered(acknowledged=False)
        finally:
            del self._waiting[envelope["envelope_id"]]

    async def _post(self, kind: str, body: Mapping[str, Any], retry: int) -> Delivered:
        """Call the app's address as Slack does: JSON, or a form for commands and gestures."""
        if kind == "events_api":
            raw, content = json.dumps(body), "application/json"
        else:
            fields = body if kind == "slash_commands" else {"payload": json.dumps(body)}
            raw, content = urllib.parse.urlencode(fields), "application/x-www-form-urlencoded"
        headers = {"Content-Type": content, **signed(raw.encode())}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_error"}
        async with (
            ClientSession() as session,
            session.post(str(self.events_url), data=raw.encode(), headers=headers) as response,
        ):
            text = await response.text()
            payload = json.loads(text) if text.startswith("{") else None
            return Delivered(acknowledged=response.status == 200, payload=payload)

    # What the app asks

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method, given = request.match_info["method"], await _arguments(request)
        self.calls.append((method, given))
        self.violations += spec.wrong_request(method, given)
        fault = self.faults.next(method)
        if fault is not None:
            return await self._go_wrong(request, method, given, fault)
        return web.json_response(
            self._answer(request, method, given), headers=self._headers(method)
        )

    def _headers(self, method: str) -> dict[str, str]:
        tells = method == "auth.test" and self.scopes is not None
        return {"x-oauth-scopes": self.scopes or ""} if tells else {}

    def _answer(self, request: web.Request, method: str, given: dict[str, Any]) -> dict[str, Any]:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != wanted or token not in self.tokens:
            return {"ok": False, "error": "invalid_auth"}
        needed = scopes.missing(method, given, self.workspace.channels, self.scopes or "")
        if needed and self.scopes is not None:
            provided = self.scopes
            return {"ok": False, "error": "missing_scope", "needed": needed, "provided": provided}
        try:
            if method == "apps.connections.open":
                answer: dict[str, Any] = {"ok": True, "url": self._address()}
            else:
                answer = self.methods.answer(method, given)
        except RefusedCallError as refusal:
            return {"ok": False, "error": str(refusal)}
        self.violations += spec.wrong_answer(method, answer)
        return answer

    async def _go_wrong(
        self, request: web.Request, method: str, given: dict[str, Any], fault: Fault
    ) -> web.StreamResponse:
        answer = self._answer(request, method, given) if fault.does else None
        await asyncio.sleep(fault.after)
        if fault.answers is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault.error is not None:
            answer = {"ok": False, "error": fault.error}
        if fault.answers >= 500:
            return web.Response(status=fault.answers, text="<html>down</html>")
        return web.json_response(answer or {}, status=fault.answers, headers=fault.headers)

    def _address(self) -> str:
        ticket = uuid.uuid4().hex
        if self.stale_addresses:
            self.stale_addresses -= 1
        else:
            self._tickets.add(ticket)
        return f"ws://127.0.0.1:{self._port}/link?ticket={ticket}&app_id={APP}"

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if self.refuse_sockets or ticket not in self._tickets:
            raise web.HTTPForbidden
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(timeout=0.2)
        await socket.prepare(request)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.sockets) + 1,
                "connection_info": {"app_id": APP},
                "debug_info": {"host": "loopback", "approximate_connection_time": 18060},
            }
        )
        self.sockets.append(socket)
        self.sockets_over_time.append(len(self.sockets))
        try:
            async for frame in socket:
                if frame.type == WSMsgType.TEXT:
                    self._acknowledge(json.loads(frame.data))
        finally:
            self.sockets.remove(socket)
            self.sockets_over_time.append(len(self.sockets))
        return socket

    def _acknowledge(self, told: Mapping[str, Any]) -> None:
        answer = self._waiting.get(told.get("envelope_id", ""))
        if answer is not None and not answer.done():
            answer.set_result(told.get("payload"))

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.workspace.files[request.match_info["file"]]
        file.content = await request.read()
        return web.Response(text=f"OK - {len(file.content)}")

    async def _download(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
            return web.Response(text="<html>log in</html>", content_type="text/html")
        file = self.workspace.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type=file.mimetype)


def signed(raw: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The headers with which Slack signs a body."""
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }


def drop(socket: web.WebSocketResponse) -> None:
    """Cut a connection without a word."""
    transport = socket._req.transport if socket._req else None
    if transport is not None:
        transport.abort()


async def _arguments(request: web.Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        given |= json.loads(await request.text() or "{}")
    else:
        given |= dict(await request.post())
    return given


@asynccontextmanager
async def slack_server() -> AsyncGenerator[SlackServer]:
    server = SlackServer()
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
