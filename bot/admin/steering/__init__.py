"""Steering: the commands that change how Relevo works, each with what it was, what it is, and a way back.

- ``tools``: what all of them work with; ``paths``: the names of settings
- ``naming``: finds what somebody means by a name, and asks back; ``reading``: numbers and lists as typed
- ``people``: who is meant by a person, and who of the agents is there
- ``modes``: how far the bot goes; ``evidence``: what is known of a topic, in words
- ``thresholds``: how sure the bot must be
- ``topics``: what conversations are about
- ``teams``: teams; ``leaving``: what else names a team or a topic that goes; ``shifts``: their hours and
  holidays; ``week``: hours in words
- ``agents``: the agents
- ``desk``: the desk, and the tone of answers
- ``routes``: which team gets what
- ``canned``: canned replies
"""

from collections.abc import Mapping

from bot.admin.changes import shown_change
from bot.admin.requests import Handler, Reply, Request
from bot.admin.steering.agents import AgentCommands
from bot.admin.steering.canned import CannedCommands
from bot.admin.steering.desk import DeskCommands
from bot.admin.steering.modes import ModeCommands
from bot.admin.steering.naming import asking_back
from bot.admin.steering.routes import RouteCommands
from bot.admin.steering.shifts import ShiftCommands
from bot.admin.steering.teams import TeamCommands
from bot.admin.steering.thresholds import ThresholdCommands
from bot.admin.steering.tools import Tools
from bot.admin.steering.topics import TopicCommands
from bot.vocabulary.steering import OvertakenError

_PARTS = (
    ModeCommands,
    TopicCommands,
    ThresholdCommands,
    DeskCommands,
    ShiftCommands,
    TeamCommands,
    AgentCommands,
    RouteCommands,
    CannedCommands,
)


TRIES = 20
"""How often a command is done anew because somebody else changed the same meanwhile."""


class SteeringRoom:
    """The room of all these commands, see ``CommandRoom``."""

    def __init__(self, tools: Tools) -> None:
        self._handlers: dict[str, Handler] = {}
        self.tools = tools
        for part in _PARTS:
            self._handlers |= part(tools).handlers()

    def handlers(self) -> Mapping[str, Handler]:
        """See ``CommandRoom.handlers``."""
        return {name: self._once(asking_back(handler)) for name, handler in self._handlers.items()}

    def _once(self, handler: Handler) -> Handler:
        """Say again what a change came to whose turn runs once more, for by now all names differ."""

        async def handled(request: Request) -> Reply:
            command = request.invocation.command
            done = await self.tools.live.done(request.key) if command.changes else None
            if done is not None:
                return shown_change(done, request.language)
            for _ in range(TRIES):
                try:
                    return await handler(request)
                except OvertakenError:
                    continue  # the settings are those of the other one by now
            return await handler(request)

        return handled


__all__ = ["SteeringRoom", "Tools"]
