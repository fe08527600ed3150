"""How soon a case wants a person, and its place in the queue."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.cases import CaseReason, Priority
from bot.vocabulary.mood import Concern, Feeling
from handoff.routing.priority import level, pressing, priority_of
from handoff.routing.queue import in_order, usual_minutes
from tests.handoff.kit import NOW
from tests.handoff.routing.kit import a_board, waiting_case, waits


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (CaseReason.SELF_HARM, Priority.URGENT),
        (CaseReason.DANGER, Priority.URGENT),
        (CaseReason.THREAT, Priority.URGENT),
        (CaseReason.LEGAL, Priority.HIGH),
        (CaseReason.VULNERABLE, Priority.HIGH),
        (CaseReason.CANCELLATION, Priority.HIGH),
        (CaseReason.MOOD, Priority.HIGH),
        (CaseReason.REQUESTED, Priority.NORMAL),
        (CaseReason.LOW_CONFIDENCE, Priority.NORMAL),
        (CaseReason.COMPLAINT, Priority.NORMAL),
    ],
)
def test_a_reason_has_its_priority(reason: CaseReason, expected: Priority) -> None:
    assert priority_of(reason=reason) is expected


def test_a_concern_an_angry_customer_and_a_tier_raise_it() -> None:
    asked = CaseReason.REQUESTED
    assert priority_of(reason=asked, concern=Concern.SELF_HARM) is Priority.URGENT
    assert priority_of(reason=asked, concern=Concern.LEGAL) is Priority.HIGH
    assert priority_of(reason=asked, feeling=Feeling.ANGRY) is Priority.HIGH
    assert priority_of(reason=asked, feeling=Feeling.FRUSTRATED) is Priority.NORMAL
    assert priority_of(reason=asked, tier="gold", raised_tiers=["gold"]) is Priority.HIGH
    assert priority_of(reason=asked, tier="silver", raised_tiers=["gold"]) is Priority.NORMAL


@given(
    st.sampled_from(list(CaseReason)),
    st.sampled_from(list(Feeling)),
    st.none() | st.sampled_from(list(Concern)),
    st.sampled_from([None, "gold", "silver"]),
)
def test_more_to_worry_about_is_never_less_urgent(
    reason: CaseReason, feeling: Feeling, concern: Concern | None, tier: str | None
) -> None:
    found = priority_of(
        reason=reason, feeling=feeling, concern=concern, tier=tier, raised_tiers=["gold"]
    )
    assert level(found) >= level(priority_of(reason=reason))


def test_of_equals_the_first_one_comes_first_and_an_urgent_one_before_them() -> None:
    first, second = waiting_case("R-1", 9), waiting_case("R-2", 3)
    urgent = waiting_case("R-3", 1, priority=Priority.URGENT)
    assert in_order([second, first, urgent], NOW, growing_minutes=60) == (urgent, first, second)


def test_even_the_least_case_comes_first_one_day() -> None:
    least = waiting_case("R-1", 200, priority=Priority.LOW)
    high = waiting_case("R-2", 0, priority=Priority.HIGH)
    assert in_order([high, least], NOW, growing_minutes=60)[0] == least
    assert in_order([high, least], NOW, growing_minutes=0)[0] == high


@given(st.sampled_from(list(Priority)), st.integers(0, 10_000), st.integers(0, 10_000))
def test_who_waits_longer_presses_no_less(priority: Priority, one: int, two: int) -> None:
    short, long = sorted((one, two))
    a, b = (waiting_case("R-1", minutes, priority=priority) for minutes in (short, long))
    assert pressing(a, NOW, growing_minutes=60) <= pressing(b, NOW, growing_minutes=60)
    from_the_future = waiting_case("R-1", -5, priority=priority)
    assert pressing(from_the_future, NOW, growing_minutes=60) == level(priority)


def test_what_is_usual_is_the_middle_of_the_last_waits_of_the_team() -> None:
    board = a_board(waits=[*waits(2, 90, 4), *waits(50, 60, 70, team="billing")])
    assert usual_minutes(board, None) == 4
    assert usual_minutes(board, "billing") == 60
    assert usual_minutes(a_board(waits=waits(2, 3)), None) is None
    many = a_board(waits=[*waits(*[1] * 20), *waits(*[500] * 80)])
    assert usual_minutes(many, None) == 1


def test_a_case_waits_since_it_came_to_its_queue() -> None:
    case = waiting_case("R-1", 30)
    assert case.opened_at == NOW - timedelta(hours=1)
    assert pressing(case, NOW, growing_minutes=60) == level(Priority.NORMAL) + 0.5
