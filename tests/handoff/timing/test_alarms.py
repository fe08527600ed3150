"""The alarms of a case follow from the case, and one that has rung is not set again."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.alarms import Alarm, AlarmKind
from bot.vocabulary.cases import Case, CaseStatus, Promise
from handoff.routing.hours import Hours
from handoff.routing.office import ANYONE, Office, Pace
from handoff.routing.teams import Team
from handoff.routing.weekly import parse_hours
from handoff.timing.alarms import CASE_KINDS, alarms_of, set_for
from tests.handoff.kit import ANA, BEN, NOW, a_case, a_closed_case
from tests.handoff.routing.kit import CLEO, ROSTER
from tests.handoff.timing.kit import ALONE, OFFICE, PACE, an_alarm, minutes

MADRID = ZoneInfo("Europe/Madrid")
DUE = {Promise.FIRST_REPLY: minutes(60), Promise.RESOLUTION: minutes(480)}


def kinds(case: Case, office: Office = ALONE) -> dict[tuple[AlarmKind, str], datetime]:
    return {(alarm.kind, alarm.about): alarm.at for alarm in alarms_of(case, office)}


def test_a_case_that_waits_is_looked_after() -> None:
    waits = a_case(queued_at=NOW)
    assert kinds(waits) == {(AlarmKind.UNCLAIMED, "first"): minutes(10)}
    again = replace(waits, unclaimed=1)
    assert kinds(again) == {(AlarmKind.UNCLAIMED, "again"): minutes(20)}
    assert kinds(replace(waits, unclaimed=2)) == {}
    assert kinds(replace(waits, queued_at=None)) == {
        (AlarmKind.UNCLAIMED, "first"): minutes(10, waits.opened_at)
    }


def test_an_offer_ends() -> None:
    offered = a_case(offered_to=ANA, offered_at=NOW, queued_at=NOW, unclaimed=2)
    assert kinds(offered, OFFICE) == {(AlarmKind.OFFER, ""): minutes(5)}


def test_without_an_offer_somebody_is_looked_for_again_while_there_is_anybody() -> None:
    nobody = a_case(offered_at=NOW, queued_at=NOW)
    assert kinds(nobody, OFFICE)[AlarmKind.OFFER, ""] == minutes(5)
    assert (AlarmKind.OFFER, "") not in kinds(nobody, ALONE)
    assert kinds(replace(nobody, unclaimed=2), OFFICE) == {}
    all_passed = replace(nobody, passed_by=(ANA.id, BEN.id, CLEO.id))
    assert (AlarmKind.OFFER, "") not in kinds(all_passed, OFFICE)


def test_it_is_offered_when_the_team_opens() -> None:
    hours = Hours(week=parse_hours("mon-fri 09:00-18:00"), zone=MADRID)
    office = Office(teams=(Team(name="day", hours=hours),), roster=ROSTER, pace=PACE)
    sunday, monday = (datetime(2026, 11, day, 9, 0, tzinfo=MADRID) for day in (29, 30))
    case = a_case(team="day", queued_at=sunday, offered_at=sunday)
    assert kinds(case, office) == {
        (AlarmKind.OFFER, ""): monday.astimezone(UTC),
        (AlarmKind.UNCLAIMED, "first"): minutes(10, monday).astimezone(UTC),
    }


def test_a_customer_who_waits_for_their_agent_is_not_forgotten() -> None:
    case = a_case(ANA, awaited_since=NOW)
    assert kinds(case) == {
        (AlarmKind.IDLE, "first"): minutes(15),
        (AlarmKind.IDLE, "again"): minutes(30),
    }
    assert kinds(a_case(ANA)) == {}


def test_a_promise_is_reminded_of_and_watched_until_it_is_kept() -> None:
    case = a_case(ANA, team="billing", due=DUE, promised_at=NOW)
    near_and_over = {
        (AlarmKind.PROMISE, "first_reply:near"): minutes(45),
        (AlarmKind.PROMISE, "first_reply:over"): minutes(60),
        (AlarmKind.PROMISE, "resolution:near"): minutes(360),
        (AlarmKind.PROMISE, "resolution:over"): minutes(480),
    }
    assert kinds(case, OFFICE) == near_and_over
    replied = kinds(replace(case, replied_at=NOW), OFFICE)
    assert set(replied) == {key for key in near_and_over if key[1].startswith("resolution")}
    broken = kinds(replace(case, breached=(Promise.FIRST_REPLY,)), OFFICE)
    assert (AlarmKind.PROMISE, "first_reply:over") not in broken
    assert kinds(replace(a_closed_case(), due=DUE), OFFICE) == {}


def test_a_snooze_and_a_follow_up_ring_when_the_agent_said() -> None:
    asleep = a_case(ANA, status=CaseStatus.SNOOZED, snoozed_until=minutes(90))
    assert kinds(asleep) == {(AlarmKind.SNOOZE, ""): minutes(90)}
    closed = replace(a_closed_case(), follow_up_at=minutes(600), snoozed_until=minutes(90))
    assert kinds(closed) == {(AlarmKind.FOLLOW_UP, ""): minutes(600)}


def test_nothing_rings_where_nothing_is_set() -> None:
    still = Office(pace=Pace(unclaimed_minutes=0, offer_minutes=0, idle_minutes=0), roster=ROSTER)
    waits = a_case(queued_at=NOW, offered_to=ANA, offered_at=NOW)
    assert alarms_of(waits, still) == ()
    assert alarms_of(a_case(ANA, awaited_since=NOW), still) == ()


def test_an_alarm_that_has_rung_is_not_set_again() -> None:
    case = a_case(ANA, awaited_since=NOW)
    first, again = alarms_of(case, ALONE)
    assert set_for(case, case, ALONE, [again]) == (again,)
    assert set_for(case, case, ALONE, []) == ()
    later = replace(case, awaited_since=minutes(3))
    assert set_for(later, case, ALONE, [first, again]) == alarms_of(later, ALONE)
    assert set_for(case, None, ALONE, []) == (first, again)


def test_alarms_of_other_kinds_stay() -> None:
    nps = an_alarm(AlarmKind.NPS, "R-0", minutes(600))
    left = an_alarm(AlarmKind.AGENT_LEFT, ANA.id)
    old = an_alarm(AlarmKind.UNCLAIMED, "first", minutes(2))
    case = a_case(ANA)
    assert set_for(case, a_case(), ALONE, [nps, old, left]) == (nps, left)


cases = st.builds(
    a_case,
    agent=st.sampled_from([None, ANA]),
    team=st.sampled_from([None, "billing", "gone"]),
    queued_at=st.none() | st.integers(0, 90).map(minutes),
    offered_at=st.none() | st.integers(0, 90).map(minutes),
    offered_to=st.sampled_from([None, BEN]),
    unclaimed=st.integers(0, 2),
    awaited_since=st.none() | st.integers(0, 90).map(minutes),
    follow_up_at=st.none() | st.integers(0, 90).map(minutes),
    due=st.sampled_from([{}, DUE]),
    promised_at=st.none() | st.just(NOW),
    replied_at=st.none() | st.just(NOW),
)


@given(cases, st.sampled_from([OFFICE, ALONE, ANYONE]))
def test_a_case_has_at_most_one_alarm_of_each_kind_and_matter(case: Case, office: Office) -> None:
    alarms = alarms_of(case, office)
    assert len({(alarm.kind, alarm.about) for alarm in alarms}) == len(alarms)
    assert {alarm.kind for alarm in alarms} <= CASE_KINDS


@given(cases, st.data())
def test_whatever_rings_the_rest_stays_set(case: Case, data: st.DataObject) -> None:
    alarms = alarms_of(case, OFFICE)
    rest: list[Alarm] = data.draw(
        st.lists(st.sampled_from(alarms), unique=True) if alarms else st.just([])
    )
    assert set(set_for(case, case, OFFICE, rest)) == set(rest)
