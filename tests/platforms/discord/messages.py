"""Discord's calls about messages: to write, read, change and delete them."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from tests.platforms.discord import payloads
from tests.platforms.discord.answers import NoError
from tests.platforms.discord.payloads import Payload
from tests.platforms.discord.places import Places
from tests.platforms.discord.world import BOT


class Messages(Places):
    """Each public method but ``post`` and ``stored`` answers the call of its name."""

    def list_messages(self, body: Any, c: str, query: Mapping[str, str]) -> list[Payload]:
        self.find_channel(c)
        after, limit = int(query.get("after", 0)), int(query.get("limit", 50))
        found = [raw for raw in self.world.in_channel(c) if int(raw["id"]) > after]
        return list(reversed(found[:limit]))

    def create_message(
        self, body: Payload, c: str, files: Mapping[str, bytes] | None = None
    ) -> Payload:
        raw = self.find_channel(c)
        if raw["type"] == 1 and raw["recipients"][0]["id"] in self.world.takes_none:
            raise NoError(403, 50007, "Cannot send messages to this user")
        nonce = body.get("nonce")
        if nonce and body.get("enforce_nonce") and self.world.keeps_nonces:
            earlier = self.world.nonces.get((c, nonce))
            if earlier in self.world.messages:
                return self.world.messages[earlier] | {"nonce": nonce}
        if "thread_metadata" in raw:
            raw["thread_metadata"]["archived"] = False
        message = self.post(c, body, files=files or {})
        if nonce:
            self.world.nonces[c, nonce] = message["id"]
        return message | ({"nonce": nonce} if nonce else {})

    def post(
        self,
        channel_id: str,
        body: Payload,
        *,
        message_id: str | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Payload:
        content = (body.get("content") or "").strip()
        if len(content) > 2000:
            raise NoError(400, 50035, "Invalid Form Body")
        if not content and not files:
            raise NoError(400, 50006, "Cannot send an empty message")
        self.world.notice(body)
        message = payloads.message(
            channel_id,
            self.world.users[BOT],
            content,
            components=numbered(body.get("components")),
            flags=body.get("flags") or 0,
        )
        if message_id:
            message["id"] = message_id
        message["attachments"] = self._attached(message, body.get("attachments") or (), files or {})
        self.world.messages[message["id"]] = message
        self.world.emit("MESSAGE_CREATE", self.world.dressed(message, BOT))
        return message

    def _attached(
        self, message: Payload, described: Sequence[Payload], files: Mapping[str, bytes]
    ) -> list[Payload]:
        """Return a message's files: new ones, and of the older ones those that are named."""
        older = {file["id"]: file for file in message["attachments"]}
        return [
            older.get(file["id"]) or self.stored(file["filename"], files[f"files[{file['id']}]"])
            for file in described
        ]

    def stored(self, name: str, content: bytes) -> Payload:
        """Put a file on the file server."""
        found = payloads.attachment(name, content, "")
        self.world.contents[found["id"]] = content
        url = f"{self.files_url()}/{found['id']}"
        return found | {"url": url, "proxy_url": url}

    def get_message(self, body: Any, c: str, m: str) -> Payload:
        return self.find_message(c, m)

    def edit_message(
        self, body: Payload, c: str, m: str, files: Mapping[str, bytes] | None = None
    ) -> Payload:
        message = self.find_message(c, m)
        if "attachments" in body:
            message["attachments"] = self._attached(message, body["attachments"], files or {})
        if not (body.get("content") or "").strip() and not message["attachments"]:
            raise NoError(400, 50006, "Cannot send an empty message")
        self.world.notice(body)
        message["content"] = (body.get("content") or "").strip()
        message["components"] = numbered(body.get("components"))
        message["edited_timestamp"] = payloads.timestamp()
        self.world.emit("MESSAGE_UPDATE", self.world.dressed(message, BOT))
        return message

    def delete_message(self, body: Any, c: str, m: str) -> None:
        self.find_message(c, m)
        self.world.take_back(m)

    def react(self, body: Any, c: str, m: str, e: str) -> None:
        message = self.find_message(c, m)
        self.world.reacted[m, unquote(e)] = None
        event: Payload = {
            "user_id": BOT,
            "channel_id": c,
            "message_id": m,
            "message_author_id": message["author"]["id"],
            "emoji": {"id": None, "name": unquote(e)},
            "burst": False,
            "type": 0,
        }
        guild_id = self.world.guild_of(c)
        self.world.emit(
            "MESSAGE_REACTION_ADD", event | ({"guild_id": guild_id} if guild_id else {})
        )


def numbered(components: Sequence[Payload] | None) -> list[Payload]:
    """Give each component its number, as Discord does."""
    count = itertools.count(1)
    return [
        row
        | {
            "id": next(count),
            "components": [part | {"id": next(count)} for part in row["components"]],
        }
        for row in components or ()
    ]
