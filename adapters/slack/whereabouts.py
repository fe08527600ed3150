"""In which conversation something belongs, where Slack's event does not tell or names a wrong one."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from adapters.slack.api import SlackApi
from adapters.slack.parse import inner
from adapters.slack.places import Places
from adapters.slack.refusals import RefusedError, unclear
from bot.vocabulary.errors import AdapterError
from bot.vocabulary.messages import ConversationRef, IncomingMessage

LOOKUP_SECONDS = 1.0


class Whereabouts:
    """Asks Slack, for a second at most, because Slack waits three for an event's acknowledgement."""

    def __init__(self, api: SlackApi, places: Places) -> None:
        self._api = api
        self._places = places

    async def thread_of(self, message: IncomingMessage) -> ConversationRef | None:
        """Find in which thread a message stands; None when it is gone.

        Raises:
            AdapterError: Slack does not tell just now, and the message stands in a channel.
        """
        place = message.conversation
        try:
            told = await self._ask(
                "conversations.replies", channel=place.channel_id, ts=message.id, limit=1
            )
        except AdapterError as error:
            if message.is_direct:
                return place
            if isinstance(error, RefusedError):
                return None
            raise
        found = cast("list[Mapping[str, Any]]", told.get("messages") or [])
        thread = str(found[0].get("thread_ts") or "") if found else ""
        if message.is_direct:
            return replace(place, thread_id=thread if thread not in {"", message.id} else None)
        return replace(place, thread_id=thread or message.id)

    async def direct(self, message: IncomingMessage) -> ConversationRef:
        """Find the direct conversation of the bot and the author of a message.

        A direct channel may be that of two people, which the bot can't see.

        Raises:
            AdapterError: Slack does not tell.
        """
        place = message.conversation
        if await self.is_with_bot(message):
            return place
        told = await self._ask("conversations.open", users=message.author.user_id)
        return replace(place, channel_id=str(inner(told, "channel")["id"]), thread_id=None)

    async def is_with_bot(self, message: IncomingMessage) -> bool:
        """Whether a message stands in the direct conversation of its author and the bot for certain."""
        now = f"{message.sent_at.timestamp():.6f}"
        return message.is_direct and await self._places.hears(message.conversation, now)

    async def _ask(self, method: str, **arguments: object) -> Mapping[str, Any]:
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                return await self._api.call(method, **arguments)
        except TimeoutError as error:
            raise unclear(method) from error
