"""Threads: opened for a case at the desk, started from a customer's message, marked and archived."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from adapters.discord import render
from adapters.discord.errors import THREAD_EXISTS, TOO_MANY_THREADS, RefusedError
from adapters.discord.parse import created_at, inside
from adapters.discord.places import FORUMS, Place
from adapters.discord.posting import CERTAIN, THREAD
from adapters.discord.render import Piece
from adapters.discord.rest import Rest
from adapters.discord.tags import Tags
from bot.vocabulary.cases import CLOSED, CaseStatus
from bot.vocabulary.errors import DeliveryError, RateLimitedError
from bot.vocabulary.tools import AdapterStore, Attempt, SendLog

logger = logging.getLogger(__name__)

OPENED = "opened"
"""Section of the store: thread of the desk → the key under which it was opened."""

DONE = "done"
"""Section of the store: threads of the desk whose case is resolved."""

WEEK_MINUTES = 10_080
DAY_MINUTES = 1_440
CLOCK_SKEW = timedelta(seconds=10)
ROOM_MADE = 10
REMEMBERED, SPARE = 2000, 200
FULL_REST_SECONDS = 15.0


class Threads:
    """See the module."""

    def __init__(self, rest: Rest, sends: SendLog, store: AdapterStore, tags: Tags) -> None:
        self._rest = rest
        self._sends = sends
        self._store = store
        self._tags = tags

    async def open(self, channel: Place, name: str, first: Piece, *, key: str) -> str:
        """Open a thread once for a key; returns its id.

        In a forum it comes with its first message, which is then noted as shown. Creating has no
        nonce: after an unclear end the channel is searched before it is tried again.
        """
        await self._rest.admit(f"threads:{channel.id}")
        earlier = await self._sends.begin(key, THREAD)
        if earlier is not None and earlier.message_id is not None:
            return earlier.message_id
        try:
            opened = await self._find(channel, name, first, earlier, key) if earlier else None
            opened = opened or await self._create(channel, name, first)
        except CERTAIN:
            if earlier is None:
                await self._sends.forget(key, THREAD)
            raise
        await self._note(channel, opened, key)
        return opened

    async def start_from(self, channel_id: str, message_id: str) -> None:
        """Start the thread of a customer's message, unless there is one; its id is the message's."""
        path = f"/channels/{channel_id}/messages/{message_id}"
        message = await self._rest.call("GET", path, step="look at a customer's message")
        author = cast("Mapping[str, Any]", message["author"])
        name = render.title(str(author.get("global_name") or author["username"]))
        body = {"name": name, "auto_archive_duration": DAY_MINUTES}
        try:
            await self._rest.call("POST", f"{path}/threads", step="start a thread", body=body)
        except RefusedError as refused:
            if refused.code != THREAD_EXISTS:
                raise

    async def mark(self, thread: Place, parent: Place | None, status: CaseStatus) -> None:
        """Show how a case stands: by a tag in forums, and resolved ones are archived."""
        path = f"/channels/{thread.id}"
        now = cast("Mapping[str, Any]", await self._rest.call("GET", path, step="look at a thread"))
        is_closed = status in CLOSED

        async def bring(tags: list[str] | None) -> None:
            await self._bring_in_line(thread, now, tags, is_closed=is_closed)

        if parent is not None and parent.type in FORUMS:
            await self._tags.insist(parent.id, now.get("applied_tags") or (), status, bring)
        else:
            await bring(None)
        await self._note_end(thread.id, is_done=is_closed)

    async def _bring_in_line(
        self,
        thread: Place,
        now: Mapping[str, Any],
        tags: Sequence[str] | None,
        *,
        is_closed: bool,
    ) -> None:
        """Change what differs; an archived thread has to be opened for its tags."""
        was_archived = bool(inside(now, "thread_metadata").get("archived"))
        change: dict[str, Any] = {}
        if tags is not None and set(tags) != set(now.get("applied_tags") or ()):
            change = {"applied_tags": tags}
        if was_archived and change:
            await self._change(thread, change | {"archived": False})
            was_archived, change = False, {}
        if was_archived is not is_closed:
            change["archived"] = is_closed
        if change:
            await self._change(thread, change)

    async def unresolved(self) -> set[str]:
        """Return the desk's threads whose cases are open."""
        opened, done = await self._store.read(OPENED), await self._store.read(DONE)
        return set(opened) - set(done)

    async def forget(self, thread_id: str) -> None:
        """A thread is gone."""
        for section in (OPENED, DONE):
            await self._store.drop(section, [thread_id])

    async def _note_end(self, thread_id: str, *, is_done: bool) -> None:
        """Remember which threads are done, the latest some thousand of them."""
        if not is_done:
            await self._store.drop(DONE, [thread_id])
            return
        await self._store.put(DONE, {thread_id: "1"})
        done = sorted(await self._store.read(DONE), key=int)
        if len(done) > REMEMBERED + SPARE:
            for section in (OPENED, DONE):
                await self._store.drop(section, done[:-REMEMBERED])

    async def _change(self, thread: Place, change: Mapping[str, Any]) -> None:
        try:
            await self._patch(thread.id, change, step="mark a thread")
        except RefusedError as refused:
            if refused.code != TOO_MANY_THREADS:
                raise
            await self._make_room(thread.guild_id, thread.parent_id)
            await self._patch(thread.id, change, step="mark a thread")

    async def _patch(self, thread_id: str, change: Mapping[str, Any], *, step: str) -> None:
        """Change a thread; Discord counts that for each thread alone."""
        path, scope = f"/channels/{thread_id}", f"marks:{thread_id}"
        await self._rest.admit(scope)
        await self._rest.call("PATCH", path, step=step, body=change, scope=scope)

    async def _create(self, channel: Place, name: str, first: Piece) -> str:
        body: dict[str, Any] = {"name": name, "auto_archive_duration": WEEK_MINUTES}
        if channel.type not in FORUMS:
            return await self._post_with_room(channel, body | {"type": 11})
        body["message"] = render.create(first)

        async def post(tags: list[str] | None) -> str:
            return await self._post_with_room(channel, body | {"applied_tags": tags or []})

        return await self._tags.insist(channel.id, (), CaseStatus.QUEUED, post)

    async def _post_with_room(self, channel: Place, body: Mapping[str, Any]) -> str:
        try:
            return await self._post(channel, body)
        except RefusedError as refused:
            if refused.code != TOO_MANY_THREADS:
                raise
        await self._make_room(channel.guild_id, channel.id)
        return await self._post(channel, body)

    async def _post(self, channel: Place, body: Mapping[str, Any]) -> str:
        opened = await self._rest.call(
            "POST",
            f"/channels/{channel.id}/threads",
            step="open a thread",
            body=body,
            scope=f"threads:{channel.id}",
        )
        return str(opened["id"])

    async def _note(self, channel: Place, thread_id: str, key: str) -> None:
        """Note the thread and, in a forum, its first message, which has the thread's id."""
        if channel.type in FORUMS:
            await self._sends.begin(key, 0)
            await self._sends.finish(key, thread_id, 0)
        await self._sends.finish(key, thread_id, THREAD)
        await self._store.put(OPENED, {thread_id: key})

    async def _find(
        self, channel: Place, name: str, first: Piece, earlier: Attempt, key: str
    ) -> str | None:
        """Look for a thread that an unclear try may have opened and no other key has."""
        opened = await self._store.read(OPENED)
        for thread in await self._active(channel.guild_id, channel.id):
            thread_id = str(thread["id"])
            is_new = created_at(thread_id) >= earlier.begun_at - CLOCK_SKEW
            is_free = opened.get(thread_id, key) == key
            if (
                is_new
                and is_free
                and thread["name"] == name
                and await self._starts(channel, thread_id, first)
            ):
                return thread_id
        return None

    async def _starts(self, channel: Place, thread_id: str, first: Piece) -> bool:
        if channel.type not in FORUMS:
            return True
        path = f"/channels/{thread_id}/messages/{thread_id}"
        try:
            message = await self._rest.call("GET", path, step="read a thread's first message")
        except RefusedError:
            return False
        return str(message["content"]) == first.content.strip()

    async def _active(self, guild_id: str, channel_id: str) -> Sequence[Mapping[str, Any]]:
        """Return the bot's own unarchived threads of a channel, oldest first."""
        path = f"/guilds/{guild_id}/threads/active"
        found = await self._rest.call("GET", path, step="list threads")
        threads = cast("list[dict[str, Any]]", found.get("threads") or [])
        me = await self._rest.who_am_i()
        own = [
            raw
            for raw in threads
            if (raw.get("parent_id"), raw.get("owner_id")) == (channel_id, me)
        ]
        return sorted(own, key=lambda raw: int(raw["id"]))

    async def _make_room(self, guild_id: str, channel_id: str) -> None:
        """Archive the oldest threads whose cases are resolved.

        Raises:
            RateLimitedError: There is none.
        """
        done = await self._store.read(DONE)
        old = [raw for raw in await self._active(guild_id, channel_id) if str(raw["id"]) in done]
        if not old:
            raise RateLimitedError(
                "The guild has no room for another thread.", retry_after=FULL_REST_SECONDS
            )
        for raw in old[:ROOM_MADE]:
            await self._patch(str(raw["id"]), {"archived": True}, step="archive a thread")
        logger.info("Archived resolved threads to make room.", extra={"count": len(old)})


def refuse_elsewhere(found: Place | None, guild_id: str) -> Place:
    """Return a place if it is in the guild that is meant.

    Raises:
        DeliveryError: It is not, or is gone.
    """
    if found is None or not guild_id or found.guild_id != guild_id:
        raise DeliveryError("Discord has no such channel in this guild, or the bot can't see it.")
    return found
