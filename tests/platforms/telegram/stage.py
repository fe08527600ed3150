"""Telegram as a stage for any test, and as a platform under the adapters' contract."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from adapters.markup.utf16 import utf16_length
from adapters.telegram import Pace, TelegramAdapter
from adapters.telegram.keyboard import data_of
from bot.edge import HttpEdge
from bot.vocabulary.messages import ConversationRef, MessageKind, Platform
from tests.contracts.kit import PlatformEvent, RecordingIntake
from tests.platforms.stage import Seen, Someone, at_once, said_by_relevo
from tests.platforms.telegram.server import TelegramServer, telegram_server
from tests.platforms.telegram.world import AGENT, BOT, CUSTOMER, GROUP, TOKEN, Json
from tests.tools import adapter_tools

FAST = Pace(overall=1e6, private=1e6, group=1e6, overall_burst=1000, private_burst=1000)
SECRET = "a-secret_of-the-webhook"  # noqa: S105 (nobody's)
MARTA = Someone(user_id=str(CUSTOMER), name="Marta Gil")
ANA = Someone(user_id=str(AGENT), name="Ana Ruiz")
THUMBS = {"up": "👍", "down": "👎"}


def place(chat_id: int, thread: int | None = None) -> ConversationRef:
    return ConversationRef(
        platform=Platform.TELEGRAM,
        tenant_id=str(BOT["id"]),
        channel_id=str(chat_id),
        thread_id=None if thread is None else str(thread),
    )


def entities_of(text: str) -> dict[str, Any]:
    """What Telegram finds in a text that a person wrote."""
    found = [
        {"type": kind, "offset": utf16_length(text[: m.start()]), "length": utf16_length(m[0])}
        for kind, pattern in (
            ("bot_command", r"(?<!\S)/[A-Za-z0-9_]+(?:@\w+)?"),
            ("mention", r"(?<!\w)@\w{3,}"),
        )
        for m in re.finditer(pattern, text)
    ]
    return {"entities": found} if found else {}


@dataclass
class TelegramStage:
    """See ``tests.platforms.stage.Stage``."""

    server: TelegramServer
    platform: Platform = Platform.TELEGRAM
    customer: Someone = MARTA
    agent: Someone = ANA
    conversation: ConversationRef = field(default_factory=lambda: place(CUSTOMER))
    channel: ConversationRef = field(default_factory=lambda: place(GROUP))
    desk_setting: str = f"telegram:{GROUP}"

    def __post_init__(self) -> None:
        world = self.server.world
        world.add_person(CUSTOMER, self.customer.name)
        world.add_person(AGENT, self.agent.name)
        world.add_group(GROUP)

    @property
    def settings(self) -> dict[str, Any]:
        base = self.server.base
        return {"token": self.server.token, "api_url": base, "file_url": f"{base}/file/bot"}

    async def ready(self) -> None:
        await self.server.until_polled()

    async def write(
        self,
        place: ConversationRef,
        text: str,
        *,
        who: Someone | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> str:
        documents = [self._document(*file) for file in files]
        first = ({"caption": text} if text else {}) if files else {"text": text}
        first |= {
            f"caption_{key}" if files else key: value for key, value in entities_of(text).items()
        }
        contents: list[Json] = documents or [{}]
        contents[0] |= first
        messages = [self._put(place, who, **content) for content in contents]
        for message in messages:
            await self.server.emit(message=message)
        return str(messages[0]["message_id"])

    async def edit(self, place: ConversationRef, message_id: str, text: str) -> None:
        message = self._message(place, message_id)
        message.pop("entities", None)
        message |= {"text": text, "edit_date": int(time.time()), **entities_of(text)}
        await self.server.emit(edited_message=message)

    async def delete(self, place: ConversationRef, message_id: str) -> None:
        """Telegram tells bots nothing of it."""
        del self.server.world.messages[int(place.channel_id), int(message_id)]

    async def press(
        self,
        place: ConversationRef,
        message_id: str,
        action: str,
        *,
        who: Someone | None = None,
        text: str | None = None,
    ) -> None:
        message = self._message(place, message_id)
        assert data_of(action) in _data(message), f"{action} is no button of that message"
        await self.server.emit(callback_query=self.query(message, action, who=who))

    def query(self, message: Json, action: str, *, who: Someone | None = None) -> Json:
        return {
            "id": f"q{len(self.server.calls)}{time.monotonic_ns()}",
            "from": self.user(who),
            "chat_instance": "1",
            "message": message,
            "data": data_of(action),
        }

    async def react(self, place: ConversationRef, message_id: str, thumb: str) -> None:
        await self.server.emit(message_reaction=self.reaction(place, message_id, THUMBS[thumb]))

    def reaction(self, place: ConversationRef, message_id: str, emoji: str) -> Json:
        return {
            "chat": self.server.world.chats[int(place.channel_id)],
            "message_id": int(message_id),
            "user": self.user(None),
            "date": int(time.time()),
            "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": emoji}],
        }

    def threads(self) -> Sequence[ConversationRef]:
        return [place(chat, thread) for chat, thread in self.server.world.topics]

    def seen(self, place: ConversationRef) -> Sequence[Seen]:
        world = self.server.world
        chat = int(place.channel_id)
        thread = None if place.thread_id is None else int(place.thread_id)
        return [
            Seen(
                id=str(message["message_id"]),
                text=message.get("text", message.get("caption", "")),
                by_relevo=message["from"]["id"] == BOT["id"],
                actions=tuple(_data(message)),
                files=tuple(world.attached.get((chat, message["message_id"]), ())),
            )
            for message in world.shown(chat, thread)
        ]

    def pings(self) -> int:
        return len(self.server.world.pinged)

    def unfurls(self) -> int:
        return self.server.world.unfurls

    def user(self, who: Someone | None) -> Json:
        return self.server.world.users[int((who or self.customer).user_id)]

    def _put(self, place: ConversationRef, who: Someone | None, **content: Any) -> Json:
        thread = None if place.thread_id is None else int(place.thread_id)
        world = self.server.world
        message = world.put(int(place.channel_id), self.user(who), thread=thread, **content)
        if document := content.get("document"):
            file = (document["file_name"], world.files[document["file_id"]])
            world.attached[int(place.channel_id), message["message_id"]] = [file]
        return message

    def _document(self, name: str, content: bytes) -> Json:
        file_id = self.server.keep_file(content)
        return {
            "document": {
                "file_id": file_id,
                "file_unique_id": file_id,
                "file_name": name,
                "mime_type": "text/plain",
                "file_size": len(content),
            }
        }

    def _message(self, place: ConversationRef, message_id: str) -> Json:
        return self.server.world.messages[int(place.channel_id), int(message_id)]


def _data(message: Json) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button.get("callback_data", button.get("url")) for row in rows for button in row]


@dataclass
class TelegramUnderTest:
    """See ``PlatformUnderTest``; by long polling, or by ``webhook``."""

    adapter: TelegramAdapter
    intake: RecordingIntake
    stage: TelegramStage
    webhook: bool = False
    updates: dict[str, Json] = field(default_factory=dict[str, Json])
    agent_id: str = ANA.user_id

    @property
    def server(self) -> TelegramServer:
        return self.stage.server

    @property
    def conversation(self) -> ConversationRef:
        return self.stage.conversation

    @property
    def channel(self) -> ConversationRef:
        return self.stage.channel

    async def receive(self, event: PlatformEvent) -> bool:
        update = self.updates.get(event.id)
        if update is None:
            before = len(self.server.updates)
            await self._act(event)
            update = self.updates[event.id] = self.server.updates[before:][-1]
        elif update not in self.server.updates:
            # Telegram gives an update again under the same number only until it is confirmed.
            number = update if self.webhook else update | {"update_id": update["update_id"] + 500}
            await self.server.push(number)
            update = number
        if self.webhook:
            self.server.updates.clear()
            return await self.server.deliver(update) == 200
        return await self.server.until_confirmed(update["update_id"], seconds=0.5)

    async def shown(self, conversation: ConversationRef) -> Sequence[str]:
        return said_by_relevo(self.stage.seen(conversation))

    async def offered(self, conversation: ConversationRef) -> Sequence[str]:
        return [seen for seen in self.stage.seen(conversation) if seen.by_relevo][-1].actions

    async def pinged(self) -> Sequence[str]:
        return self.stage.server.world.pinged

    async def signed(self) -> Sequence[str]:
        return [str(message) for _, message in self.stage.server.world.reacted]

    async def settle(self) -> None:
        await asyncio.sleep(0.05)

    async def until_handed(self, count: int) -> None:
        """Return when the intake has got so many messages."""
        deadline = time.monotonic() + 5
        while len(self.intake.handed) < count:
            assert time.monotonic() < deadline, f"only {len(self.intake.handed)} were handed on"
            await asyncio.sleep(0.005)

    async def _act(self, event: PlatformEvent) -> None:
        stage, target = self.stage, event.target or ""
        match event.kind:
            case MessageKind.NEW:
                await stage.write(self.conversation, event.text)
            case MessageKind.EDITED:
                await stage.edit(self.conversation, target, event.text)
            case MessageKind.PRESSED:
                await stage.press(self.conversation, target, event.action or "")
            case MessageKind.DELETED:
                raise NotImplementedError("Telegram tells bots nothing of deletions")


@asynccontextmanager
async def telegram_stage(token: str = TOKEN) -> AsyncGenerator[TelegramStage]:
    """Set up a Telegram with two people and a group."""
    async with telegram_server(token) as server:
        yield TelegramStage(server)


def an_adapter(stage: TelegramStage, redis: Redis, **more: Any) -> TelegramAdapter:
    tools = adapter_tools(redis, Platform.TELEGRAM)
    settings: dict[str, Any] = {"pace": FAST} | stage.settings | more
    return TelegramAdapter(tools, **settings)


@asynccontextmanager
async def running(
    adapter: TelegramAdapter, intake: RecordingIntake
) -> AsyncGenerator[asyncio.Task[None]]:
    """Run an adapter for a while, and let go of it."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(adapter.run(intake))
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await adapter.close()


@asynccontextmanager
async def telegram(redis: Redis, *, webhook: bool = False) -> AsyncGenerator[TelegramUnderTest]:
    """Connect an adapter to a stage."""
    async with telegram_stage() as stage:
        intake = RecordingIntake()
        if not webhook:
            adapter = an_adapter(stage, redis)
            async with running(adapter, intake):
                await stage.ready()
                yield TelegramUnderTest(adapter, intake, stage)
            return
        adapter = an_adapter(stage, redis, webhook_url="http://127.0.0.1:9", webhook_secret=SECRET)
        async with (
            HttpEdge("127.0.0.1", 0, routes=adapter.routes(), ready=at_once) as edge,
            running(adapter, intake),
        ):
            async with asyncio.timeout(5):
                await stage.server.until_called("setWebhook")
            stage.server.webhook["url"] = f"http://127.0.0.1:{edge.port}/telegram/webhook"
            yield TelegramUnderTest(adapter, intake, stage, webhook=True)
