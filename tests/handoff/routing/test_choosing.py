"""To whom a case is offered."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.vocabulary.board import BoardView
from bot.vocabulary.people import Agent
from handoff.routing.choosing import Choice, load_of, loads_of
from handoff.routing.teams import NO_TEAM, Seat, Strategy, Team
from tests.handoff.kit import ANA, BEN, NOW, a_case
from tests.handoff.routing.kit import CLEO, ROSTER, a_board, a_seat, cases_of, waiting_case


def chosen(
    *seats: Seat,
    board: BoardView | None = None,
    strategy: Strategy = Strategy.LEAST_LOADED,
    **fields: Any,
) -> Agent | None:
    team = replace(NO_TEAM, strategy=strategy)
    choice = Choice.of(waiting_case("R-9", **fields), team, board or a_board())
    return choice.among(choice.candidates(seats))


def test_whoever_has_the_fewest_gets_it() -> None:
    board = a_board(*cases_of(ANA, 2), *cases_of(BEN, 1), *cases_of(CLEO, 3))
    assert chosen(*ROSTER, board=board) == BEN


def test_an_offer_counts_as_a_case() -> None:
    offered = waiting_case("R-1", offered_to=ANA, offered_at=NOW)
    board = a_board(offered)
    assert load_of(ANA, loads_of(board)).cases == 1
    assert chosen(a_seat(ANA), a_seat(BEN), board=board) == BEN


def test_round_robin_asks_whoever_was_asked_longest_ago() -> None:
    board = a_board(
        *cases_of(ANA, 1, minutes=5), *cases_of(BEN, 3, minutes=20), *cases_of(CLEO, 1, minutes=1)
    )
    assert chosen(*ROSTER, board=board, strategy=Strategy.ROUND_ROBIN) == BEN


def test_who_is_away_full_or_has_passed_is_not_asked() -> None:
    full = a_seat(CLEO, capacity=2)
    board = a_board(*cases_of(CLEO, 2), away=[ANA])
    choice = Choice.of(waiting_case("R-9"), NO_TEAM, board)
    assert choice.candidates([a_seat(ANA), full, a_seat(BEN)]) == [a_seat(BEN)]
    assert choice.candidates([a_seat(BEN)], excluding=[BEN.id]) == []
    assert chosen(a_seat(ANA), full, board=board) is None


def test_who_is_back_is_asked_again() -> None:
    assert chosen(a_seat(ANA), board=a_board(there=[ANA])) == ANA


def test_the_language_counts_if_anybody_speaks_it() -> None:
    spanish = a_seat(BEN, languages=("es",))
    english = a_seat(ANA, languages=("en",))
    assert chosen(english, spanish, language="es") == BEN
    assert chosen(english, language="es") == ANA


def test_who_knows_the_topic_is_asked_first() -> None:
    expert = a_seat(CLEO, skills=("billing",))
    board = a_board(*cases_of(CLEO, 3))
    assert chosen(a_seat(ANA), expert, board=board, topic="billing") == CLEO
    assert chosen(a_seat(ANA), expert, board=board, topic="delivery") == ANA


def test_only_the_team_is_asked() -> None:
    seats = [a_seat(ANA, teams=("sales",)), a_seat(BEN, teams=("billing",)), a_seat(CLEO)]
    choice = Choice.of(waiting_case("R-9"), Team(name="billing"), a_board())
    assert [seat.agent for seat in choice.candidates(seats)] == [BEN, CLEO]


def test_many_cases_at_once_do_not_all_go_to_one() -> None:
    """The board is a second old: none of them is on it yet."""
    view = a_board()
    asked = Counter(
        Choice.of(waiting_case(f"R-{number}"), NO_TEAM, view).among(ROSTER) for number in range(300)
    )
    assert set(asked) == {ANA, BEN, CLEO}
    assert max(asked.values()) < 150


@given(
    st.lists(st.tuples(st.sampled_from([ANA, BEN, CLEO]), st.integers(0, 60)), max_size=20),
    st.sampled_from(list(Strategy)),
    st.sets(st.sampled_from([ANA, BEN, CLEO])),
)
def test_whoever_is_asked_is_there_and_nobody_has_less(
    work: list[tuple[Agent, int]], strategy: Strategy, away: set[Agent]
) -> None:
    cases = [
        replace(a_case(agent, id=f"R-{number}"), changed_at=NOW - timedelta(minutes=minutes))
        for number, (agent, minutes) in enumerate(work)
    ]
    view = a_board(*cases, away=away)
    seats = [replace(seat, capacity=50) for seat in ROSTER]
    choice = Choice.of(waiting_case("R-new"), replace(NO_TEAM, strategy=strategy), view)
    there = choice.candidates(seats)
    found = choice.among(there)
    assert {seat.agent for seat in there} == {ANA, BEN, CLEO} - away
    if found is None:
        assert away == {ANA, BEN, CLEO}
        return
    loads = [load_of(seat.agent, choice.loads) for seat in there]
    if strategy is Strategy.LEAST_LOADED:
        assert load_of(found, choice.loads).cases == min(load.cases for load in loads)
    else:
        assert load_of(found, choice.loads).last == min(load.last for load in loads)
