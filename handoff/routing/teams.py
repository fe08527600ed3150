"""Teams with their promises, the agents who work in them, and the topics by which they are found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from bot.vocabulary.cases import Priority, Promise
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.people import Agent
from handoff.routing.hours import ALWAYS, Hours


class Strategy(StrEnum):
    """To whom of a team a case is offered: whoever has the fewest, or one after the other."""

    LEAST_LOADED = "least_loaded"
    ROUND_ROBIN = "round_robin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a conversation can be about, and the words by which that is recognised."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who look after some topics, languages or products; nothing named means all of it.

    ``overflow`` is the team that is asked when nobody of this one is there or takes a case, ``lead``
    who is told then. ``promises`` are in business minutes; a priority without any takes those of
    ``Priority.NORMAL``. ``channel`` is where the team's cases get their threads, None for the desk's.
    """

    name: str
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    hours: Hours = ALWAYS
    strategy: Strategy = Strategy.LEAST_LOADED
    overflow: str | None = None
    lead: Agent | None = None
    promises: Mapping[Priority, Mapping[Promise, float]] = field(
        default_factory=dict[Priority, Mapping[Promise, float]]
    )
    channel: ConversationRef | None = None

    def promised(self, priority: Priority) -> Mapping[Promise, float]:
        """Return what is promised for a priority, in business minutes."""
        return self.promises.get(priority) or self.promises.get(Priority.NORMAL) or {}


NO_TEAM = Team(name="")
"""All who work in the desk, where no teams are set up: always there, and nothing is promised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One agent of the roster. ``teams`` and ``languages`` are all of them where none is named.

    ``skills`` are topics or products that the agent knows best, ``capacity`` is how many cases at a
    time they are offered.
    """

    agent: Agent
    teams: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    capacity: int = 5
    is_lead: bool = False

    def is_of(self, team: str | None) -> bool:
        """Whether the agent works in a team."""
        return not self.teams or not team or team in self.teams


def same_agent(one: str, other: str) -> bool:
    """Whether two ids name one agent: ``platform:tenant:user``, or ``platform:user`` in settings."""
    first, second = one.split(":"), other.split(":")
    if len(first) == len(second):
        return first == second
    return (first[0], first[-1]) == (second[0], second[-1])


@lru_cache(maxsize=10_000)
def short_id(agent_id: str) -> str:
    """Return an agent's id as settings have it, ``platform:user``."""
    parts = agent_id.split(":")
    return f"{parts[0]}:{parts[-1]}"


def user_id(agent: Agent) -> str:
    """Return the id by which the platform knows an agent, for ``OutgoingMessage.notifies``."""
    return agent.id.rpartition(":")[2]


def pinged(agent: Agent, thread: ConversationRef | None) -> tuple[str, ...]:
    """Return whom a thread pings for an agent, as ``OutgoingMessage.notifies`` has it.

    One of another platform can't be pinged; a thread that is not open yet is taken for theirs.
    """
    if thread is not None:
        here = f"{thread.platform}:{thread.tenant_id}:{user_id(agent)}"
        if not same_agent(agent.id, here):
            return ()
    return (user_id(agent),)
