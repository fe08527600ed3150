"""Discord's calls about the bot itself and about the people it meets."""

import json
from typing import Any

from tests.platforms.discord import menus, payloads
from tests.platforms.discord.answers import NoError
from tests.platforms.discord.payloads import Payload
from tests.platforms.discord.places import Places
from tests.platforms.discord.world import BOT, GUILD


class Identity(Places):
    """Each method answers the call of its name."""

    def me(self, body: Any) -> Payload:
        return self.world.users[BOT] | {"mfa_enabled": True, "locale": "en-US"}

    def application(self, body: Any) -> Payload:
        return payloads.application(BOT, self.world.users[BOT], self.world.application_flags)

    def commands(self, body: Any, a: str) -> list[Payload]:
        return self._offer("", body)

    def guild_commands(self, body: Any, a: str, g: str) -> list[Payload]:
        if g != GUILD:
            raise NoError(403, 50001, "Missing Access")
        return self._offer(g, body)

    def _offer(self, guild_id: str, body: Any) -> list[Payload]:
        self.violations += menus.violations(json.dumps(body))
        self.world.menus[guild_id] = [command | {"id": payloads.snowflake()} for command in body]
        return self.world.menus[guild_id]

    def guilds(self, body: Any) -> list[Payload]:
        return [{"id": guild_id, "name": "Support"} for guild_id in self.world.guilds()]

    def guild(self, body: Any, g: str) -> Payload:
        self._find_guild(g)
        return payloads.guild(g, self.world.owner, self.roles(body, g))

    def member(self, body: Any, g: str, u: str) -> Payload:
        members = self._find_guild(g)
        if u not in self.world.users:
            raise NoError(404, 10013, "Unknown User")
        if u not in members:
            raise NoError(404, 10007, "Unknown Member")
        return members[u] | {"user": self.world.users[u]}

    def roles(self, body: Any, g: str) -> list[Payload]:
        return [payloads.role(g, self.world.permissions), *self.world.roles.values()]

    def _find_guild(self, guild_id: str) -> dict[str, Payload]:
        if guild_id not in self.world.guilds():
            raise NoError(403, 50001, "Missing Access")
        return self.world.members_of(guild_id)

    def open_direct(self, body: Payload) -> Payload:
        for raw in self.world.channels.values():
            if raw["type"] == 1 and raw["recipients"][0]["id"] == body["recipient_id"]:
                return raw
        opened = payloads.direct(payloads.snowflake(), self.world.users[body["recipient_id"]])
        self.world.channels[opened["id"]] = opened
        return opened
