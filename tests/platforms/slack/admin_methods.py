"""Slack's methods for channels that an app creates, for who is there, and for private notes."""

from typing import Any

from tests.platforms.slack.streaming import Streaming
from tests.platforms.slack.workspace import BOT_USER, Channel, RefusedCallError

Arguments = dict[str, Any]


class AdminMethods(Streaming):
    """``restricted`` is a workspace that lets no app create channels; a page has ``people`` of them."""

    people = 200
    restricted = False

    def conversations_create(self, given: Arguments) -> dict[str, Any]:
        name = str(given["name"])
        if self.restricted:
            raise RefusedCallError("restricted_action")
        if not name or len(name) > 80 or name != name.lower() or " " in name:
            raise RefusedCallError("invalid_name_specials")
        if any(channel.name == name for channel in self.workspace.channels.values()):
            raise RefusedCallError("name_taken")
        channel = self.workspace.add_channel(f"C{self.workspace.serial():08}")
        channel.name, channel.is_private = name, given.get("is_private") == "true"
        return {"channel": {"id": channel.id, "name": name, "is_private": channel.is_private}}

    def conversations_invite(self, given: Arguments) -> dict[str, Any]:
        channel = self._created(given)
        users = [user for user in str(given["users"]).split(",") if user]
        known = [user for user in users if user in self.workspace.users]
        if not known:
            raise RefusedCallError("no_user" if not users else "user_not_found")
        channel.members |= set(known)
        return {"channel": {"id": channel.id, "name": channel.name}}

    def conversations_archive(self, given: Arguments) -> dict[str, Any]:
        self._created(given).is_archived = True
        return {}

    def users_list(self, given: Arguments) -> dict[str, Any]:
        start = int(given.get("cursor") or 0)
        end = start + min(int(given.get("limit") or 0), self.people)
        everybody = list(self.workspace.users.values())
        following = str(end) if end < len(everybody) else ""
        return {
            "members": everybody[start:end],
            "response_metadata": {"next_cursor": following},
        }

    def chat_postEphemeral(self, given: Arguments) -> dict[str, Any]:  # noqa: N802 - Slack's name
        channel = self.workspace.channels.get(given["channel"])
        if channel is None or BOT_USER not in channel.members:
            raise RefusedCallError("channel_not_found")
        self.workspace.notes.append(given)
        return {"message_ts": self.workspace.new_ts()}

    def _created(self, given: Arguments) -> Channel:
        channel = self.workspace.channels.get(given["channel"])
        if channel is None:
            raise RefusedCallError("channel_not_found")
        return channel
