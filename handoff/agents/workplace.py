"""What all rooms of the agents' side share: the voice of the desk, the office, and the board."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bot.vocabulary.board import AgentPresence, Board, BoardView, Presence
from bot.vocabulary.cases import Case
from bot.vocabulary.people import Agent
from handoff.gestures import Act
from handoff.routing.finding import seat_of
from handoff.routing.office import Office
from handoff.routing.teams import same_agent
from handoff.saying.dates import in_words
from handoff.saying.voice import DeskVoice

_NO_BOARD = BoardView(at=datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """A desk as its rooms see it; without a board no other case is known."""

    voice: DeskVoice
    office: Office = field(default_factory=Office)
    board: Board | None = None

    @property
    def language(self) -> str:
        """The agents' language."""
        return self.voice.style.language

    def view(self) -> BoardView:
        """Return the board as it is known now."""
        return self.board.view() if self.board else _NO_BOARD

    def zone(self, case: Case) -> tzinfo:
        """Return the time zone of the team whose a case is."""
        return self.office.team_of(case).hours.zone

    def when(self, at: datetime, act: Act) -> str:
        """Say a time in the agents' words, by their clock."""
        return in_words(at, act.turn.at, self.zone(act.case), self.language)

    def leads(self, agent: Agent, team: str | None) -> bool:
        """Whether an agent may dispose of other people's cases of a team."""
        seat = seat_of(agent.id, self.office.roster)
        if seat is not None and seat.is_lead and seat.is_of(team):
            return True
        return any(
            one.name == team and one.lead is not None and same_agent(one.lead.id, agent.id)
            for one in self.office.teams
        )

    def newcomer(self, agent: Agent) -> AgentPresence | None:
        """Return the presence of an agent who takes a case and whom nobody could name so far.

        Without a roster colleagues are known by what they do: who takes cases can be given some.
        """
        view = self.view()
        known = any(same_agent(one, agent.id) for one in view.presence)
        if self.office.roster or known:
            return None
        return AgentPresence(
            agent_id=agent.id, name=agent.name, presence=Presence.AVAILABLE, at=view.at
        )

    def may_dispose(self, act: Act) -> bool:
        """Whether an agent may decide what becomes of a case: anybody may while nobody has it."""
        holder = act.case.agent
        return (
            holder is None
            or same_agent(holder.id, act.agent.id)
            or self.leads(act.agent, act.case.team)
        )

    def may_work(self, act: Act) -> bool:
        """Whether an agent may work on a case: of its team, or because it was given to them."""
        holder = act.case.agent
        is_theirs = holder is not None and same_agent(holder.id, act.agent.id)
        return is_theirs or self.office.may_work(act.agent.id, act.case.team)
