"""The desk keeps time over the real engine: alarms ring by the server's clock, once, after restarts too.

No test waits for a time: an alarm that is set is brought forward, as ``Bell`` says.
"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.texts import say
from bot.vocabulary.alarms import Alarm, AlarmKind, Bell
from bot.vocabulary.cases import Case, CaseStatus, Priority, Promise
from bot.vocabulary.conversations import OwnerKind, Speaker
from bot.vocabulary.people import Agent
from handoff.desk.chat import ChatDesk
from handoff.routing.hours import Hours
from handoff.routing.office import Office, Pace
from handoff.routing.teams import Seat, Team
from handoff.routing.weekly import Holiday
from tests.builders import DESK, a_message, an_agent
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow

ANA, BEN = (Agent.of(an_agent(name), DESK) for name in ("Ana", "Ben"))
PROMISES = {Priority.NORMAL: {Promise.FIRST_REPLY: 30.0, Promise.RESOLUTION: 240.0}}
ROSTER = (Seat(agent=ANA, is_lead=True), Seat(agent=BEN))
NEVER = Hours(holidays=tuple(Holiday(month=m, day=d) for m in range(1, 13) for d in range(1, 32)))


def a_flow(redis: Redis, office: Office) -> Flow:
    knowledge = ScriptedKnowledge(answers={"pan": [("p1", "Heat it to 200 °C.", 0.9)]})
    desk = ChatDesk(language="en", undo_seconds=0, office=office)
    return Flow(redis=redis, knowledge=knowledge, chat_desk=desk)


async def due(flow: Flow, kind: AlarmKind, about: str = "") -> list[str]:
    """Bring an alarm that is set forward and let it ring; returns what the customer reads next."""
    conversation = await flow.conversation()
    assert (kind, about) in {(one.kind, one.about) for one in conversation.alarms}
    now = Alarm(kind=kind, at=datetime.now(UTC) - timedelta(seconds=5), about=about)
    await flow.engine.alarms.set(Bell(conversation=flow.customer, alarm=now))
    return await flow.ring()


async def case_of(flow: Flow) -> Case:
    case = (await flow.conversation()).case
    assert case is not None
    return case


async def kinds(flow: Flow) -> set[AlarmKind]:
    return {alarm.kind for alarm in (await flow.conversation()).alarms}


def pings(flow: Flow) -> list[str]:
    return [one for message in flow.seen_by_agents() for one in message.notifies]


async def test_nobody_takes_it_and_the_bot_goes_on(redis_client: Redis) -> None:
    flow = a_flow(redis_client, Office(pace=Pace(on_nobody="bot")))
    await flow.write("agent please")
    [looking] = await due(flow, AlarmKind.UNCLAIMED, "first")
    assert looking.startswith(say("timing.still_looking", "en"))
    assert await due(flow, AlarmKind.UNCLAIMED, "again") == [say("timing.expired_customer", "en")]
    assert (await case_of(flow)).status is CaseStatus.EXPIRED
    assert (await flow.conversation()).owner.kind is OwnerKind.BOT
    assert flow.adapter.marks[-1] == (flow.thread, CaseStatus.EXPIRED)
    [answer] = await flow.write("how hot must the pan be?")
    assert "200" in answer
    assert await flow.agent("/claim") == [say("handoff.closed_desk", "en")]
    await flow.agent("/reopen")
    assert (await case_of(flow)).agent == ANA


async def test_nobody_takes_it_and_it_waits_on(redis_client: Redis) -> None:
    flow = a_flow(redis_client, Office())
    await flow.write("agent please")
    await due(flow, AlarmKind.UNCLAIMED, "first")
    assert await due(flow, AlarmKind.UNCLAIMED, "again") == [say("timing.message_taken", "en")]
    assert await kinds(flow) == set()
    assert await flow.ring() == []
    await flow.agent("/claim")
    assert (await case_of(flow)).unclaimed == 0


async def test_an_offer_goes_from_one_to_the_next(redis_client: Redis) -> None:
    flow = a_flow(redis_client, Office(roster=ROSTER))
    await flow.write("agent please")
    first = (await case_of(flow)).offered_to
    assert first in {ANA, BEN}
    assert pings(flow) == [first.name.lower()]
    assert await due(flow, AlarmKind.OFFER) == []
    second = (await case_of(flow)).offered_to
    assert {first, second} == {ANA, BEN}
    await due(flow, AlarmKind.OFFER)
    assert (await case_of(flow)).offered_to is None
    assert flow.desk()[-1] == say("timing.open_to_all_desk", "en", prefix="/")
    assert sorted(pings(flow)) == ["ana", "ben"]


async def test_who_does_not_answer_is_reminded_then_another_is_asked(redis_client: Redis) -> None:
    flow = a_flow(redis_client, Office(roster=ROSTER))
    await flow.write("agent please")
    await flow.agent("/claim")
    await flow.agent("/reply one moment")
    assert AlarmKind.IDLE not in await kinds(flow)
    await flow.write("hello?")
    assert await due(flow, AlarmKind.IDLE, "first") == []
    assert "the customer has waited" in flow.desk()[-1]
    told = await due(flow, AlarmKind.IDLE, "again")
    assert told == [say("timing.idle_customer", "en", agent="Ana")]
    case = await case_of(flow)
    assert (case.status, case.offered_to) == (CaseStatus.QUEUED, BEN)
    await flow.agent("/claim", name="Ben")
    assert await flow.agent("/reply I am back") == [
        say("handoff.already_claimed_desk", "en", agent="Ben", prefix="/")
    ]
    assert "I am back" not in flow.adapter.texts(flow.customer)


async def test_a_reply_in_time_ends_the_wait(redis_client: Redis) -> None:
    flow = a_flow(redis_client, Office(roster=ROSTER))
    await flow.write("agent please")
    await flow.agent("/claim")
    assert AlarmKind.IDLE in await kinds(flow)
    await flow.agent("/reply it is on its way")
    assert AlarmKind.IDLE not in await kinds(flow)
    assert (await case_of(flow)).replied_at is not None


async def test_a_broken_promise_is_noted_and_told_to_the_lead(redis_client: Redis) -> None:
    team = Team(name="support", promises=PROMISES)
    flow = a_flow(redis_client, Office(teams=(team,), roster=ROSTER))
    await flow.write("agent please")
    await due(flow, AlarmKind.PROMISE, "first_reply:near")
    assert flow.desk()[-1].startswith("⏰ First reply")
    assert await due(flow, AlarmKind.PROMISE, "first_reply:over") == []
    assert (await case_of(flow)).breached == (Promise.FIRST_REPLY,)
    assert flow.seen_by_agents()[-1].notifies == ("ana",)
    await flow.agent("/reply sorry for the wait")
    await due(flow, AlarmKind.PROMISE, "resolution:near")
    await flow.agent("/resolve")
    assert AlarmKind.PROMISE not in await kinds(flow)
    assert (await case_of(flow)).breached == (Promise.FIRST_REPLY,)


async def test_a_case_sleeps_until_its_time_or_its_customer(redis_client: Redis) -> None:
    flow = a_flow(redis_client, Office(roster=ROSTER))
    await flow.write("agent please")
    await flow.agent("/claim")
    await flow.agent("/snooze 2h")
    assert (await case_of(flow)).status is CaseStatus.SNOOZED
    assert await due(flow, AlarmKind.SNOOZE) == []
    assert (await case_of(flow)).status is CaseStatus.CLAIMED
    assert flow.seen_by_agents()[-1].notifies == ("ana",)
    await flow.agent("/snooze 2h")
    assert await flow.write("are you there?") == []
    assert (await case_of(flow)).status is CaseStatus.CLAIMED
    assert "are you there?" in flow.desk()
    assert flow.desk()[-1] == say("timing.woken_by_customer_desk", "en", agent="Ana")
    assert AlarmKind.SNOOZE not in await kinds(flow)


async def test_a_follow_up_is_due_after_the_end(redis_client: Redis) -> None:
    flow = a_flow(redis_client, Office(roster=ROSTER))
    await flow.write("agent please")
    await flow.agent("/claim")
    await flow.agent("/followup 3d")
    await flow.agent("/resolve")
    assert await due(flow, AlarmKind.FOLLOW_UP) == []
    assert flow.desk()[-1].startswith("⏰ Time to follow up on Carla")
    assert (await case_of(flow)).status is CaseStatus.RESOLVED
    assert AlarmKind.FOLLOW_UP not in await kinds(flow)


async def test_the_case_of_who_goes_away_is_offered_to_others(redis_client: Redis) -> None:
    flow = a_flow(redis_client, Office(roster=ROSTER))
    await flow.write("agent please")
    await flow.agent("/claim")
    await flow.agent("/away")
    told = await due(flow, AlarmKind.AGENT_LEFT, ANA.id)
    assert told == [say("timing.left_customer", "en", agent="Ana")]
    assert (await case_of(flow)).offered_to == BEN


async def test_while_nobody_is_there_the_desk_keeps_the_message(redis_client: Redis) -> None:
    team = Team(name="support", hours=NEVER)
    flow = a_flow(redis_client, Office(teams=(team,), pace=Pace(on_nobody="bot")))
    [told] = await flow.write("agent please")
    left = say("timing.left_with_team", "en")
    assert told == f"{left} {say('timing.goes_on', 'en')}"
    assert (await flow.conversation()).owner.kind is OwnerKind.BOT
    assert "agent please" in flow.desk()
    assert flow.adapter.marks[-1] == (flow.thread, CaseStatus.EXPIRED)
    [answer] = await flow.write("how hot must the pan be?")
    assert "200" in answer
    await flow.agent("/reopen")
    assert (await case_of(flow)).agent == ANA
    await flow.agent("/reply I am here now")
    assert flow.last().text == "I am here now"


async def test_alarms_survive_a_restart_and_ring_once(redis_client: Redis) -> None:
    flow = a_flow(redis_client, Office())
    await flow.write("agent please")
    flow.use(flow.knowledge)  # another process
    [looking] = await due(flow, AlarmKind.UNCLAIMED, "first")
    assert looking.startswith(say("timing.still_looking", "en"))
    flow.use(flow.knowledge)
    assert await flow.ring() == []
    assert (await case_of(flow)).unclaimed == 1


async def test_two_agents_never_have_one_case(redis_client: Redis) -> None:
    """Claims, the end of an offer and the end of patience at the same moment: one of them counts."""
    office = Office(roster=ROSTER, pace=Pace(on_nobody="bot"))
    for number in range(15):
        customer = replace(a_message().conversation, channel_id=f"race-{number}")
        flow = replace(a_flow(redis_client, office), customer=customer)
        await flow.write("agent please")
        await due(flow, AlarmKind.UNCLAIMED, "first")
        past = datetime.now(UTC) - timedelta(seconds=5)
        for kind, about in ((AlarmKind.UNCLAIMED, "again"), (AlarmKind.OFFER, "")):
            alarm = Alarm(kind=kind, at=past, about=about)
            await flow.engine.alarms.set(Bell(conversation=customer, alarm=alarm))
        await asyncio.gather(
            flow.agent("/claim"), flow.ring(), flow.agent("/claim", name="Ben"), flow.ring()
        )
        conversation = await flow.conversation()
        case = await case_of(flow)
        taken = [line for line in conversation.history if "took over" in line.text]
        if case.status is CaseStatus.EXPIRED:
            assert conversation.owner.kind is OwnerKind.BOT
            assert taken == []
        else:
            assert case.status is CaseStatus.CLAIMED
            assert conversation.owner.agent == case.agent
            assert [line.speaker for line in taken] == [Speaker.MARKER]


@pytest.mark.parametrize("values", [{"language": "en"}, {"language": "es"}])
async def test_the_thread_reads_in_its_own_language(
    redis_client: Redis, values: dict[str, Any]
) -> None:
    flow = a_flow(redis_client, Office())
    flow.chat_desk = ChatDesk(undo_seconds=0, **values)
    flow.use(flow.knowledge)
    await flow.write("agent please")
    await due(flow, AlarmKind.UNCLAIMED, "first")
    assert flow.desk()[-1] == say("timing.unclaimed_desk", values["language"], prefix="/")
