"""Slack under the adapters' contract, over a socket or over HTTP."""

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
from bot.vocabulary.standing import Complete
from tests.contracts.kit import PlatformEvent, RecordingIntake
from tests.platforms.slack.server import APP_TOKEN, BOT_TOKEN, SECRET, SlackServer, slack_server
from tests.platforms.slack.stage import DESK, QUICK, SlackStage
from tests.platforms.stage import at_once, said_by_relevo
from tests.tools import adapter_tools


@dataclass
class SlackUnderTest:
    """See ``PlatformUnderTest``."""

    adapter: SlackAdapter
    intake: RecordingIntake
    stage: SlackStage
    conversation: ConversationRef = SlackStage.conversation
    channel: ConversationRef = SlackStage.channel
    agent_id: str = SlackStage.agent.user_id
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
        return said_by_relevo(self.stage.seen(conversation))

    async def offered(self, conversation: ConversationRef) -> Sequence[str]:
        return [seen for seen in self.stage.seen(conversation) if seen.by_relevo][-1].actions

    async def pinged(self) -> Sequence[str]:
        return self.stage.server.workspace.pinged

    async def signed(self) -> Sequence[str]:
        return [ts for (_, ts), names in self.stage.server.workspace.reactions.items() if names]

    async def settle(self) -> None:
        await asyncio.sleep(0.05)


@asynccontextmanager
async def slack(
    redis: Redis,
    *,
    over_http: bool = False,
    pace: Pace = QUICK,
    intake: RecordingIntake | None = None,
    complete: Complete | None = None,
    **more: Any,
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
        adapter.complete = complete
        await adapter.locate(DESK)
        intake = intake or RecordingIntake()
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
    async with HttpEdge("127.0.0.1", 0, routes=adapter.routes(), ready=at_once) as edge:
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
