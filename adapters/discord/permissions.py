"""What the bot needs to be allowed, and what somebody is allowed in a guild, by Discord's order (pure)."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from discord import Permissions

NEEDED = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "create_public_threads",
    "read_message_history",
    "attach_files",
)
FOR_TAGS = ("manage_channels", "manage_threads")
FOR_SIGNS = ("add_reactions",)
USEFUL = (*FOR_TAGS, *FOR_SIGNS)

Raw = Mapping[str, Any]


def invite_link(application_id: str) -> str:
    """Return the address by which somebody adds the bot to a server of theirs, with what it needs."""
    allowed = Permissions(**dict.fromkeys((*NEEDED, *USEFUL), True))
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot+applications.commands&permissions={allowed.value}"
    )


def in_guild(guild_id: str, member: Raw, roles: Sequence[Raw]) -> Permissions:
    """Add up what a member's roles allow, ``@everyone`` among them, before any channel's overwrites."""
    mine = _roles_of(guild_id, member)
    value = 0
    for role in roles:
        value |= int(role["permissions"]) if str(role["id"]) in mine else 0
    allowed = Permissions(value)
    return Permissions.all() if allowed.administrator else allowed


def in_channel(
    guild_id: str, user_id: str, member: Raw, roles: Sequence[Raw], overwrites: Sequence[Raw]
) -> Permissions:
    """Return what a member may do in a channel."""
    allowed = in_guild(guild_id, member, roles)
    if allowed.administrator:
        return allowed
    value = allowed.value
    for layer in _layers(overwrites, guild_id, _roles_of(guild_id, member), user_id):
        value = _overwritten(value, layer)
    return Permissions(value)


def _roles_of(guild_id: str, member: Raw) -> set[str]:
    return {guild_id, *map(str, cast("Sequence[Any]", member.get("roles") or ()))}


def _layers(
    overwrites: Sequence[Raw], guild_id: str, roles: set[str], user_id: str
) -> list[list[Raw]]:
    """Group a channel's overwrites: everyone, then roles together, then the member."""
    return [
        [one for one in overwrites if str(one["id"]) == guild_id],
        [one for one in overwrites if str(one["id"]) in roles - {guild_id}],
        [one for one in overwrites if str(one["id"]) == user_id],
    ]


def _overwritten(value: int, layer: Sequence[Raw]) -> int:
    denied = allowed = 0
    for one in layer:
        denied |= int(one["deny"])
        allowed |= int(one["allow"])
    return value & ~denied | allowed
