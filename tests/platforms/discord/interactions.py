"""Discord's calls that answer a pressed button, a form or a slash command."""

from collections.abc import Mapping

from tests.platforms.discord import payloads, specs
from tests.platforms.discord.answers import NoError
from tests.platforms.discord.payloads import Payload
from tests.platforms.discord.places import Places
from tests.platforms.discord.world import BOT, CHANNEL


class Interactions(Places):
    """Each method answers the call of its name."""

    def callback(self, body: Payload, i: str, t: str) -> None:
        if t in self.world.answered:
            raise NoError(400, 40060, "Interaction has already been acknowledged.")
        schema = {
            4: "CreateMessageInteractionCallbackRequest",
            5: "CreateMessageInteractionCallbackRequest",
            6: "UpdateMessageInteractionCallbackRequest",
            8: "ApplicationCommandAutocompleteCallbackRequest",
            9: "ModalInteractionCallbackRequest",
        }[body["type"]]
        self.violations += specs.violations(schema, body)
        self.world.answered[t] = body
        self.world.callbacks.append(body)

    def edit_original(self, body: Payload, a: str, t: str) -> Payload:
        if self.world.answered.get(t, {}).get("type") != 5:
            raise NoError(404, 10015, "Unknown Webhook")
        self.world.notice(body | {"flags": 4})
        self.world.callbacks.append(body)
        return payloads.message(CHANNEL, self.world.users[BOT], body["content"])

    def follow_up(
        self, body: Payload, a: str, t: str, files: Mapping[str, bytes] | None = None
    ) -> Payload:
        """Show one more answer to an interaction, which must have had a first one."""
        if t not in self.world.answered:
            raise NoError(404, 10015, "Unknown Webhook")
        self.world.notice(body)
        self.world.asides.append(body)
        return payloads.message(CHANNEL, self.world.users[BOT], body["content"])
