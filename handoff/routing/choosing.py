"""Chooses the agent to whom a case is offered next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zlib import crc32

from bot.vocabulary.board import BoardView, Presence
from bot.vocabulary.cases import Case
from bot.vocabulary.people import Agent
from handoff.routing.teams import Seat, Strategy, Team, same_agent, short_id

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What an agent has: how many open cases, offers among them, and when the last one came."""

    cases: int
    last: datetime


_NOTHING = Load(cases=0, last=_LONG_AGO)


def is_there(agent: Agent, view: BoardView) -> bool:
    """Whether an agent takes cases; who has never said otherwise does."""
    said = [one for one in view.presence.values() if same_agent(one.agent_id, agent.id)]
    return not said or max(said, key=lambda one: one.at).presence is Presence.AVAILABLE


def loads_of(view: BoardView) -> Mapping[str, Load]:
    """Count the open cases that agents have or are offered, by ``short_id``."""
    times: dict[str, list[datetime]] = {}
    for case in view.cases.values():
        holder = case.agent or case.offered_to
        if holder is not None:
            times.setdefault(short_id(holder.id), []).append(case.offered_at or case.changed_at)
    return {agent_id: Load(cases=len(came), last=max(came)) for agent_id, came in times.items()}


def load_of(agent: Agent, loads: Mapping[str, Load]) -> Load:
    """Return what an agent has."""
    return loads.get(short_id(agent.id), _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Chooses an agent of a team for a case, by the board."""

    case: Case
    team: Team
    view: BoardView
    loads: Mapping[str, Load]

    @classmethod
    def of(cls, case: Case, team: Team, view: BoardView) -> "Choice":
        """Look at the board once."""
        return cls(case=case, team=team, view=view, loads=loads_of(view))

    def candidates(self, roster: Sequence[Seat], excluding: Collection[str] = ()) -> list[Seat]:
        """Return who is there and has room; those who speak the customer's language if any do."""
        free = [
            seat
            for seat in roster
            if seat.is_of(self.team.name)
            and load_of(seat.agent, self.loads).cases < seat.capacity
            and is_there(seat.agent, self.view)
            and not any(same_agent(seat.agent.id, one) for one in excluding)
        ]
        language = self.case.language
        fluent = [seat for seat in free if not seat.languages or language in seat.languages]
        return fluent or free

    def among(self, seats: Sequence[Seat]) -> Agent | None:
        """Choose among candidates: who knows the topic first, then as the team wants it."""
        topic = self.case.topic
        expert = [seat for seat in seats if topic is not None and topic in seat.skills]
        agents = [seat.agent for seat in expert or seats]
        if not agents:
            return None
        # The board is a second old: equals are taken in another order for each case, so that many
        # cases at once do not all go to the first.
        turn = crc32(self.case.id.encode()) % len(agents)
        turned = [*agents[turn:], *agents[:turn]]
        if self.team.strategy is Strategy.ROUND_ROBIN:
            return min(turned, key=lambda agent: load_of(agent, self.loads).last)
        return min(turned, key=self._weight)

    def _weight(self, agent: Agent) -> tuple[int, datetime]:
        load = load_of(agent, self.loads)
        return load.cases, load.last
