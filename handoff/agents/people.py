"""Finds the agent or team that stands at the beginning of what an agent wrote."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.vocabulary.people import Agent
from handoff.agents.workplace import Workplace
from handoff.gestures import Act, bare
from handoff.routing.teams import Team

T = TypeVar("T")

MOST_WORDS = 5
"""Words that a name has at most."""

_ME = {"me", "mi", "yo"}


def team_at_start(text: str, place: Workplace) -> tuple[Team, str] | None:
    """Return the team that a text begins with, and what follows."""
    return _at_start(text, place.office.find_team)


def agents_at_start(text: str, act: Act, place: Workplace) -> tuple[tuple[Agent, ...], str] | None:
    """Return the agents whom the first words of a text can mean, and what follows.

    Several are ambiguous. ``me`` is whoever writes.
    """
    view = place.view()

    def find(words: str) -> tuple[Agent, ...] | None:
        if bare(words) in _ME:
            return (act.agent,)
        return place.office.find_agents(words, view) or None

    found = _at_start(text, find)
    if found is None:
        return None
    agents, rest = found
    # Somebody may stand in the settings and on the board, under ids of both kinds.
    whole = {one.id: one for one in (_whole(agent, act) for agent in agents)}
    return tuple(whole.values()), rest


def _at_start(text: str, find: Callable[[str], T | None]) -> tuple[T, str] | None:
    words = text.split()
    for count in range(min(len(words), MOST_WORDS), 0, -1):
        found = find(" ".join(words[:count]).rstrip(":,"))
        if found is not None:
            rest = text.split(maxsplit=count)[count:]
            return found, rest[0] if rest else ""
    return None


def _whole(agent: Agent, act: Act) -> Agent:
    """Give an agent of the settings the id by which they act: theirs may lack the workspace."""
    here = act.message.conversation
    platform, _, user_id = agent.id.partition(":")
    if ":" in user_id or platform != here.platform:
        return agent
    return replace(agent, id=f"{platform}:{here.tenant_id}:{user_id}")
