"""The agents whom the page can play."""

import re

from bot.vocabulary.people import Agent

AGENTS = (Agent(id="ana", name="Ana"), Agent(id="ben", name="Ben"))

AGENT_ID = re.compile("|".join(re.escape(agent.id) for agent in AGENTS))


def name_of(agent_id: str) -> str:
    """Return an agent's name; the id of somebody else."""
    return next((agent.name for agent in AGENTS if agent.id == agent_id), agent_id)
