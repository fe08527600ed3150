"""Builds teams, agents and boards for tests in one line each."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.vocabulary.board import AgentPresence, BoardView, Presence, Wait
from bot.vocabulary.cases import Case, CaseStatus
from bot.vocabulary.people import Agent
from handoff.routing.teams import Seat
from tests.builders import an_agent
from tests.handoff.kit import ANA, BEN, NOW, THREAD, a_case

CLEO = Agent.of(an_agent("Cleo"), THREAD)


def a_seat(agent: Agent = ANA, **fields: Any) -> Seat:
    return Seat(agent=agent, **fields)


ROSTER = (a_seat(ANA), a_seat(BEN), a_seat(CLEO))


def a_board(
    *cases: Case,
    away: Iterable[Agent] = (),
    there: Iterable[Agent] = (),
    waits: Iterable[Wait] = (),
) -> BoardView:
    said = [(agent, Presence.AWAY) for agent in away]
    said += [(agent, Presence.AVAILABLE) for agent in there]
    presence = {
        agent.id: AgentPresence(agent_id=agent.id, name=agent.name, presence=which, at=NOW)
        for agent, which in said
    }
    return BoardView(
        at=NOW, cases={case.id: case for case in cases}, presence=presence, waits=tuple(waits)
    )


def cases_of(agent: Agent, count: int, *, minutes: float = 0) -> list[Case]:
    """Cases that an agent has had for some minutes."""
    at = NOW - timedelta(minutes=minutes)
    return [
        replace(a_case(agent, id=f"R-{agent.name}{number}"), changed_at=at)
        for number in range(count)
    ]


def waiting_case(case_id: str, minutes: float = 0, **fields: Any) -> Case:
    """A case that has waited for some minutes."""
    at = NOW - timedelta(minutes=minutes)
    values: dict[str, Any] = {"id": case_id, "status": CaseStatus.QUEUED, "queued_at": at}
    return a_case(**(values | fields))


def waits(*minutes: float, team: str | None = None) -> list[Wait]:
    return [Wait(team=team, seconds=60 * one, at=NOW) for one in minutes]
