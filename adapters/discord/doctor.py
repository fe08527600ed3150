"""Looks at token, intents, permissions and commands for ``relevo doctor``."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import discord

from adapters.discord.commands import are_synchronised
from adapters.discord.permissions import FOR_SIGNS, FOR_TAGS, NEEDED, in_channel, invite_link
from adapters.discord.places import FORUMS
from adapters.discord.progress import IdentifyBudget
from adapters.discord.rest import Rest
from bot.vocabulary.errors import AdapterError, StateUnavailableError
from bot.vocabulary.platforms import Finding, Health
from bot.vocabulary.tools import AdapterStore

CONTENT_ALLOWED = (1 << 18) | (1 << 19)
"""An application's flags that allow the message-content intent (verified, and limited to small)."""


def may_read_content(application: Mapping[str, Any]) -> bool:
    """Whether an application's message-content intent is switched on."""
    return bool(int(application.get("flags") or 0) & CONTENT_ALLOWED)


class Doctor:
    """Asks Discord what stands in the way."""

    def __init__(
        self, rest: Rest, store: AdapterStore, budget: IdentifyBudget, *, suggests: bool
    ) -> None:
        self._rest = rest
        self._store = store
        self._budget = budget
        self._suggests = suggests

    async def diagnose(self, desk: str | None, guild: str | None) -> list[Finding]:
        """Look at everything that can be looked at; never raises.

        ``desk`` is the desk's channel and ``guild`` its guild, where it is on Discord.
        """
        try:
            application = await self._rest.call(
                "GET", "/applications/@me", step="describe the application"
            )
            me = await self._rest.who_am_i()
        except (AdapterError, StateUnavailableError) as error:
            return [_finding("token", Health.BROKEN, str(error))]
        found = [_finding("token", Health.GOOD, "Discord knows the bot."), _intents(application)]
        looks: list[Callable[[], Awaitable[list[Finding]]]] = [
            lambda: self._guilds(me, invite_link(str(application["id"]))),
            lambda: self._commands(str(application["id"]), guild),
            self._identifies,
        ]
        if desk is not None:
            looks.insert(1, lambda: self._desk(desk, me))
        for look in looks:
            try:
                found += await look()
            except (AdapterError, StateUnavailableError) as error:
                found.append(_finding("Discord", Health.WARNING, str(error)))
        return found

    async def _guilds(self, me: str, link: str) -> list[Finding]:
        guilds = await self._rest.call("GET", "/users/@me/guilds", step="list the guilds")
        if not guilds:
            text = f"The bot is in no server: open this address to add it to yours: {link}"
            return [_finding("guilds", Health.WARNING, text)]
        return [await self._guild(str(guild["id"]), me) for guild in guilds[:20]]

    async def _guild(self, guild_id: str, me: str) -> Finding:
        allowed = await self._permissions(guild_id, me, ())
        return _allowance(f"guild {guild_id}", allowed)

    async def _desk(self, desk: str, me: str) -> list[Finding]:
        channel = await self._rest.call("GET", f"/channels/{desk}", step="look at the desk")
        overwrites = channel.get("permission_overwrites") or ()
        allowed = await self._permissions(str(channel["guild_id"]), me, overwrites)
        found = [_allowance("desk", allowed)]
        missing = [name for name in FOR_TAGS if not getattr(allowed, name)]
        if missing and channel["type"] in FORUMS:
            text = f"The forum may stay without tags of status: allow {_names(missing)}."
            found.append(_finding("desk tags", Health.WARNING, text))
        if unsigned := [name for name in FOR_SIGNS if not getattr(allowed, name)]:
            text = f"Replies are not marked as delivered: allow {_names(unsigned)}."
            found.append(_finding("desk signs", Health.WARNING, text))
        return found

    async def _permissions(
        self, guild_id: str, me: str, overwrites: Sequence[Mapping[str, Any]]
    ) -> discord.Permissions:
        """Work out what the bot may do, by Discord's documented order."""
        member = await self._rest.call(
            "GET", f"/guilds/{guild_id}/members/{me}", step="look at the bot's roles"
        )
        roles = await self._rest.call("GET", f"/guilds/{guild_id}/roles", step="list the roles")
        return in_channel(guild_id, me, member, roles, overwrites)

    async def _commands(self, application_id: str, guild: str | None) -> list[Finding]:
        if await are_synchronised(
            self._store, application_id, suggests=self._suggests, guild=guild
        ):
            return [_finding("commands", Health.GOOD, "Discord's menu offers the commands.")]
        text = "Discord's menu gets the commands when `relevo run` starts next."
        return [_finding("commands", Health.GOOD, text)]

    async def _identifies(self) -> list[Finding]:
        left = await self._budget.left(time.time())
        health = Health.GOOD if left > 100 else Health.WARNING  # noqa: PLR2004
        return [_finding("connections", health, f"{left} new sessions are left for today.")]


def _intents(application: Mapping[str, Any]) -> Finding:
    if may_read_content(application):
        return _finding("intents", Health.GOOD, "The bot may read all messages of its threads.")
    return _finding(
        "intents",
        Health.WARNING,
        "Without the message-content intent the bot reads direct messages, mentions, buttons and "
        "slash commands only, and agents write with /reply and /note: switch the intent on in the "
        "developer portal to let people write freely in threads.",
    )


def _allowance(subject: str, allowed: discord.Permissions) -> Finding:
    missing = [name for name in NEEDED if not getattr(allowed, name)]
    if not missing:
        return _finding(subject, Health.GOOD, "The bot may do all that it needs.")
    return _finding(
        subject, Health.BROKEN, f"The bot's role lacks permissions: allow {_names(missing)}."
    )


def _names(permissions: Sequence[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in permissions)


def _finding(subject: str, health: Health, text: str) -> Finding:
    return Finding(subject=subject, health=health, text=text)
