"""Discord's REST API on loopback, with faults on demand and every body compared with the description."""

import asyncio
import itertools
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from aiohttp import web

from tests.platforms.discord import payloads, permissions, specs
from tests.platforms.discord.gateway import GatewaySide
from tests.platforms.discord.payloads import Payload
from tests.platforms.discord.world import BOT, CHANNEL, GUILD, World

API = "/api/v10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with one call: ``kind`` is status, commit_then_status, commit_then_drop,
    drop_before or delay."""

    kind: str
    status: int = 500
    retry_after: float | None = None
    seconds: float = 0.0
    code: int = 0
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What the adapter asked for."""

    name: str
    path: str
    body: Any
    files: Mapping[str, bytes]


class NoError(Exception):
    """Raised by a handler to answer with one of Discord's errors."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass
class Route:
    method: str
    pattern: re.Pattern[str]
    name: str
    handler: Callable[..., Any]
    takes: str | None
    gives: str | None


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
        self._routes = [
            Route(method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$"), *rest)
            for method, path, *rest in self._table()
        ]

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}{API}"

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
        for route in self._routes:
            match = route.pattern.match(path)
            if route.method == request.method and match:
                return await self._answer(request, route, path, match.groupdict())
        self.violations.append(f"unknown call {request.method} {path}")
        return answer({"message": "404: Not Found", "code": 0}, 404)

    async def _answer(
        self, request: web.Request, route: Route, path: str, where: dict[str, str]
    ) -> web.StreamResponse:
        body, files = await _read(request)
        self.calls.append(Call(name=route.name, path=path, body=body, files=files))
        is_open = path.startswith(("/interactions/", "/webhooks/"))
        if not is_open and request.headers.get("Authorization") != f"Bot {self.world.token}":
            return answer({"message": "401: Unauthorized", "code": 0}, 401)
        if route.takes:
            self.violations += specs.violations(self._schema(route, where), body, closed=True)
        queue = self.faults[route.name]
        fault = queue.popleft() if queue else None
        if fault and (early := await _early(request, fault)):
            return early
        response = self._handle(request, route, where, body, files)
        if fault and fault.kind == "commit_then_drop":
            _abort(request)
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
            given = route.handler(body=body, **more, **where)
        except NoError as error:
            return answer({"message": str(error), "code": error.code}, error.status)
        except _LimitedError as limited:
            return too_many(limited.seconds)
        if given is None:
            return web.Response(status=204)
        if route.gives:
            for value in cast("list[Any]", given) if isinstance(given, list) else [given]:
                self.violations += specs.violations(route.gives, value)
        return answer(given, 201 if route.name.endswith("_thread") else 200, headers)

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
            raise _LimitedError(recent[0] + self.bucket_seconds - now)
        self._buckets[channel_id] = [*recent, now]
        left = 4 - len(recent)
        reset = (recent[0] if recent else now) + self.bucket_seconds - now
        return {
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset-After": f"{reset:.3f}",
            "X-RateLimit-Bucket": "messages",
        }

    def _schema(self, route: Route, where: dict[str, str]) -> str:
        if route.name == "create_thread":
            is_forum = self.world.channels[where["c"]]["type"] == 15
            return "CreateForumThreadRequest" if is_forum else str(route.takes)
        if route.name == "change_channel":
            is_thread = "thread_metadata" in self.world.channels[where["c"]]
            return "UpdateThreadRequestPartial" if is_thread else str(route.takes)
        return str(route.takes)

    async def _cdn(self, request: web.Request) -> web.StreamResponse:
        content = self.world.contents.get(request.match_info["id"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    # The calls

    def _table(self) -> list[tuple[Any, ...]]:
        message, messages = "/channels/{c}/messages/{m}", "/channels/{c}/messages"
        return [
            ("GET", "/users/@me", "me", self._me, None, "UserPIIResponse"),
            ("GET", "/users/@me/guilds", "guilds", self._guilds, None, None),
            (
                "POST",
                "/users/@me/channels",
                "open_direct",
                self._open_direct,
                "CreatePrivateChannelRequest",
                None,
            ),
            (
                "GET",
                "/applications/@me",
                "application",
                self._application,
                None,
                "PrivateApplicationResponse",
            ),
            ("GET", "/oauth2/applications/@me", "application", self._application, None, None),
            ("PUT", "/applications/{a}/commands", "commands", self._commands, None, None),
            ("GET", "/guilds/{g}/members/{u}", "member", self._member, None, "GuildMemberResponse"),
            ("GET", "/guilds/{g}/roles", "roles", self._roles, None, "GuildRoleResponse"),
            (
                "GET",
                "/guilds/{g}/threads/active",
                "active_threads",
                self._active,
                None,
                "ThreadsResponse",
            ),
            ("GET", "/channels/{c}", "channel", self._channel, None, None),
            (
                "PATCH",
                "/channels/{c}",
                "change_channel",
                self._change_channel,
                "UpdateGuildChannelRequestPartial",
                None,
            ),
            ("POST", "/channels/{c}/typing", "typing", self._typing, None, None),
            (
                "POST",
                "/channels/{c}/threads",
                "create_thread",
                self._create_thread,
                "CreateTextThreadWithoutMessageRequest",
                "CreatedThreadResponse",
            ),
            ("GET", messages, "list_messages", self._list, None, "MessageResponse"),
            (
                "POST",
                messages,
                "create_message",
                self._create,
                "MessageCreateRequest",
                "MessageResponse",
            ),
            ("GET", message, "get_message", self._get, None, "MessageResponse"),
            (
                "PATCH",
                message,
                "edit_message",
                self._edit,
                "MessageEditRequestPartial",
                "MessageResponse",
            ),
            ("DELETE", message, "delete_message", self._delete, None, None),
            (
                "POST",
                message + "/threads",
                "start_thread",
                self._start_thread,
                "CreateTextThreadWithMessageRequest",
                "ThreadResponse",
            ),
            ("POST", "/interactions/{i}/{t}/callback", "callback", self._callback, None, None),
            (
                "PATCH",
                "/webhooks/{a}/{t}/messages/@original",
                "edit_original",
                self._edit_original,
                "IncomingWebhookUpdateRequestPartial",
                None,
            ),
        ]

    def _me(self, body: Any) -> Payload:
        return self.world.users[BOT] | {"mfa_enabled": True, "locale": "en-US"}

    def _guilds(self, body: Any) -> list[Payload]:
        return [{"id": GUILD, "name": "Support"}]

    def _open_direct(self, body: Payload) -> Payload:
        for raw in self.world.channels.values():
            if raw["type"] == 1 and raw["recipients"][0]["id"] == body["recipient_id"]:
                return raw
        opened = payloads.direct(payloads.snowflake(), self.world.users[body["recipient_id"]])
        self.world.channels[opened["id"]] = opened
        return opened

    def _application(self, body: Any) -> Payload:
        return payloads.application(BOT, self.world.users[BOT], self.world.application_flags)

    def _commands(self, body: Any, a: str) -> list[Payload]:
        for command in body:
            self.violations += specs.violations(
                "ApplicationCommandUpdateRequest", command, closed=True
            )
        return [command | {"id": payloads.snowflake()} for command in body]

    def _member(self, body: Any, g: str, u: str) -> Payload:
        if u not in self.world.members:
            raise NoError(404, 10007, "Unknown Member")
        return self.world.members[u] | {"user": self.world.users[u]}

    def _roles(self, body: Any, g: str) -> list[Payload]:
        return [payloads.role(g, self.world.permissions)]

    def _active(self, body: Any, g: str) -> Payload:
        return {"threads": self.world.active(), "members": [], "has_more": False}

    def _channel(self, body: Any, c: str) -> Payload:
        return self._find_channel(c)

    def _change_channel(self, body: Payload, c: str) -> Payload:
        raw = self._find_channel(c)
        if "available_tags" in body:
            if not self.world.may_manage:
                raise NoError(403, 50013, "Missing Permissions")
            raw["available_tags"] = [
                {"id": tag.get("id") or payloads.snowflake(), "emoji_id": None, "emoji_name": None}
                | tag
                for tag in body["available_tags"]
            ]
            return raw
        meta = raw["thread_metadata"]
        if meta["archived"] and body.get("archived") is not False:
            raise NoError(400, 50083, "Thread is archived")
        if meta["archived"] and len(self.world.active()) >= self.world.most_threads:
            raise NoError(400, 160006, "Maximum number of active threads reached")
        meta["archived"] = body.get("archived", meta["archived"])
        raw["applied_tags"] = body.get("applied_tags", raw["applied_tags"])
        self.world.emit("THREAD_UPDATE", raw)
        return raw

    def _typing(self, body: Any, c: str) -> None:
        self._find_channel(c)

    def _create_thread(self, body: Payload, c: str) -> Payload:
        parent = self._find_channel(c)
        raw = self._thread(payloads.snowflake(), parent, body)
        if parent["type"] != 15:
            return raw
        raw["applied_tags"] = body.get("applied_tags") or []
        first = self._post(raw["id"], body["message"], message_id=raw["id"])
        return raw | {"message": first}

    def _start_thread(self, body: Payload, c: str, m: str) -> Payload:
        self._find_message(c, m)
        if m in self.world.channels:
            raise NoError(400, 160004, "A thread has already been created for this message")
        return self._thread(m, self._find_channel(c), body)

    def _thread(self, thread_id: str, parent: Payload, body: Payload) -> Payload:
        if len(self.world.active()) >= self.world.most_threads:
            raise NoError(400, 160006, "Maximum number of active threads reached")
        minutes = body.get("auto_archive_duration") or 1440
        raw = payloads.thread(thread_id, parent, BOT, body["name"], minutes)
        self.world.channels[thread_id] = raw
        self.world.emit("THREAD_CREATE", raw | {"newly_created": True})
        return raw

    def _list(self, body: Any, c: str, query: Mapping[str, str]) -> list[Payload]:
        self._find_channel(c)
        after, limit = int(query.get("after", 0)), int(query.get("limit", 50))
        found = [raw for raw in self.world.in_channel(c) if int(raw["id"]) > after]
        return list(reversed(found[:limit]))

    def _create(self, body: Payload, c: str, files: Mapping[str, bytes] | None = None) -> Payload:
        raw = self._find_channel(c)
        nonce = body.get("nonce")
        if nonce and body.get("enforce_nonce") and self.world.keeps_nonces:
            earlier = self.world.nonces.get((c, nonce))
            if earlier in self.world.messages:
                return self.world.messages[earlier] | {"nonce": nonce}
        if "thread_metadata" in raw:
            raw["thread_metadata"]["archived"] = False
        message = self._post(c, body, files=files or {})
        if nonce:
            self.world.nonces[c, nonce] = message["id"]
        return message | ({"nonce": nonce} if nonce else {})

    def _post(
        self,
        channel_id: str,
        body: Payload,
        *,
        message_id: str | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Payload:
        content = (body.get("content") or "").strip()
        if len(content) > 2000:
            raise NoError(400, 50035, "Invalid Form Body")
        if not content and not files:
            raise NoError(400, 50006, "Cannot send an empty message")
        self.world.notice(body)
        message = payloads.message(
            channel_id,
            self.world.users[BOT],
            content,
            components=numbered(body.get("components")),
            flags=body.get("flags") or 0,
        )
        if message_id:
            message["id"] = message_id
        for described in body.get("attachments") or ():
            content_of = (files or {})[f"files[{described['id']}]"]
            message["attachments"].append(self.stored(described["filename"], content_of))
        self.world.messages[message["id"]] = message
        self.world.emit("MESSAGE_CREATE", self.world.dressed(message, BOT))
        return message

    def stored(self, name: str, content: bytes) -> Payload:
        """Put a file on the file server."""
        found = payloads.attachment(name, content, "")
        self.world.contents[found["id"]] = content
        url = f"http://127.0.0.1:{self.port}/cdn/{found['id']}"
        return found | {"url": url, "proxy_url": url}

    def _get(self, body: Any, c: str, m: str) -> Payload:
        return self._find_message(c, m)

    def _edit(
        self, body: Payload, c: str, m: str, files: Mapping[str, bytes] | None = None
    ) -> Payload:
        message = self._find_message(c, m)
        for described in body.get("attachments") or ():
            content_of = (files or {})[f"files[{described['id']}]"]
            message["attachments"].append(self.stored(described["filename"], content_of))
        self.world.notice(body)
        message["content"] = (body.get("content") or "").strip()
        message["components"] = numbered(body.get("components"))
        message["edited_timestamp"] = payloads.timestamp()
        self.world.emit("MESSAGE_UPDATE", self.world.dressed(message, BOT))
        return message

    def _delete(self, body: Any, c: str, m: str) -> None:
        self._find_message(c, m)
        self.world.take_back(m)

    def _callback(self, body: Payload, i: str, t: str) -> None:
        if t in self.world.answered:
            raise NoError(400, 40060, "Interaction has already been acknowledged.")
        schema = {
            5: "CreateMessageInteractionCallbackRequest",
            6: "UpdateMessageInteractionCallbackRequest",
            8: "ApplicationCommandAutocompleteCallbackRequest",
            9: "ModalInteractionCallbackRequest",
        }[body["type"]]
        self.violations += specs.violations(schema, body)
        self.world.answered[t] = body
        self.world.callbacks.append(body)

    def _edit_original(self, body: Payload, a: str, t: str) -> Payload:
        if self.world.answered.get(t, {}).get("type") != 5:
            raise NoError(404, 10015, "Unknown Webhook")
        self.world.notice(body | {"flags": 4})
        self.world.callbacks.append(body)
        return payloads.message(CHANNEL, self.world.users[BOT], body["content"])

    def _find_channel(self, channel_id: str) -> Payload:
        if channel_id not in self.world.channels:
            raise NoError(404, 10003, "Unknown Channel")
        return self.world.channels[channel_id]

    def _find_message(self, channel_id: str, message_id: str) -> Payload:
        self._find_channel(channel_id)
        message = self.world.messages.get(message_id)
        if message is None or message["channel_id"] != channel_id:
            raise NoError(404, 10008, "Unknown Message")
        return message


def numbered(components: Sequence[Payload] | None) -> list[Payload]:
    """Give each component its number, as Discord does."""
    count = itertools.count(1)
    return [
        row
        | {
            "id": next(count),
            "components": [part | {"id": next(count)} for part in row["components"]],
        }
        for row in components or ()
    ]


class _LimitedError(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


def answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer JSON as Discord does: discord.py reads it only with exactly this content type."""
    more = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(data).encode(), status=status, headers=more)


def too_many(seconds: float | None, *, scope: str = "user") -> web.Response:
    headers = {"Via": "1.1 google", "X-RateLimit-Scope": scope}
    body: Payload = {"message": "You are being rate limited.", "global": scope == "global"}
    if seconds is not None:
        headers["Retry-After"] = str(seconds)
        body["retry_after"] = seconds
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    return answer(body, 429, headers)


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


async def _early(request: web.Request, fault: Fault) -> web.StreamResponse | None:
    if fault.kind == "drop_before":
        _abort(request)
        return web.Response()
    if fault.kind == "status" and fault.status == 429:
        return too_many(fault.retry_after, scope=fault.scope or "user")
    if fault.kind == "status":
        return answer({"message": "oops", "code": fault.code}, fault.status)
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds)
    return None


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
