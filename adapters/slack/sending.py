"""Shows the pieces of a message once each, in order, and never faster than Slack allows.

Each piece bears the delivery's key in its metadata. Whenever it is unknown whether a piece was
posted, the channel is read back before it is posted again.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.locks import Locks
from adapters.slack.api import SlackApi
from adapters.slack.parse import MalformedError, inner, reading
from adapters.slack.refusals import CERTAIN, RefusedError
from adapters.slack.render import Piece
from bot.vocabulary.errors import ConnectionLostError, RateLimitedError
from bot.vocabulary.tools import AdapterTools, Limit

logger = logging.getLogger(__name__)

EVENT_TYPE = "relevo_reply"
PATIENCE_SECONDS = 1.5
"""So long our own rate limit is waited for; a longer wait, also among many, is the outbox's."""

CLOCK_SECONDS = 60
"""How much the clocks of Slack and our store may differ when a channel is read back."""

PAGE = 15
"""What Slack gives to apps that it limits most."""

MOST_PAGES = 20

STREAM_SECONDS = 20.0
"""How long to wait for a stream that can't be ended: Slack ends it itself within five minutes."""

_BAD_BLOCKS = {
    "invalid_blocks",
    "invalid_blocks_format",
    "msg_blocks_too_long",
    "invalid_arguments",
}
_OPEN = {"streaming_state_conflict", "cant_delete_message"}
_GONE = {"message_not_found", "thread_not_found"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast Slack lets us post: so many a second in each channel, so many at once."""

    a_second: float = 1.0
    at_once: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A channel, or a thread in it, where pieces are shown."""

    channel: str
    thread: str | None = None


class StillOpenError(RateLimitedError):
    """Raised when a message can't be touched because its stream is open, as Slack's refusal says."""


class Sending:
    """Posts, changes and takes back pieces."""

    def __init__(self, api: SlackApi, tools: AdapterTools, pace: Pace) -> None:
        self._api = api
        self._tools = tools
        self._pace = pace
        self.locks = Locks()
        """All work under a delivery's key holds the key's lock."""

    async def post(
        self, spot: Spot, pieces: Sequence[Piece], *, key: str, opens_thread: bool = False
    ) -> list[str]:
        """Post pieces that are not shown yet; returns the ids of all.

        With ``opens_thread`` the first becomes the head of a thread for the others.
        """
        shown = dict(await self._tools.sends.shown(key))
        for number, piece in enumerate(pieces):
            if number not in shown:
                shown[number] = await self._once(spot, piece, key, number)
            if opens_thread and number == 0:
                spot = Spot(channel=spot.channel, thread=shown[0])
        return [shown[number] for number in range(len(pieces))]

    async def change(self, spot: Spot, pieces: Sequence[Piece], *, key: str) -> None:
        """Let what is shown under a key read like ``pieces``; nothing when nothing is shown."""
        shown = await self._tools.sends.shown(key)
        texts = {number: ts for number, ts in shown.items() if is_text(ts)}
        if not texts:
            return
        for number, ts in texts.items():
            if number < len(pieces):
                await self.replace(spot, ts, pieces[number], key=key, number=number)
            else:
                await self.remove(spot, ts)
                await self._tools.sends.forget(key, number)
        if len(pieces) > len(texts):
            await self.post(spot, pieces, key=key)

    async def take_back(self, spot: Spot, *, key: str) -> None:
        """Delete what is shown under a key."""
        for ts in (await self._tools.sends.shown(key)).values():
            await self.remove(spot, ts)

    async def replace(
        self, spot: Spot, ts: str, piece: Piece, *, key: str, number: int = 0
    ) -> bool:
        """Let a message read like a piece; False when it is gone."""
        await self._turn(_each("chat.update"))
        arguments = {"channel": spot.channel, "ts": ts, "metadata": metadata(key, number)}
        try:
            await self._show("chat.update", "chat.update", piece, arguments)
        except RefusedError as error:
            _wait_if_open(error)
            if error.code not in _GONE:
                raise
            return False
        return True

    async def remove(self, spot: Spot, ts: str) -> None:
        """Delete a message or a file; nothing when it is gone."""
        method = "chat.delete" if is_text(ts) else "files.delete"
        given = {"channel": spot.channel, "ts": ts} if is_text(ts) else {"file": ts}
        await self._turn(_each(method))
        try:
            await self.call(method, method, **given)
        except RefusedError as error:
            _wait_if_open(error)
            if error.code not in _GONE | {"file_not_found", "file_deleted"}:
                raise

    async def find(self, spot: Spot, key: str, number: int, begun_at: datetime) -> str | None:
        """Look whether a piece of unknown fate is there after all.

        Raises:
            RateLimitedError, ConnectionLostError: That can't be seen now.
        """
        wanted = metadata(key, number)["event_payload"]
        for message in await self.since(spot, begun_at):
            if inner(message, "metadata").get("event_payload") == wanted:
                return str(message["ts"])
        return None

    async def since(self, spot: Spot, moment: datetime) -> list[Mapping[str, Any]]:
        """Read what stands in a channel or thread since a moment; raises as ``find`` does."""
        oldest = moment.timestamp() - CLOCK_SECONDS
        try:
            return await self.history(spot, oldest=f"{oldest:.6f}", include_all_metadata=True)
        except RefusedError as error:
            if error.code != "missing_scope":
                raise
            raise ConnectionLostError(str(error)) from error

    async def call(self, scope: str, method: str, **arguments: object) -> Mapping[str, Any]:
        """Call a method as ``SlackApi.call`` does; Slack's wish for rest pauses the limit it was for."""
        try:
            return await self._api.call(method, **arguments)
        except RateLimitedError as error:
            await self._tools.limits.pause(scope, error.retry_after)
            raise

    async def _turn(self, limit: Limit) -> None:
        """Wait for the next call that our own rate limit allows.

        Raises:
            RateLimitedError: That is too far away, or others are always quicker.
        """
        waited = 0.0
        while (seconds := await self._tools.limits.take(limit)) > 0:
            waited += seconds
            if waited > PATIENCE_SECONDS:
                raise RateLimitedError(
                    f"Slack limits {limit.scope}: what is to be done there is done a little later.",
                    retry_after=seconds,
                )
            await asyncio.sleep(seconds)

    async def channel_turn(self, channel: str) -> None:
        """Wait until something may be posted in a channel; see ``_turn``."""
        pace = self._pace
        await self._turn(Limit(scope=_posts(channel), rate=pace.a_second, burst=pace.at_once))

    async def _once(self, spot: Spot, piece: Piece, key: str, number: int) -> str:
        await self.channel_turn(spot.channel)
        earlier = await self._tools.sends.begin(key, number)
        if earlier and earlier.message_id:
            return earlier.message_id
        found = await self.find(spot, key, number, earlier.begun_at) if earlier else None
        ts = found or await self._post(spot, piece, key, number)
        await self._tools.sends.finish(key, ts, number)
        return ts

    async def _post(self, spot: Spot, piece: Piece, key: str, number: int) -> str:
        arguments = {
            "channel": spot.channel,
            "thread_ts": spot.thread,
            "username": piece.username,
            "metadata": metadata(key, number),
        }
        try:
            told = await self._show("chat.postMessage", _posts(spot.channel), piece, arguments)
        except CERTAIN:
            await self._tools.sends.forget(key, number)
            raise
        return str(told["ts"])

    async def _show(
        self, method: str, scope: str, piece: Piece, arguments: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Call a method that shows a piece; plain, when Slack does not take its blocks."""
        try:
            return await self.call(scope, method, **arguments, **piece.payload())
        except RefusedError as error:
            if error.code not in _BAD_BLOCKS:
                raise
            logger.warning("blocks refused, shown as plain text", extra={"code": error.code})
            plain = piece.payload(with_blocks=False)
            return await self.call(scope, method, **arguments, **plain)

    async def history(
        self, spot: Spot, *, oldest: str, include_all_metadata: bool = False
    ) -> list[Mapping[str, Any]]:
        """Read a channel or thread from a moment on, oldest first; bounded."""
        method = "conversations.replies" if spot.thread else "conversations.history"
        found: dict[str, Mapping[str, Any]] = {}
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            told = await self._api.call(
                method,
                channel=spot.channel,
                ts=spot.thread,
                oldest=oldest,
                limit=PAGE,
                cursor=cursor,
                include_all_metadata="true" if include_all_metadata else None,
            )
            found |= _by_time(told)
            cursor = str(inner(told, "response_metadata").get("next_cursor") or "") or None
            if cursor is None:
                break
        return [found[ts] for ts in sorted(found, key=float)]


def _by_time(told: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return a page's messages by their ``ts``, without those that have none: nobody can name them."""
    found: dict[str, Mapping[str, Any]] = {}
    for message in told.get("messages") or ():
        try:
            with reading():
                ts = str(message["ts"])
                float(ts)  # whether it is one
                found[ts] = message
        except MalformedError:
            logger.warning("message of the history not understood")
    return found


def is_text(message_id: str) -> bool:
    """Whether an id of the memory of sends names a message, not a file."""
    return not message_id.startswith("F")


def metadata(key: str, number: int) -> dict[str, Any]:
    """Return what a piece says about itself, so that it can be found again."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key, "piece": number}}


def _wait_if_open(error: RefusedError) -> None:
    """Let the outbox wait when a message can't be touched because its stream is open."""
    if error.code in _OPEN:
        raise StillOpenError(
            "Slack still shows the answer as being written: it is replaced a little later.",
            retry_after=STREAM_SECONDS,
        ) from error


def _posts(channel: str) -> str:
    """Return the scope of what Slack limits by channel."""
    return f"post:{channel}"


def _each(method: str) -> Limit:
    """Return the limit of a method that Slack allows fifty times a minute, wherever it is called."""
    return Limit(scope=method, rate=50 / 60, burst=20)
