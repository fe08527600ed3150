"""What stays open, what settles it, and when a customer is asked about it."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.memory.threads import due_to_raise, with_threads_of
from bot.vocabulary.memory import Commitment, Episode, Memory
from tests.memory.kit import HERE, later

PROBLEM = "The export of my invoices stops at 40 percent"


def an_episode(name: str = "e1", **fields: object) -> Episode:
    values: dict[str, object] = {
        "id": name,
        "place": HERE,
        "began_at": later(-5),
        "ended_at": later(0),
        "language": "en",
        "problem": PROBLEM,
        "is_solved": False,
    }
    return Episode(**(values | fields))  # pyright: ignore[reportArgumentType]


def promised(until: datetime | None) -> Episode:
    promise = Commitment(text="I'll send you the invoices.", by="Ana", until=until)
    return an_episode(is_solved=True, commitments=(promise,))


def test_a_problem_that_was_not_solved_stays_open() -> None:
    [thread] = with_threads_of(Memory(), an_episode()).threads
    assert (thread.about, thread.since, thread.episode) == (PROBLEM, later(0), "e1")
    assert (thread.by, thread.due, thread.raised_at) == (None, None, None)


@pytest.mark.parametrize("is_solved", [True, None])
def test_what_is_solved_or_just_stopped_leaves_nothing_open(*, is_solved: bool | None) -> None:
    assert with_threads_of(Memory(), an_episode(is_solved=is_solved)).threads == ()


def test_a_promise_stays_open_though_the_case_is_closed() -> None:
    [thread] = with_threads_of(Memory(), promised(later(days=3))).threads
    assert (thread.about, thread.by, thread.due) == (
        "I'll send you the invoices.",
        "Ana",
        later(days=3),
    )


@pytest.mark.parametrize(
    "text",
    ["I'll look into the invoices.", "We will check that.", "Voy a revisarlo.", "Lo consultaré."],
)
def test_nobody_waits_for_work_on_what_is_solved(text: str) -> None:
    promise = Commitment(text=text, by="Ana")
    solved = an_episode(is_solved=True, commitments=(promise,))
    assert with_threads_of(Memory(), solved).threads == ()
    assert with_threads_of(Memory(), replace(solved, is_solved=None)).threads
    due = replace(solved, commitments=(replace(promise, until=later(days=3)),))
    assert with_threads_of(Memory(), due).threads


def test_a_later_episode_on_the_same_matter_settles_it() -> None:
    memory = with_threads_of(Memory(), an_episode())
    solved = an_episode(
        "e2",
        ended_at=later(days=1),
        is_solved=True,
        problem="the invoices export stops again, 40 percent",
    )
    assert with_threads_of(memory, solved).threads == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"problem": "The lamp flickers at night", "is_solved": True},
        {"problem": PROBLEM, "is_solved": None},
        {"problem": PROBLEM, "is_solved": True, "ended_at": later(days=-1)},
    ],
)
def test_nothing_else_settles_it(fields: dict[str, object]) -> None:
    memory = with_threads_of(Memory(), an_episode())
    after = with_threads_of(memory, an_episode("e2", **({"ended_at": later(days=1)} | fields)))
    assert set(memory.threads) <= set(after.threads)


def test_drawing_an_episodes_threads_up_again_keeps_what_was_raised() -> None:
    memory = with_threads_of(Memory(), an_episode())
    raised = replace(memory, threads=(replace(memory.threads[0], raised_at=later(9)),))
    assert with_threads_of(raised, an_episode()) == raised


@pytest.mark.parametrize(
    ("days", "is_due"), [(0.5, False), (1, True), (13.9, True), (14.1, False), (60, False)]
)
def test_a_problem_is_raised_after_a_day_and_within_two_weeks(days: float, *, is_due: bool) -> None:
    memory = with_threads_of(Memory(), an_episode())
    assert (due_to_raise(memory, later(days=days)) is not None) == is_due


@pytest.mark.parametrize(("days", "is_due"), [(2.9, False), (3.1, True), (33.1, False)])
def test_a_promise_is_raised_once_its_day_has_passed(days: float, *, is_due: bool) -> None:
    memory = with_threads_of(Memory(), promised(later(days=3)))
    assert (due_to_raise(memory, later(days=days)) is not None) == is_due


@pytest.mark.parametrize(("days", "is_due"), [(2, False), (4, True), (31, False)])
def test_a_promise_without_a_day_is_raised_after_some(days: float, *, is_due: bool) -> None:
    memory = with_threads_of(Memory(), promised(None))
    assert (due_to_raise(memory, later(days=days)) is not None) == is_due


def test_promises_come_first_and_only_one_is_raised_in_a_conversation() -> None:
    memory = with_threads_of(Memory(), an_episode("e2", problem="The lamp flickers at night"))
    memory = with_threads_of(memory, promised(later(days=1)))
    now = later(days=2)
    first = due_to_raise(memory, now)
    assert first is not None
    assert first.by == "Ana"
    threads = (replace(one, raised_at=now if one == first else None) for one in memory.threads)
    asked = replace(memory, threads=tuple(threads))
    assert due_to_raise(asked, later(30, days=2)) is None
    second = due_to_raise(asked, later(days=3))
    assert second is not None
    assert second.episode == "e2"


def test_a_turn_that_runs_again_raises_the_same_and_a_later_one_never_does() -> None:
    memory = with_threads_of(Memory(), an_episode())
    raised = replace(memory, threads=(replace(memory.threads[0], raised_at=later(days=2)),))
    assert due_to_raise(raised, later(1, days=2)) == raised.threads[0]
    assert due_to_raise(raised, later(days=5)) is None
