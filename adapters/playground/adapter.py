"""The playground: one web page as a chat platform, for trying Relevo without any account.

The page may act as any customer and as any agent: it is a stage for a demonstration, not a place
for strangers. It is therefore served on loopback unless the operator says otherwise, and listens
only to its own page (``guard``). Nothing that Relevo shows comes back as an event.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime

from aiohttp import web

from adapters.playground import render
from adapters.playground.agents import AGENTS, standing_of
from adapters.playground.feed import (
    FeedEvent,
    LineShown,
    Listening,
    ThreadOpened,
    TurnStored,
    TypingShown,
    listen,
)
from adapters.playground.files import FileCounter, keep_file
from adapters.playground.forgetting import forget
from adapters.playground.guard import is_own_page
from adapters.playground.lines import Line, LineRole
from adapters.playground.pages import page_routes
from adapters.playground.parse import DESK, TENANT, desk_thread
from adapters.playground.reception import Reception, gone
from adapters.playground.session import NO_FACTS, DeskFacts, Office, Session
from adapters.playground.showing import check_shown, line_id, notified, translated
from adapters.playground.sockets import Hub, PageSocket
from adapters.playground.transcript import FILE_BYTES, DeskThread, Transcript, digest
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.conversations import CaseFileReader
from bot.vocabulary.errors import (
    ConfigurationError,
    DeliveryError,
    StateUnavailableError,
)
from bot.vocabulary.messages import (
    Attachment,
    ConversationRef,
    File,
    OutgoingMessage,
    Platform,
    SentMessage,
)
from bot.vocabulary.platforms import (
    Capabilities,
    ErasedPlace,
    Finding,
    Health,
    Intake,
    OnTyping,
    Sign,
)
from bot.vocabulary.standing import Complete, Standing
from bot.vocabulary.turns import ReceiptReader

FRAME_BYTES = 1024 * 1024
PAGES_OPEN = 100
TITLE_LENGTH = 200


class PlaygroundAdapter:
    """The web page as a platform. ``desk`` is the channel in which cases are opened."""

    platform = Platform.PLAYGROUND
    capabilities = Capabilities(
        max_text_length=40_000,
        max_file_bytes=FILE_BYTES,
        edits=True,
        previews=True,
        posts=True,
    )
    desk = ConversationRef(platform=Platform.PLAYGROUND, tenant_id=TENANT, channel_id=DESK)

    def __init__(
        self,
        transcript: Transcript,
        *,
        receipts: ReceiptReader,
        cases: CaseFileReader,
        desk: DeskFacts = NO_FACTS,
        hosts: Collection[str] = (),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Build the adapter; ``hosts`` are host names besides ``localhost`` that serve the page."""
        self._transcript = transcript
        self.on_typing: OnTyping | None = None
        self.complete: Complete | None = None
        self._is_home = False
        self._office = Office(
            transcript=transcript,
            receipts=receipts,
            cases=cases,
            agents=AGENTS,
            attention=self,
            completing=self,
            desk=desk,
        )
        self._hosts = frozenset(hosts)
        self._files = FileCounter(transcript, hosts=self._hosts)
        self._now = now
        self._hub = Hub()
        self._reception: Reception | None = None

    def show_desk(self, *, undo_seconds: float, teams: Sequence[str]) -> None:
        """Let pages that are opened from now on show the desk so; see ``DeskFacts``."""
        desk = replace(self._office.desk, undo_seconds=undo_seconds, teams=tuple(teams))
        self._office = replace(self._office, desk=desk)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The page, its parts and texts, people's files, and its WebSocket."""
        return (
            *page_routes(),
            web.get("/playground/ws", self._socket),
            *self._files.routes(),
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

    async def forget(self, erased: ErasedPlace) -> None:
        """Forget what the page shows of a person; see ``Forgetful``."""
        await forget(self._transcript, erased)

    async def close(self) -> None:
        """Let the pages go."""
        await self._hub.close()

    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        """Show a message once for each ``key``; see ``ChatAdapter.send`` for its errors."""
        check_shown(conversation)
        shown_as = line_id(conversation, key)
        with translated():
            kept = [
                await keep_file(self._transcript, f"{shown_as}:{n}", file)
                for n, file in enumerate(files)
            ]
            line = Line(
                id=shown_as,
                role=LineRole.RELEVO,
                author_id="",
                name=message.speaker or "",
                text=message.text,
                at=self._now(),
                buttons=message.buttons,
                sources=message.sources,
                files=tuple(kept),
                literal=message.is_literal,
                notifies=notified(conversation, message),
            )
            shown = await self._transcript.append(conversation, line, key=key)
            await self._transcript.amend(
                conversation,
                shown,
                lambda known: replace(line, at=known.at) if known.draft else known,
            )
        return SentMessage(conversation=conversation, message_id=shown)

    async def preview(self, conversation: ConversationRef, text: str, *, key: str) -> None:
        """Show the beginning of a reply; the reply takes its line."""
        line = Line(
            id=line_id(conversation, key),
            role=LineRole.RELEVO,
            author_id="",
            name="",
            text=text,
            at=self._now(),
            draft=True,
        )
        try:
            shown = await self._transcript.append(conversation, line, key=f"{key}|draft")
            await self._transcript.amend(
                conversation,
                shown,
                lambda known: replace(known, text=text) if known.draft else known,
            )
        except StateUnavailableError:
            return

    async def edit(
        self, conversation: ConversationRef, message: OutgoingMessage, *, key: str
    ) -> None:
        """Let a shown line read like ``message`` now, for everyone; its files stay."""

        def changed(line: Line) -> Line:
            return replace(
                line,
                name=message.speaker or "",
                text=message.text,
                buttons=message.buttons,
                sources=message.sources,
                literal=message.is_literal,
                notifies=notified(conversation, message),
            )

        await self._amend(conversation, key, lambda line: line if line.deleted else changed(line))

    async def retract(self, conversation: ConversationRef, *, key: str) -> None:
        """Take a shown line off the page, for everyone."""
        await self._amend(conversation, key, gone)

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
        with translated():
            await self._transcript.open_thread(thread)
        return await self.send(desk_thread(thread.id), first, key=key)

    async def mark_thread(self, thread: ConversationRef, status: CaseStatus) -> None:  # noqa: ARG002
        """Let the pages look again how cases stand: they read that from the cases themselves."""
        check_shown(thread)
        with translated():
            await self._transcript.announce("turn", thread)

    async def typing(self, conversation: ConversationRef) -> None:
        """Show for some seconds that an answer is on its way."""
        try:
            await self._transcript.announce("typing", conversation)
        except StateUnavailableError:
            return

    async def writing(self, conversation: ConversationRef) -> None:
        """Show for some seconds that somebody is writing."""
        await self.typing(conversation)

    async def react(self, conversation: ConversationRef, message_id: str, sign: Sign) -> None:  # noqa: ARG002
        """Tick a person's message; the page sees by its writer what that means."""
        try:
            await self._transcript.amend(
                conversation, message_id, lambda line: replace(line, seen=True)
            )
        except StateUnavailableError:
            return

    async def download(self, attachment: Attachment, *, most_bytes: int) -> File:
        """Fetch a file that was uploaded on the page."""
        if attachment.platform is not self.platform or attachment.file_id is None:
            raise DeliveryError(
                "The file is not one of the playground's: it can't be fetched here."
            )
        with translated():
            file = await self._transcript.file(attachment.file_id)
        if file is None:
            raise DeliveryError("The playground no longer keeps the file: ask for it again.")
        if len(file.content) > most_bytes:
            raise DeliveryError(
                f"The file is larger than {most_bytes} bytes: ask for a smaller one."
            )
        return file

    async def locate(self, channel_id: str) -> ConversationRef:
        """Return the desk, the only channel that there is; its admin is an admin from then on."""
        if channel_id != DESK:
            raise ConfigurationError(
                "The playground has one channel only: set desk.channel to playground:desk."
            )
        self._is_home = True
        return self.desk

    async def standing(self, user_id: str) -> Standing:
        """Say who somebody is: whoever opens the page may be its admin; see ``Vouching``."""
        return standing_of(user_id, is_home=self._is_home)

    async def diagnose(self) -> Sequence[Finding]:
        """Look whether the transcript can be read."""
        try:
            await self._transcript.threads()
        except StateUnavailableError as error:
            return (Finding(subject="playground", health=Health.BROKEN, text=str(error)),)
        text = "The playground's messages can be read."
        return (Finding(subject="playground", health=Health.GOOD, text=text),)

    async def _amend(
        self, conversation: ConversationRef, key: str, change: Callable[[Line], Line]
    ) -> None:
        check_shown(conversation)
        with translated():
            await self._transcript.amend(conversation, line_id(conversation, key), change)

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
