"""Whose a case is, what is promised, and what a customer who waits can be told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.vocabulary.cases import CaseReason, Priority, Promise
from bot.vocabulary.handover import HandoverRequest
from bot.vocabulary.messages import Platform
from bot.vocabulary.mood import Concern, Feeling, Heard, Mood, MoodCurve, MoodPoint
from bot.vocabulary.people import Agent
from handoff.routing.hours import Hours
from handoff.routing.office import ANYONE, Office
from handoff.routing.teams import NO_TEAM, Team, Topic
from handoff.routing.weekly import parse_hours
from tests.handoff.kit import ANA, BEN, NOW, THREAD, a_case
from tests.handoff.routing.kit import CLEO, ROSTER, a_board, a_seat, cases_of, waiting_case, waits

MADRID = ZoneInfo("Europe/Madrid")
DAYS = Hours(week=parse_hours("mon-fri 09:00-18:00"), zone=MADRID)
SUPPORT = Team(name="support", hours=DAYS, overflow="billing")
BILLING = Team(
    name="billing",
    topics=("billing",),
    languages=("en", "es"),
    promises={
        Priority.URGENT: {Promise.FIRST_REPLY: 10},
        Priority.NORMAL: {Promise.FIRST_REPLY: 60, Promise.RESOLUTION: 960},
    },
)
GERMAN = Team(name="german", languages=("de",))
LAMPS = Team(name="lamps", products=("lamp*", "lámpara*"))
TOPICS = (Topic(name="billing", words=("refund",)),)
OFFICE = Office(teams=(SUPPORT, BILLING, GERMAN, LAMPS), topics=TOPICS, roster=ROSTER)
SUNDAY = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def a_request(question: str = "hello", **fields: Any) -> HandoverRequest:
    values: dict[str, Any] = {
        "reason": CaseReason.REQUESTED,
        "reasons": ("asked",),
        "language": "en",
        "question": question,
    }
    return HandoverRequest(**(values | fields))


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("where is my refund?", "en", "billing"),
        ("where is my refund?", "de", "billing"),
        ("my lamp is broken", "en", "lamps"),
        ("mi lámpara no va", "es", "lamps"),
        ("a refund for the lamp", "en", "billing"),
        ("hello", "en", "support"),
        ("hallo", "de", "german"),
    ],
)
def test_a_case_goes_to_the_team_that_looks_after_it(
    question: str, language: str, expected: str
) -> None:
    case = OFFICE.opened(a_case(), a_request(question, language=language))
    assert case.team == expected


def test_what_the_policy_has_found_counts_before_the_words() -> None:
    case = OFFICE.opened(a_case(), a_request("it is wrong", subject="billing"))
    assert (case.team, case.topic) == ("billing", "billing")


def test_a_case_knows_mood_tier_and_priority() -> None:
    point = MoodPoint(at=NOW, mood=Mood(anger=0.9), feeling=Feeling.ANGRY)
    request = a_request(
        mood=MoodCurve(points=(point,)),
        tier="gold",
        concern=Heard(concern=Concern.DANGER, words="gas"),
    )
    case = OFFICE.opened(a_case(), request)
    assert (case.feeling, case.tier) == (Feeling.ANGRY, "gold")
    assert case.priority is Priority.URGENT


def test_without_teams_everybody_is_one_team_that_is_always_there() -> None:
    case = ANYONE.placed(ANYONE.opened(a_case(), a_request()), a_board(), SUNDAY)
    assert (case.team, case.offered_to, case.offers, dict(case.due)) == (None, None, 0, {})
    assert case.queued_at == SUNDAY
    assert ANYONE.team_of(case) == NO_TEAM
    assert ANYONE.may_work("playground:demo:anyone")
    assert ANYONE.expected(case, a_board(), SUNDAY).is_answered_soon


def test_a_new_case_is_offered_and_promised() -> None:
    case = a_case(team="billing", priority=Priority.NORMAL)
    placed = OFFICE.placed(case, a_board(*cases_of(ANA, 1), *cases_of(BEN, 1)), NOW)
    assert (placed.offered_to, placed.offered_at, placed.offers) == (CLEO, NOW, 1)
    assert placed.due == {
        Promise.FIRST_REPLY: NOW + timedelta(hours=1),
        Promise.RESOLUTION: NOW + timedelta(hours=16),
    }
    urgent = OFFICE.placed(replace(case, priority=Priority.URGENT), a_board(), NOW)
    assert urgent.due == {Promise.FIRST_REPLY: NOW + timedelta(minutes=10)}


def test_what_the_last_team_has_kept_or_broken_says_nothing_of_the_new_promise() -> None:
    case = a_case(team="billing", replied_at=NOW, breached=(Promise.FIRST_REPLY,))
    placed = OFFICE.placed(case, a_board(), NOW + timedelta(hours=2))
    assert (placed.replied_at, placed.breached) == (None, ())


def test_promises_count_in_the_hours_of_the_team() -> None:
    team = replace(SUPPORT, promises={Priority.NORMAL: {Promise.FIRST_REPLY: 30}})
    office = Office(teams=(team,))
    due = office.promise(a_case(team="support"), SUNDAY)
    assert due[Promise.FIRST_REPLY] == datetime(2026, 11, 30, 9, 30, tzinfo=MADRID)


def test_nobody_is_offered_a_case_while_the_team_is_closed() -> None:
    case = OFFICE.placed(a_case(team="support"), a_board(), SUNDAY)
    assert case.offered_to is None
    expected = OFFICE.expected(case, a_board(), SUNDAY)
    assert expected.opens_at == datetime(2026, 11, 30, 9, 0, tzinfo=MADRID)
    assert not expected.is_answered_soon


def test_who_waits_hears_their_place_and_what_was_usual() -> None:
    mine = waiting_case("R-9", 5, team="billing")
    board = a_board(
        waiting_case("R-1", 20, team="billing"),
        waiting_case("R-2", 1, team="billing"),
        waiting_case("R-3", 50, team="lamps"),
        *cases_of(ANA, 1),
        mine,
        waits=waits(3, 4, 5, team="billing"),
    )
    expected = OFFICE.expected(mine, board, NOW)
    assert (expected.position, expected.minutes) == (2, 4)
    assert expected.is_answered_soon


def test_who_is_away_can_not_answer() -> None:
    case = waiting_case("R-9", team="billing")
    everybody = a_board(away=[ANA, BEN, CLEO])
    assert OFFICE.expected(case, everybody, NOW).nobody_there
    assert not OFFICE.expected(case, a_board(away=[ANA, BEN]), NOW).nobody_there
    assert ANYONE.expected(case, everybody, NOW).nobody_there
    assert not ANYONE.expected(case, a_board(away=[ANA], there=[BEN]), NOW).nobody_there


def test_who_of_the_roster_may_work_where() -> None:
    office = Office(
        teams=OFFICE.teams, roster=(a_seat(ANA, teams=("billing",)), a_seat(BEN, is_lead=True))
    )
    assert office.may_work(ANA.id, "billing")
    assert not office.may_work(ANA.id, "support")
    assert office.may_work(ANA.id)
    assert office.may_work(BEN.id, "support")
    assert not office.may_work(CLEO.id, "billing")


def test_who_is_not_where_a_team_works_is_not_offered_its_cases() -> None:
    forum = replace(THREAD, platform=Platform.DISCORD, tenant_id="g1", thread_id=None)
    office = Office(teams=(Team(name="forum", channel=forum),), roster=ROSTER)
    case = office.placed(a_case(team="forum"), a_board(), NOW)
    assert (case.offered_to, office.may_offer(case)) == (None, False)
    assert office.expected(case, a_board(), NOW).nobody_there
    assert not office.may_be_given(ANA.id, case)
    there = Agent(id="discord:g1:3003", name="Cai")
    both = replace(office, roster=(*ROSTER, a_seat(there)))
    assert both.placed(case, a_board(), NOW).offered_to == there
    assert both.may_be_given(there.id, case)


def test_the_lead_is_the_team_s_own_else_one_of_the_roster() -> None:
    roster = (a_seat(ANA, teams=("billing",), is_lead=True), a_seat(BEN, is_lead=True))
    office = Office(teams=OFFICE.teams, roster=roster)
    assert office.lead_of(BILLING) == ANA
    assert office.lead_of(SUPPORT) == BEN
    assert office.lead_of(replace(SUPPORT, lead=CLEO)) == CLEO
    assert ANYONE.lead_of(NO_TEAM) is None


def test_agents_are_known_by_the_roster_and_the_board() -> None:
    board = a_board(*cases_of(BEN, 1), there=[CLEO])
    assert ANYONE.find_agents("ben", board) == (BEN,)
    assert ANYONE.find_agents("Cleo", board) == (CLEO,)
    assert ANYONE.find_agents("Cleo") == ()
    assert OFFICE.find_agents("@cleo") == (CLEO,)


def test_who_has_passed_is_not_offered_it_again() -> None:
    case = a_case(team="billing", passed_by=(ANA.id, BEN.id))
    assert OFFICE.offered(case, a_board(), NOW).offered_to == CLEO
    assert OFFICE.next_agent(case, a_board(), NOW, [CLEO.id]) is None
    assert OFFICE.may_offer(case)
    assert not OFFICE.may_offer(replace(case, passed_by=(ANA.id, BEN.id, CLEO.id)))
    assert not ANYONE.may_offer(case)
