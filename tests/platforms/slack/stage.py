"""Slack as a stage: a customer in a direct message, an agent in the desk's channel."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis

from adapters.slack import SlackAdapter
from adapters.slack.sending import Pace
from bot.edge import HttpEdge
from bot.vocabulary.messages import ConversationRef, MessageKind, Platform
from tests.contracts.adapter_contract import PlatformEvent, RecordingIntake
from tests.platforms.slack.server import (
    APP_TOKEN,
    BOT_TOKEN,
    SECRET,
    Delivered,
    SlackServer,
    slack_server,
)
from tests.platforms.slack.workspace import (
    ADDRESS,
    APP,
    BOT,
    BOT_USER,
    TEAM,
    Channel,
    Message,
    StoredFile,
    actions,
    buttons,
    escape,
    visible,
)
from tests.platforms.stage import Seen, Someone
from tests.tools import adapter_tools

DIRECT = "D0CUSTOMER"
DESK = "C0DESK0001"
QUICK = Pace(a_second=1000.0, at_once=1000)


def place(channel: str, thread: str | None = None) -> ConversationRef:
    return ConversationRef(
        platform=Platform.SLACK, tenant_id=TEAM, channel_id=channel, thread_id=thread
    )


class SlackStage:
    """See ``Stage``. ``server`` is the platform behind it."""

    platform = Platform.SLACK
    customer = Someone(user_id="U0CUSTOMER", name="Marta")
    agent = Someone(user_id="U0AGENT001", name="Ana")
    conversation = place(DIRECT)
    channel = place(DESK)
    desk_setting = f"slack:{DESK}"

    def __init__(self, server: SlackServer) -> None:
        self.server = server
        workspace = server.workspace
        workspace.add_channel(DIRECT, is_im=True)
        workspace.add_channel(DESK)
        workspace.add_user(BOT_USER, "Relevo", is_bot=True)
        for someone in (self.customer, self.agent):
            workspace.add_user(someone.user_id, someone.name)
        self.settings: dict[str, Any] = {
            "bot_token": BOT_TOKEN,
            "app_token": APP_TOKEN,
            "api_url": server.api_url,
        }

    async def ready(self) -> None:
        await self.server.connected()

    async def write(
        self,
        place: ConversationRef,
        text: str,
        *,
        who: Someone | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> str:
        message = self.post(place, text, who=who, files=files)
        for event in self.events_of(place, message):
            await self.server.insist("events_api", self.server.event(event))
        return message["ts"]

    def post(
        self,
        place: ConversationRef,
        text: str,
        *,
        who: Someone | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> Message:
        """Write without telling the app, as in a gap; in a channel itself the bot is mentioned."""
        channel = self._channel(place)
        words = ADDRESS.sub(lambda match: f"<{match[0]}>", escape(text))
        if not channel.is_im and place.thread_id is None:
            words = f"<@{BOT_USER}> {words}"
        message: Message = {
            "user": (who or self.customer).user_id,
            "text": words,
            "client_msg_id": f"c-{self.server.workspace.serial()}",
        }
        if place.thread_id:
            message["thread_ts"] = place.thread_id
            parent = channel.messages.get(place.thread_id)
            if parent is not None:
                parent.setdefault("thread_ts", place.thread_id)
                message["parent_user_id"] = parent["user"]
        if files:
            message["files"] = [self._file(name, content) for name, content in files]
        return self.server.workspace.post(channel, message)

    def events_of(self, place: ConversationRef, message: Message) -> list[dict[str, Any]]:
        """What Slack tells about a new message; of a mention it tells twice."""
        channel = self._channel(place)
        shared = {"subtype": "file_share"} if message.get("files") else {}
        fields = {key: value for key, value in message.items() if key != "reply_count"}
        if shared:
            fields.pop("client_msg_id", None)
            fields.pop("team", None)
        event = {
            **fields,
            **shared,
            "channel": channel.id,
            "channel_type": channel.kind,
            "event_ts": message["ts"],
        }
        if f"<@{BOT_USER}>" not in message["text"] or channel.is_im:
            return [event]
        known = ("user", "text", "ts", "team", "channel", "event_ts", "thread_ts", "client_msg_id")
        mention = {key: event[key] for key in known if key in event}
        return [event, {**mention, "type": "app_mention"}]

    async def edit(self, place: ConversationRef, message_id: str, text: str) -> None:
        await self.server.insist("events_api", self.edit_event(place, message_id, text))

    def edit_event(
        self, place: ConversationRef, message_id: str, text: str, event_id: str | None = None
    ) -> dict[str, Any]:
        channel = self._channel(place)
        before = dict(channel.messages[message_id])
        before.pop("files", None)
        changed_at = self.server.workspace.new_ts()
        channel.messages[message_id] |= {
            "text": escape(text),
            "edited": {"user": before["user"], "ts": changed_at},
        }
        message = {k: v for k, v in channel.messages[message_id].items() if k != "files"}
        event = {
            "type": "message",
            "subtype": "message_changed",
            "channel": channel.id,
            "channel_type": channel.kind,
            "hidden": True,
            "message": message,
            "previous_message": before,
            "ts": changed_at,
            "event_ts": changed_at,
        }
        return self.server.event(event, event_id)

    async def delete(self, place: ConversationRef, message_id: str) -> None:
        await self.server.insist("events_api", self.delete_event(place, message_id))

    def delete_event(
        self, place: ConversationRef, message_id: str, event_id: str | None = None
    ) -> dict[str, Any]:
        channel = self._channel(place)
        before = channel.messages.pop(message_id)
        before.pop("files", None)
        deleted_at = self.server.workspace.new_ts()
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "channel": channel.id,
            "channel_type": channel.kind,
            "hidden": True,
            "deleted_ts": message_id,
            "previous_message": before,
            "ts": deleted_at,
            "event_ts": deleted_at,
        }
        return self.server.event(event, event_id)

    async def press(
        self,
        place: ConversationRef,
        message_id: str,
        action: str,
        *,
        who: Someone | None = None,
        text: str | None = None,
    ) -> None:
        before = set(self.server.workspace.views)
        await self.server.insist("interactive", self.press_payload(place, message_id, action, who))
        opened = [view for name, view in self.server.workspace.views.items() if name not in before]
        if opened and text is not None:
            await self.server.insist("interactive", self.submission(opened[0], text, who))

    def press_payload(
        self,
        place: ConversationRef,
        message_id: str,
        action: str,
        who: Someone | None = None,
        at: str | None = None,
    ) -> dict[str, Any]:
        channel = self._channel(place)
        message = channel.messages[message_id]
        container: dict[str, Any] = {
            "type": "message",
            "message_ts": message_id,
            "channel_id": channel.id,
            "is_ephemeral": False,
        }
        if message.get("thread_ts"):
            container["thread_ts"] = message["thread_ts"]
        pressed = _element(message, action)
        return {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "relevo"},
            "user": _user(who or self.customer),
            "api_app_id": APP,
            "token": "none",
            "container": container,
            "trigger_id": f"trigger-{self.server.workspace.serial()}",
            "channel": {"id": channel.id, "name": channel.id.lower()},
            "message": {"type": "message", "ts": message_id, "text": "", "bot_id": BOT},
            "actions": [
                {
                    "type": pressed["type"],
                    "action_id": pressed["action_id"],
                    "block_id": "b1",
                    "value": action,
                    "action_ts": at or self.server.workspace.new_ts(),
                    **({"text": _told(pressed["text"])} if "text" in pressed else {}),
                }
            ],
        }

    def submission(
        self, view: dict[str, Any], text: str, who: Someone | None = None
    ) -> dict[str, Any]:
        field_ = view["blocks"][0]
        typed = {"type": "plain_text_input", "value": text}
        values = {field_["block_id"]: {field_["element"]["action_id"]: typed}}
        shown = ("id", "hash", "team_id", "type", "title", "private_metadata", "callback_id")
        return {
            "type": "view_submission",
            "team": {"id": TEAM, "domain": "relevo"},
            "user": _user(who or self.customer),
            "api_app_id": APP,
            "token": "none",
            "trigger_id": f"trigger-{self.server.workspace.serial()}",
            "view": {**{key: view[key] for key in shown}, "state": {"values": values}},
        }

    async def react(self, place: ConversationRef, message_id: str, thumb: str) -> None:
        name = {"up": "+1", "down": "-1"}[thumb]
        await self.server.insist("events_api", self.reaction_event(place, message_id, name))

    def reaction_event(
        self, place: ConversationRef, message_id: str, name: str, who: Someone | None = None
    ) -> dict[str, Any]:
        channel = self._channel(place)
        event = {
            "type": "reaction_added",
            "user": (who or self.customer).user_id,
            "item": {"type": "message", "channel": channel.id, "ts": message_id},
            "reaction": name,
            "item_user": channel.messages[message_id]["user"],
            "event_ts": self.server.workspace.new_ts(),
        }
        return self.server.event(event)

    async def command(
        self, place: ConversationRef, text: str, *, who: Someone | None = None
    ) -> Delivered:
        """Write ``/relevo`` and some words."""
        someone = who or self.customer
        body = {
            "token": "none",
            "team_id": TEAM,
            "team_domain": "relevo",
            "channel_id": place.channel_id,
            "channel_name": "directmessage",
            "user_id": someone.user_id,
            "user_name": someone.name.lower(),
            "command": "/relevo",
            "text": text,
            "api_app_id": APP,
            "response_url": f"{self.server.base}/respond",
            "trigger_id": f"trigger-{self.server.workspace.serial()}",
        }
        return await self.server.insist("slash_commands", body)

    def threads(self) -> Sequence[ConversationRef]:
        heads = self._channel(self.channel).heads()
        desk = self.channel.channel_id
        return [place(desk, it["ts"]) for it in heads if it.get("bot_id") == BOT]

    def seen(self, place: ConversationRef) -> Sequence[Seen]:
        channel = self._channel(place)
        thread = place.thread_id
        shown = channel.thread(thread) if thread else channel.heads()
        return [self._seen(message) for message in shown]

    def pings(self) -> int:
        return self.server.workspace.pings

    def unfurls(self) -> int:
        return self.server.workspace.unfurls

    def _seen(self, message: Message) -> Seen:
        files = self.server.workspace.files
        shared = [files[it["id"]] for it in message.get("files") or () if it["id"] in files]
        return Seen(
            id=message["ts"],
            text=visible(message),
            by_relevo=message.get("bot_id") == BOT,
            actions=actions(message),
            files=tuple((file.name, file.content) for file in shared),
        )

    def _channel(self, place: ConversationRef) -> Channel:
        return self.server.workspace.channels[place.channel_id]

    def _file(self, name: str, content: bytes) -> dict[str, Any]:
        kind = "text/html" if name.endswith(".html") else "application/octet-stream"
        file = StoredFile(f"F{self.server.workspace.serial():08}", name, content, kind)
        self.server.workspace.files[file.id] = file
        described = self.server.methods.described(file)
        return {key: value for key, value in described.items() if key != "channels"}


def _told(label: dict[str, Any]) -> dict[str, Any]:
    """A button's label as Slack sends it back: escaped (slackapi/bolt-python#513)."""
    return label | {"text": escape(label["text"])}


def _element(message: Message, action: str) -> dict[str, Any]:
    for element in buttons(message):
        if element.get("value") == action or element["type"] == "feedback_buttons":
            return element
    raise AssertionError(f"the message has no button {action}")


def _user(someone: Someone) -> dict[str, Any]:
    name = someone.name.lower()
    return {"id": someone.user_id, "username": name, "name": name, "team_id": TEAM}


@dataclass
class SlackUnderTest:
    """See ``PlatformUnderTest``."""

    adapter: SlackAdapter
    intake: RecordingIntake
    stage: SlackStage
    conversation: ConversationRef = SlackStage.conversation
    channel: ConversationRef = SlackStage.channel
    events: dict[str, tuple[str, dict[str, Any]]] = field(
        default_factory=dict[str, tuple[str, dict[str, Any]]]
    )

    @property
    def server(self) -> SlackServer:
        return self.stage.server

    async def receive(self, event: PlatformEvent) -> bool:
        if event.id not in self.events:
            self.events[event.id] = self._made(event)
        kind, body = self.events[event.id]
        return (await self.server.tell(kind, body)).acknowledged

    def _made(self, event: PlatformEvent) -> tuple[str, dict[str, Any]]:
        stage, target = self.stage, event.target or ""
        match event.kind:
            case MessageKind.NEW:
                message = stage.post(self.conversation, event.text)
                [told] = stage.events_of(self.conversation, message)
                return "events_api", self.server.event(told)
            case MessageKind.EDITED:
                return "events_api", stage.edit_event(self.conversation, target, event.text)
            case MessageKind.DELETED:
                return "events_api", stage.delete_event(self.conversation, target)
            case MessageKind.PRESSED:
                payload = stage.press_payload(self.conversation, target, event.action or "")
                return "interactive", payload

    async def shown(self, conversation: ConversationRef) -> Sequence[str]:
        return [seen.text for seen in self.stage.seen(conversation) if seen.by_relevo]

    async def settle(self) -> None:
        await asyncio.sleep(0.05)


@asynccontextmanager
async def slack_stage() -> AsyncGenerator[SlackStage]:
    """Set up a workspace; at the end all that was said must have kept to the published samples."""
    async with slack_server() as server:
        yield SlackStage(server)
        assert not server.violations, server.violations


@asynccontextmanager
async def slack(
    redis: Redis, *, over_http: bool = False, pace: Pace = QUICK, **more: Any
) -> AsyncGenerator[SlackUnderTest]:
    """Run the adapter against a workspace of its own, over a socket or over HTTP."""
    async with slack_server() as server:
        stage = SlackStage(server)
        secret = {"signing_secret": SECRET} if over_http else {"app_token": APP_TOKEN}
        adapter = SlackAdapter(
            adapter_tools(redis, Platform.SLACK),
            bot_token=BOT_TOKEN,
            api_url=server.api_url,
            pace=pace,
            **secret,
            **more,
        )
        await adapter.locate(DESK)
        intake = RecordingIntake()
        try:
            async with running(adapter, intake, server):
                yield SlackUnderTest(adapter=adapter, intake=intake, stage=stage)
        finally:
            await adapter.close()
        assert not server.violations, server.violations
        assert not server.faults, "a fault was prepared and never met"


@asynccontextmanager
async def running(
    adapter: SlackAdapter, intake: RecordingIntake, server: SlackServer
) -> AsyncGenerator[None]:
    """Let the adapter receive until the block ends."""
    async with HttpEdge("127.0.0.1", 0, routes=adapter.routes(), ready=_ready) as edge:
        over_http = bool(adapter.routes())
        if over_http:
            server.events_url = f"http://127.0.0.1:{edge.port}/slack/events"
        async with asyncio.TaskGroup() as group:
            task = group.create_task(adapter.run(intake))
            await (_open(adapter) if over_http else server.connected())
            try:
                yield
            finally:
                task.cancel()


async def _open(adapter: SlackAdapter) -> None:
    while adapter._reception is None:  # noqa: ASYNC110 - it has no signal
        await asyncio.sleep(0.01)


async def _ready() -> bool:
    return True
