"""What every process hears at once: changed lines, new threads, typing, and stored turns."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, cast

from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from adapters.playground.lines import StoredLine, load_line
from adapters.playground.transcript import FEED_CHANNEL, Commands, DeskThread, load_thread
from bot.vocabulary.cancellation import keeping_cancellation
from bot.vocabulary.messages import ConversationRef

EVENTS_CHANNEL = "rv:events"
"""Where the engine says after each turn ``{"conversation": …, "receipt": …}``."""

POLL_SECONDS = 5.0
RETRY_SECONDS = 0.5

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """The subscription stands. What was said before the second one of a run may have been missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """A line is new or has changed."""

    conversation: ConversationRef
    stored: StoredLine


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadOpened:
    """The desk has a new thread, or the case of one was erased."""

    thread: DeskThread


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingShown:
    """Relevo is writing."""

    conversation: ConversationRef


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStored:
    """The engine has stored a turn: its receipt can be read, and cases may have changed."""

    conversation: ConversationRef


FeedEvent = Listening | LineShown | ThreadOpened | TypingShown | TurnStored


async def listen(redis: Commands) -> AsyncGenerator[FeedEvent]:
    """Yield what is said from now on, for ever; a lost connection is opened again.

    Close the iterator when done (``contextlib.aclosing``).
    """
    while True:
        try:
            async with redis.pubsub() as pubsub:
                await pubsub.subscribe(FEED_CHANNEL, EVENTS_CHANNEL)
                async for event in _heard(pubsub):
                    yield event
        except (RedisError, OSError) as error:
            logger.warning("The playground lost Redis and tries again: %s", type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)


async def _heard(pubsub: PubSub) -> AsyncGenerator[FeedEvent]:
    awaited = {FEED_CHANNEL, EVENTS_CHANNEL}
    while True:
        async with keeping_cancellation():
            message = cast("dict[str, Any] | None", await pubsub.get_message(timeout=POLL_SECONDS))
        if message is None:
            continue
        if message["type"] == "subscribe":
            awaited.discard(message["channel"])
            if not awaited:
                yield Listening()
        elif message["type"] == "message" and (event := read_event(message["data"])):
            yield event


def read_event(text: str) -> FeedEvent | None:
    """Read one announcement; None for one that is not understood, which is logged."""
    try:
        return _event_of(json.loads(text))
    except (ValueError, LookupError, TypeError, AttributeError):
        logger.warning("The playground ignored an announcement that it does not understand.")
        return None


def _event_of(fields: dict[str, Any]) -> FeedEvent:
    match fields.get("kind"):
        case "line":
            stored = StoredLine(
                sequence=fields["sequence"],
                revision=fields["revision"],
                line=load_line(json.dumps(fields["line"])),
            )
            return LineShown(conversation=_conversation(fields), stored=stored)
        case "thread":
            return ThreadOpened(thread=load_thread(json.dumps(fields["thread"])))
        case "typing":
            return TypingShown(conversation=_conversation(fields))
        case _:
            return TurnStored(conversation=_conversation(fields))


def _conversation(fields: dict[str, Any]) -> ConversationRef:
    return ConversationRef.parse(fields["conversation"])
