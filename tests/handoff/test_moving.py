"""A case moves to a team that works elsewhere: a thread opens there, and the old one is only told."""

from dataclasses import replace
from typing import Any

import pytest

from bot.texts import say
from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.cases import Case
from bot.vocabulary.conversations import Conversation, HistoryLine, Owner, OwnerKind, Speaker
from bot.vocabulary.messages import ConversationRef, IncomingMessage, Platform
from bot.vocabulary.people import Agent
from bot.vocabulary.turns import AlarmTurn, Delivery, DeskTurn, Lane, Plan
from handoff.desk.chat import ChatDesk
from handoff.routing.office import Office
from handoff.routing.teams import Seat, Team
from tests.handoff.kit import ANA, BEN, NOW, THREAD, a_case, in_lane, says

DESK = replace(THREAD, thread_id=None)
FORUM = ConversationRef(platform=Platform.DISCORD, tenant_id="g1", channel_id="forum")
CAI = Agent(id="discord:g1:3003", name="Cai")
OFFICE = Office(
    teams=(Team(name="help"), Team(name="billing", channel=FORUM)),
    roster=(
        Seat(agent=ANA, teams=("help",)),
        Seat(agent=CAI, teams=("billing",)),
    ),
    desk=DESK,
)
SAID = HistoryLine(speaker=Speaker.CUSTOMER, name="Carla", text="Where is my invoice?", at=NOW)


async def transferred(
    words: str | IncomingMessage, office: Office = OFFICE, case: Case | None = None
) -> Plan:
    desk = ChatDesk(language="en", office=office)
    case = case or a_case(ANA, team="help")
    conversation = Conversation(
        ref=case.conversation,
        owner=Owner(kind=OwnerKind.AGENT, agent=ANA),
        history=(SAID,),
        case=case,
    )
    message = says(words) if isinstance(words, str) else words
    turn = DeskTurn(id="turn1", message=message, conversation=conversation, at=NOW, started_at=NOW)
    return await desk.agent_turn(turn)


def openings(plan: Plan) -> list[Delivery]:
    return [one for one in in_lane(plan, Lane.DESK) if one.opens_thread is not None]


async def test_a_thread_opens_where_the_new_team_works() -> None:
    plan = await transferred("/transfer billing it is about an invoice")
    [opening] = openings(plan)
    assert opening.channel == FORUM
    assert opening.opens_thread is not None
    assert "Carla" in opening.opens_thread
    assert plan.case is not None
    assert plan.case.thread is None
    assert plan.case.team == "billing"


async def test_what_was_said_comes_along_and_the_new_team_is_asked() -> None:
    plan = await transferred("/transfer billing it is about an invoice")
    desk = in_lane(plan, Lane.DESK)
    behind = desk[desk.index(openings(plan)[0]) + 1 :]
    assert all(one.place is None for one in behind)
    assert any(SAID.text in one.message.text for one in behind)
    assert [one.message.notifies for one in behind if one.message.notifies] == [("3003",)]


async def test_the_old_thread_is_told_why_and_has_no_buttons_left() -> None:
    plan = await transferred("/transfer billing it is about an invoice")
    left = [one for one in in_lane(plan, Lane.DESK) if one.place == THREAD]
    assert any("invoice" in one.message.text for one in left)
    for one in left:
        assert one.message.buttons == ()
        assert one.message.notifies == ()


@pytest.mark.parametrize("channel", [None, DESK])
async def test_a_case_stays_in_its_thread_where_the_team_works_in_the_same_channel(
    channel: ConversationRef | None,
) -> None:
    teams = (Team(name="help"), Team(name="billing", channel=channel))
    plan = await transferred("/transfer billing invoice", replace(OFFICE, teams=teams))
    assert openings(plan) == []
    assert plan.case is not None
    assert plan.case.thread == THREAD


async def test_a_colleague_of_the_same_team_moves_nothing() -> None:
    plan = await transferred("/release")
    assert openings(plan) == []


async def test_an_answer_stands_where_the_agent_has_asked() -> None:
    gone_on = a_case(team="billing", thread=replace(FORUM, thread_id="post"))
    for words in ("/claim", "/help", "/reply hello"):
        [told] = in_lane(await transferred(words, case=gone_on), Lane.DESK)
        assert told.place == THREAD
    [told] = in_lane(await transferred("/claim", case=gone_on), Lane.DESK)
    assert told.message.text == say("verbs.goes_on_elsewhere", "en", case=r"R\-1")
    [here] = in_lane(await transferred("/help"), Lane.DESK)
    assert here.place is None


async def test_who_is_elsewhere_is_not_given_a_case() -> None:
    desk = replace(OFFICE, roster=(*OFFICE.roster, Seat(agent=BEN, is_lead=True)))
    case = a_case(CAI, team="billing", thread=replace(FORUM, thread_id="post"))
    by_cai = replace(says("/assign Ben"), conversation=case.thread)
    plan = await transferred(by_cai, desk, case)
    assert plan.case is None


async def test_a_case_whose_team_has_a_new_channel_stays_where_it_is() -> None:
    case = a_case(CAI, team="billing", thread=THREAD)
    plan = await transferred("/followup 2h", case=case)
    assert openings(plan) == []
    assert plan.case is not None
    assert plan.case.thread == THREAD


async def unclaimed(case: Case, **fields: Any) -> Plan:
    teams = (Team(name="help", overflow="billing"), OFFICE.teams[1])
    desk = ChatDesk(language="en", office=replace(OFFICE, teams=teams, **fields))
    alarm = Alarm(kind=AlarmKind.UNCLAIMED, at=NOW, about="first")
    conversation = Conversation(
        ref=case.conversation, owner=Owner(kind=OwnerKind.QUEUE), history=(SAID,), case=case
    )
    return await desk.alarm_turn(
        AlarmTurn(id="a1", alarm=alarm, conversation=conversation, at=NOW, started_at=NOW)
    )


async def test_a_case_whose_thread_is_still_to_open_gets_one_where_the_helping_team_works() -> None:
    plan = await unclaimed(a_case(team="help", thread=None))
    [opening] = openings(plan)
    assert opening.channel == FORUM
    before = plan.deliveries[: plan.deliveries.index(opening)]
    assert all(one.message.notifies == () for one in before if one.lane is Lane.DESK)


async def test_a_case_that_waits_for_its_thread_opens_none_when_it_goes_to_another_team() -> None:
    plan = await unclaimed(a_case(team="help", thread=None, deferred=True))
    assert openings(plan) == []
    assert in_lane(plan, Lane.DESK) == []


async def test_the_lead_of_a_helping_team_is_called_where_it_works_when_nobody_is_asked() -> None:
    lead = Seat(agent=CAI, teams=("billing",), capacity=0, is_lead=True)
    plan = await unclaimed(a_case(team="help"), roster=(OFFICE.roster[0], lead))
    pinged = [one for one in in_lane(plan, Lane.DESK) if one.message.notifies]
    assert [(one.message.notifies, one.channel) for one in pinged] == [(("3003",), FORUM)]
