"""A forum's tags as the status of cases, found by their names; without them it goes on."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from adapters.discord.errors import TOO_MANY_THREADS, UNKNOWN_CHANNEL, RefusedError
from adapters.discord.rest import Rest
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.tools import AdapterStore

logger = logging.getLogger(__name__)

T = TypeVar("T")

NOT_FOR_TAGS = frozenset({TOO_MANY_THREADS, UNKNOWN_CHANNEL})
"""Reasons for a refusal that have nothing to do with tags."""

SECTION = "tags"
TAGS_MOST = 20
APPLIED_MOST = 5

NAMES: Mapping[CaseStatus, str] = {
    CaseStatus.QUEUED: "open",
    CaseStatus.CLAIMED: "claimed",
    CaseStatus.SNOOZED: "snoozed",
    CaseStatus.RESOLVED: "resolved",
    CaseStatus.EXPIRED: "expired",
}


class Tags:
    """Remembers the ids of a forum's tags in the store."""

    def __init__(self, rest: Rest, store: AdapterStore) -> None:
        self._rest = rest
        self._store = store
        self._known: dict[str, dict[str, str]] = {}

    async def prepare(self, forum: Mapping[str, Any]) -> None:
        """Create the tags that a forum lacks, where the bot may manage the channel."""
        tags = cast("list[dict[str, Any]]", forum.get("available_tags") or [])
        missing = [name for name in NAMES.values() if name not in _ids(tags)]
        if missing := missing[: max(0, TAGS_MOST - len(tags))]:
            new = [{"name": name, "moderated": False} for name in missing]
            tags = await self._create(str(forum["id"]), [*map(_kept, tags), *new]) or tags
        await self._keep(str(forum["id"]), tags)

    async def insist(
        self,
        forum_id: str,
        present: Sequence[str],
        status: CaseStatus,
        act: Callable[[list[str] | None], Awaitable[T]],
    ) -> T:
        """Act with the tags of a thread whose case stands so; people's own tags stay.

        Tags come and go by people's hands. When Discord refuses those that are remembered, the forum
        is read again; when it refuses these as well, it goes on without (None).
        """
        remembered = _applied(await self._of(forum_id), present, status)
        try:
            return await act(remembered)
        except RefusedError as refused:
            if refused.code in NOT_FOR_TAGS:
                raise
        ids = await self._read(forum_id)
        fresh = _applied(ids, [tag for tag in present if tag in ids.values()], status)
        if fresh != remembered:
            try:
                return await act(fresh)
            except RefusedError as refused:
                extra = {"code": refused.code}
                logger.warning("Discord does not take the forum's tags.", extra=extra)
        return await act(None)

    async def _of(self, forum_id: str) -> dict[str, str]:
        """Find the ids of a forum's tags by name."""
        if forum_id in self._known:
            return self._known[forum_id]
        kept = await self._store.get(SECTION, forum_id)
        if kept is None:
            return await self._read(forum_id)
        self._known[forum_id] = json.loads(kept)
        return self._known[forum_id]

    async def _read(self, forum_id: str) -> dict[str, str]:
        forum = await self._rest.call("GET", f"/channels/{forum_id}", step="look at the forum")
        await self._keep(forum_id, forum.get("available_tags") or [])
        return self._known[forum_id]

    async def _create(
        self, forum_id: str, tags: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        try:
            changed = await self._rest.call(
                "PATCH",
                f"/channels/{forum_id}",
                step="add tags to the forum",
                body={"available_tags": tags},
            )
        except RefusedError as refused:
            extra = {"code": refused.code}
            logger.warning("The forum shows no status: the bot may not add tags.", extra=extra)
            return []
        return cast("list[dict[str, Any]]", changed.get("available_tags") or [])

    async def _keep(self, forum_id: str, tags: Sequence[Mapping[str, Any]]) -> None:
        self._known[forum_id] = _ids(tags)
        await self._store.put(SECTION, {forum_id: json.dumps(self._known[forum_id])})


def _applied(ids: Mapping[str, str], present: Sequence[str], status: CaseStatus) -> list[str]:
    ours = {ids[name] for name in NAMES.values() if name in ids}
    theirs = [tag for tag in present if tag not in ours]
    own = [ids[NAMES[status]]] if NAMES[status] in ids else []
    return [*own, *theirs][:APPLIED_MOST]


def _ids(tags: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {str(tag["name"]).casefold(): str(tag["id"]) for tag in tags}


def _kept(tag: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tag as Discord takes it back."""
    names = ("id", "name", "moderated", "emoji_id", "emoji_name")
    return {name: tag[name] for name in names if name in tag}
