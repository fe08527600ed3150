"""Discord's calls about the bot itself and about the people it meets."""

from typing import Any

from tests.platforms.discord import payloads, specs
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
        for command in body:
            self.violations += specs.violations(
                "ApplicationCommandUpdateRequest", command, closed=True
            )
        return [command | {"id": payloads.snowflake()} for command in body]

    def guild_commands(self, body: Any, a: str, g: str) -> list[Payload]:
        if g != GUILD:
            raise NoError(403, 50001, "Missing Access")
        return self.commands(body, a)

    def guilds(self, body: Any) -> list[Payload]:
        return [{"id": GUILD, "name": "Support"}]

    def member(self, body: Any, g: str, u: str) -> Payload:
        if u not in self.world.members:
            raise NoError(404, 10007, "Unknown Member")
        return self.world.members[u] | {"user": self.world.users[u]}

    def roles(self, body: Any, g: str) -> list[Payload]:
        return [payloads.role(g, self.world.permissions)]

    def open_direct(self, body: Payload) -> Payload:
        for raw in self.world.channels.values():
            if raw["type"] == 1 and raw["recipients"][0]["id"] == body["recipient_id"]:
                return raw
        opened = payloads.direct(payloads.snowflake(), self.world.users[body["recipient_id"]])
        self.world.channels[opened["id"]] = opened
        return opened
