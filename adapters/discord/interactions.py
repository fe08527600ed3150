"""Answers interactions in time: Discord waits three seconds, and never sends one again.

What needs nothing to be stored is answered at once: a button with a form opens it, as does a command
whose long text is missing, and any other command shows that it is being worked on. A press or a sent
form is only taken without a sign, which looks like success, when the core has stored it. While that
takes long it shows that it is being worked on as well, to its writer alone, and hears how it ended. An
event that is not stored yet is replayed by RESUME after a crash; an answer that Discord has already is
then refused, which is no harm.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, cast

from adapters.discord import pressing, steering
from adapters.discord.actions import Actions, carried
from adapters.discord.completing import Completions
from adapters.discord.errors import RefusedError, UnreadableError
from adapters.discord.parse import Payload, reading
from adapters.discord.pressing import InteractionKind
from adapters.discord.reader import Reader
from adapters.discord.render import ID_LENGTH
from adapters.discord.rest import Rest
from adapters.prefills import Prefills
from bot.vocabulary.errors import AdapterError, StateUnavailableError
from bot.vocabulary.messages import IncomingMessage

logger = logging.getLogger(__name__)

TOKEN_SECONDS = 900.0
"""So long Discord takes the end of an answer that was begun in time."""

Outcome = asyncio.Future[IncomingMessage | None]


class Interactions:
    """See the module. ``patience`` is how many seconds a press may take to be stored in silence."""

    def __init__(
        self,
        rest: Rest,
        reader: Reader,
        prefills: Prefills,
        actions: Actions,
        completions: Completions,
        *,
        patience: float,
    ) -> None:
        self._rest = rest
        self._reader = reader
        self._prefills = prefills
        self._actions = actions
        self._completions = completions
        self._patience = patience
        self._outcomes: dict[str, Outcome] = {}

    def expect(self, raw: Payload) -> None:
        """An interaction has arrived; ``answer`` and ``settle`` follow."""
        self._outcomes.setdefault(_id(raw), asyncio.get_running_loop().create_future())

    def settle(self, raw: Payload, stored: IncomingMessage | None) -> None:
        """An interaction is stored, or never will be (None)."""
        outcome = self._outcomes.get(_id(raw))
        if outcome is not None and not outcome.done():
            outcome.set_result(stored)

    async def answer(self, raw: Payload) -> None:
        """Answer in time and truthfully; failures are Discord's to show."""
        try:
            await self._answer(raw, self._outcomes[_id(raw)])
        except UnreadableError as error:
            extra = {"error": type(error.__cause__ or error).__name__}
            logger.warning("An interaction can't be read.", extra=extra)
        finally:
            self._outcomes.pop(_id(raw), None)

    async def _answer(self, raw: Payload, outcome: Outcome) -> None:
        with reading():
            kind, opens_form = pressing.kind_of(raw), pressing.opens_form(raw)
            is_command = pressing.is_command(raw)
            for_all = is_command and pressing.is_for_all(raw, self._reader.desk)
        if kind is InteractionKind.AUTOCOMPLETE:
            await self._call_back(raw, await self._completions.choices(raw))
        elif opens_form:
            await self._call_back(raw, await self._form(raw))
        elif is_command:
            await self._call_back(raw, pressing.deferral(for_all=for_all))
            await self._finish(raw, outcome, for_all=for_all)
        elif kind is not None:
            await self._answer_press(raw, outcome)

    async def _form(self, raw: Payload) -> Mapping[str, Any]:
        """Build the form that a button or a command opens, and keep what its id has no room for."""
        with reading():
            is_command = pressing.is_command(raw)
        try:
            return await (self._command_form(raw) if is_command else self._button_form(raw))
        except StateUnavailableError:
            with reading():
                return pressing.result(raw, None)

    async def _button_form(self, raw: Payload) -> Mapping[str, Any]:
        with reading():
            name, prefill = pressing.carried(raw), pressing.prefill_of(raw)
        action = await self._actions.find(name)
        begins = await self._prefill(prefill)
        with reading():
            return pressing.form(raw, action, begins)

    async def _command_form(self, raw: Payload) -> Mapping[str, Any]:
        with reading():
            line = steering.line(raw)
        name = carried(line, room=ID_LENGTH - len(steering.LINE))
        if name != line:
            await self._actions.keep({name: line})
        with reading():
            return steering.form(raw, steering.LINE + name, pressing.language(raw))

    async def _prefill(self, name: str) -> str:
        try:
            return await self._prefills.find(name)
        except StateUnavailableError:
            return ""

    async def _answer_press(self, raw: Payload, outcome: Outcome) -> None:
        if await _is_known(outcome, self._patience):
            with reading():
                body = pressing.result(raw, outcome.result())
            await self._call_back(raw, body)
        elif await self._call_back(raw, pressing.deferral(for_all=False)):
            await self._finish(raw, outcome, for_all=False)

    async def _finish(self, raw: Payload, outcome: Outcome, *, for_all: bool) -> None:
        """Say how it ended in place of the sign that it is being worked on.

        After any other first answer the same address would mean the message with the buttons.
        """
        if await _is_known(outcome, TOKEN_SECONDS):
            with reading():
                path = f"/webhooks/{raw['application_id']}/{raw['token']}/messages/@original"
                body = pressing.told(raw, outcome.result(), for_all=for_all)
            await self._try("PATCH", path, body, "finish an answer")

    async def _call_back(self, raw: Payload, body: Mapping[str, Any]) -> bool:
        with reading():
            path = f"/interactions/{raw['id']}/{raw['token']}/callback"
        return await self._try("POST", path, body, "answer a button or command")

    async def _try(self, method: str, path: str, body: Mapping[str, Any], step: str) -> bool:
        """Call; False when Discord surely did not take it."""
        try:
            await self._rest.call(method, path, step=step, body=body)
        except (AdapterError, StateUnavailableError) as error:
            extra = {"error": type(error).__name__}
            logger.info("Discord did not take the answer to an interaction.", extra=extra)
            return not isinstance(error, RefusedError)
        return True


async def _is_known(outcome: Outcome, seconds: float) -> bool:
    done, _ = await asyncio.wait({outcome}, timeout=seconds)
    return bool(done)


def _id(raw: object) -> str:
    """Name an interaction; one that can't be read has no name."""
    return str(cast("Payload", raw).get("id")) if isinstance(raw, dict) else ""
