"""A desk with teams, colleagues and other cases, for tests of single verbs."""

from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.vocabulary.alarms import Alarm
from bot.vocabulary.board import AgentPresence, BoardView, Presence
from bot.vocabulary.cases import Case, Priority, Promise
from bot.vocabulary.conversations import Conversation, HistoryLine
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import AlarmTurn, Plan
from handoff.agents.verbs import AgentVerbs
from handoff.routing.hours import Hours
from handoff.routing.office import Office
from handoff.routing.teams import Seat, Team
from handoff.saying.style import DeskStyle
from tests.builders import a_conversation, an_agent
from tests.handoff.kit import NOW, THREAD, a_case, a_turn, at_once, says

MADRID = ZoneInfo("Europe/Madrid")
"""The teams' zone; NOW is 13:00 there."""

PROMISES = {
    Priority.NORMAL: {Promise.FIRST_REPLY: 60.0},
    Priority.URGENT: {Promise.FIRST_REPLY: 15.0},
}
CLEO, DORA = (Agent.of(an_agent(name), THREAD) for name in ("Cleo", "Dora"))


@dataclass
class Board:
    """A board that shows what a test puts on it."""

    cases: list[Case] = field(default_factory=list[Case])
    away: list[Agent] = field(default_factory=list[Agent])

    def view(self) -> BoardView:
        presence = {
            agent.id: AgentPresence(
                agent_id=agent.id, name=agent.name, presence=Presence.AWAY, at=NOW
            )
            for agent in self.away
        }
        cases = {case.id: case for case in self.cases}
        return BoardView(at=NOW, cases=cases, presence=presence)


def another_case(number: int, agent: Agent | None = None, **fields: Any) -> Case:
    """Build a case of another conversation, with its own thread."""
    place = {
        "id": f"R-{number}",
        "conversation": a_conversation(f"c{number}"),
        "thread": replace(THREAD, thread_id=f"t{number}"),
        "customer": f"Customer {number}",
        "customer_id": f"customer{number}",
    }
    return a_case(agent, **(place | fields))


def seat(name: str, *teams: str, **fields: Any) -> Seat:
    return Seat(agent=Agent.of(an_agent(name), THREAD), teams=teams, **fields)


def an_office() -> Office:
    """Two teams: Ana, Ben and the lead Dora in support, Cleo in billing."""
    hours = Hours(zone=MADRID)
    return Office(
        teams=(
            Team(name="support", hours=hours, promises=PROMISES),
            Team(name="billing", hours=hours, promises=PROMISES),
        ),
        roster=(
            seat("Ana", "support"),
            seat("Ben", "support"),
            seat("Cleo", "billing"),
            seat("Dora", "support", is_lead=True),
        ),
    )


def verbs(*cases: Case, away: tuple[Agent, ...] = (), language: str = "en") -> AgentVerbs:
    """Build the verbs of a desk whose board shows these cases."""
    board = Board(cases=list(cases), away=list(away))
    return AgentVerbs(DeskStyle(language=language), an_office(), board)


def does(
    text: str,
    case: Case,
    *history: HistoryLine,
    name: str = "Ana",
    desk: AgentVerbs | None = None,
    place: ConversationRef = THREAD,
) -> Plan:
    """Let an agent do something on a case."""
    return at_once((desk or verbs()).work(a_turn(says(text, name, place), case, *history)))


def later(**span: float) -> Any:
    """Return a time after NOW."""
    return NOW.astimezone(UTC) + timedelta(**span)


def rings(alarm: Alarm, case: Case) -> Plan:
    """Let a bell of a verb ring in another case's conversation."""
    conversation = Conversation(ref=case.conversation, case=case)
    turn = AlarmTurn(id="a1", alarm=alarm, conversation=conversation, at=NOW, started_at=NOW)
    return verbs().duties[alarm.kind](turn)
