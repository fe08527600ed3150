"""Which raw events are events for the core, and in which conversation they happen."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.discord import parse, pressing
from adapters.discord.parse import Me, Payload
from adapters.discord.places import DIRECT_CHANNEL, Place, Places
from adapters.discord.pressing import InteractionKind
from adapters.discord.progress import Progress
from adapters.discord.rest import Rest
from adapters.discord.shown import Shown
from bot.vocabulary.messages import ConversationRef, IncomingMessage, MessageKind

REACTION = "MESSAGE_REACTION_ADD"


class Reader:
    """Reads events in the order of the gateway, and learns places from them on the way."""

    def __init__(self, places: Places, progress: Progress, shown: Shown, rest: Rest) -> None:
        self.me = Me(user_id="", application_id="")
        self.desk: str | None = None
        self._places = places
        self._progress = progress
        self._shown = shown
        self._rest = rest
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
            parse.MALFORMED: It has not the shape that Discord documents.
            AdapterError: A place had to be looked up, and Discord could not be asked.
            StateUnavailableError: The store can't be reached.
        """
        if kind == REACTION:
            return await self._reaction(raw, sequence)
        reader = self._readers.get(kind)
        return [] if reader is None else await reader(raw)

    async def conversation(self, raw: Payload) -> ConversationRef | None:
        """Find the conversation of a message that a person wrote; None when it is not for the bot."""
        channel_id, guild_id = str(raw["channel_id"]), raw.get("guild_id")
        if guild_id is None:
            return await self._direct(channel_id)
        place = await self._places.of(channel_id)
        is_for_me = parse.is_for(raw, self.me)
        if place is None or not place.is_thread:
            if not is_for_me or place is None:
                return None
            return await self._begun(raw, str(guild_id), channel_id)
        if is_for_me and not self._is_own(place):
            await self._places.join(place.id)
        elif not await self._takes_part(place):
            return None
        return parse.in_guild(str(guild_id), place.parent_id, place.id)

    async def _begun(self, raw: Payload, guild_id: str, channel_id: str) -> ConversationRef:
        """Name the conversation that a message in a channel begins; its thread may come later.

        Whoever replies to an answer that stands in the channel goes on with what was answered.
        """
        answered = parse.inside(raw, "referenced_message").get("id")
        standing = await self._shown.of(str(answered))
        question = (standing and standing.instead_of) or str(raw["id"])
        await self._places.join(question)  # its thread, whoever starts that
        return parse.in_guild(guild_id, channel_id, question)

    async def _direct(self, channel_id: str) -> ConversationRef:
        """Name direct messages; whoever has heard of them need not ask what they are."""
        await self._places.learn([{"id": channel_id, "type": DIRECT_CHANNEL}])
        return parse.direct(channel_id)

    async def _takes_part(self, thread: Place) -> bool:
        return self._is_own(thread) or await self._places.is_joined(thread.id)

    def _is_own(self, thread: Place) -> bool:
        return thread.owner_id == self.me.user_id or thread.parent_id == self.desk

    async def _created(self, raw: Payload) -> list[IncomingMessage]:
        if not parse.is_written(raw, self.me):
            return []
        place = await self.conversation(raw)
        return [] if place is None else [parse.message(raw, place, self.me)]

    async def _updated(self, raw: Payload) -> list[IncomingMessage]:
        """Only people's changes count; an embed that Discord has resolved changes no words."""
        if not raw.get("edited_timestamp") or not parse.is_written(raw, self.me):
            return []
        known = self._progress.whereabouts(str(raw["id"]))
        place = known.place if known else await self.conversation(raw)
        if place is None:
            return []
        return [parse.message(raw, place, self.me, kind=MessageKind.EDITED)]

    async def _deleted(self, raw: Payload) -> list[IncomingMessage]:
        known = self._progress.whereabouts(str(raw["id"]))
        if known is None:
            return []
        return [parse.deletion(str(raw["id"]), known.place, known.writer, datetime.now(UTC))]

    async def _deleted_in_bulk(self, raw: Payload) -> list[IncomingMessage]:
        return [event for message in raw["ids"] for event in await self._deleted({"id": message})]

    async def _interaction(self, raw: Payload) -> list[IncomingMessage]:
        kind = pressing.kind_of(raw)
        if kind in {None, InteractionKind.AUTOCOMPLETE} or pressing.opens_form(raw):
            return []
        place = await self.interaction_place(raw)
        return [pressing.event(raw, place)]

    async def interaction_place(self, raw: Payload) -> ConversationRef:
        """Find where an interaction belongs.

        A command in the midst of a channel has no message from which a thread could start: it is
        answered in direct messages.
        """
        channel_id, guild_id = str(raw["channel_id"]), raw.get("guild_id")
        if guild_id is None:
            return await self._direct(channel_id)
        message_id = parse.inside(raw, "message").get("id")
        found = await self._of_answer(str(guild_id), channel_id, message_id)
        if found is not None:
            return found
        opened: Any = await self._rest.call(
            "POST",
            "/users/@me/channels",
            step="open direct messages",
            body={"recipient_id": str(raw["member"]["user"]["id"])},
        )
        return parse.direct(str(opened["id"]))

    async def _reaction(self, raw: Payload, sequence: int) -> list[IncomingMessage]:
        by_bot = parse.inside(parse.inside(raw, "member"), "user").get("bot")
        to_me = str(raw.get("message_author_id")) == self.me.user_id
        if by_bot or not to_me or str(raw["user_id"]) == self.me.user_id:
            return []
        place = await self._of_reaction(raw)
        if place is None:
            return []
        event = parse.reaction(raw, place, datetime.now(UTC), sequence=sequence)
        return [] if event is None else [event]

    async def _of_reaction(self, raw: Payload) -> ConversationRef | None:
        channel_id, guild_id = str(raw["channel_id"]), raw.get("guild_id")
        if guild_id is None:
            return await self._direct(channel_id)
        return await self._of_answer(str(guild_id), channel_id, raw["message_id"])

    async def _of_answer(
        self, guild_id: str, channel_id: str, message_id: str | None
    ) -> ConversationRef | None:
        """Find the conversation of an answer, which may stand in a channel instead of a thread."""
        place = await self._places.of(channel_id)
        if place is None:
            return None
        if place.is_thread:
            return parse.in_guild(guild_id, place.parent_id, place.id)
        standing = await self._shown.of(str(message_id))
        if standing is None or not standing.instead_of:
            return None
        return parse.in_guild(guild_id, place.id, standing.instead_of)

    async def _guild(self, raw: Payload) -> list[IncomingMessage]:
        channels = (*(raw.get("channels") or ()), *(raw.get("threads") or ()))
        await self._places.learn(channels, guild_id=str(raw["id"]))
        return []

    async def _place(self, raw: Payload) -> list[IncomingMessage]:
        await self._places.learn([raw])
        return []

    async def _threads(self, raw: Payload) -> list[IncomingMessage]:
        await self._places.learn(raw.get("threads") or (), guild_id=str(raw["guild_id"]))
        return []

    async def _gone(self, raw: Payload) -> list[IncomingMessage]:
        await self._places.forget(str(raw["id"]))
        await self._progress.forget(str(raw["id"]))
        return []
