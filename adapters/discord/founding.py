"""The way into a server: the bot's invitation, and a forum for the desk that its agents alone can see."""

from collections.abc import Mapping, Sequence
from typing import Any

from discord import Permissions

from adapters.discord import permissions
from adapters.discord.errors import RefusedError, UnreadableError
from adapters.discord.parse import reading
from adapters.discord.places import FORUMS
from adapters.discord.rest import Rest
from bot.vocabulary.errors import AdapterError, ConfigurationError

FORUM = 15
ROLE, MEMBER = 0, 1
OVERWRITES_MOST = 90
SEES = Permissions(view_channel=True).value

Raw = Mapping[str, Any]

BY_HAND = "or make the forum yourself and paste its id"


async def found_desk(rest: Rest, name: str) -> str:
    """Create the forum in the bot's only guild; one of that name that is closed to others is taken.

    Raises:
        ConfigurationError: The bot is in no guild or in several, or may not do so.
        AdapterError: Discord can't be asked.
    """
    guild_id = await _only_guild(rest)
    me = await rest.who_am_i()
    guild = await rest.call("GET", f"/guilds/{guild_id}", step="look at the guild")
    path = f"/guilds/{guild_id}/channels"
    try:
        with reading():
            roles = list(guild["roles"])
        await _refuse_without_rights(rest, guild_id, me, roles)
        channels = await rest.call("GET", path, step="list the channels")
        with reading():
            found = _founded(channels, name, guild_id)
            closed = _closed_to_others(guild_id, me, roles)
        return found or await _create(rest, path, name, closed)
    except UnreadableError:
        raise AdapterError("Discord's description of the server can't be read.") from None


async def invitation(rest: Rest) -> str:
    """Return the address that adds the bot to a server.

    Raises:
        AdapterError: Discord can't be asked.
    """
    application = await rest.call("GET", "/applications/@me", step="describe the application")
    return permissions.invite_link(str(application["id"]))


async def _create(rest: Rest, path: str, name: str, closed: Sequence[Raw]) -> str:
    body = {"name": name, "type": FORUM, "permission_overwrites": closed}
    try:
        created = await rest.call("POST", path, step="create the desk's forum", body=body)
    except RefusedError as refused:
        raise ConfigurationError(
            f"{refused} Give the bot's role Manage Channels and View Channels in the whole server, "
            f"{BY_HAND}."
        ) from refused
    with reading():
        return str(created["id"])


async def _only_guild(rest: Rest) -> str:
    guilds = await rest.call("GET", "/users/@me/guilds", step="list the guilds")
    try:
        with reading():
            ids = [str(guild["id"]) for guild in guilds]
    except UnreadableError:
        raise AdapterError("Discord's list of servers can't be read.") from None
    if not ids:
        raise ConfigurationError(
            f"The bot is in no Discord server: invite it first with {await invitation(rest)}"
        )
    if len(ids) > 1:
        raise ConfigurationError(
            f"The bot is in {len(ids)} Discord servers: make a forum in the one where your agents "
            "work, and paste its id."
        )
    return ids[0]


async def _refuse_without_rights(rest: Rest, guild_id: str, me: str, roles: Sequence[Raw]) -> None:
    member = await rest.call("GET", f"/guilds/{guild_id}/members/{me}", step="look at the bot")
    with reading():
        mine = permissions.in_guild(guild_id, member, roles)
    if not (mine.manage_channels and mine.view_channel):
        raise ConfigurationError(
            "The bot may create no channel in the Discord server: give its role Manage Channels and "
            f"View Channels, {BY_HAND}."
        )


def _closed_to_others(guild_id: str, me: str, roles: Sequence[Raw]) -> list[dict[str, Any]]:
    """Let nobody see it but the bot and people's roles that may manage the server or its messages.

    Roles of administrators see all channels anyway; those of integrations belong to other bots.
    """
    allowed = [
        {"id": str(role["id"]), "type": ROLE, "allow": SEES, "deny": 0}
        for role in roles
        if str(role["id"]) != guild_id and not role.get("managed") and _works_at_desk(role)
    ]
    return [
        {"id": guild_id, "type": ROLE, "allow": 0, "deny": SEES},
        {"id": me, "type": MEMBER, "allow": SEES, "deny": 0},
        *allowed[:OVERWRITES_MOST],
    ]


def _works_at_desk(role: Raw) -> bool:
    allows = Permissions(int(role["permissions"]))
    return allows.manage_guild or allows.manage_messages


def _founded(channels: Sequence[Raw], name: str, guild_id: str) -> str | None:
    """Find the forum of an earlier try."""
    for channel in channels:
        hidden = any(
            str(one["id"]) == guild_id and int(one["deny"]) & SEES
            for one in channel.get("permission_overwrites") or ()
        )
        if hidden and channel["type"] in FORUMS and channel["name"] == name:
            return str(channel["id"])
    return None
