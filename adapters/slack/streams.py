"""Slack's own streams: a message under another one to which words are added while all watch.

A stream bears no metadata until it ends, lives five minutes at most, and can be neither changed nor
deleted while it is open. So it is ended first, and then it is a message like others.
"""

import logging
import time
from datetime import datetime

from adapters.slack.api import SlackApi
from adapters.slack.growing import addition
from adapters.slack.parse import inner
from adapters.slack.refusals import RefusedError
from adapters.slack.sending import Sending, Spot, metadata
from adapters.slack.writers import Writer, Writers
from bot.vocabulary.errors import RateLimitedError
from bot.vocabulary.tools import AdapterTools, Limit

logger = logging.getLogger(__name__)

STARTS = Limit(scope="streams", rate=10 / 60, burst=8)
"""Of the twenty a minute that Slack lets begin and end, half: no end ever has to wait."""

APPENDS = Limit(scope="stream-words", rate=1.5, burst=20)
REMEMBERED = 1000
SWITCHED_OFF_SECONDS = 3600.0

_NO_STREAMS = {
    "feature_disabled",
    "method_deprecated",
    "missing_scope",
    "no_permission",
    "not_allowed",
    "unknown_method",
}
"""Refusals that say something about the app, not about one message."""


class Streams:
    """Begins, feeds and ends streams."""

    def __init__(
        self, api: SlackApi, tools: AdapterTools, sending: Sending, writers: Writers
    ) -> None:
        self._api = api
        self._tools = tools
        self._sending = sending
        self._writers = writers
        self._shown: dict[str, str] = {}
        self._off_until = float("-inf")

    async def recipient(self, spot: Spot) -> Writer | None:
        """Return for whom a stream can be begun now, taking a turn; None when none can."""
        if spot.thread is None or time.monotonic() < self._off_until:
            return None
        writer = await self._writers.last(spot.channel, spot.thread)
        return writer if writer and await self._tools.limits.take(STARTS) == 0 else None

    async def begin(self, spot: Spot, words: str, writer: Writer) -> str:
        """Begin a stream for somebody; returns its id. Raises what ``SlackApi.call`` raises."""
        try:
            told = await self._sending.call(
                STARTS.scope,
                "chat.startStream",
                channel=spot.channel,
                thread_ts=spot.thread,
                markdown_text=words,
                recipient_team_id=writer.team_id,
                recipient_user_id=writer.user_id,
            )
        except RefusedError as error:
            logger.info("no stream", extra={"code": error.code})
            if error.code in _NO_STREAMS:
                self._off_until = time.monotonic() + SWITCHED_OFF_SECONDS
            raise
        ts = str(told["ts"])
        self._remember(ts, words)
        return ts

    async def grow(self, spot: Spot, ts: str, text: str) -> bool:
        """Add what is new in a longer text; False when Slack has closed the stream by itself.

        Nothing is added to a stream of another process, or when it is unknown what it shows.
        """
        shown = self._shown.get(ts)
        added = addition(text, shown) if shown is not None else ""
        if shown is None or not added or await self._tools.limits.take(APPENDS) > 0:
            return True
        del self._shown[ts]
        try:
            await self._sending.call(
                APPENDS.scope,
                "chat.appendStream",
                channel=spot.channel,
                ts=ts,
                markdown_text=added,
            )
        except RateLimitedError:
            self._remember(ts, shown)
        except RefusedError as error:
            logger.info("stream does not grow", extra={"code": error.code})
            return error.code != "message_not_in_streaming_state"
        else:
            self._remember(ts, shown + added)
        return True

    async def end(self, spot: Spot, ts: str, *, key: str) -> None:
        """End a stream, so that it can be changed or deleted; ``key`` is what it can be found by.

        One that is over or gone is no error.
        """
        self._shown.pop(ts, None)
        try:
            await self._api.call(
                "chat.stopStream", channel=spot.channel, ts=ts, metadata=metadata(key, 0)
            )
        except RefusedError as error:
            logger.info("stream not ended", extra={"code": error.code})

    async def find(self, spot: Spot, key: str, begun_at: datetime) -> str | None:
        """Look whether a stream of unknown fate was begun after all.

        It is ours and says nothing about itself, unlike all else that we post. See ``Sending.find``.
        """
        we, wanted = await self._api.installation(), metadata(key, 0)["event_payload"]
        for message in reversed(await self._sending.since(spot, begun_at)):
            if message.get("user") != we.user_id or message.get("files"):
                continue
            told = inner(message, "metadata")
            if not told or told.get("event_payload") == wanted:
                return str(message["ts"])
        return None

    def _remember(self, ts: str, shown: str) -> None:
        self._shown.pop(ts, None)
        self._shown[ts] = shown
        if len(self._shown) > REMEMBERED:
            del self._shown[next(iter(self._shown))]
