"""What a bot of Discord may do, by the permissions with which it was invited."""

from collections.abc import Mapping

from discord import Permissions

from tests.platforms.discord.payloads import Payload

FORUM = 15


def missing(name: str, channel: Payload | None, files: Mapping[str, bytes], granted: str) -> bool:
    """Whether a call in a channel of the guild needs a permission that the bot lacks."""
    allowed = Permissions(int(granted))
    if channel is None or "guild_id" not in channel or allowed.administrator:
        return False
    needed = _needed(name, channel) + (["attach_files"] if files else [])
    return any(not getattr(allowed, permission) for permission in needed)


def _needed(name: str, channel: Payload) -> list[str]:
    is_thread = "thread_metadata" in channel
    match name:
        case "create_message":
            return ["send_messages_in_threads" if is_thread else "send_messages"]
        case "create_thread" if channel["type"] == FORUM:
            return ["send_messages"]
        case "create_thread" | "start_thread":
            return ["create_public_threads"]
        case "change_channel":
            return ["manage_threads" if is_thread else "manage_channels"]
        case "list_messages" | "get_message":
            return ["read_message_history"]
        case _:
            return []
