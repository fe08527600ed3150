"""Verbs of the desk over the real engine: two customers, their threads, a board, and the clock."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.engine.board import SharedBoard
from bot.texts import say
from bot.vocabulary.cases import Case, CaseEvent, CaseStatus
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.people import Agent
from handoff.desk.chat import ChatDesk
from handoff.routing.office import Office
from handoff.routing.teams import Seat, Team
from tests.builders import DESK, a_conversation, a_message, an_agent
from tests.fakes import RecordingAdapter, ScriptedKnowledge
from tests.flows.kit import Flow


def seat(name: str, *teams: str, **fields: Any) -> Seat:
    return Seat(agent=Agent.of(an_agent(name), DESK), teams=teams, **fields)


OFFICE = Office(
    teams=(Team(name="support"), Team(name="billing")),
    roster=(seat("Ana", "support"), seat("Ben", "support"), seat("Cleo", "billing")),
)


@dataclass
class Town:
    """Two customers whose cases one desk works on."""

    redis: Redis
    adapter: RecordingAdapter = field(default_factory=RecordingAdapter)

    def __post_init__(self) -> None:
        self.board = SharedBoard(self.redis, deadline=1)
        self.carla, self.dora = (self._customer(name) for name in ("carla", "dora"))

    def _customer(self, name: str) -> Flow:
        desk = ChatDesk(language="en", undo_seconds=0, office=OFFICE, board=self.board)
        return Flow(
            redis=self.redis,
            knowledge=ScriptedKnowledge(answers={}),
            adapter=self.adapter,
            customer=a_conversation(name),
            chat_desk=desk,
        )

    async def case(self, flow: Flow) -> Case:
        case = (await flow.conversation()).case
        assert case is not None
        return case

    async def thread(self, flow: Flow) -> ConversationRef:
        thread = (await self.case(flow)).thread
        assert thread is not None
        return thread

    async def agent(self, flow: Flow, text: str, *, name: str = "Ana") -> list[str]:
        """Write in the thread of a customer's case; returns what is shown there next."""
        await self.board.refresh()
        thread = await self.thread(flow)
        before = len(self.adapter.texts(thread))
        message = a_message(text, conversation=thread, author=an_agent(name))
        await flow.engine.inbox.accept(message)
        await flow.engine.worker.serve(str(thread))
        return self.adapter.texts(thread)[before:]

    async def rings(self, flow: Flow) -> None:
        """Let the alarms ring that are due in a conversation."""
        async with asyncio.timeout(5):
            while any(
                alarm.at <= datetime.now(UTC) for alarm in (await flow.conversation()).alarms
            ):
                await flow.engine.worker.ring(str(flow.customer))

    def heard(self, flow: Flow) -> list[str]:
        return self.adapter.texts(flow.customer)

    def pings(self, thread: ConversationRef) -> list[str]:
        shown = (item for item in self.adapter.shown if item.conversation == thread)
        return [one for item in shown for one in item.message.notifies]


@pytest.fixture
async def town(redis_client: Redis) -> Town:
    """Build a town in which both customers have asked for a person."""
    town = Town(redis=redis_client)
    for flow in (town.carla, town.dora):
        await flow.write("I want to talk to a person")
        await town.board.refresh()
    return town


async def test_an_assigned_case_is_the_colleague_s_alone(town: Town) -> None:
    await town.agent(town.carla, "/claim")
    told = await town.agent(town.carla, "/assign @Ben she knows you")
    assert told == [
        say("verbs.assigned_because", "en", agent="Ana", to="Ben", reason="she knows you")
    ]
    conversation = await town.carla.conversation()
    assert conversation.owner.agent is not None
    assert conversation.owner.agent.name == "Ben"
    assert "ben" in town.pings(await town.thread(town.carla))
    assert town.heard(town.carla)[-1] == say("handoff.claimed_customer", "en", agent="Ben")
    assert "already has this case" in (await town.agent(town.carla, "/reply mine"))[0]
    await town.agent(town.carla, "/reply hello from Ben", name="Ben")
    assert town.heard(town.carla)[-1] == "hello from Ben"
    assert (await town.case(town.carla)).replied_at is not None


async def test_a_transferred_case_waits_in_the_other_team(town: Town) -> None:
    await town.agent(town.carla, "/claim")
    await town.agent(town.carla, "/transfer billing wants her money back")
    case = await town.case(town.carla)
    assert (case.status, case.team) == (CaseStatus.QUEUED, "billing")
    assert (await town.carla.conversation()).owner.kind is OwnerKind.QUEUE
    assert "billing" in town.heard(town.carla)[-1]
    assert "money back" not in " ".join(town.heard(town.carla))
    assert "not in it" in (await town.agent(town.carla, "/claim"))[0]
    await town.agent(town.carla, "/claim", name="Cleo")
    assert (await town.case(town.carla)).agent is not None


async def test_a_snoozed_case_wakes_when_its_customer_writes(town: Town) -> None:
    await town.agent(town.carla, "/claim")
    told = await town.agent(town.carla, "/snooze 2h")
    assert "lets this case sleep until" in told[0]
    case = await town.case(town.carla)
    assert case.status is CaseStatus.SNOOZED
    assert case.snoozed_until is not None
    assert case.snoozed_until > datetime.now(UTC) + timedelta(hours=1)
    await town.carla.write("any news?")
    case = await town.case(town.carla)
    assert (case.status, case.snoozed_until) == (CaseStatus.CLAIMED, None)
    thread = await town.thread(town.carla)
    assert "ana" in town.pings(thread)
    assert "any news?" in town.adapter.texts(thread)


async def test_a_snoozed_case_wakes_by_itself(town: Town) -> None:
    await town.agent(town.carla, "/claim")
    await town.agent(town.carla, "/snooze 1m")
    alarms = (await town.carla.conversation()).alarms
    assert [alarm.kind for alarm in alarms if alarm.kind == "snooze"] == ["snooze"]
    await town.agent(town.carla, "claim")
    assert (await town.case(town.carla)).status is CaseStatus.CLAIMED
    alarms = (await town.carla.conversation()).alarms
    assert not [alarm for alarm in alarms if alarm.kind == "snooze"]


async def test_a_merged_case_goes_on_in_the_other_thread(town: Town) -> None:
    await town.agent(town.dora, "/claim", name="Ben")
    await town.agent(town.carla, "/claim")
    mine, other = await town.case(town.carla), await town.case(town.dora)
    there = await town.thread(town.dora)
    before = len(town.adapter.texts(there))
    await town.agent(town.carla, f"/merge {other.id}")
    ended = await town.case(town.carla)
    assert (ended.status, ended.closed_by) == (CaseStatus.RESOLVED, CaseEvent.MERGE)
    assert ended.links == (other.id,)
    assert (await town.carla.conversation()).owner.kind is OwnerKind.BOT
    [note] = town.adapter.texts(there)[before:]
    assert "I want to talk to a person" in note
    assert "in your other conversation" in town.heard(town.carla)[-1]
    await town.rings(town.dora)
    kept = await town.case(town.dora)
    assert (kept.status, kept.links) == (CaseStatus.CLAIMED, (mine.id,))
    await town.agent(town.dora, "/reply It is on its way.", name="Ben")
    assert town.heard(town.dora)[-1] == "It is on its way."
    assert "It is on its way." not in town.heard(town.carla)


async def test_the_next_case_comes_to_whoever_asks(town: Town) -> None:
    await town.agent(town.carla, "/claim")
    await town.agent(town.carla, "/away", name="Ben")
    await town.rings(town.dora)
    waiting = await town.case(town.dora)
    told = await town.agent(town.carla, "next")
    assert waiting.id.replace("-", "\\-") in told[0]
    await town.rings(town.dora)
    taken = await town.case(town.dora)
    assert taken.agent is not None
    assert (taken.status, taken.agent.name) == (CaseStatus.CLAIMED, "Ana")
    assert "ana" in town.pings(await town.thread(town.dora))
    assert town.heard(town.dora)[-1] == say("handoff.claimed_customer", "en", agent="Ana")


async def test_who_goes_away_leaves_their_cases_to_others(town: Town) -> None:
    await town.agent(town.carla, "/claim")
    await town.agent(town.dora, "/claim")
    told = await town.agent(town.carla, "/away")
    assert told == [say("verbs.is_away", "en", agent="Ana", count=2)]
    for flow in (town.carla, town.dora):
        await town.rings(flow)
        case = await town.case(flow)
        assert (case.status, case.agent) == (CaseStatus.QUEUED, None)
        assert case.offered_to is not None
        assert case.offered_to.name == "Ben"
    await town.board.refresh()
    assert "⚪ Ana" in (await town.agent(town.carla, "who is there"))[0]
