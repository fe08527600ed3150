"""Looking: the commands that show how Relevo is doing, and those of the knowledge.

- ``sockets``: what all of them look at
- ``status``: all at a glance; ``doctor``: what is wrong, and the cure
- ``trying``: what a customer would be answered
- ``shelves``: the documents
- ``stats``: the measures of some days; ``figures``: numbers in words
"""

from collections.abc import Mapping

from bot.admin.looking.doctor import DoctorCommand
from bot.admin.looking.shelves import LibraryCommands
from bot.admin.looking.sockets import Sights
from bot.admin.looking.stats import StatsCommand
from bot.admin.looking.status import StatusCommand
from bot.admin.looking.trying import TestCommand
from bot.admin.requests import Handler
from bot.admin.steering.naming import asking_back

_PARTS = (StatusCommand, DoctorCommand, TestCommand, LibraryCommands, StatsCommand)


class LookingRoom:
    """The room of all these commands, see ``CommandRoom``."""

    def __init__(self, sights: Sights) -> None:
        self.sights = sights
        self._handlers: dict[str, Handler] = {}
        for part in _PARTS:
            self._handlers |= part(sights).handlers()

    def handlers(self) -> Mapping[str, Handler]:
        """See ``CommandRoom.handlers``."""
        return {name: asking_back(handler) for name, handler in self._handlers.items()}


__all__ = ["LookingRoom", "Sights"]
