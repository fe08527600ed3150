from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.replay.choosing import first, sample
from bot.replay.figures import Figures
from bot.replay.judging import MOST_MINUTES, Finding, Result, TurnFinding, minutes_of
from bot.replay.past import Exchange, Line, PastConversation, Role, worth_replaying
from bot.replay.report import as_dict, report_of
from bot.rollout.intervals import share_of

BEGIN = datetime(2026, 3, 2, 10, tzinfo=UTC)


def line(role: Role, minute: float | None, text: str = "words") -> Line:
    at = None if minute is None else BEGIN + timedelta(minutes=minute)
    return Line(role=role, text=text, at=at)


def an_exchange(*minutes: float | None, role: Role = Role.HUMAN) -> Exchange:
    answers = tuple(line(role, minute) for minute in minutes)
    return Exchange(asked=(line(Role.CUSTOMER, 0),), answered=answers)


@pytest.mark.parametrize(
    ("exchange", "minutes"),
    [
        (an_exchange(4), 4),
        (an_exchange(4, 5), 5),
        (an_exchange(120, 121), MOST_MINUTES + 1),
        (an_exchange(None, None), 6),
        (an_exchange(-5), 3),
        (an_exchange(2, role=Role.BOT), 0),
        (an_exchange(), 0),
    ],
)
def test_peoples_time_is_that_of_the_export_or_a_guess(exchange: Exchange, minutes: float) -> None:
    assert minutes_of(exchange, 3.0) == minutes


def test_exchanges_begin_with_the_customer_and_lose_nothing_after_that() -> None:
    roles = [Role.HUMAN, Role.CUSTOMER, Role.CUSTOMER, Role.BOT, Role.HUMAN, Role.CUSTOMER]
    lines = tuple(line(role, None, str(number)) for number, role in enumerate(roles))
    found = list(PastConversation(id="a", lines=lines).exchanges())
    assert [[one.text for one in exchange.asked] for exchange in found] == [["1", "2"], ["5"]]
    assert [exchange.human for exchange in found] == ["4", ""]


_ROLES = st.lists(st.sampled_from(Role), max_size=30)


@given(_ROLES)
@settings(max_examples=40)
def test_every_word_of_a_customer_is_asked_exactly_once(roles: list[Role]) -> None:
    lines = tuple(line(role, None, str(number)) for number, role in enumerate(roles))
    past = PastConversation(id="a", lines=lines)
    asked = [one.text for exchange in past.exchanges() for one in exchange.asked]
    assert asked == [one.text for one in lines if one.role is Role.CUSTOMER]
    assert bool(list(worth_replaying([past]))) is bool(asked)


def a_past(number: int) -> PastConversation:
    return PastConversation(id=str(number), lines=(line(Role.CUSTOMER, None),))


def test_a_sample_is_repeatable_in_order_and_even() -> None:
    pasts = [a_past(number) for number in range(40)]
    drawn = sample(pasts, 10, seed=3)
    assert drawn == sample(iter(pasts), 10, seed=3) != sample(pasts, 10, seed=4)
    assert [int(one.id) for one in drawn] == sorted(int(one.id) for one in drawn)
    often = [sum(a_past(n) in sample(pasts, 10, seed) for seed in range(100)) for n in (0, 39)]
    assert all(8 <= count <= 42 for count in often)  # 25 expected, four standard deviations
    assert len(sample(pasts, 100, seed=1)) == 40
    assert len(list(first(pasts, 3))) == 3


def a_turn(result: Result, *, minutes: float = 2.0, cost: float = 0.5) -> TurnFinding:
    return TurnFinding(
        result=result, asked=f"what about {result}?", bot="b", human="h", language="en",
        minutes=minutes, cost=cost,
    )  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(Result), min_size=1, max_size=5), max_size=12))
@settings(max_examples=25)
def test_counts_add_up(conversations: list[list[Result]]) -> None:
    figures = Figures()
    for number, results in enumerate(conversations):
        figures.add(Finding(id=str(number), turns=tuple(map(a_turn, results)), left=1))
    counts, flat = figures.overall, [one for results in conversations for one in results]
    assert counts.turns.total() == len(flat)
    assert counts.conversations.total() == len(conversations) == figures.turns_left
    assert counts.cost == 0.5 * len(flat)
    assert counts.minutes_saved == 2 * flat.count(Result.AS_GOOD)
    assert counts.asked == len(flat) - flat.count(Result.COURTESY)
    assert counts.as_good.of == counts.contradicting.of
    report = report_of(figures, source="x", seconds=1, priced=False, minutes_a_message=3)
    written = as_dict(report, str)
    assert written["as_good"] == {
        "count": counts.as_good.good,
        "of": counts.as_good.of,
        "rate": round(counts.as_good.rate, 4) if counts.as_good.of else None,
        "low": round(counts.as_good.low, 4),
        "high": round(counts.as_good.high, 4),
    }


def test_peoples_time_holds_what_came_after_a_hand_over() -> None:
    figures = Figures()
    figures.add(Finding(id="1", turns=(a_turn(Result.HANDED_OVER),), left=1, left_minutes=5.0))
    assert (figures.overall.minutes, figures.overall.minutes_saved) == (7.0, 0.0)


def test_the_gravest_turn_names_a_conversation() -> None:
    turns = tuple(map(a_turn, (Result.AS_GOOD, Result.WRONG, Result.HANDED_OVER)))
    assert Finding(id="1", turns=turns).result is Result.WRONG
    assert Finding(id="1", turns=turns[:1]).result is Result.AS_GOOD


def test_a_conversation_with_one_bad_turn_did_not_do_without_people() -> None:
    figures = Figures()
    for results in ([Result.AS_GOOD, Result.OFFERED], [Result.AS_GOOD, Result.COURTESY]):
        figures.add(Finding(id="1", turns=tuple(map(a_turn, results))))
    assert figures.overall.alone == share_of(1, 2)
