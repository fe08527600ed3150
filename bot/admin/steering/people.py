"""Who is meant by a person, and who of the agents is there."""

import re

from bot.admin.requests import Request
from bot.admin.steering.naming import refusal
from bot.admin.steering.tools import Row, Tools
from bot.texts import say
from bot.texts.literal import literal
from bot.vocabulary.board import BoardView, Presence
from bot.vocabulary.messages import Platform

_MENTION = re.compile(r"<@!?([\w-]+)(?:\|[^<>]*)?>")
_ACCOUNT = re.compile(rf"({'|'.join(Platform)}):[^:\s]+(:[^:\s]+)?", re.IGNORECASE)


def account_of(request: Request, argument: str = "person") -> str:
    """Return whom an argument names, as ``platform:user id``; a mention is one of the admin's platform.

    Raises:
        UnclearError: It names no account.
    """
    typed = request.value(argument).strip()
    found = account_in(typed, request.principal.platform)
    if found is None:
        raise refusal(request, "no_account", typed=literal(typed))
    return found


def account_in(typed: str, platform: Platform) -> str | None:
    """Read an account or a mention; None when it is neither."""
    mention = _MENTION.fullmatch(typed)
    if mention is not None:
        return f"{platform}:{mention[1]}"
    if _ACCOUNT.fullmatch(typed) is None:
        return None
    home, _, rest = typed.partition(":")
    return f"{home.lower()}:{rest}"


def is_same(one: str, other: str) -> bool:
    """Whether two ids name one account: ``platform:tenant:user``, or ``platform:user`` in settings."""
    first, second = one.split(":"), other.split(":")
    if len(first) == len(second):
        return first == second
    return (first[0], first[-1]) == (second[0], second[-1])


def presence_of(agent_id: str, view: BoardView, language: str) -> str:
    """Say whether an agent is there, as far as they have said so."""
    said = (one.presence for one in view.presence.values() if is_same(one.agent_id, agent_id))
    presence = next(said, None)
    if presence is None:
        return say("steering.presence_unknown", language)
    is_here = presence is Presence.AVAILABLE
    return say("steering.presence_here" if is_here else "steering.presence_away", language)


def load_of(agent_id: str, view: BoardView) -> int:
    """Return how many open cases an agent has."""
    agents = (case.agent for case in view.cases.values() if case.is_open)
    return sum(agent is not None and is_same(agent.id, agent_id) for agent in agents)


def leads_of(tools: Tools, agent_id: str) -> tuple[Row, ...]:
    """Return the teams of which somebody is the lead."""
    teams = tools.table("teams")
    return tuple(row for row in teams if row.get("lead") and is_same(str(row["lead"]), agent_id))
