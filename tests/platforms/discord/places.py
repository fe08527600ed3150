"""What the calls share: the world, its channels and messages, and who looks for one in vain."""

from collections.abc import Callable

from tests.platforms.discord.answers import NoError
from tests.platforms.discord.payloads import Payload
from tests.platforms.discord.world import World


class Places:
    """``files_url`` is where the file server stands; ``violations`` collects what is said wrong."""

    def __init__(self, world: World, violations: list[str], files_url: Callable[[], str]) -> None:
        self.world = world
        self.violations = violations
        self.files_url = files_url

    def find_channel(self, channel_id: str) -> Payload:
        if channel_id not in self.world.channels:
            raise NoError(404, 10003, "Unknown Channel")
        return self.world.channels[channel_id]

    def find_message(self, channel_id: str, message_id: str) -> Payload:
        self.find_channel(channel_id)
        message = self.world.messages.get(message_id)
        if message is None or message["channel_id"] != channel_id:
            raise NoError(404, 10008, "Unknown Message")
        return message
