"""What an app of Slack may do and is told, by the scopes and events that it was installed with."""

from collections.abc import Mapping
from typing import Any

from tests.platforms.slack.workspace import Channel

BY_METHOD: Mapping[str, str] = {
    "agents.sessions.setStatus": "assistant:write",
    "assistant.threads.setStatus": "chat:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "assistant.threads.setTitle": "assistant:write",
    "chat.appendStream": "chat:write",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.startStream": "chat:write",
    "chat.stopStream": "chat:write",
    "chat.update": "chat:write",
    "conversations.archive": "groups:write",
    "conversations.create": "groups:write",
    "conversations.invite": "groups:write",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "users.info": "users:read",
    "users.list": "users:read",
}
BY_CHANNEL: Mapping[str, str] = {
    "conversations.history": "history",
    "conversations.info": "read",
    "conversations.replies": "history",
}
KINDS: Mapping[str, str] = {"channel": "channels", "group": "groups", "im": "im"}
BY_ID: Mapping[str, str] = {"C": "channels", "G": "groups", "D": "im"}


def missing(
    method: str, given: Mapping[str, Any], channels: Mapping[str, Channel], scopes: str
) -> str | None:
    """Return the scope that a call needs and the token lacks."""
    granted = scopes.split(",")
    needed = [BY_METHOD[method]] if method in BY_METHOD else []
    channel = channels.get(str(given.get("channel")))
    if method in BY_CHANNEL and channel is not None:
        needed.append(f"{BY_ID[channel.id[0]]}:{BY_CHANNEL[method]}")
    if method == "chat.postMessage" and given.get("username"):
        needed.append("chat:write.customize")
    return next((scope for scope in needed if scope not in granted), None)


def name_of(event: Mapping[str, Any]) -> str:
    """Name an event as a manifest subscribes to it: ``message.im``, ``reaction_added``."""
    if event["type"] != "message":
        return str(event["type"])
    return f"message.{KINDS[event['channel_type']]}"
