"""Discord's calls about channels and the threads in them."""

from typing import Any

from discord import Permissions

from tests.platforms.discord import payloads
from tests.platforms.discord.answers import NoError
from tests.platforms.discord.messages import Messages
from tests.platforms.discord.payloads import Payload
from tests.platforms.discord.world import BOT


class Channels(Messages):
    """Each public method answers the call of its name; a thread may open with a message."""

    def channel(self, body: Any, c: str) -> Payload:
        return self.find_channel(c)

    def change_channel(self, body: Payload, c: str) -> Payload:
        raw = self.find_channel(c)
        if "available_tags" in body:
            if not self.world.may_manage:
                raise NoError(403, 50013, "Missing Permissions")
            raw["available_tags"] = [
                {"id": tag.get("id") or payloads.snowflake(), "emoji_id": None, "emoji_name": None}
                | tag
                for tag in body["available_tags"]
            ]
            return raw
        self._refuse_unknown_tags(self.find_channel(raw["parent_id"]), body)
        meta = raw["thread_metadata"]
        if meta["archived"] and body.get("archived") is not False:
            raise NoError(400, 50083, "Thread is archived")
        if meta["archived"] and len(self.world.active()) >= self.world.most_threads:
            raise NoError(400, 160006, "Maximum number of active threads reached")
        meta["archived"] = body.get("archived", meta["archived"])
        raw["applied_tags"] = body.get("applied_tags", raw["applied_tags"])
        self.world.emit("THREAD_UPDATE", raw)
        return raw

    def channels(self, body: Any, g: str) -> list[Payload]:
        own = [raw for raw in self.world.channels.values() if raw.get("guild_id") == g]
        return [raw for raw in own if "thread_metadata" not in raw]

    def create_channel(self, body: Payload, g: str) -> Payload:
        granted = Permissions(int(self.world.permissions))
        overwrites: list[Payload] = body.get("permission_overwrites") or []
        asked = [bits for one in overwrites for bits in (one["allow"], one["deny"])]
        lacks = any(bits & ~granted.value for bits in asked) and not granted.administrator
        if lacks or not (granted.manage_channels or granted.administrator):
            raise NoError(403, 50013, "Missing Permissions")
        kept = [one | {"allow": str(one["allow"]), "deny": str(one["deny"])} for one in overwrites]
        raw = payloads.channel(payloads.snowflake(), body["type"], g, body["name"])
        raw |= {"permission_overwrites": kept, "available_tags": []}
        self.world.channels[raw["id"]] = raw
        self.world.emit("CHANNEL_CREATE", raw)
        return raw

    def typing(self, body: Any, c: str) -> None:
        self.find_channel(c)

    def active_threads(self, body: Any, g: str) -> Payload:
        threads = [raw | {"last_message_id": self._last(raw["id"])} for raw in self.world.active()]
        return {"threads": threads, "members": [], "has_more": False}

    def create_thread(self, body: Payload, c: str) -> Payload:
        parent = self.find_channel(c)
        self._refuse_unknown_tags(parent, body)
        raw = self._thread(payloads.snowflake(), parent, body)
        if parent["type"] != 15:
            return raw
        raw["applied_tags"] = body.get("applied_tags") or []
        first = self.post(raw["id"], body["message"], message_id=raw["id"])
        return raw | {"message": first}

    def start_thread(self, body: Payload, c: str, m: str) -> Payload:
        self.find_message(c, m)
        if m in self.world.channels:
            raise NoError(400, 160004, "A thread has already been created for this message")
        return self._thread(m, self.find_channel(c), body)

    def _refuse_unknown_tags(self, parent: Payload, body: Payload) -> None:
        known = {tag["id"] for tag in parent.get("available_tags") or ()}
        if not known.issuperset(body.get("applied_tags") or ()):
            raise NoError(404, 10087, "Unknown tag")

    def _last(self, c: str) -> str | None:
        said = self.world.in_channel(c)
        return said[-1]["id"] if said else None

    def _thread(self, thread_id: str, parent: Payload, body: Payload) -> Payload:
        if len(self.world.active()) >= self.world.most_threads:
            raise NoError(400, 160006, "Maximum number of active threads reached")
        minutes = body.get("auto_archive_duration") or 1440
        raw = payloads.thread(thread_id, parent, BOT, body["name"], minutes)
        self.world.channels[thread_id] = raw
        self.world.emit("THREAD_CREATE", raw | {"newly_created": True})
        return raw
