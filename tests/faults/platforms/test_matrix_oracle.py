"""The matrix's oracle finds each kind of wrong, planted in what was right."""

from collections.abc import Callable

import pytest

from tests.faults.platforms.ledger import Ledger, Telling
from tests.faults.platforms.oracle import Verdict, judge

CARLA = "Carla1"
RIGHT = ("bot: #1 hello", "bot: #2 hello #3 hello", "bot: #4 hello")


def a_ledger() -> Ledger:
    """Four messages, each told once, one after the other."""
    ledger = Ledger()
    for at in range(4):
        entry = ledger.write(CARLA)
        entry.tellings, entry.told = 1, Telling(float(at), at + 0.5, port=1)
    return ledger


def verdict(*replies: str, ledger: Ledger | None = None, resent: int = 0) -> Verdict:
    return judge(ledger or a_ledger(), {CARLA: replies}, resent=resent)


def kinds(found: Verdict) -> set[str]:
    return {text.partition(":")[0] for text in found.complaints}


def test_what_is_right_is_not_complained_of() -> None:
    found = verdict(*RIGHT, resent=3)
    assert (found.complaints, found.ambiguous, found.open) == ([], 0, 0)


@pytest.mark.parametrize(
    ("replies", "wrong"),
    [
        (RIGHT[:2], "lost"),
        ((), "lost"),
        ((*RIGHT, RIGHT[1]), "doubled"),
        ((*RIGHT, "bot: #4 hello, again"), "doubled"),
        ((RIGHT[1], RIGHT[0], RIGHT[2]), "disordered"),
        (("bot: #1 hello", "bot: #3 hello #2 hello", "bot: #4 hello"), "disordered"),
    ],
)
def test_a_planted_wrong_is_found(replies: tuple[str, ...], wrong: str) -> None:
    assert kinds(verdict(*replies)) == {wrong}


def test_only_counted_copies_are_ambiguous() -> None:
    twice = (*RIGHT, RIGHT[0], RIGHT[1])
    assert kinds(verdict(*twice, resent=1)) == {"doubled"}
    found = verdict(*twice, resent=2)
    assert (found.complaints, found.ambiguous) == ([], 2)


def test_a_message_that_two_replies_answer_is_never_ambiguous() -> None:
    assert kinds(verdict(*RIGHT, "bot: #4 hello, again", resent=5)) == {"doubled"}


def told_again(ledger: Ledger) -> None:
    ledger.entries[0].tellings = 2


def given_up(ledger: Ledger) -> None:
    ledger.entries[0].is_held = True


def told_at_once(ledger: Ledger) -> None:
    ledger.entries[0].told = Telling(0.0, 9.0, port=2)


@pytest.mark.parametrize("spoil", [told_again, given_up, told_at_once])
def test_order_is_open_where_the_platform_left_it_open(spoil: Callable[[Ledger], None]) -> None:
    ledger = a_ledger()
    spoil(ledger)
    found = verdict(RIGHT[1], RIGHT[0], RIGHT[2], ledger=ledger)
    assert (found.complaints, found.open) == ([], 2)
    assert kinds(verdict("bot: #1 hello", RIGHT[2], RIGHT[1], ledger=ledger)) == {"disordered"}


def test_a_refused_answer_is_not_missed_but_must_not_be_shown() -> None:
    ledger = a_ledger()
    ledger.entries[3].is_refused = True
    assert verdict(*RIGHT[:2], ledger=ledger).complaints == []
    assert kinds(verdict(*RIGHT, ledger=ledger)) == {"doubled"}


def test_what_waits_for_ever_is_complained_of() -> None:
    found = judge(a_ledger(), {CARLA: RIGHT}, left=["1 in the mailbox"])
    assert kinds(found) == {"left"}
