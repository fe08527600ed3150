"""Until when something is promised, as people say it on a Friday at noon."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.memory.deadlines import deadline
from tests.linear_time import takes_linear_time
from tests.memory.kit import NOON

SAID = [
    ("I'll refund you by Monday.", "2026-11-30"),
    ("We will send it by Friday.", "2026-11-27"),
    ("I'll call you this afternoon.", "2026-11-27"),
    ("I'll do it tomorrow morning.", "2026-11-28"),
    ("You'll have it the day after tomorrow.", "2026-11-29"),
    ("It will arrive within 3-5 business days.", "2026-12-04"),
    ("You'll get it in three to five days.", "2026-12-02"),
    ("within 48 hours", "2026-11-29"),
    ("in a couple of weeks", "2026-12-11"),
    ("by 5 December", "2026-12-05"),
    ("on January 3rd", "2027-01-03"),
    ("by 2026-12-24 at the latest", "2026-12-24"),
    ("next week", "2026-12-06"),
    ("before the end of the week", "2026-11-29"),
    ("Te lo envío mañana.", "2026-11-28"),
    ("pasado mañana lo tendrás", "2026-11-29"),
    ("te llamo hoy", "2026-11-27"),
    ("lo recibirás el miércoles", "2026-12-02"),
    ("en 3 a 5 días laborables", "2026-12-04"),
    ("en un par de semanas", "2026-12-11"),
    ("antes del 12 de diciembre", "2026-12-12"),
    ("la semana que viene", "2026-12-06"),
    ("dentro de un mes", "2026-12-27"),
]
NO_DAY = ["We will look into it.", "por la mañana te llamo", "on 31 February", "by 2026-13-45", ""]


@pytest.mark.parametrize(("text", "day"), SAID)
def test_the_day_is_understood(text: str, day: str) -> None:
    found = deadline(text, NOON)
    assert found is not None
    assert found.date() == date.fromisoformat(day)


@pytest.mark.parametrize("text", NO_DAY)
def test_where_no_day_is_named_there_is_none(text: str) -> None:
    assert deadline(text, NOON) is None


@given(st.text(max_size=200))
def test_a_promise_is_never_for_a_day_before_it_was_made(text: str) -> None:
    found = deadline(text, NOON)
    assert found is None or found >= NOON or "-" in text


@pytest.mark.parametrize("piece", ["3-", "1 to ", "may 1", "a ", "la "])
def test_no_text_holds_it_up(piece: str) -> None:
    assert takes_linear_time(lambda text: deadline(text, NOON), piece, length=1_000)
