"""Reads by REST what was said while no session lived, in the places that the bot knows.

It reads from the last message on that a living session has told, in whatever channel that stood.
Direct messages of people who never wrote before can't be found: Discord lists no channels of direct
messages; nor can edits, deletions, reactions and pressed buttons. That is why sessions are kept
resumable, and this is the second line.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast

from adapters.discord import parse
from adapters.discord.errors import UNKNOWN_CHANNEL, RefusedError, UnreadableError
from adapters.discord.parse import Payload, reading
from adapters.discord.places import TEXT_CHANNELS, Places, read_places
from adapters.discord.progress import Progress
from adapters.discord.reader import Reader
from adapters.discord.rest import Rest
from adapters.discord.threads import Threads
from bot.vocabulary.errors import ConnectionLostError, RateLimitedError, UnstorableError
from bot.vocabulary.messages import IncomingMessage

logger = logging.getLogger(__name__)

Hand = Callable[[Payload, IncomingMessage], Awaitable[None]]

CHANNELS_MOST = 300
PAGES_MOST = 5
PAGE = 100
TRIES = 5
LONGEST_REST = 60.0


class Backfill:
    """Bounded: the most recently active channels, some hundred messages each."""

    def __init__(
        self, rest: Rest, reader: Reader, progress: Progress, places: Places, threads: Threads
    ) -> None:
        self._rest = rest
        self._reader = reader
        self._progress = progress
        self._places = places
        self._threads = threads
        self._members: dict[tuple[str, str], Any] = {}

    async def run(self, hand: Hand) -> None:
        """Hand over what was missed, channel by channel.

        The desk's open threads come before all, even those in which nobody wrote yet, and the text
        channels and threads in which nobody ever spoke to the bot come last.

        Raises:
            StateUnavailableError: The core can't store; run again.
            ConnectionLostError: Discord can't be asked; run again.
        """
        self._members.clear()
        known, first = dict(self._progress.channels()), await self._threads.unresolved()
        urgent = {channel_id: known.pop(channel_id, channel_id) for channel_id in first}
        floor = self._progress.floor
        others = [] if floor is None else await self._others(floor)
        plan = {**dict.fromkeys(others, "0"), **known, **urgent}
        order = list(dict.fromkeys([*urgent, *known, *others]))
        if len(order) > CHANNELS_MOST:
            extra = {"count": len(order) - CHANNELS_MOST}
            logger.warning("Some channels of Discord are not read back: too many.", extra=extra)
        for channel_id in order[:CHANNELS_MOST]:
            after = max(int(plan[channel_id]), floor or 0)
            await self._channel(channel_id, str(after), hand)

    async def _others(self, floor: int) -> list[str]:
        """Return all text channels of the guilds, then the threads in which somebody wrote since."""
        places = await self._places.in_guilds()
        channels = [place.id for place in places if place.type in TEXT_CHANNELS]
        guilds = dict.fromkeys(place.guild_id for place in places)
        threads = [found for guild_id in guilds for found in await self._spoken_in(guild_id, floor)]
        return [*channels, *threads]

    async def _spoken_in(self, guild_id: str, floor: int) -> list[str]:
        path = f"/guilds/{guild_id}/threads/active"
        try:
            found = await self._patiently("GET", path, step="list threads")
        except RefusedError as refused:
            logger.info("A guild's threads can't be listed.", extra={"code": refused.code})
            return []
        threads = cast("list[dict[str, Any]]", found.get("threads") or [])
        await self._places.learn(read_places(threads, guild_id=guild_id))
        spoken_in = [raw for raw in threads if int(raw.get("last_message_id") or 0) > floor]
        return [str(raw["id"]) for raw in spoken_in]

    async def _channel(self, channel_id: str, after: str, hand: Hand) -> None:
        for _ in range(PAGES_MOST):
            try:
                page = await self._page(channel_id, after)
            except RefusedError as refused:
                logger.info("A channel can't be read back.", extra={"code": refused.code})
                if refused.code == UNKNOWN_CHANNEL:  # gone, or a thread that is not started yet
                    await self._progress.forget(channel_id)
                    await self._threads.forget(channel_id)
                return
            for raw in page:
                await self._message(channel_id, raw, hand)
            if len(page) < PAGE:
                return
            after = str(page[-1]["id"])
        extra = {"channel_id": channel_id}
        logger.warning("A channel of Discord is not read back to its end: too much.", extra=extra)

    async def _page(self, channel_id: str, after: str) -> list[dict[str, Any]]:
        """Read the next messages, oldest first."""
        path = f"/channels/{channel_id}/messages?after={after}&limit={PAGE}"
        found = await self._patiently("GET", path, step="read a channel back")
        page = cast("list[dict[str, Any]]", found or [])
        return sorted(page, key=lambda raw: int(raw["id"]))

    async def _message(self, channel_id: str, raw: dict[str, Any], hand: Hand) -> None:
        try:
            message = await self._read(channel_id, raw)
            if message is not None:
                await hand(raw, message)
        except (UnreadableError, UnstorableError) as error:
            extra = {"error": type(error.__cause__ or error).__name__}
            logger.warning("Skipped a message of Discord that can't be read.", extra=extra)

    async def _read(self, channel_id: str, raw: dict[str, Any]) -> IncomingMessage | None:
        """REST leaves out where a message stands and what its writer is there: look it up."""
        place = await self._places.of(channel_id)
        with reading():
            if place is None or not parse.is_written(raw, self._reader.me):
                return None
            writer_id = str(raw["author"]["id"])
        if place.guild_id:
            raw["guild_id"] = place.guild_id
        conversation = await self._reader.conversation(raw)
        if conversation is None:
            return None
        if place.guild_id:
            raw["member"] = await self._member(place.guild_id, writer_id)
        with reading():
            message = parse.message(raw, conversation, self._reader.me)
        return await self._reader.answered_where(message)

    async def _member(self, guild_id: str, user_id: str) -> Any:
        key = (guild_id, user_id)
        if key not in self._members:
            path = f"/guilds/{guild_id}/members/{user_id}"
            try:
                self._members[key] = await self._patiently("GET", path, step="look up a member")
            except RefusedError:
                self._members[key] = None
        return self._members[key]

    async def _patiently(self, method: str, path: str, *, step: str) -> Any:
        """Call, resting as long as Discord asks for."""
        for _ in range(TRIES):
            try:
                return await self._rest.call(method, path, step=step)
            except RateLimitedError as limited:
                await asyncio.sleep(min(limited.retry_after, LONGEST_REST))
        raise ConnectionLostError(f"Discord lets nobody {step}: it asks for rest after rest.")
