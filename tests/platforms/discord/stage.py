"""Discord as a stage: people act on the loopback server, and Relevo's adapter meets them there."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.discord import DiscordAdapter, Pace
from adapters.discord.parse import direct, in_guild
from adapters.discord.render import PLAIN, form_of
from bot.vocabulary.messages import ConversationRef, MessageKind, Platform
from bot.vocabulary.tools import AdapterTools
from tests.contracts.kit import PlatformEvent, RecordingIntake
from tests.platforms.discord import payloads
from tests.platforms.discord.gateway import until
from tests.platforms.discord.payloads import Payload
from tests.platforms.discord.reading import visible
from tests.platforms.discord.server import DiscordServer
from tests.platforms.discord.world import AGENT, BOT, CUSTOMER, DIRECT, FORUM, GUILD
from tests.platforms.stage import Seen, Someone, said_by_relevo

QUICK = Pace(identify=0.1, reconnect=0.02, invalid=0.05, store=0.02, lease=1.5, answer=1.0)
"""A pace for tests: what waits for Discord's sake on the real one is short."""

THUMBS = {"up": "👍", "down": "👎"}


@asynccontextmanager
async def discord_stage() -> AsyncGenerator["DiscordStage"]:
    """Set up a Discord; at the end all that was said must have kept to the published description."""
    stage = DiscordStage()
    await stage.start()
    try:
        yield stage
    finally:
        await stage.server.stop()
    assert not stage.server.violations, stage.server.violations


def channel_of(place: ConversationRef) -> str:
    """The Discord channel or thread in which a conversation's messages stand."""
    return place.thread_id or place.channel_id


class DiscordStage:
    """See ``tests.platforms.stage.Stage``."""

    platform = Platform.DISCORD
    customer = Someone(user_id=CUSTOMER, name="Cleo")
    agent = Someone(user_id=AGENT, name="Ana")
    conversation = direct(DIRECT)
    channel = ConversationRef(platform=Platform.DISCORD, tenant_id=GUILD, channel_id=FORUM)
    desk_setting = f"discord:{FORUM}"

    def __init__(self) -> None:
        self.server = DiscordServer()
        self.settings: dict[str, Any] = {}

    async def start(self) -> None:
        await self.server.start()
        self.settings = {
            "token": self.server.world.token,
            "api_url": self.server.api_url,
            "gateway_url": self.server.gateway_url,
        }

    async def ready(self) -> None:
        """Return when a session exists: whatever happens from then on reaches it."""
        gateway = self.server.gateway
        await until(lambda: gateway.sessions and gateway.lines, seconds=30)

    async def write(
        self,
        place: ConversationRef,
        text: str,
        *,
        who: Someone | None = None,
        files: Sequence[tuple[str, bytes]] = (),
    ) -> str:
        stored = [self.server.methods.stored(name, content) for name, content in files]
        author = (who or self.customer).user_id
        return self.server.world.say(channel_of(place), author, text, attachments=stored)["id"]

    async def edit(self, place: ConversationRef, message_id: str, text: str) -> None:
        self.server.world.change(message_id, text)

    async def delete(self, place: ConversationRef, message_id: str) -> None:
        self.server.world.take_back(message_id)

    async def press(
        self,
        place: ConversationRef,
        message_id: str,
        action: str,
        *,
        who: Someone | None = None,
        text: str | None = None,
    ) -> None:
        message = self.server.world.messages[message_id]
        ids = [button["custom_id"] for button in payloads.buttons(message["components"])]
        custom_id = next(one for one in ids if _action(one) == action)
        author = who or self.customer
        data: Payload = {"custom_id": custom_id, "component_type": 2}
        token = self.interact(place, 3, data, author, message=message)
        if form_of(custom_id):
            await until(lambda: token in self.server.world.answered)
            form = self.server.world.answered[token]["data"]
            self.interact(place, 5, filled(form, text or ""), author, message=message)

    def interact(
        self, place: ConversationRef, kind: int, data: Payload, who: Someone, **more: Any
    ) -> str:
        """Let an interaction happen; returns its token."""
        world, channel_id = self.server.world, channel_of(place)
        guild_id = world.guild_of(channel_id)
        user = world.users[who.user_id]
        token = f"token-{payloads.snowflake()}"
        event: Payload = {
            "id": payloads.snowflake(),
            "application_id": BOT,
            "type": kind,
            "token": token,
            "version": 1,
            "data": data,
            "channel_id": channel_id,
            "channel": payloads.partial(world.channels[channel_id]),
            "locale": "es-ES",
            **more,
        }
        if guild_id is None:
            event["user"] = user
        else:
            member = world.members.get(who.user_id)
            event |= {"guild_id": guild_id, "member": (member or {}) | {"user": user}}
        world.emit("INTERACTION_CREATE", event)
        return token

    async def command(
        self, place: ConversationRef, name: str, *, who: Someone | None = None, text: str = ""
    ) -> None:
        """Use a slash command."""
        options = [{"type": 3, "name": "text", "value": text}] if text else []
        data: Payload = {"id": "1", "name": name, "type": 1, "options": options}
        self.interact(place, 2, data, who or self.customer)

    async def react(self, place: ConversationRef, message_id: str, thumb: str) -> None:
        self.react_with(message_id, THUMBS[thumb], self.customer)

    def react_with(self, message_id: str, emoji: str, who: Someone) -> None:
        """Set any emoji under a message."""
        world = self.server.world
        message = world.messages[message_id]
        event: Payload = {
            "user_id": who.user_id,
            "channel_id": message["channel_id"],
            "message_id": message_id,
            "message_author_id": message["author"]["id"],
            "emoji": {"id": None, "name": emoji},
            "burst": False,
            "type": 0,
        }
        guild_id = world.guild_of(message["channel_id"])
        if guild_id:
            member = payloads.member() | {"user": world.users[who.user_id]}
            event |= {"guild_id": guild_id, "member": member}
        world.emit("MESSAGE_REACTION_ADD", event)

    def types(self, place: ConversationRef, who: Someone) -> None:
        """Let somebody begin to write, as Discord tells it."""
        world, channel_id = self.server.world, channel_of(place)
        event: Payload = {"channel_id": channel_id, "user_id": who.user_id, "timestamp": 1}
        if guild_id := world.guild_of(channel_id):
            member = payloads.member() | {"user": world.users[who.user_id]}
            event |= {"guild_id": guild_id, "member": member}
        world.emit("TYPING_START", event)

    def threads(self) -> Sequence[ConversationRef]:
        opened = self.server.world.threads(self.channel.channel_id)
        return [in_guild(GUILD, self.channel.channel_id, raw["id"]) for raw in opened]

    def seen(self, place: ConversationRef) -> Sequence[Seen]:
        return [self._seen(raw) for raw in self.server.world.in_channel(channel_of(place))]

    def pings(self) -> int:
        return len(self.server.world.pinged)

    def unfurls(self) -> int:
        return self.server.world.previewed

    def _seen(self, raw: Payload) -> Seen:
        by_relevo = raw["author"]["id"] == BOT
        ids = [str(button["custom_id"]) for button in payloads.buttons(raw["components"])]
        contents = self.server.world.contents
        return Seen(
            id=raw["id"],
            text=visible(raw["content"]) if by_relevo else raw["content"],
            by_relevo=by_relevo,
            actions=tuple(map(_action, ids)),
            files=tuple((file["filename"], contents[file["id"]]) for file in raw["attachments"]),
        )


def _action(custom_id: str) -> str:
    form = form_of(custom_id)
    return form[0] if form else custom_id.removeprefix(PLAIN)


def filled(form: Payload, text: str) -> Payload:
    """What comes back of a form when somebody writes into its one field and sends it."""
    [label] = form["components"]
    field_id = label["component"]["custom_id"]
    component = {"type": 4, "id": 2, "custom_id": field_id, "value": text}
    return {
        "custom_id": form["custom_id"],
        "components": [{"type": 18, "id": 1, "component": component}],
    }


@dataclass
class DiscordUnderTest:
    """See ``PlatformUnderTest``: an adapter that runs against a stage."""

    stage: DiscordStage
    tools: AdapterTools
    adapter: DiscordAdapter
    intake: RecordingIntake
    sent: dict[str, Payload] = field(default_factory=dict[str, Payload])
    agent_id: str = AGENT

    @property
    def conversation(self) -> ConversationRef:
        return self.stage.conversation

    @property
    def channel(self) -> ConversationRef:
        return self.stage.channel

    async def receive(self, event: PlatformEvent) -> bool:
        """Deliver an event; one that still waits for its acknowledgement is not sent again."""
        frame = self.sent.get(event.id)
        if frame is None or await self._is_marked(frame["s"]):
            frame = await self._deliver(event, frame)
            self.sent[event.id] = frame
        return await self._acknowledged(frame["s"])

    async def _deliver(self, event: PlatformEvent, earlier: Payload | None) -> Payload:
        world, gateway = self.stage.server.world, self.stage.server.gateway
        [session] = gateway.sessions.values()
        if earlier is not None:
            gateway.add(session, {"op": 0, "t": earlier["t"], "d": earlier["d"]})
            return session.log[-1]
        place = self.conversation
        match event.kind:
            case MessageKind.NEW:
                await self.stage.write(place, event.text)
            case MessageKind.EDITED:
                world.change(str(event.target), event.text)
            case MessageKind.DELETED:
                world.take_back(str(event.target))
            case MessageKind.PRESSED:
                await self.stage.press(place, str(event.target), str(event.action))
        return session.log[-1]

    async def _acknowledged(self, number: int) -> bool:
        patience = 0.3 if self.intake.failing else 3.0
        for _ in range(int(patience / 0.005)):
            if await self._is_marked(number):
                return True
            await asyncio.sleep(0.005)
        return False

    async def _is_marked(self, number: int) -> bool:
        kept = await self.tools.store.get("session", "sequence")
        return kept is not None and int(kept) >= number

    async def shown(self, conversation: ConversationRef) -> Sequence[str]:
        return said_by_relevo(self.stage.seen(conversation))

    async def offered(self, conversation: ConversationRef) -> Sequence[str]:
        return [seen for seen in self.stage.seen(conversation) if seen.by_relevo][-1].actions

    async def pinged(self) -> Sequence[str]:
        return self.stage.server.world.pinged

    async def signed(self) -> Sequence[str]:
        return [message_id for message_id, _ in self.stage.server.world.reacted]

    async def settle(self) -> None:
        [session] = self.stage.server.gateway.sessions.values()
        number = len(session.log)
        assert await self._acknowledged(number), "the adapter does not keep up"
