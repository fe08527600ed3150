"""Who is writing: Discord tells it as it happens, and nothing of it is stored or comes again."""

import logging
import time

from adapters.discord import parse
from adapters.discord.errors import UnreadableError
from adapters.discord.parse import Payload, reading
from adapters.discord.reader import Reader
from adapters.discord.rest import Rest
from bot.vocabulary.errors import AdapterError, StateUnavailableError
from bot.vocabulary.messages import Author, ConversationRef
from bot.vocabulary.platforms import OnTyping

logger = logging.getLogger(__name__)

TYPING = "TYPING_START"

EVERY_SECONDS = 4.0
"""So often one person's writing in one place is passed on; Discord tells it every ten seconds."""

SIGN_SECONDS = 8.0
"""So long Discord shows that the bot is writing, a little less."""

MOST = 1000


class Typists:
    """Passes on who is writing where the bot takes part. A large server types a lot: most is dropped."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._told: dict[tuple[str, str], float] = {}
        self.on_typing: OnTyping | None = None

    async def hear(self, raw: Payload) -> None:
        """Take one event; never raises for what it is about."""
        try:
            await self._hear(raw)
        except (UnreadableError, AdapterError, StateUnavailableError):
            return

    async def _hear(self, raw: Payload) -> None:
        with reading():
            channel_id, user_id = str(raw["channel_id"]), str(raw["user_id"])
            guild_id = str(raw["guild_id"]) if raw.get("guild_id") else None
        if self.on_typing is None or not self._is_due(channel_id, user_id):
            return
        place = await self._reader.typed_in(channel_id, guild_id)
        if place is None:
            return
        with reading():
            writer = _writer(raw, user_id, place)
        if not writer.is_bot and user_id != self._reader.me.user_id:
            await self.on_typing(place, writer)

    def _is_due(self, channel_id: str, user_id: str) -> bool:
        now, key = time.monotonic(), (channel_id, user_id)
        if now - self._told.get(key, -EVERY_SECONDS) < EVERY_SECONDS:
            return False
        if len(self._told) >= MOST:
            self._told.clear()
        self._told[key] = now
        return True


class TypingSigns:
    """Shows for some seconds that an answer is on its way."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._shown: dict[str, float] = {}

    async def show(self, channel_id: str) -> None:
        """Show it unless it is shown still; never raises for Discord's sake."""
        now = time.monotonic()
        if now - self._shown.get(channel_id, -SIGN_SECONDS) < SIGN_SECONDS:
            return
        if len(self._shown) >= MOST:
            self._shown.clear()
        self._shown[channel_id] = now
        try:
            await self._rest.call("POST", f"/channels/{channel_id}/typing", step="show typing")
        except (AdapterError, StateUnavailableError) as error:
            logger.debug("Typing was not shown.", extra={"error": type(error).__name__})


def _writer(raw: Payload, user_id: str, place: ConversationRef) -> Author:
    member = raw.get("member")
    user = member["user"] if member else {"id": user_id}
    return parse.author(user, member, place)
