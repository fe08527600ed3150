"""A forum's tags as the status of cases, found by their names; without them it goes on."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast

from adapters.discord.errors import RefusedError
from adapters.discord.rest import Rest
from bot.vocabulary.cases import CaseStatus
from bot.vocabulary.tools import AdapterStore

logger = logging.getLogger(__name__)

SECTION = "tags"
TAGS_MOST = 20
APPLIED_MOST = 5

NAMES: Mapping[CaseStatus, str] = {
    CaseStatus.QUEUED: "open",
    CaseStatus.CLAIMED: "claimed",
    CaseStatus.RESOLVED: "resolved",
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
        if missing and len(tags) + len(missing) <= TAGS_MOST:
            new = [{"name": name, "moderated": False} for name in missing]
            tags = await self._create(str(forum["id"]), [*map(_kept, tags), *new]) or tags
        await self._keep(str(forum["id"]), tags)

    async def applied(self, forum_id: str, present: Sequence[str], status: CaseStatus) -> list[str]:
        """Return the tags of a thread whose case stands so; people's own tags stay."""
        ids = await self._of(forum_id)
        ours = {ids[name] for name in NAMES.values() if name in ids}
        theirs = [tag for tag in present if tag not in ours]
        own = [ids[NAMES[status]]] if NAMES[status] in ids else []
        return [*own, *theirs][:APPLIED_MOST]

    async def change(
        self, forum_id: str, present: Sequence[str], status: CaseStatus
    ) -> dict[str, Any]:
        """Return the change that brings a thread's tags in line; empty when they are."""
        wanted = await self.applied(forum_id, present, status)
        return {} if set(wanted) == set(present) else {"applied_tags": wanted}

    async def _of(self, forum_id: str) -> dict[str, str]:
        """Find the ids of a forum's tags by name."""
        if forum_id not in self._known:
            kept = await self._store.get(SECTION, forum_id)
            if kept is None:
                forum = await self._rest.call(
                    "GET", f"/channels/{forum_id}", step="look at the forum"
                )
                await self._keep(forum_id, forum.get("available_tags") or [])
            else:
                self._known[forum_id] = json.loads(kept)
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


def _ids(tags: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {str(tag["name"]).casefold(): str(tag["id"]) for tag in tags}


def _kept(tag: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tag as Discord takes it back."""
    names = ("id", "name", "moderated", "emoji_id", "emoji_name")
    return {name: tag[name] for name in names if name in tag}
