"""Which raw events are events for the core, and in which conversation they happen.

Only what reads a payload stands within ``reading``: whatever else fails is no fault of the event.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from adapters.discord import parse, pressing
from adapters.discord.actions import Actions
from adapters.discord.asides import Asides
from adapters.discord.errors import RefusedError
from adapters.discord.parse import Me, Payload, reading
from adapters.discord.places import DIRECT_CHANNEL, Place, Places, read_places
from adapters.discord.pressing import InteractionKind
from adapters.discord.progress import Progress
from adapters.discord.rest import Rest
from adapters.discord.shown import Shown
from adapters.steering import steers
from bot.vocabulary.messages import ConversationRef, IncomingMessage, MessageKind

REACTION = "MESSAGE_REACTION_ADD"

MOST_OPENED = 1000
"""So many people's direct messages are remembered in a process."""


class Reader:
    """Reads events in the order of the gateway, and learns places from them on the way."""

    def __init__(
        self,
        places: Places,
        progress: Progress,
        shown: Shown,
        rest: Rest,
        actions: Actions,
        asides: Asides,
    ) -> None:
        self.me = Me(user_id="", application_id="")
        self.desk: str | None = None
        self.desk_guild: str | None = None
        self._places = places
        self._progress = progress
        self._shown = shown
        self._rest = rest
        self._actions = actions
        self._asides = asides
        self._opened: dict[str, str] = {}
        self._readers: Mapping[str, Callable[[Payload], Awaitable[list[IncomingMessage]]]] = {
            "MESSAGE_CREATE": self._created,
            "MESSAGE_UPDATE": self._updated,
            "MESSAGE_DELETE": self._deleted,
            "MESSAGE_DELETE_BULK": self._deleted_in_bulk,
            "INTERACTION_CREATE": self._interaction,
            "GUILD_CREATE": self._guild,
            "CHANNEL_CREATE": self._place,
            "CHANNEL_UPDATE": self._place,
            "CHANNEL_DELETE": self._gone,
            "THREAD_CREATE": self._place,
            "THREAD_UPDATE": self._place,
            "THREAD_DELETE": self._gone,
            "THREAD_LIST_SYNC": self._threads,
        }

    async def read(self, kind: str, raw: Payload, sequence: int) -> list[IncomingMessage]:
        """Read one event; ``sequence`` is its number in the session.

        Raises:
            UnreadableError: It has not the shape that Discord documents.
            AdapterError: A place had to be looked up, and Discord could not be asked.
            StateUnavailableError: The store can't be reached.
        """
        if kind == REACTION:
            return await self._reaction(raw, sequence)
        reader = self._readers.get(kind)
        return [] if reader is None else await reader(raw)

    async def conversation(self, raw: Payload) -> ConversationRef | None:
        """Find the conversation of a message that a person wrote; None when it is not for the bot."""
        channel_id, guild_id = _where(raw)
        if guild_id is None:
            return await self._direct(channel_id)
        place = await self._places.of(channel_id)
        with reading():
            is_for_me = parse.is_for(raw, self.me)
        if place is None or not place.is_thread:
            if not is_for_me or place is None:
                return None
            return await self._begun(raw, guild_id, channel_id)
        if is_for_me and not self._is_own(place):
            await self._places.join(place.id)
        elif not await self._takes_part(place):
            return None
        with reading():
            return parse.in_guild(guild_id, place.parent_id, place.id)

    async def _begun(self, raw: Payload, guild_id: str, channel_id: str) -> ConversationRef:
        """Name the conversation that a message in a channel begins; its thread may come later.

        Whoever replies to an answer that stands in the channel goes on with what was answered.
        """
        with reading():
            answered, own_id = parse.inside(raw, "referenced_message").get("id"), str(raw["id"])
        standing = await self._shown.of(str(answered))
        question = (standing and standing.instead_of) or own_id
        await self._places.join(question)  # its thread, whoever starts that
        with reading():
            return parse.in_guild(guild_id, channel_id, question)

    async def answered_where(self, message: IncomingMessage) -> IncomingMessage:
        """Return a message, an admin's command as if it was typed in direct messages.

        It is answered where it stands when none can be opened.
        """
        in_case = message.conversation.channel_id == self.desk
        if message.is_direct or not steers(message.text, in_case=in_case):
            return message
        try:
            place = await self._direct_with(message.author.user_id)
        except RefusedError:
            return message
        await self._asides.note_place(place.channel_id, _typed_in(message))
        return replace(message, conversation=place, is_direct=True)

    async def _direct(self, channel_id: str) -> ConversationRef:
        """Name direct messages; whoever has heard of them need not ask what they are."""
        await self._places.learn([Place(id=channel_id, type=DIRECT_CHANNEL)])
        with reading():
            return parse.direct(channel_id)

    async def _takes_part(self, thread: Place) -> bool:
        return self._is_own(thread) or await self._places.is_joined(thread.id)

    def _is_own(self, thread: Place) -> bool:
        return thread.owner_id == self.me.user_id or thread.parent_id == self.desk

    async def _created(self, raw: Payload) -> list[IncomingMessage]:
        with reading():
            is_written = parse.is_written(raw, self.me)
        place = await self.conversation(raw) if is_written else None
        if place is None:
            return []
        with reading():
            message = parse.message(raw, place, self.me)
        return [await self.answered_where(message)]

    async def _updated(self, raw: Payload) -> list[IncomingMessage]:
        """Only people's changes count; an embed that Discord has resolved changes no words."""
        with reading():
            if not raw.get("edited_timestamp") or not parse.is_written(raw, self.me):
                return []
            message_id = str(raw["id"])
        known = self._progress.whereabouts(message_id)
        place = known.place if known else await self.conversation(raw)
        if place is None:
            return []
        with reading():
            return [parse.message(raw, place, self.me, kind=MessageKind.EDITED)]

    async def _deleted(self, raw: Payload) -> list[IncomingMessage]:
        with reading():
            message_id = str(raw["id"])
        return self._deletion(message_id)

    async def _deleted_in_bulk(self, raw: Payload) -> list[IncomingMessage]:
        with reading():
            message_ids = [str(message_id) for message_id in raw["ids"]]
        return [event for message_id in message_ids for event in self._deletion(message_id)]

    def _deletion(self, message_id: str) -> list[IncomingMessage]:
        known = self._progress.whereabouts(message_id)
        if known is None:
            return []
        return [parse.deletion(message_id, known.place, known.writer, datetime.now(UTC))]

    async def _interaction(self, raw: Payload) -> list[IncomingMessage]:
        with reading():
            kind = pressing.kind_of(raw)
            if kind in {None, InteractionKind.AUTOCOMPLETE} or pressing.opens_form(raw):
                return []
            carried = pressing.carried(raw)
        action = await self._actions.find(carried)
        with reading():
            is_private = pressing.is_private(raw, action)
        place = await (self._private(raw) if is_private else self.interaction_place(raw))
        with reading():
            return [pressing.event(raw, place, action)]

    async def typed_in(self, channel_id: str, guild_id: str | None) -> ConversationRef | None:
        """Find the conversation in which somebody is writing, as far as it is known without asking."""
        place = await self._places.known(channel_id)
        if place is None:
            return None
        if guild_id is None:
            return parse.direct(channel_id)
        if not place.is_thread or not await self._takes_part(place):
            return None
        return parse.in_guild(guild_id, place.parent_id, place.id)

    async def interaction_place(self, raw: Payload) -> ConversationRef:
        """Find where an interaction belongs.

        A command in the midst of a channel has no message from which a thread could start: it is
        answered in direct messages.
        """
        channel_id, guild_id = _where(raw)
        if guild_id is None:
            return await self._direct(channel_id)
        with reading():
            message_id = parse.inside(raw, "message").get("id")
        found = await self._of_answer(guild_id, channel_id, message_id)
        return found or await self._private(raw)

    async def _private(self, raw: Payload) -> ConversationRef:
        """Find the direct messages of whoever acts; the interaction is kept, should they take none."""
        channel_id, guild_id = _where(raw)
        if guild_id is None:
            return await self._direct(channel_id)
        with reading():
            user_id = str(raw["member"]["user"]["id"])
        place = await self._direct_with(user_id)
        await self._asides.note(place.channel_id, raw)
        return place

    async def _direct_with(self, user_id: str) -> ConversationRef:
        """Find somebody's direct messages, which stay the same: Discord lets few be opened at a time."""
        channel_id = self._opened.get(user_id)
        if channel_id is None:
            body = {"recipient_id": user_id}
            opened: Any = await self._rest.call(
                "POST", "/users/@me/channels", step="open direct messages", body=body
            )
            with reading():
                channel_id = str(opened["id"])
            if len(self._opened) >= MOST_OPENED:
                self._opened.clear()
            self._opened[user_id] = channel_id
        return await self._direct(channel_id)

    async def _reaction(self, raw: Payload, sequence: int) -> list[IncomingMessage]:
        with reading():
            by_bot = parse.inside(parse.inside(raw, "member"), "user").get("bot")
            to_me = str(raw.get("message_author_id")) == self.me.user_id
            if by_bot or not to_me or str(raw["user_id"]) == self.me.user_id:
                return []
        place = await self._of_reaction(raw)
        if place is None:
            return []
        with reading():
            event = parse.reaction(raw, place, datetime.now(UTC), sequence=sequence)
        return [] if event is None else [event]

    async def _of_reaction(self, raw: Payload) -> ConversationRef | None:
        channel_id, guild_id = _where(raw)
        if guild_id is None:
            return await self._direct(channel_id)
        with reading():
            message_id = raw["message_id"]
        return await self._of_answer(guild_id, channel_id, message_id)

    async def _of_answer(
        self, guild_id: str, channel_id: str, message_id: str | None
    ) -> ConversationRef | None:
        """Find the conversation of an answer, which may stand in a channel instead of a thread."""
        place = await self._places.of(channel_id)
        if place is None:
            return None
        if place.is_thread:
            with reading():
                return parse.in_guild(guild_id, place.parent_id, place.id)
        standing = await self._shown.of(str(message_id))
        if standing is None or not standing.instead_of:
            return None
        with reading():
            return parse.in_guild(guild_id, place.id, standing.instead_of)

    async def _guild(self, raw: Payload) -> list[IncomingMessage]:
        with reading():
            channels = (*(raw.get("channels") or ()), *(raw.get("threads") or ()))
            found = read_places(channels, guild_id=str(raw["id"]))
        await self._places.learn(found)
        return []

    async def _place(self, raw: Payload) -> list[IncomingMessage]:
        with reading():
            found = read_places([raw])
        await self._places.learn(found)
        return []

    async def _threads(self, raw: Payload) -> list[IncomingMessage]:
        with reading():
            found = read_places(raw.get("threads") or (), guild_id=str(raw["guild_id"]))
        await self._places.learn(found)
        return []

    async def _gone(self, raw: Payload) -> list[IncomingMessage]:
        with reading():
            channel_id = str(raw["id"])
        await self._places.forget(channel_id)
        await self._progress.forget(channel_id)
        return []


def _typed_in(message: IncomingMessage) -> str:
    """Return where a message stands, also the one from which a thread has yet to start."""
    place = message.conversation
    is_first = place.thread_id is None or place.thread_id == message.id
    return place.channel_id if is_first else str(place.thread_id)


def _where(raw: Payload) -> tuple[str, str | None]:
    """Read channel and guild; None for direct messages."""
    with reading():
        guild_id = raw.get("guild_id")
        return str(raw["channel_id"]), None if guild_id is None else str(guild_id)
