"""Completes what is being typed: a customer's question from a list, an admin's argument by the core."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from adapters.discord import parse, pressing, steering
from adapters.discord.parse import Payload, reading
from bot.vocabulary.errors import RelevoError
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.standing import Complete, CompletionRequest

logger = logging.getLogger(__name__)


class Completions:
    """``complete`` says who is asked, if anybody is; ``patience`` is how many seconds that may take.

    Discord gives three.
    """

    def __init__(
        self,
        suggestions: Sequence[str],
        complete: Callable[[], Complete | None],
        *,
        patience: float,
    ) -> None:
        self._complete = complete
        self._suggestions = suggestions
        self._patience = patience

    async def choices(self, raw: Payload) -> dict[str, Any]:
        """Build the answer; without a good one in time nothing is offered."""
        with reading():
            is_steering = steering.is_given(raw)
            found = [] if is_steering else pressing.suggested(raw, self._suggestions)
        return steering.choices(await self._asked(raw) if is_steering else found)

    async def _asked(self, raw: Payload) -> Sequence[str]:
        with reading():
            request = _request(raw)
        complete = self._complete()
        if request is None or complete is None:
            return ()
        try:
            async with asyncio.timeout(self._patience):
                return await complete(request)
        except (RelevoError, TimeoutError) as error:
            extra = {"error": type(error).__name__}
            logger.info("Nothing was offered to complete a command.", extra=extra)
            return ()


def _request(raw: Payload) -> CompletionRequest | None:
    typed = steering.typed(raw)
    if typed is None:
        return None
    place = _place(raw)
    return CompletionRequest(
        author=pressing.person(raw, place),
        place=place,
        command=typed.command,
        argument=typed.argument,
        typed=typed.text,
    )


def _place(raw: Payload) -> ConversationRef:
    """Name where it is typed: nothing is said there, so no direct messages are opened for it."""
    channel_id, guild_id = str(raw["channel_id"]), raw.get("guild_id")
    if guild_id is None:
        return parse.direct(channel_id)
    return parse.in_guild(str(guild_id), channel_id, channel_id)
