"""The Discord adapter: what the core calls. The ways in and out stand in modules of their own."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from aiohttp.web import AbstractRouteDef

from adapters.discord import render
from adapters.discord.actions import Actions
from adapters.discord.asides import Asides
from adapters.discord.completing import Completions
from adapters.discord.connection import Connection
from adapters.discord.doctor import Doctor
from adapters.discord.errors import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, RefusedError
from adapters.discord.files import fetch
from adapters.discord.founding import found_desk, invitation
from adapters.discord.gateway import Gateway, Pace
from adapters.discord.interactions import Interactions
from adapters.discord.parse import DIRECT, in_guild
from adapters.discord.places import (
    DIRECT_CHANNEL,
    FORUMS,
    TEXT_CHANNELS,
    Place,
    Places,
    read_places,
)
from adapters.discord.posting import Posting
from adapters.discord.previews import Previews
from adapters.discord.progress import IdentifyBudget, Progress
from adapters.discord.reader import Reader
from adapters.discord.receipts import Receipts
from adapters.discord.rest import Rest
from adapters.discord.rewriting import Rewriting
from adapters.discord.shown import Shown, Spot
from adapters.discord.tags import Tags
from adapters.discord.threads import Threads, refuse_elsewhere
from adapters.discord.typists import TypingSigns, Typists
from adapters.discord.vouching import Standings
from adapters.locks import Locks
from adapters.notified import only_in_desk
from adapters.prefills import Prefills
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import (
    AdapterError,
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
from bot.vocabulary.platforms import Capabilities, Finding, Intake, OnTyping, Sign
from bot.vocabulary.standing import Complete, Standing
from bot.vocabulary.tools import AdapterTools

logger = logging.getLogger(__name__)

T = TypeVar("T")

API_URL = "https://discord.com/api/v10"
FILE_BYTES = 10 * 1024 * 1024


class DiscordAdapter:
    """Discord as a platform; see ``ChatAdapter``.

    ``suggestions`` are the questions that the ``/ask`` command completes. discord.py keeps its
    address in a class attribute, so all adapters of one process must share one ``api_url``: the
    last one that connects wins.
    """

    platform = Platform.DISCORD
    capabilities = Capabilities(
        max_text_length=render.MESSAGE_LENGTH,
        max_file_bytes=FILE_BYTES,
        edits=True,
        previews=True,
        posts=True,
    )

    def __init__(
        self,
        tools: AdapterTools,
        *,
        token: str,
        api_url: str = API_URL,
        gateway_url: str = "",
        suggestions: Sequence[str] = (),
        pace: Pace | None = None,
    ) -> None:
        pace = pace or Pace()
        self._sends = tools.sends
        self._rest = Rest(tools.limits, token=token, api_url=api_url)
        self._places = Places(tools.store, self._rest)
        shown = Shown(tools.store)
        self._posting = Posting(self._rest, tools.sends, shown)
        self._rewriting = Rewriting(self._posting, tools.sends, shown)
        self._previews = Previews(self._posting, tools.sends)
        self._prefills, self._actions = Prefills(tools.store), Actions(tools.store)
        self._asides = Asides(self._rest, tools.sends, tools.store, self._posting)
        self.complete: Complete | None = None
        self._standings = Standings(self._rest)
        self._signs = TypingSigns(self._rest)
        self._tags = Tags(self._rest, tools.store)
        self._threads = Threads(self._rest, tools.sends, tools.store, self._tags)
        progress = Progress(tools.store)
        budget = IdentifyBudget(tools.store, spacing=pace.identify)
        kept = (self._actions, self._asides)
        self._reader = Reader(self._places, progress, shown, self._rest, *kept)
        self._typists = Typists(self._reader)
        self._receipts = Receipts(self._rest, tools.limits)
        self._doctor = Doctor(self._rest, tools.store, budget, suggests=bool(suggestions))
        self._connection = Connection(
            store=tools.store,
            rest=self._rest,
            reader=self._reader,
            progress=progress,
            places=self._places,
            threads=self._threads,
            interactions=self._interactions(suggestions, patience=pace.answer),
            typists=self._typists,
            gateway=Gateway(
                token=token, api_url=api_url, gateway_url=gateway_url, budget=budget, pace=pace
            ),
            pace=pace,
            suggests=bool(suggestions),
        )
        self._locks = Locks()

    def _interactions(self, suggestions: Sequence[str], *, patience: float) -> Interactions:
        completions = Completions(suggestions, lambda: self.complete, patience=patience)
        found = (self._rest, self._reader, self._prefills, self._actions, completions)
        return Interactions(*found, patience=patience)

    def routes(self) -> Sequence[AbstractRouteDef]:
        """None: Discord's events come through its gateway."""
        return ()

    async def run(self, intake: Intake) -> None:
        """Wait for the right to hold the gateway, then hand events over; see ``Connection.run``."""
        await self._connection.run(intake)

    async def close(self) -> None:
        """Let go of connections."""
        await self._rest.close()

    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        """Show a message once for each key; a customer's thread is started by the first one."""
        channel_id = await self._channel(conversation)
        pieces = render.pieces(await self._told(conversation, message), files)

        async def post(spot: Spot) -> str:
            shown = await self._sends.shown(key)
            await self._previews.replace(spot.channel_id, pieces[0], shown, key=key)
            return await self._posting.post_all(spot, pieces, key=key)

        async with self._locks.of(key):
            try:
                shown = await self._in_thread(conversation, channel_id, post)
            except RefusedError as refused:
                shown = await self._asides.instead(refused, channel_id, pieces, key=key)
        return SentMessage(conversation=conversation, message_id=shown)

    async def edit(
        self, conversation: ConversationRef, message: OutgoingMessage, *, key: str
    ) -> None:
        """Change, add and delete pieces until what stands there reads like ``message``."""
        channel_id = await self._channel(conversation)
        async with self._locks.of(key):
            told = await self._told(conversation, message)
            await self._rewriting.edit(channel_id, told, key=key)

    async def retract(self, conversation: ConversationRef, *, key: str) -> None:
        """Delete what was shown under a key."""
        channel_id = await self._channel(conversation)
        async with self._locks.of(key):
            await self._rewriting.retract(channel_id, key=key)

    async def open_thread(
        self, channel: ConversationRef, title: str, first: OutgoingMessage, *, key: str
    ) -> SentMessage:
        """Open a forum post or a thread of a text channel, once for each key."""
        place = await self._guild_channel(channel)
        pieces = render.pieces(await self._told(channel, first))
        async with self._locks.of(key):
            thread = await self._threads.open(place, render.title(title), pieces[0], key=key)
            shown = await self._posting.post_all(Spot(channel_id=thread), pieces, key=key)
        conversation = in_guild(channel.tenant_id, channel.channel_id, thread)
        return SentMessage(conversation=conversation, message_id=shown)

    async def mark_thread(self, thread: ConversationRef, status: CaseStatus) -> None:
        """Tag and archive a thread as its case stands."""
        parent = await self._guild_channel(thread)
        place = Place(
            id=str(thread.thread_id), type=11, guild_id=thread.tenant_id, parent_id=parent.id
        )
        await self._threads.mark(place, parent, status)

    async def typing(self, conversation: ConversationRef) -> None:
        """Show for some seconds that an answer is on its way, at most every eight seconds."""
        await self._signs.show(conversation.thread_id or conversation.channel_id)

    async def preview(self, conversation: ConversationRef, text: str, *, key: str) -> None:
        """Show the beginning of a reply in a message that becomes the reply."""
        if not self._previews.is_due(key):
            return
        try:
            channel_id = await self._channel(conversation)

            async def show(spot: Spot) -> None:
                await self._previews.show(spot, text, key=key)

            async with self._locks.of(key):
                await self._in_thread(conversation, channel_id, show)
        except (AdapterError, StateUnavailableError) as error:
            logger.debug("A preview was not shown.", extra={"error": type(error).__name__})

    @property
    def on_typing(self) -> OnTyping | None:
        """Who hears of people's writing; see ``Attentive``."""
        return self._typists.on_typing

    @on_typing.setter
    def on_typing(self, heard: OnTyping | None) -> None:
        self._typists.on_typing = heard

    async def writing(self, conversation: ConversationRef) -> None:
        """Show for some seconds that somebody is writing."""
        await self.typing(conversation)

    async def react(self, conversation: ConversationRef, message_id: str, sign: Sign) -> None:
        """Mark a person's message by a reaction."""
        if conversation.platform is Platform.DISCORD:
            await self._receipts.show(conversation, message_id, sign)

    async def download(self, attachment: Attachment, *, most_bytes: int) -> File:
        """Fetch a file by a fresh address, for Discord's addresses end after a day."""
        return await fetch(self._rest, attachment, most_bytes=most_bytes)

    async def locate(self, channel_id: str) -> ConversationRef:
        """Find the desk's forum or text channel, and prepare the tags of a forum."""
        try:
            raw = await self._rest.call("GET", f"/channels/{channel_id}", step="look at the desk")
        except RefusedError as refused:
            raise ConfigurationError(
                "desk.channel names a Discord channel that the bot can't see: set the id of a forum "
                "and let the bot's role view it."
            ) from refused
        if raw["type"] not in FORUMS | TEXT_CHANNELS:
            raise ConfigurationError(
                "desk.channel names a Discord channel without threads: set the id of a forum."
            )
        await self._places.learn(read_places([raw]))
        if raw["type"] in FORUMS:
            await self._tags.prepare(raw)
        self._reader.desk, self._reader.desk_guild = str(raw["id"]), str(raw["guild_id"])
        return ConversationRef(
            platform=Platform.DISCORD, tenant_id=str(raw["guild_id"]), channel_id=str(raw["id"])
        )

    async def diagnose(self) -> Sequence[Finding]:
        """Look at token, intents, permissions, commands and the day's sessions."""
        return await self._doctor.diagnose(self._reader.desk, self._reader.desk_guild)

    async def standing(self, user_id: str) -> Standing:
        """Ask who somebody is now in the desk's guild, else in the bot's; see ``Vouching``."""
        return await self._standings.of(user_id, self._reader.desk_guild)

    async def found_desk(self, name: str) -> str:
        """Create the desk's forum in the bot's only guild; see ``Founding``."""
        return await found_desk(self._rest, name)

    async def invitation(self) -> str:
        """Return the address that adds the bot to a server; see ``Inviting``."""
        return await invitation(self._rest)

    async def _told(self, place: ConversationRef, message: OutgoingMessage) -> OutgoingMessage:
        await self._prefills.keep(message.buttons)
        await self._actions.keep(render.long_actions(message.buttons))
        return only_in_desk(message, in_desk=place.channel_id == self._reader.desk)

    async def _channel(self, conversation: ConversationRef) -> str:
        """Return the channel or thread in which a conversation's messages stand.

        Raises:
            DeliveryError: It is no conversation of this platform, or not where it claims to be.
        """
        if conversation.platform is not Platform.DISCORD:
            raise DeliveryError("Discord can't show a conversation of another platform.")
        if conversation.tenant_id == DIRECT and conversation.thread_id is None:
            place = await self._places.of(conversation.channel_id)
            if place is None or place.type != DIRECT_CHANNEL:
                raise DeliveryError("Discord has no such direct messages with the bot.")
            return place.id
        place = await self._guild_channel(conversation)
        return conversation.thread_id or place.id

    async def _guild_channel(self, conversation: ConversationRef) -> Place:
        if conversation.platform is not Platform.DISCORD:
            raise DeliveryError("Discord can't show a conversation of another platform.")
        found = await self._places.of(conversation.channel_id)
        return refuse_elsewhere(found, conversation.tenant_id)

    async def _in_thread(
        self, conversation: ConversationRef, channel_id: str, act: Callable[[Spot], Awaitable[T]]
    ) -> T:
        """Do something in a conversation, and start its thread when there is none yet.

        Where no thread can be started it speaks in the channel itself: better than silence. A
        question that is gone, with its channel or alone, is no longer answered.
        """
        spot, thread_id = Spot(channel_id=channel_id), conversation.thread_id
        try:
            return await act(spot)
        except RefusedError as refused:
            if refused.code != UNKNOWN_CHANNEL or thread_id is None:
                raise
        try:
            await self._threads.start_from(conversation.channel_id, thread_id)
        except RefusedError as refused:
            if refused.code in {UNKNOWN_CHANNEL, UNKNOWN_MESSAGE}:
                raise
            extra = {"code": refused.code}
            logger.warning("No thread can be started: the bot speaks in the channel.", extra=extra)
            spot = Spot(channel_id=conversation.channel_id, instead_of=thread_id)
        return await act(spot)
