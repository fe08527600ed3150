"""The looks of an assistant: questions to begin with, and the status while an answer is prepared."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from adapters.slack.api import SlackApi
from bot.texts import say
from bot.vocabulary.errors import AdapterError
from bot.vocabulary.messages import ConversationRef

logger = logging.getLogger(__name__)

MOST_PROMPTS = 4
TITLE_CHARACTERS = 60
WAITING = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A person has opened the conversation with the bot."""

    channel: str
    thread: str | None


def opened(event: Mapping[str, Any]) -> Opened | None:
    """Read that somebody opened the bot's conversation, in either of Slack's two ways."""
    if event.get("type") == "app_home_opened" and event.get("tab") == "messages":
        return Opened(channel=str(event.get("channel") or ""), thread=None)
    if event.get("type") == "assistant_thread_started":
        thread = cast("Mapping[str, Any]", event.get("assistant_thread") or {})
        return Opened(
            channel=str(thread.get("channel_id") or ""),
            thread=str(thread.get("thread_ts") or "") or None,
        )
    return None


class Greeter:
    """Shows suggestions after the acknowledgement, and never at its cost."""

    def __init__(self, api: SlackApi, suggestions: Sequence[str]) -> None:
        self._api = api
        self._prompts = [
            {"title": text[:TITLE_CHARACTERS], "message": text}
            for text in suggestions[:MOST_PROMPTS]
        ]
        self._waiting: asyncio.Queue[Opened] = asyncio.Queue(WAITING)

    def greet(self, opening: Opened) -> None:
        """Suggest questions soon; not when there are none, or too many wait."""
        if self._prompts and opening.channel and not self._waiting.full():
            self._waiting.put_nowait(opening)

    async def serve(self) -> None:
        """Show suggestions until cancelled."""
        while True:
            opening = await self._waiting.get()
            try:
                await self._api.call(
                    "assistant.threads.setSuggestedPrompts",
                    channel_id=opening.channel,
                    thread_ts=opening.thread,
                    prompts=self._prompts,
                )
            except AdapterError as error:
                logger.info("suggestions not shown", extra={"error": str(error)})

    async def busy(self, place: ConversationRef) -> None:
        """Show in a thread that an answer is prepared; it vanishes with the answer."""
        if place.thread_id is None:
            return
        try:
            await self._api.call(
                "assistant.threads.setStatus",
                channel_id=place.channel_id,
                thread_ts=place.thread_id,
                status=say("adapters.thinking", "en"),
            )
        except AdapterError:
            return
