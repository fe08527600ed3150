"""Says who somebody is now in the guild that has the desk, or in any of the bot's."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.discord import permissions
from adapters.discord.errors import UNKNOWN_MEMBER, UNKNOWN_USER, RefusedError, UnreadableError
from adapters.discord.parse import reading
from adapters.discord.rest import Rest
from adapters.notified import NUMBER
from bot.vocabulary.errors import AdapterError, ConnectionLostError
from bot.vocabulary.standing import Standing

LOOK_SECONDS = 5.0
MOST_GUILDS = 200
REMEMBERED = 1000

Raw = Mapping[str, Any]


class Standings:
    """Asks anew each time; ``patience`` is how many seconds all questions together may take."""

    def __init__(self, rest: Rest, *, patience: float = LOOK_SECONDS) -> None:
        self._rest = rest
        self._patience = patience
        self._met: dict[str, str] = {}

    async def of(self, user_id: str, home: str | None) -> Standing:
        """See ``Vouching``; ``home`` is the guild of the desk, where it is on Discord.

        Raises:
            AdapterError: Discord does not answer, or not clearly.
            StateUnavailableError: The limits that processes share can't be asked.
        """
        if not NUMBER.fullmatch(user_id):
            raise AdapterError("Discord knows people by numbers alone.")
        try:
            async with asyncio.timeout(self._patience):
                return await (self._at_home(user_id, home) if home else self._anywhere(user_id))
        except TimeoutError:
            raise ConnectionLostError("Discord does not say in time who somebody is.") from None
        except UnreadableError:
            raise AdapterError("Discord does not say clearly who somebody is.") from None

    async def _at_home(self, user_id: str, home: str) -> Standing:
        member = await self._member(home, user_id)
        if member is None:
            return Standing.GONE
        with reading():
            found = _without_rights(member)
        if found is not Standing.MEMBER:
            return found
        guild = await self._rest.call("GET", f"/guilds/{home}", step="look at the guild")
        with reading():
            return Standing.ADMIN if _administers(home, guild, user_id, member) else found

    async def _anywhere(self, user_id: str) -> Standing:
        """Look in one guild after the other; where they were found last comes first."""
        guilds = await self._guilds()
        unsure: AdapterError | None = None
        for guild_id in sorted(guilds, key=lambda guild_id: guild_id != self._met.get(user_id)):
            try:
                member = await self._member(guild_id, user_id)
            except AdapterError as error:
                unsure = error
                continue
            if member is None:
                continue
            with reading():
                found = _without_rights(member)
            if found in {Standing.MEMBER, Standing.BOT}:
                self._remember(user_id, guild_id)
                return found
        if unsure is not None:
            raise unsure
        return Standing.GUEST

    async def _guilds(self) -> list[str]:
        path = f"/users/@me/guilds?limit={MOST_GUILDS}"
        raw = await self._rest.call("GET", path, step="list the guilds")
        with reading():
            return [str(guild["id"]) for guild in raw]

    async def _member(self, guild_id: str, user_id: str) -> Raw | None:
        """Ask for a member; None when Discord says that there is none."""
        path = f"/guilds/{guild_id}/members/{user_id}"
        try:
            raw: Raw = await self._rest.call("GET", path, step="look at a member")
        except RefusedError as refused:
            if refused.code in {UNKNOWN_MEMBER, UNKNOWN_USER}:
                return None
            raise
        with reading():
            _must(str(raw["user"]["id"]) == user_id)
        return raw

    def _remember(self, user_id: str, guild_id: str) -> None:
        if len(self._met) >= REMEMBERED:
            self._met.clear()
        self._met[user_id] = guild_id


def _without_rights(member: Raw) -> Standing:
    """Say who a member is, whatever their roles allow."""
    user = member["user"]
    if user.get("bot") or user.get("system"):
        return Standing.BOT
    _must(isinstance(member["pending"], bool))
    if member["pending"] or _is_timed_out(member):
        return Standing.GUEST
    return Standing.MEMBER


def _is_timed_out(member: Raw) -> bool:
    until = member["communication_disabled_until"]
    return until is not None and datetime.fromisoformat(until) > datetime.now(UTC)


def _administers(guild_id: str, guild: Raw, user_id: str, member: Raw) -> bool:
    """Whether somebody owns a guild, or has a role that lets them administer or manage it."""
    _must(str(guild["id"]) == guild_id)
    _must(any(str(role["id"]) == guild_id for role in guild["roles"]))
    allowed = permissions.in_guild(guild_id, member, guild["roles"])
    return str(guild["owner_id"]) == user_id or allowed.administrator or allowed.manage_guild


def _must(is_so: bool) -> None:  # noqa: FBT001
    if not is_so:
        raise ValueError("not what was asked for")
