"""Telegram as a chat platform: what the core calls. Nothing here decides anything."""

import asyncio
import re
from collections.abc import AsyncGenerator, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress

from aiohttp.web import AbstractRouteDef
from telegram.error import TelegramError

from adapters.locks import Locks
from adapters.notified import only_in_desk
from adapters.telegram.actions import Actions
from adapters.telegram.doctor import Doctor, find_desk
from adapters.telegram.errors import translated
from adapters.telegram.files import MOST_UPLOAD_BYTES, download
from adapters.telegram.homing import Brought, Homing
from adapters.telegram.lookup import Lookup
from adapters.telegram.memory import Memory
from adapters.telegram.menus import AdminMenus, set_menus
from adapters.telegram.pace import Pace, Pacer
from adapters.telegram.parse import KINDS, Scene
from adapters.telegram.places import Place, place_of
from adapters.telegram.polling import Poller
from adapters.telegram.receipts import Receipts
from adapters.telegram.reception import Reception
from adapters.telegram.render import MOST_UNITS
from adapters.telegram.sending import Sender
from adapters.telegram.signs import Signs
from adapters.telegram.standing import Look
from adapters.telegram.topics import Topics
from adapters.telegram.webhook import Webhook, complete_webhook
from adapters.telegram.wire import API_URL, FILE_URL, Client
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.errors import (
    AdapterError,
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
from bot.vocabulary.standing import Standing
from bot.vocabulary.tools import AdapterTools

MENU_SECONDS = 2.0
"""How long a command waits for its admin's menu; what is not done by then is done with the next one."""

_TOKEN = re.compile(r"(\d+):[\w-]+")


class TelegramAdapter:
    """One bot: its customers' chats and, when the desk is on Telegram, the desk's group."""

    platform = Platform.TELEGRAM
    capabilities = Capabilities(
        max_text_length=MOST_UNITS,
        max_file_bytes=MOST_UPLOAD_BYTES,
        edits=True,
        previews=True,
    )

    def __init__(  # noqa: PLR0913 (one for each setting)
        self,
        tools: AdapterTools,
        *,
        token: str,
        api_url: str = API_URL,
        file_url: str = FILE_URL,
        webhook_url: str = "",
        webhook_secret: str = "",
        suggestions: Sequence[str] = (),
        pace: Pace | None = None,
    ) -> None:
        """Build the adapter; nothing is connected yet.

        Args:
            tools: What the core lends.
            token: The bot's token from @BotFather.
            api_url: The Bot API server, with or without its ``/bot``.
            file_url: Where files are fetched; the same server unless told otherwise.
            webhook_url: The public address of ``/telegram/webhook``; empty for long polling.
            webhook_secret: What Telegram sends along to the webhook.
            suggestions: Not needed: suggested questions come as buttons.
            pace: How fast the bot may write, where Telegram allows more than usual, and its lease.

        Raises:
            ConfigurationError: The token is none, or the webhook lacks its secret.
        """
        del suggestions
        if not _TOKEN.fullmatch(token):
            raise ConfigurationError(
                "telegram.token is no bot token: copy it from @BotFather, digits, a colon and "
                "letters."
            )
        pace = pace or Pace()
        self._webhook_url = complete_webhook(webhook_url) if webhook_url else ""
        self._webhook = Webhook(webhook_secret) if webhook_url else None
        self._webhook_secret = webhook_secret
        self._client = client = Client(token, api_url=api_url, file_url=file_url)
        self._bot_id = str(client.bot_id)
        self._memory = memory = Memory(store=tools.store, bot_id=client.bot_id)
        pacer = Pacer(tools.limits, pace)
        self._lookup = Lookup(client.bot, memory, pacer)
        self._actions = Actions(tools.store)
        self._homing = Homing(bot=client.bot, memory=memory, pacer=pacer)
        self._menus = AdminMenus(client.bot, memory)
        self._look = Look(client=client, memory=memory, desk=self._home)
        self._sender = Sender(
            bot=client.bot,
            sends=tools.sends,
            pacer=pacer,
            memory=memory,
            lookup=self._lookup,
            actions=self._actions,
        )
        self._signs = Signs(client.bot)
        self._receipts = Receipts(client.bot, pacer)
        self.on_typing: OnTyping | None = None
        self._topics = Topics(client.bot, self._sender)
        self._locks = Locks()
        self._poller = Poller(client, memory, lease_seconds=pace.lease)
        self._username = ""
        self._desk: int | None = None
        self._desk_setting: str | None = None

    def routes(self) -> Sequence[AbstractRouteDef]:
        """The webhook's route; none with long polling."""
        return self._webhook.routes() if self._webhook else ()

    async def run(self, intake: Intake) -> None:
        """Receive updates until cancelled; see ``ChatAdapter.run``."""
        async with translated():
            self._username = (await self._client.bot.get_me()).username or ""
        try:
            async with asyncio.TaskGroup() as errands:
                reception = Reception(
                    intake=intake,
                    memory=self._memory,
                    lookup=self._lookup,
                    actions=self._actions,
                    homing=self._homing,
                    scene=self._scene,
                    answer=lambda query, word: _start(errands, self._answer(query, word)),
                )
                _start(errands, self._set_menus())
                await self._receive(reception)
        except ExceptionGroup as group:
            # Not by ``except*``: Python before 3.11.4 wraps what is raised in there once more.
            raise first_error(group) from group

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    async def send(
        self,
        conversation: ConversationRef,
        message: OutgoingMessage,
        *,
        key: str,
        files: Sequence[File] = (),
    ) -> SentMessage:
        """Show a message; see ``ChatAdapter``."""
        place = place_of(conversation, self._bot_id)
        async with self._showing(key):
            told = self._told(place, message)
            shown = await self._sender.show(place, told, key=key, files=files)
            self._signs.settle(key)
        return SentMessage(conversation=conversation, message_id=shown)

    async def edit(
        self, conversation: ConversationRef, message: OutgoingMessage, *, key: str
    ) -> None:
        """Let what was shown under a key read like a message now."""
        place = place_of(conversation, self._bot_id)
        async with self._showing(key):
            await self._sender.change(place, self._told(place, message), key=key)

    async def retract(self, conversation: ConversationRef, *, key: str) -> None:
        """Take back what was shown under a key."""
        place = place_of(conversation, self._bot_id)
        async with self._showing(key):
            await self._signs.withdraw(key)
            await self._sender.retract(place, key=key)

    async def open_thread(
        self, channel: ConversationRef, title: str, first: OutgoingMessage, *, key: str
    ) -> SentMessage:
        """Open a topic in a supergroup, with its first message."""
        group = place_of(channel, self._bot_id)
        if group.is_private:
            raise DeliveryError("A private chat has no threads: set desk.channel to a group.")
        async with self._showing(key):
            told = self._told(group, first)
            place, shown = await self._topics.open(group, title, told, key=key)
        return SentMessage(conversation=place.conversation(self._bot_id), message_id=shown)

    async def mark_thread(self, thread: ConversationRef, status: CaseStatus) -> None:
        """Show by a topic's icon how its case stands; a resolved one is closed."""
        place = place_of(thread, self._bot_id)
        async with self._showing(str(thread)):
            await self._topics.mark(place, status)

    async def typing(self, conversation: ConversationRef) -> None:
        """Show for some seconds that an answer is on its way."""
        with suppress(DeliveryError, StateUnavailableError):
            place = await self._memory.moved(place_of(conversation, self._bot_id))
            await self._signs.typing(place)

    async def preview(self, conversation: ConversationRef, text: str, *, key: str) -> None:
        """Show the beginning of an answer as a draft; nothing in groups, which have none."""
        with suppress(DeliveryError):
            await self._signs.draft(place_of(conversation, self._bot_id), text, key=key)

    async def writing(self, conversation: ConversationRef) -> None:
        """Show for some seconds that somebody is writing."""
        await self.typing(conversation)

    async def react(self, conversation: ConversationRef, message_id: str, sign: Sign) -> None:
        """Mark a person's message by a reaction."""
        with suppress(DeliveryError, StateUnavailableError):
            place = await self._memory.moved(place_of(conversation, self._bot_id))
            await self._receipts.show(place, message_id, sign)

    async def download(self, attachment: Attachment, *, most_bytes: int) -> File:
        """Fetch a file that a person has sent."""
        return await download(self._client, attachment, most_bytes=most_bytes)

    async def locate(self, channel_id: str) -> ConversationRef:
        """Find the desk's supergroup; from now on what people write in its topics is an event."""
        self._desk_setting = channel_id
        try:
            self._desk = (await find_desk(self._client, channel_id)).chat_id
        except AdapterError as error:
            raise ConnectionLostError(
                f"Telegram could not be asked about the desk's group: {error}"
            ) from error
        return ConversationRef(
            platform=Platform.TELEGRAM, tenant_id=self._bot_id, channel_id=str(self._desk)
        )

    async def standing(self, user_id: str) -> Standing:
        """Ask who somebody is now; see ``Vouching``."""
        return await self._look.standing(user_id)

    async def admins(self, user_ids: Collection[str]) -> None:
        """Offer these people the admins' commands in their own chats; see ``MenuFor``."""
        with suppress(StateUnavailableError):
            await self._menus.named(user_ids)

    async def proved(self, user_id: str, *, is_admin: bool) -> None:
        """Offer them to who was found to be an admin, and to others no more."""
        with suppress(StateUnavailableError, TimeoutError):
            async with asyncio.timeout(MENU_SECONDS):
                await self._menus.proved(user_id, is_admin=is_admin)

    async def diagnose(self) -> Sequence[Finding]:
        """Look at token, way in, privacy and desk."""
        doctor = Doctor(client=self._client, desk=self._desk_setting, webhook=self._webhook_url)
        return await doctor.findings()

    def _told(self, place: Place, message: OutgoingMessage) -> OutgoingMessage:
        return only_in_desk(message, in_desk=place.chat_id == self._desk)

    def _home(self) -> int | None:
        """Return the desk's group, None where the desk is elsewhere; raises while it is not found."""
        if self._desk is None and self._desk_setting is not None:
            raise ConnectionLostError(
                "The desk's group was not found yet, so nobody can be looked up in it: try again."
            )
        return self._desk

    def _scene(self) -> Scene:
        return Scene(bot_id=self._client.bot_id, username=self._username, desk_chat=self._desk)

    async def _receive(self, reception: Reception) -> None:
        if self._webhook is None:
            await self._poller.run(reception.take, reception.glance)
            return
        async with translated():
            await self._client.bot.set_webhook(
                self._webhook_url,
                secret_token=self._webhook_secret,
                allowed_updates=KINDS,
                drop_pending_updates=False,
            )
        async with self._webhook.taking(reception.take):
            await asyncio.Event().wait()

    async def _answer(self, query_id: str, word: Brought) -> None:
        """End the waiting of a button. Too late or not at all: the press itself is stored."""
        try:
            await self._client.bot.answer_callback_query(
                query_id, word.toast or None, url=word.url or None
            )
        except TelegramError:
            return

    async def _set_menus(self) -> None:
        try:
            await set_menus(self._client.bot, self._memory, self._desk)
            await self._menus.refresh()
        except StateUnavailableError:
            return

    @asynccontextmanager
    async def _showing(self, key: str) -> AsyncGenerator[None]:
        """Do one thing at a time under a key, also when the store fails in the midst of it."""
        async with self._locks.of(key):
            try:
                yield
            except StateUnavailableError as error:
                raise ConnectionLostError(str(error)) from error


def _start(tasks: asyncio.TaskGroup, errand: Coroutine[object, object, None]) -> None:
    tasks.create_task(errand)
