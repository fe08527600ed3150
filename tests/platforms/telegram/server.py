"""The Bot API over loopback, with its updates and with faults on demand."""

import asyncio
import itertools
import json
from collections import Counter, defaultdict, deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import ClientSession, web

from tests.platforms.telegram.refusing import RefusedError
from tests.platforms.telegram.spec import call_violations, type_violations
from tests.platforms.telegram.world import ICONS, TOKEN, Json, World

STRINGS = {
    *("text", "caption", "name", "url", "secret_token", "callback_query_id", "file_id"),
    *("language_code", "action", "icon_custom_emoji_id"),
}
"""Parameters that are no JSON."""

RETURNS = {
    "sendMessage": "Message",
    "editMessageText": "Message",
    "sendDocument": "Message",
    "getMe": "User",
    "getWebhookInfo": "WebhookInfo",
    "createForumTopic": "ForumTopic",
    "getChat": "ChatFullInfo",
    "getChatMember": "ChatMember",
    "getFile": "File",
}

FILE_NAME = "(file name)"

FaultKind = Literal["status", "commit_then_status", "commit_then_drop", "drop_before", "garbage"]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What goes wrong with one call: before it is done (``status``, ``drop_before``) or after."""

    kind: FaultKind = "status"
    status: int = 500
    retry_after: int | None = None
    description: str = "made to fail"
    delay: float = 0.0
    body: str = "<html>"


@dataclass
class TelegramServer:
    """One bot's Bot API. ``faults`` maps a method to what goes wrong with its next calls."""

    world: World = field(default_factory=World)
    token: str = TOKEN
    faults: defaultdict[str, deque[Fault]] = field(
        default_factory=lambda: defaultdict[str, deque[Fault]](deque)
    )
    calls: list[tuple[str, Json]] = field(default_factory=list[tuple[str, Json]])
    answered: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    updates: list[Json] = field(default_factory=list[Json])
    webhook: Json = field(default_factory=dict[str, Any])
    base: str = ""
    done: Counter[str] = field(default_factory=Counter[str])
    confirmed: int = 0
    waiting: int = 0
    _poll: int = 0
    _numbers: Any = field(default_factory=lambda: itertools.count(900_001))
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def violations(self) -> list[str]:
        return self.world.violations

    def called(self, method: str) -> list[Json]:
        return [fields for name, fields in self.calls if name == method]

    # Updates

    async def emit(self, *, checked: bool = True, **content: Any) -> Json:
        """Let an update wait to be fetched, or deliver it to the webhook."""
        update: Json = {"update_id": next(self._numbers), **content}
        await self.push(update, checked=checked)
        return update

    async def push(self, update: Json, *, checked: bool = True) -> None:
        """Let an update wait, also one that has been there before."""
        if checked:
            self.world.violations += type_violations("Update", update)
        async with self._changed:
            if update not in self.updates:
                self.updates.append(json.loads(json.dumps(update)))
            self._changed.notify_all()

    async def deliver(self, update: Json, **headers: str) -> int:
        """Post an update to the webhook as Telegram does; returns the status of the answer."""
        secret = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret_token"]}
        async with (
            ClientSession() as session,
            session.post(self.webhook["url"], json=update, headers=secret | headers) as response,
        ):
            return response.status

    async def until_confirmed(self, update_id: int, seconds: float) -> bool:
        """Whether an offset beyond an update comes within some time."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.confirmed > update_id)
        except TimeoutError:
            return False
        return True

    async def until_polled(self) -> None:
        """Return when a request waits for updates."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.waiting > 0)

    async def until_called(self, method: str, *, times: int = 1) -> None:
        """Return when a method was called and has its answer."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.done[method] >= times)

    async def poll_from_elsewhere(self) -> None:
        """Ask for updates as another program would, which ends the request that waits."""
        async with ClientSession() as session:
            await session.get(f"{self.base}/bot{self.token}/getUpdates?timeout=0")

    async def _get_updates(self, fields: Json) -> list[Json]:
        if self.webhook:
            raise RefusedError(409, "Conflict: can't use getUpdates method while webhook is active")
        async with self._changed:
            offset = fields.get("offset", 0)
            self.updates = [item for item in self.updates if item["update_id"] >= offset]
            self.confirmed = max(self.confirmed, offset)
            self._poll += 1
            mine = self._poll
            self.waiting += 1
            self._changed.notify_all()
            try:
                async with asyncio.timeout(fields.get("timeout", 0)):
                    await self._changed.wait_for(lambda: self.updates or self._poll != mine)
            except TimeoutError:
                return []
            finally:
                self.waiting -= 1
            if self._poll != mine:
                raise RefusedError(409, "Conflict: terminated by other getUpdates request")
            return self.updates[: fields.get("limit", 100)]

    # Calls

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _refusal(401, "Unauthorized")
        fields = await _fields(request)
        self.calls.append((method, fields))
        described = {name: value for name, value in fields.items() if name != FILE_NAME}
        self.world.violations += call_violations(method, described)
        fault = self.faults[method].popleft() if self.faults[method] else None
        if fault is not None and (early := await self._before(request, fault)):
            return early
        try:
            result = await self._do(method, fields)
        except RefusedError as error:
            return _refusal(error.status, error.description, **error.parameters)
        async with self._changed:
            self.done[method] += 1
            self._changed.notify_all()
        if fault is not None and (late := await self._after(request, fault)):
            return late
        if method in RETURNS:
            self.world.violations += type_violations(RETURNS[method], result)
        return web.json_response({"ok": True, "result": result})

    async def _before(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        if fault.kind == "drop_before":
            _drop(request)
            return web.Response()
        if fault.kind == "status":
            hint = {} if fault.retry_after is None else {"retry_after": fault.retry_after}
            return _refusal(fault.status, fault.description, **hint)
        return None

    async def _after(self, request: web.Request, fault: Fault) -> web.StreamResponse | None:
        await asyncio.sleep(fault.delay)
        if fault.kind == "commit_then_drop":
            _drop(request)
            return web.Response()
        if fault.kind == "commit_then_status":
            return _refusal(fault.status, fault.description)
        if fault.kind == "garbage":
            return web.Response(text=fault.body)
        return None

    async def _do(self, method: str, fields: Json) -> Any:
        if method == "getUpdates":
            return await self._get_updates(fields)
        world = self.world
        does: dict[str, Callable[[Json], Any]] = {
            "getMe": lambda _: world.bot,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "sendMessage": world.send_text,
            "editMessageText": world.edit_text,
            "deleteMessage": world.delete,
            "sendDocument": self._document,
            "sendMessageDraft": world.draft,
            "sendChatAction": lambda fields: bool(world.chat(fields)),
            "answerCallbackQuery": self._answer,
            "createForumTopic": world.open_topic,
            "editForumTopic": lambda fields: world.change_topic(
                fields, icon_custom_emoji_id=fields["icon_custom_emoji_id"]
            ),
            "closeForumTopic": lambda fields: world.change_topic(fields, closed=True),
            "reopenForumTopic": lambda fields: world.change_topic(fields, closed=False),
            "getForumTopicIconStickers": lambda _: [_icon(*pair) for pair in ICONS.items()],
            "setMyCommands": lambda fields: world.menus.set(fields, world.chat),
            "deleteMyCommands": lambda fields: world.menus.delete(fields, world.chat),
            "setMessageReaction": world.react,
            "getChat": world.full_chat,
            "getChatMember": world.member_of,
            "getFile": self._file,
        }
        if method not in does:
            raise RefusedError(404, "Not Found")
        return does[method](fields)

    def _set_webhook(self, fields: Json) -> bool:
        self.webhook = fields
        return True

    def _delete_webhook(self, fields: Json) -> bool:
        if fields.get("drop_pending_updates"):
            self.world.violations.append("waiting updates were dropped")
        self.webhook = {}
        return True

    def _webhook_info(self, _: Json) -> Json:
        return {
            "url": self.webhook.get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
        } | self.webhook.get("info", {})

    def _document(self, fields: Json) -> Json:
        content: bytes = fields["document"]
        name: str = fields[FILE_NAME]
        file_id = self.keep_file(content)
        document = {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_name": name,
            "file_size": len(content),
        }
        message = self.world.send(fields, document=document)
        self.world.attached[message["chat"]["id"], message["message_id"]] = [(name, content)]
        return message

    def keep_file(self, content: bytes) -> str:
        file_id = f"file-{len(self.world.files) + 1}"
        self.world.files[file_id] = content
        return file_id

    def _file(self, fields: Json) -> Json:
        file_id = fields["file_id"]
        if file_id not in self.world.files:
            raise RefusedError(400, "Bad Request: invalid file_id")
        size = len(self.world.files[file_id])
        if size > 20_000_000:
            raise RefusedError(400, "Bad Request: file is too big")
        return {
            "file_id": file_id,
            "file_unique_id": file_id,
            "file_size": size,
            "file_path": f"documents/{file_id}",
        }

    def _answer(self, fields: Json) -> bool:
        self.answered.append((fields["callback_query_id"], fields.get("text", "")))
        return True

    async def serve_file(self, request: web.Request) -> web.StreamResponse:
        fault = self.faults["file"].popleft() if self.faults["file"] else None
        content = self.world.files.get(request.match_info["name"])
        if fault is not None:
            return web.Response(status=fault.status)
        if request.match_info["token"] != self.token or content is None:
            return web.Response(status=404)
        return web.Response(body=content)


async def _fields(request: web.Request) -> Json:
    fields: Json = {}
    given = {**request.query, **(await request.post())}
    for name, value in given.items():
        if isinstance(value, web.FileField):
            fields[name] = value.file.read()
            fields[FILE_NAME] = value.filename
        elif name in STRINGS:
            fields[name] = value
        else:
            fields[name] = json.loads(str(value))
    return fields


def _refusal(status: int, description: str, **parameters: Any) -> web.Response:
    body: Json = {"ok": False, "error_code": status, "description": description}
    return web.json_response(
        body | ({"parameters": parameters} if parameters else {}), status=status
    )


def _drop(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.abort()


def _icon(emoji: str, name: str) -> Json:
    return {
        "file_id": name,
        "file_unique_id": name,
        "type": "custom_emoji",
        "width": 100,
        "height": 100,
        "is_animated": False,
        "is_video": False,
        "emoji": emoji,
        "custom_emoji_id": name,
    }


@asynccontextmanager
async def telegram_server(token: str = TOKEN) -> AsyncGenerator[TelegramServer]:
    """Serve a bot's Bot API; what it or its caller did wrong fails the test at the end."""
    server = TelegramServer(token=token)
    app = web.Application(client_max_size=64 << 20)
    app.router.add_route("*", "/bot{token}/{method}", server.handle)
    app.router.add_get("/file/bot{token}/documents/{name}", server.serve_file)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
    assert server.violations == []
