"""Questions to begin with, for whoever opens the conversation with the bot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from adapters.slack.chores import Chores

MOST_PROMPTS = 4
TITLE_CHARACTERS = 60


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

    def __init__(self, chores: Chores, suggestions: Sequence[str]) -> None:
        self._chores = chores
        self._prompts = [
            {"title": text[:TITLE_CHARACTERS], "message": text}
            for text in suggestions[:MOST_PROMPTS]
        ]

    def greet(self, opening: Opened) -> None:
        """Suggest questions soon; not when there are none."""
        if self._prompts and opening.channel:
            self._chores.add(partial(self._suggest, opening))

    async def _suggest(self, opening: Opened) -> None:
        await self._chores.call(
            "assistant.threads.setSuggestedPrompts",
            channel_id=opening.channel,
            thread_ts=opening.thread,
            prompts=self._prompts,
        )
