"""How a desk works and looks: its language, its verbs, its undo window, as whom agents appear."""

from dataclasses import dataclass, field
from typing import Literal

from bot.vocabulary.people import Agent
from handoff.aftercare import Aftercare

AgentsAs = Literal["name", "brand"]
"""Whether customers read the agent's name, or only on whose behalf they are answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskStyle:
    """``language`` is the agents' own, ``prefix`` what stands before their verbs on their platform.

    ``undo_seconds`` is how long a reply can be changed before the customer gets it. ``brand`` is the
    name in whose place no agent's is shown with ``agents_as="brand"``; it may be empty.
    ``aftercare`` is what comes after a case. ``remembers`` says that there is a memory of customers.
    """

    language: str
    prefix: str = "/"
    undo_seconds: float = 5.0
    agents_as: AgentsAs = "name"
    brand: str = ""
    aftercare: Aftercare = field(default_factory=Aftercare)
    remembers: bool = True

    @property
    def shows_names(self) -> bool:
        """Whether customers may read agents' names."""
        return self.agents_as == "name"

    def speaker(self, agent: Agent) -> str | None:
        """Return whose name stands at an agent's words where the customer reads them."""
        return agent.name if self.shows_names else self.brand or None
