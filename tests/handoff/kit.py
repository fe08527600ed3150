"""Builds cases, agents' messages and desk turns for tests in one line each."""

from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.vocabulary.cases import Case, CaseReason, CaseStatus
from bot.vocabulary.conversations import Conversation, HistoryLine, Owner, OwnerKind, Speaker
from bot.vocabulary.messages import ConversationRef, IncomingMessage
from bot.vocabulary.people import Agent, Authority
from bot.vocabulary.turns import Delivery, DeskTurn, Lane, Plan
from handoff.saying.plans import opening_marker
from tests.builders import DESK, a_conversation, a_message, a_press, an_agent

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
THREAD = replace(DESK, thread_id="t1")
ANA = Agent.of(an_agent("Ana"), THREAD)
BEN = Agent.of(an_agent("Ben"), THREAD)


def a_case(agent: Agent | None = None, **fields: Any) -> Case:
    """Build a case: queued, or claimed by an agent."""
    values: dict[str, Any] = {
        "id": "R-1",
        "conversation": a_conversation(),
        "customer": "Carla",
        "language": "en",
        "status": CaseStatus.CLAIMED if agent else CaseStatus.QUEUED,
        "reason": CaseReason.REQUESTED,
        "opened_at": NOW - timedelta(hours=1),
        "changed_at": NOW,
        "agent": agent,
        "thread": THREAD,
    }
    return Case(**(values | fields))


def a_closed_case() -> Case:
    return a_case(ANA, status=CaseStatus.RESOLVED)


def by_agent(message: IncomingMessage) -> IncomingMessage:
    """Let the core say who acts, as the inbox does."""
    return replace(message, principal=Authority(desk=DESK).principal(message))


def says(
    text: str, name: str = "Ana", place: ConversationRef = THREAD, **fields: Any
) -> IncomingMessage:
    """Build a message of an agent, or a press when the text begins with ``case:``."""
    build = a_press if text.startswith("case:") else a_message
    return by_agent(build(text, **({"conversation": place, "author": an_agent(name)} | fields)))


def a_line(
    text: str = "on its way", *, message_id: str = "m-reply", agent: Agent = ANA, age: float = 60.0
) -> HistoryLine:
    """Build the line of a reply that was sent some seconds ago."""
    return HistoryLine(
        speaker=Speaker.AGENT,
        name=agent.name,
        text=text,
        at=NOW - timedelta(seconds=age),
        message_id=message_id,
        author_id=agent.id,
    )


def an_opening() -> HistoryLine:
    """Build the line with which ``a_case`` begins."""
    return opening_marker(a_case(), "en", why="asked")


def a_note(text: str = "she is upset", *, message_id: str = "m-note") -> HistoryLine:
    return replace(a_line(text, message_id=message_id), speaker=Speaker.NOTE)


def a_turn(message: IncomingMessage, case: Case, *history: HistoryLine) -> DeskTurn:
    """Build the turn of an agent's message on a case."""
    has_it = {CaseStatus.CLAIMED, CaseStatus.SNOOZED}
    kind = OwnerKind.AGENT if case.status in has_it else OwnerKind.QUEUE
    owner = Owner(kind=kind if case.is_open else OwnerKind.BOT, agent=case.agent)
    conversation = Conversation(ref=case.conversation, owner=owner, history=history, case=case)
    return DeskTurn(id="turn1", message=message, conversation=conversation, at=NOW, started_at=NOW)


def at_once(work: Coroutine[Any, Any, Plan]) -> Plan:
    """Do what waits for nothing, as all verbs do that ask no model."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    work.close()
    raise AssertionError("it waits for something")


def in_lane(plan: Plan, lane: Lane) -> list[Delivery]:
    return [delivery for delivery in plan.deliveries if delivery.lane is lane]


def told_to_thread(plan: Plan) -> list[str]:
    return [delivery.message.text for delivery in in_lane(plan, Lane.DESK)]


def changes_nothing(plan: Plan) -> bool:
    """Whether a plan leaves the conversation as it is and shows the customer nothing."""
    state = (plan.owner, plan.memo, plan.case)
    return state == (None, None, None) and not (
        plan.history or plan.amends or in_lane(plan, Lane.CUSTOMER)
    )
