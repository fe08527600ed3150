"""Slack as a stage: a customer in a direct message, an agent in the desk's channel."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from adapters.slack.sending import Pace
from bot.vocabulary.messages import ConversationRef, Platform
from tests.platforms.slack.events import Events
from tests.platforms.slack.server import APP_TOKEN, BOT_TOKEN, Delivered, SlackServer, slack_server
from tests.platforms.slack.workspace import APP, BOT, BOT_USER, TEAM, Message, actions, visible
from tests.platforms.stage import Seen, Someone

DIRECT = "D0CUSTOMER"
DESK = "C0DESK0001"
QUICK = Pace(a_second=1000.0, at_once=1000)


def place(channel: str, thread: str | None = None) -> ConversationRef:
    return ConversationRef(
        platform=Platform.SLACK, tenant_id=TEAM, channel_id=channel, thread_id=thread
    )


class SlackStage(Events):
    """See ``Stage``. ``server`` is the platform behind it."""

    platform = Platform.SLACK
    agent = Someone(user_id="U0AGENT001", name="Ana")
    conversation = place(DIRECT)
    channel = place(DESK)
    desk_setting = f"slack:{DESK}"

    def __init__(self, server: SlackServer) -> None:
        self.server = server
        workspace = server.workspace
        workspace.add_channel(DIRECT, is_im=True).members.add(self.customer.user_id)
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

    async def edit(self, place: ConversationRef, message_id: str, text: str) -> None:
        await self.server.insist("events_api", self.edit_event(place, message_id, text))

    async def delete(self, place: ConversationRef, message_id: str) -> None:
        await self.server.insist("events_api", self.delete_event(place, message_id))

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

    async def react(self, place: ConversationRef, message_id: str, thumb: str) -> None:
        name = {"up": "+1", "down": "-1"}[thumb]
        await self.server.insist("events_api", self.reaction_event(place, message_id, name))

    async def command(
        self, place: ConversationRef, text: str, *, who: Someone | None = None
    ) -> Delivered:
        """Write ``/relevo`` and some words."""
        body = self.command_body(place, text, who)
        return await self.server.insist("slash_commands", body)

    def command_body(
        self, place: ConversationRef, text: str, who: Someone | None = None
    ) -> dict[str, Any]:
        someone = who or self.customer
        return {
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
            "trigger_id": self.server.workspace.new_trigger(),
        }

    def threads(self) -> Sequence[ConversationRef]:
        heads = self.channel_of(self.channel).heads()
        desk = self.channel.channel_id
        return [place(desk, it["ts"]) for it in heads if it.get("bot_id") == BOT]

    def seen(self, place: ConversationRef) -> Sequence[Seen]:
        channel = self.channel_of(place)
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


@asynccontextmanager
async def slack_stage() -> AsyncGenerator[SlackStage]:
    """Set up a workspace; at the end all that was said must have kept to the published samples."""
    async with slack_server() as server:
        yield SlackStage(server)
        assert not server.violations, server.violations
