"""Discord's REST API on loopback, with faults on demand and every body compared with the description."""

import json
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from aiohttp import web

from tests.platforms.discord import permissions, specs
from tests.platforms.discord.answers import LimitedError, NoError, answer, too_many
from tests.platforms.discord.faults import Fault, abort, play_early
from tests.platforms.discord.gateway import GatewaySide
from tests.platforms.discord.routes import Methods, Route, route_to, schema_of
from tests.platforms.discord.world import World

API = "/api/v10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the adapter asked for."""

    name: str
    path: str
    body: Any
    files: Mapping[str, bytes]


@dataclass
class DiscordServer:
    """See the module. ``faults`` are queues by the name of the call."""

    world: World = field(default_factory=World)
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    calls: list[Call] = field(default_factory=list[Call])
    violations: list[str] = field(default_factory=list[str])
    bucket_seconds: float = 0.02

    def __post_init__(self) -> None:
        self.port = 0
        self.gateway = GatewaySide(self.world, self.violations)
        self.world.emit = self.gateway.emit
        self._buckets: dict[str, list[float]] = defaultdict(list)
        self.methods = Methods(self.world, self.violations, lambda: self.files_url)

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{API}"

    @property
    def files_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/cdn"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gateway"

    async def start(self) -> None:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/resume", self.gateway.serve)
        app.router.add_get("/cdn/{id}", self._cdn)
        app.router.add_route("*", API + "/{tail:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = f"ws://127.0.0.1:{self.port}/resume"

    async def stop(self) -> None:
        await self.gateway.stop()
        await self._runner.cleanup()

    def fail(self, name: str, *faults: Fault) -> None:
        """Let the next calls of a name go wrong, one after the other."""
        self.faults[name].extend(faults)

    def called(self, name: str) -> list[Call]:
        return [call for call in self.calls if call.name == name]

    # Serving

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["tail"]
        if found := route_to(request.method, path):
            return await self._answer(request, path, *found)
        self.violations.append(f"unknown call {request.method} {path}")
        return answer({"message": "404: Not Found", "code": 0}, 404)

    async def _answer(
        self, request: web.Request, path: str, route: Route, where: dict[str, str]
    ) -> web.StreamResponse:
        body, files = await _read(request)
        self.calls.append(Call(name=route.name, path=path, body=body, files=files))
        is_open = path.startswith(("/interactions/", "/webhooks/"))
        if not is_open and request.headers.get("Authorization") != f"Bot {self.world.token}":
            return answer({"message": "401: Unauthorized", "code": 0}, 401)
        if takes := schema_of(route, where, self.world.channels):
            self.violations += specs.violations(takes, body, closed=True)
        queue = self.faults[route.name]
        fault = queue.popleft() if queue else None
        if fault and (early := await play_early(request, fault)):
            return early
        response = self._handle(request, route, where, body, files)
        if fault and fault.kind == "commit_then_drop":
            abort(request)
        if fault and fault.kind == "commit_then_status":
            return answer({"message": "oops", "code": 0}, fault.status)
        return response

    def _handle(
        self,
        request: web.Request,
        route: Route,
        where: dict[str, str],
        body: Any,
        files: Mapping[str, bytes],
    ) -> web.StreamResponse:
        headers: dict[str, str] = {}
        try:
            self._check_permissions(route.name, where, files)
            if route.name == "create_message":
                headers = self._bucket(where["c"])
            more = {"files": files} if files else {}
            more |= {"query": dict(request.query)} if route.name == "list_messages" else {}
            given = getattr(self.methods, route.name)(body=body, **more, **where)
        except NoError as error:
            return answer({"message": str(error), "code": error.code}, error.status)
        except LimitedError as limited:
            return too_many(limited.seconds)
        if given is None:
            return web.Response(status=204)
        if route.gives:
            for value in cast("list[Any]", given) if isinstance(given, list) else [given]:
                self.violations += specs.violations(route.gives, value)
        is_new = route.name.endswith("_thread") or route.name == "create_channel"
        return answer(given, 201 if is_new else 200, headers)

    def _check_permissions(
        self, name: str, where: dict[str, str], files: Mapping[str, bytes]
    ) -> None:
        channel = self.world.channels.get(where.get("c", ""))
        if permissions.missing(name, channel, files, self.world.permissions):
            raise NoError(403, 50013, "Missing Permissions")

    def _bucket(self, channel_id: str) -> dict[str, str]:
        """Five messages in ``bucket_seconds`` a channel."""
        now = time.monotonic()
        recent = [
            moment for moment in self._buckets[channel_id] if moment > now - self.bucket_seconds
        ]
        if len(recent) >= 5:
            raise LimitedError(recent[0] + self.bucket_seconds - now)
        self._buckets[channel_id] = [*recent, now]
        left = 4 - len(recent)
        reset = (recent[0] if recent else now) + self.bucket_seconds - now
        return {
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset-After": f"{reset:.3f}",
            "X-RateLimit-Bucket": "messages",
        }

    async def _cdn(self, request: web.Request) -> web.StreamResponse:
        queue = self.faults["fetch_file"]
        if queue and (early := await play_early(request, queue.popleft())):
            return early
        content = self.world.contents.get(request.match_info["id"])
        return web.Response(status=404) if content is None else web.Response(body=content)


async def _read(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        files = {
            name: part.file.read() for name, part in form.items() if isinstance(part, web.FileField)
        }
        described: Any = form["payload_json"]
        return json.loads(described), files
    text = await request.text()
    return (json.loads(text) if text else None), {}
