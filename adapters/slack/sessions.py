"""How a thread looks while the bot is at work in it: a title, a status, and Slack's agent session.

Sessions are for apps that are declared as agents (``features.agent_view``). Whether this one is,
Slack tells by refusing; then only the status is shown.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from adapters.kept import Kept, by_field
from adapters.slack.chores import Chores
from adapters.slack.people import People
from adapters.slack.render import one_line
from adapters.slack.writers import Writers
from bot.texts import say
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef, IncomingMessage, MessageKind
from bot.vocabulary.tools import AdapterTools, Limit

TITLED = "titled"
"""Threads that have a title."""

AT_WORK = "sessions"
"""Threads whose session says that an answer is prepared."""

KEPT = 5000
TITLE_CHARACTERS = 200
LOADING = ("adapters.thinking_reading", "adapters.thinking_writing")
STARTS = Limit(scope="sessions", rate=15 / 60, burst=8)
"""Less than half of the fifty a minute that Slack allows: each is followed by one for its end."""

STATUS = "assistant.threads.setStatus"
SESSION = "agents.sessions.setStatus"


class Sessions:
    """Shows titles and what the bot is doing; best effort, and never raises."""

    def __init__(
        self, chores: Chores, tools: AdapterTools, people: People, writers: Writers
    ) -> None:
        self._chores = chores
        self._limits = tools.limits
        self._people = people
        self._writers = writers
        self._titled = Kept(tools.store, TITLED, most=KEPT, moment=by_field)
        self._at_work = Kept(tools.store, AT_WORK, most=KEPT, moment=by_field)

    def met(self, message: IncomingMessage) -> None:
        """Give a direct thread the first question in it as its title, soon."""
        is_question = message.kind is MessageKind.NEW and not message.text.startswith("/")
        if message.is_direct and message.conversation.thread_id and is_question:
            title = one_line(message.text, TITLE_CHARACTERS)
            if title:
                self._chores.add(partial(self._entitle, message, title))

    def stopped(self, event: Mapping[str, Any]) -> None:
        """Take note that a person pressed stop: the session is no longer at work.

        Slack itself has closed the stream, which therefore grows no further.
        """
        channel, thread = event.get("channel"), event.get("thread_ts")
        if isinstance(channel, str) and isinstance(thread, str):
            self._chores.add(partial(self._rest, channel, thread))

    async def busy(self, place: ConversationRef) -> None:
        """Show in a thread that an answer is prepared, in the language of who wrote last."""
        if place.thread_id is None:
            return
        try:
            language = await self._language(place.channel_id, place.thread_id)
            await self._say(place, say("adapters.thinking", language), language)
            await self._work(place.channel_id, place.thread_id)
        except StateUnavailableError:
            return

    async def person_writes(self, place: ConversationRef) -> None:
        """Show in a thread that a person is writing; the bot itself is not at work."""
        if place.thread_id is None:
            return
        try:
            language = await self._language(place.channel_id, place.thread_id)
            await self._say(place, say("adapters.writing", language))
        except StateUnavailableError:
            return

    async def answered(self, place: ConversationRef, *, by_draft: bool) -> None:
        """Show that the bot is done; a status vanishes by itself unless ``by_draft`` a message changed."""
        if place.thread_id is None:
            return
        try:
            if by_draft:
                await self._say(place, "")
            if await self._at_work.get(_name(place.channel_id, place.thread_id)):
                await self._rest(place.channel_id, place.thread_id)
        except StateUnavailableError:
            return

    async def _say(self, place: ConversationRef, status: str, language: str | None = None) -> None:
        await self._chores.call(
            STATUS,
            channel_id=place.channel_id,
            thread_ts=place.thread_id,
            status=status,
            loading_messages=[say(key, language) for key in LOADING] if language else None,
        )

    async def _entitle(self, message: IncomingMessage, title: str) -> None:
        channel, thread = message.conversation.channel_id, message.conversation.thread_id or ""
        name = _name(channel, thread)
        if await self._titled.get(name):
            return
        await self._titled.put(name, "1")
        if not await self._at_work.get(name):
            await self._chores.call(
                SESSION,
                channel_id=channel,
                thread_ts=thread,
                status="active",
                title=title,
                initiator_user_id=message.author.user_id,
            )
        await self._chores.call(
            "assistant.threads.setTitle", channel_id=channel, thread_ts=thread, title=title
        )

    async def _work(self, channel: str, thread: str) -> None:
        name = _name(channel, thread)
        if await self._at_work.get(name) or await self._limits.take(STARTS) > 0:
            return
        is_shown = await self._chores.call(
            SESSION, channel_id=channel, thread_ts=thread, status="processing"
        )
        if is_shown:
            await self._at_work.put(name, "1")

    async def _rest(self, channel: str, thread: str) -> None:
        is_shown = await self._chores.call(
            SESSION, channel_id=channel, thread_ts=thread, status="active"
        )
        if is_shown:
            await self._at_work.drop(_name(channel, thread))

    async def _language(self, channel: str, thread: str) -> str:
        writer = await self._writers.last(channel, thread)
        return await self._people.language(writer.user_id) if writer else "en"


def _name(channel: str, thread: str) -> str:
    return f"{channel}:{thread}"
