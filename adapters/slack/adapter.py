"""Slack as a chat platform, in Socket Mode or over HTTP: the face that the core sees."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from aiohttp import web

from adapters.kept import Kept, by_field
from adapters.notified import only_in_desk
from adapters.prefills import Prefills
from adapters.slack import render
from adapters.slack.api import SlackApi
from adapters.slack.backfill import Backfill
from adapters.slack.chores import Chores
from adapters.slack.connection import Connection
from adapters.slack.doctor import Doctor
from adapters.slack.drafts import EVERY_SECONDS, Drafts
from adapters.slack.files import Files
from adapters.slack.founding import Founding
from adapters.slack.marks import Marks
from adapters.slack.people import People
from adapters.slack.places import Places
from adapters.slack.receipts import Receipts
from adapters.slack.reception import Reception
from adapters.slack.sending import Pace, Sending, Spot
from adapters.slack.sessions import Sessions
from adapters.slack.standings import Standings
from adapters.slack.streams import Streams
from adapters.slack.webhook import PATH, Webhook
from adapters.slack.welcome import Greeter
from adapters.slack.writers import Writers
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import (
    ConfigurationError,
    ConnectionLostError,
    DeliveryError,
    StateUnavailableError,
    first_error,
)
from bot.vocabulary.messages import (
    Attachment,
    ConversationRef,
    File,
    OutgoingMessage,
    Platform,
    SentMessage,
)
from bot.vocabulary.platforms import Capabilities, Finding, Intake, OnTyping, Sign
from bot.vocabulary.standing import Complete, Standing
from bot.vocabulary.tools import AdapterTools

FILE_BYTES = 50 * 1024 * 1024
NAMES = "chat:write.customize"
TITLES = "titles"
TITLES_KEPT = 5000
"""Channel and ``ts`` → the title of a thread that we opened, for when its first message changes."""


class SlackAdapter:
    """One workspace. See ``ChatAdapter`` for what its methods promise.

    Events come over a socket when there is an ``app_token``, else over HTTP, signed with the
    ``signing_secret``. ``suggestions`` are questions to begin with; ``pace`` is Slack's own limit, and a
    draft grows every ``draft_seconds`` at most.
    """

    platform = Platform.SLACK
    capabilities = Capabilities(
        max_text_length=render.MOST_CHARACTERS,
        max_file_bytes=FILE_BYTES,
        edits=True,
        previews=True,
        command_prefix="/relevo ",
        desk_prefix="!",
    )

    def __init__(  # noqa: PLR0913 - what an operator may set, each by name
        self,
        tools: AdapterTools,
        *,
        bot_token: str,
        app_token: str = "",
        signing_secret: str = "",
        api_url: str = "https://slack.com/api/",
        suggestions: Sequence[str] = (),
        pace: Pace | None = None,
        draft_seconds: float = EVERY_SECONDS,
    ) -> None:
        if not app_token and not signing_secret:
            raise ConfigurationError(
                "Slack needs slack.app_token (Socket Mode) or slack.signing_secret (HTTP): set one."
            )
        self._tools = tools
        self._app_token = app_token
        self._signing_secret = signing_secret
        self._api = SlackApi(bot_token=bot_token, app_token=app_token, url=api_url)
        self._people = People(self._api, tools.store)
        self._places = Places(tools.store)
        self._sending = Sending(self._api, tools, pace or Pace())
        self._files = Files(self._api, tools, self._sending)
        self._backfill = Backfill(self._sending, self._places, tools.limits)
        self._writers = Writers(tools.store)
        self._prefills = Prefills(tools.store)
        streams = Streams(self._api, tools, self._sending, self._writers)
        self._drafts = Drafts(tools, self._sending, streams, every_seconds=draft_seconds)
        self._marks = Marks(self._api, tools.store)
        self._titles = Kept(tools.store, TITLES, most=TITLES_KEPT, moment=by_field)
        self._chores = Chores(self._api)
        self._greeter = Greeter(self._chores, suggestions)
        self._sessions = Sessions(self._chores, tools, self._people, self._writers)
        self._doctor = Doctor(self._api, app_token=app_token, signing_secret=signing_secret)
        self._receipts = Receipts(self._chores, tools.limits)
        self._standings = Standings(self._api)
        self._founding = Founding(self._api)
        self.on_typing: OnTyping | None = None
        self.complete: Complete | None = None
        self._desk: str | None = None
        self._reception: Reception | None = None

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The address that Slack calls, unless a socket brings the events."""
        return () if self._app_token else (web.post(PATH, self._take),)

    async def run(self, intake: Intake) -> None:
        """See ``ChatAdapter.run``."""
        await self._api.installation(again=True)
        reception = Reception(
            self._api,
            people=self._people,
            places=self._places,
            greeter=self._greeter,
            sessions=self._sessions,
            writers=self._writers,
            prefills=self._prefills,
            chores=self._chores,
        )
        reception.commanding.complete = self.complete
        reception.desk = self._desk
        reception.on_missed = self._backfill.missed
        reception.open(intake)
        self._reception = reception
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._chores.serve())
                group.create_task(self._backfill.serve(reception.catch_up))
                group.create_task(self._listen(reception))
        except ExceptionGroup as errors:
            raise first_error(errors) from errors
        finally:
            reception.close()
            self._reception = None

    async def close(self) -> None:
        """See ``ChatAdapter.close``."""
        await self._api.close()

    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        """See ``ChatAdapter.send``; Slack takes no empty files."""
        shown = [file for file in files if file.content]
        async with self._work(conversation, key) as spot:
            ids: list[str] = []
            by_draft = False
            if _has_words(message) or not shown:
                pieces = await self._pieces(conversation, message)
                by_draft = await self._drafts.give_way(spot, pieces[0], key=key)
                ids = await self._sending.post(spot, pieces, key=key)
            sent = await self._files.send(spot, shown, key=key)
            await self._sessions.answered(conversation, by_draft=by_draft)
        return SentMessage(conversation=conversation, message_id=[*sent, *ids][-1])

    async def edit(
        self, conversation: ConversationRef, message: OutgoingMessage, *, key: str
    ) -> None:
        """See ``ChatAdapter.edit``."""
        async with self._work(conversation, key) as spot:
            title = None
            if spot.thread and spot.thread in (await self._tools.sends.shown(key)).values():
                title = await self._titles.get(f"{spot.channel}:{spot.thread}")
            pieces = await self._pieces(conversation, message, title)
            await self._sending.change(spot, pieces, key=key)

    async def retract(self, conversation: ConversationRef, *, key: str) -> None:
        """See ``ChatAdapter.retract``."""
        async with self._work(conversation, key) as spot:
            by_draft = await self._drafts.take_back(spot, key=key)
            await self._sending.take_back(spot, key=key)
            await self._sessions.answered(conversation, by_draft=by_draft)

    async def open_thread(
        self, channel: ConversationRef, title: str, first: OutgoingMessage, *, key: str
    ) -> SentMessage:
        """See ``ChatAdapter.open_thread``."""
        async with self._work(channel, key) as spot:
            pieces = await self._pieces(channel, first, title)
            ids = await self._sending.post(spot, pieces, key=key, opens_thread=True)
            thread = replace(channel, thread_id=ids[0])
            await self._titles.put(f"{spot.channel}:{ids[0]}", title)
            await self._places.heard(thread, ids[0])
        return SentMessage(conversation=thread, message_id=ids[-1])

    async def mark_thread(self, thread: ConversationRef, status: CaseStatus) -> None:
        """See ``ChatAdapter.mark_thread``."""
        async with self._work(thread, f"mark:{thread}"):
            await self._marks.show(thread, status)

    async def typing(self, conversation: ConversationRef) -> None:
        """See ``ChatAdapter.typing``; Slack shows a status in threads only."""
        if conversation.platform is Platform.SLACK:
            await self._sessions.busy(conversation)

    async def preview(self, conversation: ConversationRef, text: str, *, key: str) -> None:
        """See ``ChatAdapter.preview``."""
        if conversation.platform is Platform.SLACK and text.strip():
            spot = Spot(channel=conversation.channel_id, thread=conversation.thread_id)
            await self._drafts.grow(spot, text, key=key)

    async def writing(self, conversation: ConversationRef) -> None:
        """See ``Attentive.writing``; not in the desk, where a status would be taken for the bot's."""
        if conversation.platform is Platform.SLACK and conversation.channel_id != self._desk:
            await self._sessions.person_writes(conversation)

    async def react(self, conversation: ConversationRef, message_id: str, sign: Sign) -> None:
        """See ``Attentive.react``."""
        if conversation.platform is Platform.SLACK:
            await self._receipts.show(conversation, message_id, sign)

    async def download(self, attachment: Attachment, *, most_bytes: int) -> File:
        """See ``ChatAdapter.download``."""
        return await self._files.fetch(attachment, most_bytes=most_bytes)

    async def locate(self, channel_id: str) -> ConversationRef:
        """See ``ChatAdapter.locate``; from now on all talk in the channel's threads is heard."""
        desk = await self._doctor.locate(channel_id)
        self._desk = desk.channel_id
        if self._reception is not None:
            self._reception.desk = self._desk
        return desk

    async def standing(self, user_id: str) -> Standing:
        """See ``Vouching.standing``."""
        return await self._standings.look(user_id, at_home=self._desk is not None)

    async def found_desk(self, name: str) -> str:
        """See ``Founding.found_desk``; the workspace's admins are let into it."""
        return await self._founding.found(name)

    async def diagnose(self) -> Sequence[Finding]:
        """See ``ChatAdapter.diagnose``."""
        return await self._doctor.diagnose()

    async def _listen(self, reception: Reception) -> None:
        """Receive over the socket, or leave that to the address that Slack calls."""
        if self._app_token:
            line = Connection(self._api, reception.app, self._app_token, self._backfill.announce)
            await line.keep()
        self._backfill.announce()
        await asyncio.Event().wait()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        reception = self._reception
        if reception is None:
            raise web.HTTPServiceUnavailable(text="Relevo is starting: try again.")
        return await Webhook(reception.app, self._signing_secret).take(request)

    async def _pieces(
        self, place: ConversationRef, message: OutgoingMessage, title: str | None = None
    ) -> tuple[render.Piece, ...]:
        await self._prefills.keep(message.buttons)
        we = await self._api.installation()
        shown = only_in_desk(message, in_desk=place.channel_id == self._desk)
        return render.pieces(shown, may_name=we.may(NAMES), title=title)

    @asynccontextmanager
    async def _work(self, conversation: ConversationRef, key: str) -> AsyncGenerator[Spot]:
        """Do one thing at a time under a key, in a conversation of our own workspace."""
        if conversation.platform is not Platform.SLACK:
            raise DeliveryError(f"Slack shows no conversation {conversation}: it is not Slack's.")
        we = await self._api.installation()
        if conversation.tenant_id != we.team_id:
            raise DeliveryError(
                f"{conversation} belongs to another workspace: "
                "set slack.bot_token to the token of its installation."
            )
        try:
            async with self._sending.locks.of(key):
                yield Spot(channel=conversation.channel_id, thread=conversation.thread_id)
        except StateUnavailableError as error:
            raise ConnectionLostError(str(error)) from error


def _has_words(message: OutgoingMessage) -> bool:
    return bool(message.text.strip() or message.buttons or message.sources)
