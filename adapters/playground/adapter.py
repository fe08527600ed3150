"""The playground: one web page as a chat platform, for trying Relevo without any account.

The page may act as any customer and as any agent: it is a stage for a demonstration, not a place
for strangers. It is therefore served on loopback unless the operator says otherwise, and listens
only to its own page (``guard``). Nothing that Relevo shows comes back as an event.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from adapters.playground import render
from adapters.playground.feed import (
    FeedEvent,
    LineShown,
    Listening,
    ThreadOpened,
    TurnStored,
    TypingShown,
    listen,
)
from adapters.playground.guard import is_own_page
from adapters.playground.lines import Line, LineRole
from adapters.playground.parse import DESK, TENANT, desk_thread
from adapters.playground.reception import Reception
from adapters.playground.session import Office, Session
from adapters.playground.sockets import Hub, PageSocket
from adapters.playground.transcript import DeskThread, Transcript, digest
from bot.texts import catalogue
from bot.vocabulary.cases import CaseReader
from bot.vocabulary.errors import ConnectionLostError, DeliveryError, StateUnavailableError
from bot.vocabulary.messages import ConversationRef, OutgoingMessage, Platform, SentMessage
from bot.vocabulary.people import Agent
from bot.vocabulary.platforms import Capabilities, Intake
from bot.vocabulary.turns import ReceiptReader

WEB = Path(__file__).parent / "web"
FRAME_BYTES = 1024 * 1024
PAGES_OPEN = 100
TITLE_LENGTH = 200

AGENTS = (Agent(id="ana", name="Ana"), Agent(id="ben", name="Ben"))


class PlaygroundAdapter:
    """The web page as a platform. ``desk`` is the channel in which cases are opened."""

    platform = Platform.PLAYGROUND
    capabilities = Capabilities(
        max_text_length=20_000, threads=True, buttons=True, edits=True, typing=True
    )
    desk = ConversationRef(platform=Platform.PLAYGROUND, tenant_id=TENANT, channel_id=DESK)

    def __init__(
        self,
        transcript: Transcript,
        *,
        receipts: ReceiptReader,
        cases: CaseReader,
        hosts: Collection[str] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Build the adapter; ``hosts`` are host names besides ``localhost`` that serve the page."""
        self._transcript = transcript
        self._office = Office(transcript=transcript, receipts=receipts, cases=cases, agents=AGENTS)
        self._hosts = frozenset(hosts)
        self._now = now
        self._hub = Hub()
        self._reception: Reception | None = None

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The page, its files and texts, and its WebSocket."""
        return (
            web.get("/", _to_page),
            web.get("/playground", _page),
            web.get("/playground/texts", _texts),
            web.get("/playground/ws", self._socket),
            web.static("/playground/static", WEB),
        )

    async def run(self, intake: Intake) -> None:
        """Take events of the pages and show them what is new, until cancelled."""
        reception = Reception(self._transcript, intake, now=self._now)
        try:
            async with aclosing(listen(self._transcript.redis)) as events:
                async for event in events:
                    self._spread(event, reception)
        finally:
            self._reception = None
            await self._hub.close()

    async def send(
        self, conversation: ConversationRef, message: OutgoingMessage, *, key: str
    ) -> SentMessage:
        """Show a message once for each ``key``; see ``ChatAdapter.send`` for its errors."""
        if not _is_shown(conversation):
            raise DeliveryError(
                f"The playground shows no conversation {conversation}: "
                "use playground:demo:<customer> or a thread of the desk."
            )
        line = Line(
            id=f"r_{digest(str(conversation), key)}",
            role=LineRole.RELEVO,
            author_id="",
            name=message.speaker or "",
            text=message.text,
            at=self._now(),
            buttons=message.buttons,
            sources=message.sources,
        )
        try:
            shown = await self._transcript.append(conversation, line, key=key)
        except StateUnavailableError as error:
            raise ConnectionLostError(str(error)) from error
        return SentMessage(conversation=conversation, message_id=shown)

    async def open_thread(
        self, channel: ConversationRef, title: str, first: OutgoingMessage, *, key: str
    ) -> SentMessage:
        """Open a thread of the desk once for each ``key``, with its first message."""
        if channel != self.desk:
            raise DeliveryError(
                f"The playground opens no thread in {channel}: set desk.channel to playground:desk."
            )
        thread = DeskThread(
            id=digest(str(channel), key)[:12], title=title[:TITLE_LENGTH], opened_at=self._now()
        )
        try:
            await self._transcript.open_thread(thread)
        except StateUnavailableError as error:
            raise ConnectionLostError(str(error)) from error
        return await self.send(desk_thread(thread.id), first, key=key)

    async def typing(self, conversation: ConversationRef) -> None:
        """Show for some seconds that an answer is on its way."""
        try:
            await self._transcript.announce_typing(conversation)
        except StateUnavailableError:
            return

    def _spread(self, event: FeedEvent, reception: Reception) -> None:
        """Show an announcement to the pages of this process."""
        match event:
            case Listening():
                self._reception = reception
                self._hub.tell({"type": "resync"})
            case LineShown(conversation=conversation, stored=stored):
                self._hub.tell(render.line(conversation, stored), conversation=conversation)
            case ThreadOpened(thread=thread):
                self._hub.tell(render.thread(thread))
            case TypingShown(conversation=conversation):
                self._hub.tell(render.typing(conversation), conversation=conversation)
            case TurnStored(conversation=conversation):
                self._hub.tell(render.turn(conversation))

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not is_own_page(request, hosts=self._hosts):
            raise web.HTTPForbidden(text="Open the playground by its own address.")
        if self._reception is None or len(self._hub) >= PAGES_OPEN:
            raise web.HTTPServiceUnavailable(text="The playground is not ready: try again.")
        socket = web.WebSocketResponse(timeout=1.0, heartbeat=20.0, max_msg_size=FRAME_BYTES)
        await socket.prepare(request)
        await self._serve(PageSocket(socket), self._reception)
        return socket

    async def _serve(self, page: PageSocket, reception: Reception) -> None:
        self._hub.add(page)
        try:
            async with asyncio.TaskGroup() as group:
                writer = group.create_task(page.write())
                await Session(page, self._office, reception).serve()
                writer.cancel()
        finally:
            self._hub.remove(page)


def _is_shown(conversation: ConversationRef) -> bool:
    ours = (conversation.platform, conversation.tenant_id) == (Platform.PLAYGROUND, TENANT)
    return ours and (conversation.channel_id == DESK) is (conversation.thread_id is not None)


async def _to_page(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/playground")


async def _page(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})


async def _texts(_request: web.Request) -> web.StreamResponse:
    """Serve the page's sentences: language → name → text."""
    sentences: dict[str, dict[str, str]] = {}
    for key, texts in catalogue().items():
        room, _, name = key.partition(".")
        if room == "playground":
            for language, text in texts.items():
                sentences.setdefault(language, {})[name] = text
    return web.json_response(sentences, status=HTTPStatus.OK, headers={"Cache-Control": "no-cache"})
