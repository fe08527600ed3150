"""Who people are: their names, their language, and whether they belong to the workspace.

Asked of Slack once in a while and remembered for all processes. An event waits a second for it at
most, because Slack waits three for ours, and those behind it not again: while Slack is slow nobody is
asked about. Whoever can't be looked up counts as external.
"""

import asyncio
import json
import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from adapters.kept import Kept, by_profile
from adapters.slack.api import Installation, SlackApi
from adapters.slack.parse import inner
from adapters.slack.refusals import RefusedError, unclear
from adapters.slack.render import name
from adapters.slack.text import whole
from bot.vocabulary.errors import AdapterError, RateLimitedError
from bot.vocabulary.messages import Author
from bot.vocabulary.tools import AdapterStore

logger = logging.getLogger(__name__)

SECTION = "people"
PATIENCE_SECONDS = 1.0
REST_SECONDS = 5.0
"""How long Slack is not asked after an answer that did not come in time."""

FRESH_SECONDS = 15 * 60.0
USABLE_SECONDS = 24 * 3600.0
"""How old what we know may be while Slack can't be asked."""

MOST_MENTIONED = 5
REMEMBERED = 10_000
KEPT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of a person; ``at`` is when, as a time stamp."""

    name: str
    is_external: bool
    is_bot: bool
    locale: str | None
    at: float


class People:
    """Looks people up."""

    def __init__(self, api: SlackApi, store: AdapterStore) -> None:
        self._api = api
        self._kept = Kept(store, SECTION, most=KEPT, moment=by_profile)
        self._known: dict[str, Profile] = {}
        self._silent_until = float("-inf")

    async def complete(self, author: Author) -> Author:
        """Return the author with name and language, and external when in doubt."""
        profile = await self.profile(author.user_id)
        if profile is None:
            return replace(author, is_external=True)
        return replace(
            author,
            display_name=profile.name,
            is_bot=profile.is_bot,
            is_external=author.is_external or profile.is_external,
            locale=profile.locale,
        )

    async def names(self, user_ids: Iterable[str]) -> Mapping[str, str]:
        """Return the names of some people, as far as they can be had."""
        some = [user_id for user_id, _ in zip(user_ids, range(MOST_MENTIONED), strict=False)]
        profiles = await asyncio.gather(*(self.profile(user_id) for user_id in some))
        return {
            user_id: profile.name
            for user_id, profile in zip(some, profiles, strict=True)
            if profile is not None
        }

    async def profile(self, user_id: str) -> Profile | None:
        """Return what is known of a person; None when nothing recent enough is."""
        known = self._known.get(user_id) or _read(await self._kept.get(user_id))
        age = time.time() - known.at if known else float("inf")
        if known and 0 <= age < FRESH_SECONDS:
            self._remember(user_id, known)
            return known
        try:
            profile = await self._ask_soon(user_id)
        except RefusedError:
            return None
        except AdapterError:
            logger.info("person not looked up", extra={"user": user_id})
            return known if age < USABLE_SECONDS else None
        await self._kept.put(user_id, json.dumps(asdict(profile)))
        self._remember(user_id, profile)
        return profile

    async def language(self, user_id: str) -> str:
        """Return the language of a person without asking Slack; English when it is not known."""
        known = _read(await self._kept.get(user_id))
        return (known.locale or "en").partition("-")[0] if known else "en"

    def _remember(self, user_id: str, profile: Profile) -> None:
        self._known.pop(user_id, None)
        self._known[user_id] = profile
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]

    async def _ask_soon(self, user_id: str) -> Profile:
        """Ask Slack, unless it has just been slow or wished for rest; raises our errors alone."""
        if time.monotonic() < self._silent_until:
            raise unclear("users.info")
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._ask(user_id)
        except TimeoutError as error:
            self._silent_until = time.monotonic() + REST_SECONDS
            raise unclear("users.info") from error
        except RateLimitedError as error:
            self._silent_until = time.monotonic() + error.retry_after
            raise

    async def _ask(self, user_id: str) -> Profile:
        we = await self._api.installation()
        told = await self._api.call("users.info", user=user_id, include_locale="true")
        return _profile(cast("Mapping[str, Any]", told.get("user") or {}), we)


def belongs(user: Mapping[str, Any], team_id: str) -> bool:
    """Whether an account is of a workspace: its own one, or on Enterprise Grid one of several."""
    teams = inner(user, "enterprise_user").get("teams")
    is_one = isinstance(teams, list) and team_id in cast("list[str]", teams)
    return user.get("team_id") == team_id or is_one


def _profile(user: Mapping[str, Any], we: Installation) -> Profile:
    shown = cast("Mapping[str, Any]", user.get("profile") or {})
    names = (shown.get("display_name"), shown.get("real_name"), user.get("real_name"))
    chosen = next((whole(item) for item in names if item), whole(user.get("name")))
    stands_apart = ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted")
    return Profile(
        name=name(chosen),
        is_external=not belongs(user, we.team_id) or any(user.get(it) for it in stands_apart),
        is_bot=bool(user.get("is_bot")),
        locale=whole(user.get("locale")) or None,
        at=time.time(),
    )


def _read(stored: str | None) -> Profile | None:
    """Read a stored profile; one of another version, or that can't be read, counts as none."""
    try:
        told = json.loads(stored or "null")
        return Profile(**told | {"at": float(told["at"])})
    except (ValueError, TypeError, KeyError):
        return None
