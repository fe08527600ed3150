"""Chooses the agent to whom a case is offered next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zlib import crc32

from bot.vocabulary.board import BoardView, Presence
from bot.vocabulary.cases import Case
from bot.vocabulary.people import Agent
from handoff.routing.teams import Seat, Strategy, Team, same_agent

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What an agent has on the board: how many open cases, and when the last one came to them."""

    cases: int
    last: datetime


def is_there(agent: Agent, view: BoardView) -> bool:
    """Whether an agent takes cases; who has never said otherwise does."""
    said = [one for one in view.presence.values() if same_agent(one.agent_id, agent.id)]
    return not said or max(said, key=lambda one: one.at).presence is Presence.AVAILABLE


def candidates(
    case: Case, team: Team, roster: Sequence[Seat], view: BoardView, excluding: Collection[str] = ()
) -> list[Seat]:
    """Return who of a team is there and has room; those who speak the customer's language if any do."""
    free = [
        seat
        for seat in roster
        if seat.is_of(team.name)
        and is_there(seat.agent, view)
        and load_of(seat.agent, view).cases < seat.capacity
        and not any(same_agent(seat.agent.id, one) for one in excluding)
    ]
    fluent = [seat for seat in free if not seat.languages or case.language in seat.languages]
    return fluent or free


def next_of(case: Case, seats: Sequence[Seat], strategy: Strategy, view: BoardView) -> Agent | None:
    """Choose among candidates: who knows the topic first, then as the team wants it."""
    expert = [seat for seat in seats if case.topic is not None and case.topic in seat.skills]
    among = expert or list(seats)
    if not among:
        return None
    loads = [load_of(seat.agent, view) for seat in among]
    # The board is a second old: equals are taken in another order for each case, so that many cases
    # at once do not all go to the first.
    turn = crc32(case.id.encode())
    places = range(len(among))

    def weight(place: int) -> tuple[object, ...]:
        load, after = loads[place], (place - turn) % len(among)
        if strategy is Strategy.ROUND_ROBIN:
            return (load.last, after)
        return (load.cases, load.last, after)

    return among[min(places, key=weight)].agent


def load_of(agent: Agent, view: BoardView) -> Load:
    """Count the open cases that an agent has or is offered."""
    theirs = [
        case
        for case in view.cases.values()
        if (holder := case.agent or case.offered_to) and same_agent(holder.id, agent.id)
    ]
    times = [case.offered_at or case.changed_at for case in theirs]
    return Load(cases=len(theirs), last=max(times, default=_LONG_AGO))
