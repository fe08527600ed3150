"""Commands, their forms and admins' buttons: whatever is steered belongs in the direct conversation."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from slack_bolt.response import BoltResponse

from adapters.slack.acks import form_done, form_errors, private_note, taken
from adapters.slack.api import SlackApi
from adapters.slack.chores import Chores
from adapters.slack.forms import (
    Asked,
    asked,
    filled,
    form_of,
    invoked,
    names_somebody,
    options,
    wants_form,
)
from adapters.slack.interactive import author_of, commanded, sent_form
from adapters.slack.parse import Event, Scene, inner, reading, required
from adapters.slack.people import People
from adapters.slack.refusals import RefusedError
from adapters.slack.render import Payload
from adapters.slack.text import whole
from adapters.slack.whereabouts import Whereabouts
from adapters.steering import steers
from bot.texts import say
from bot.vocabulary.commands import ADMIN_ACTION, Invocation, written
from bot.vocabulary.errors import AdapterError, StateUnavailableError
from bot.vocabulary.messages import Author, ConversationRef, IncomingMessage
from bot.vocabulary.standing import Complete, CompletionRequest

logger = logging.getLogger(__name__)

USED_UP = "exchanged_trigger_id"

OPENING_SECONDS = 1.0
SUGGESTING_SECONDS = 2.2
"""Slack waits three seconds for a form to be opened, and as long for what a field offers."""

Deliver = Callable[[IncomingMessage], Awaitable[bool]]


class Commanding:
    """Takes what steers Relevo. ``desk`` is the channel where verbs of agents stay."""

    def __init__(
        self,
        api: SlackApi,
        *,
        people: People,
        whereabouts: Whereabouts,
        chores: Chores,
        deliver: Deliver,
    ) -> None:
        self._api = api
        self._people = people
        self._whereabouts = whereabouts
        self._chores = chores
        self._deliver = deliver
        self.desk: str | None = None
        self.complete: Complete | None = None

    async def command(self, body: Event, scene: Scene) -> BoltResponse:
        """Take a slash command, which is the bot's and the person's, whoever reads along.

        In the desk a verb of an agent's stays there. A command that lacks something opens a form; where
        none opens, it goes on as it is, and the core asks.
        """
        with reading():
            message = commanded(body, scene, now=time.time())
            invocation = invoked(whole(body.get("text")), scene.names)
            trigger_id = required(body, "trigger_id")
        if message.conversation.channel_id == self.desk and not steers(message.text):
            await self._deliver(message)
            return taken()
        if invocation is None:
            return await self._directly(message)
        if wants_form(invocation) and await self._open(trigger_id, invocation, message):
            return await self._form_opened(message)
        if names_somebody(invocation):
            message = replace(message, text=written(invocation.command, invocation.values))
        return await self._directly(message)

    async def press(self, message: IncomingMessage) -> None:
        """Take a pressed button; an admin's is theirs alone, wherever it stands."""
        if not (message.action or "").startswith(ADMIN_ACTION):
            await self._deliver(message)
            return
        here = message.conversation
        there = await self._whereabouts.direct(message)
        is_new = await self._deliver(replace(message, conversation=there, is_direct=True))
        if is_new and there.channel_id != here.channel_id:
            self._chores.add(partial(self._tell, here, message.author.user_id))

    async def typed(self, message: IncomingMessage) -> bool | None:
        """Take a command that is typed among others, and return whether it was new; None for other words.

        It stays where it stands when Slack opens no direct conversation. Its id is none of that one's.
        """
        here = message.conversation
        if message.is_direct or not steers(message.text, in_case=here.channel_id == self.desk):
            return None
        try:
            there = await self._whereabouts.direct(message)
        except RefusedError:
            return None
        name = f"{here.channel_id}/{message.id}"
        moved = replace(message, id=name, conversation=there, is_direct=True, is_mention=False)
        is_new = await self._deliver(moved)
        if is_new:
            self._chores.add(partial(self._tell, here, message.author.user_id))
        return is_new

    async def submission(self, body: Event, scene: Scene) -> BoltResponse | None:
        """Take the form of a command, which stays open while something is wrong; None if it is another.

        It is the core that looks whether its writer may give the command.
        """
        with reading():
            form = filled(inner(body, "view"))
            message = form and sent_form(body, scene, form, now=time.time())
        if form is None or message is None:
            return None
        if form.place.tenant_id != scene.team_id:
            return taken()
        user_id = message.author.user_id
        if form.missing:
            needed = say("adapters.form_needed", await self.language(user_id))
            return form_errors(dict.fromkeys(form.missing, needed))
        try:
            await self._to_direct(message)
        except (AdapterError, StateUnavailableError) as error:
            logger.warning("form not taken", extra={"error": str(error)})
            words = say("adapters.not_now", await self.language(user_id))
            return form_errors({form.invocation.command.arguments[0].name: words})
        return form_done()

    async def suggest(self, body: Event, scene: Scene) -> BoltResponse:
        """Offer values while somebody types; to whom the core offers nothing, nothing."""
        with reading():
            wanted, author = asked(body), author_of(body, scene)
        if wanted is None or self.complete is None or wanted.place.tenant_id != scene.team_id:
            return taken({"options": []})
        try:
            async with asyncio.timeout(SUGGESTING_SECONDS):
                found = await self._found(self.complete, wanted, author)
        except (TimeoutError, StateUnavailableError) as error:
            logger.info("nothing offered", extra={"error": type(error).__name__})
            found = ()
        return taken({"options": options(found)})

    async def language(self, user_id: str) -> str:
        """Return the language of a person, English while nobody can say."""
        try:
            return await self._people.language(user_id)
        except StateUnavailableError:
            return "en"

    async def _found(self, complete: Complete, wanted: Asked, author: Author) -> Sequence[str]:
        request = CompletionRequest(
            author=await self._people.complete(author),
            place=wanted.place,
            command=wanted.command.name,
            argument=wanted.argument.name,
            typed=wanted.typed,
        )
        return await complete(request)

    async def show(self, trigger_id: str, view: Payload) -> None:
        """Open a form; a trigger that is used up has opened it before, when we were not heard in time.

        Raises:
            AdapterError: Slack does not show it.
        """
        try:
            await self._api.call("views.open", trigger_id=trigger_id, view=view)
        except RefusedError as error:
            if error.code != USED_UP:
                raise

    async def _open(
        self, trigger_id: str, invocation: Invocation, message: IncomingMessage
    ) -> bool:
        """Open the form of a command; False when Slack does not show it soon."""
        view = form_of(
            invocation,
            place=message.conversation,
            language=await self._asked_language(message.author.user_id),
            completes=self.complete is not None,
        )
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                await self.show(trigger_id, view)
        except (AdapterError, TimeoutError) as error:
            logger.warning("form not opened", extra={"error": str(error)})
            return False
        return True

    async def _form_opened(self, message: IncomingMessage) -> BoltResponse:
        """Say where the answer will be, unless the form was opened there; it is open in any case."""
        try:
            if await self._whereabouts.is_with_bot(message):
                return taken()
        except StateUnavailableError:
            return taken()
        language = await self.language(message.author.user_id)
        return private_note(say("adapters.form_elsewhere", language))

    async def _directly(self, message: IncomingMessage) -> BoltResponse:
        there = await self._to_direct(message)
        if there == message.conversation:
            return taken()
        language = await self.language(message.author.user_id)
        return private_note(say("adapters.answered_directly", language))

    async def _to_direct(self, message: IncomingMessage) -> ConversationRef:
        there = await self._whereabouts.direct(message)
        await self._deliver(replace(message, conversation=there, is_direct=True))
        return there

    async def _tell(self, place: ConversationRef, user_id: str) -> None:
        """Tell who steers among others where the answer is."""
        await self._chores.call(
            "chat.postEphemeral",
            channel=place.channel_id,
            user=user_id,
            thread_ts=place.thread_id,
            text=say("adapters.answered_directly", await self.language(user_id)),
        )

    async def _asked_language(self, user_id: str) -> str:
        """Return the language of a person of whom nothing may be known yet, asking Slack for it."""
        try:
            profile = await self._people.profile(user_id)
        except StateUnavailableError:
            return "en"
        return (profile.locale or "en").partition("-")[0] if profile else "en"
