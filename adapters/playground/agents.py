"""Whom the page can play besides customers: the agents and one admin."""

import re

from adapters.playground.parse import ADMIN
from bot.vocabulary.people import Agent
from bot.vocabulary.standing import Standing

AGENTS = (Agent(id="ana", name="Ana"), Agent(id="ben", name="Ben"))

AGENT_ID = re.compile("|".join(re.escape(agent.id) for agent in AGENTS))


def name_of(agent_id: str) -> str:
    """Return an agent's name; the id of somebody else."""
    return next((agent.name for agent in AGENTS if agent.id == agent_id), agent_id)


def standing_of(user_id: str, *, is_home: bool) -> Standing:
    """Say who somebody is on this stage: its admin, a member of the team, or a customer.

    Where the desk is elsewhere (``is_home`` is false) nobody administers anything here.
    """
    if user_id == ADMIN:
        return Standing.ADMIN if is_home else Standing.MEMBER
    is_agent = any(agent.id == user_id for agent in AGENTS)
    return Standing.MEMBER if is_agent else Standing.GUEST
