"""Answers interactions in time: Discord waits three seconds, and never sends one again.

So each is answered the moment it arrives, before it is stored: a button is deferred without any
sign, a command shows that it works, a button with a form opens it. The event itself waits in the
pump until the core has stored it, and is replayed by RESUME after a crash; its second answer is
then refused by Discord, which is no harm.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.discord import pressing
from adapters.discord.parse import DIRECT, MALFORMED, Payload
from adapters.discord.pressing import InteractionKind
from adapters.discord.rest import Rest
from bot.vocabulary.errors import AdapterError, StateUnavailableError
from bot.vocabulary.messages import ConversationRef

logger = logging.getLogger(__name__)


class Interactions:
    """See the module."""

    def __init__(self, rest: Rest, suggestions: Sequence[str]) -> None:
        self._rest = rest
        self._suggestions = suggestions
        self._answered: dict[int, asyncio.Event] = {}

    def expect(self, sequence: int) -> None:
        """An interaction has arrived as event number ``sequence``, and ``answer`` follows."""
        self._answered[sequence] = asyncio.Event()

    async def answer(self, raw: Payload, sequence: int) -> None:
        """Answer at once; failures are Discord's to show."""
        answered = self._answered[sequence]
        try:
            await self._answer(raw)
        finally:
            answered.set()
            if not pressing.is_command(raw):
                self._answered.pop(sequence, None)

    async def _answer(self, raw: Payload) -> None:
        try:
            path = f"/interactions/{raw['id']}/{raw['token']}/callback"
            await self._try("POST", path, self._first_answer(raw), "answer a button or command")
        except MALFORMED as error:
            extra = {"error": type(error).__name__}
            logger.warning("An interaction can't be read.", extra=extra)

    async def finish(
        self, raw: Payload, sequence: int, place: ConversationRef, application_id: str
    ) -> None:
        """Let a command's writer know that it is stored, once the first answer is out."""
        answered = self._answered.pop(sequence, None)
        if answered is None:
            return
        await answered.wait()
        elsewhere = place.tenant_id == DIRECT and raw.get("guild_id") is not None
        path = f"/webhooks/{application_id}/{raw['token']}/messages/@original"
        body = pressing.noted(raw, elsewhere=elsewhere)
        await self._try("PATCH", path, body, "confirm a command")

    def _first_answer(self, raw: Payload) -> Mapping[str, Any]:
        if pressing.kind_of(raw) is InteractionKind.AUTOCOMPLETE:
            return pressing.choices(raw, self._suggestions)
        return pressing.form(raw) if pressing.opens_form(raw) else pressing.acknowledgement(raw)

    async def _try(self, method: str, path: str, body: Mapping[str, Any], step: str) -> None:
        try:
            await self._rest.call(method, path, step=step, body=body)
        except (AdapterError, StateUnavailableError) as error:
            extra = {"error": type(error).__name__}
            logger.info("Discord did not take the answer to an interaction.", extra=extra)
