"""Times as agents write them, and as they read them back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import LANGUAGES
from handoff.agents.times import read_when
from handoff.saying.dates import in_words

MADRID = ZoneInfo("Europe/Madrid")
NOW = datetime(2026, 11, 27, 14, 20, tzinfo=MADRID)
"""A Friday afternoon."""


def local(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=MADRID)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2h", local(27, 16, 20)),
        ("in 2 hours", local(27, 16, 20)),
        ("en 2 horas", local(27, 16, 20)),
        ("30m", local(27, 14, 50)),
        ("30 min", local(27, 14, 50)),
        ("half an hour", local(27, 14, 50)),
        ("media hora", local(27, 14, 50)),
        ("una hora y 10 minutos", local(27, 15, 30)),
        ("1h30", local(27, 15, 50)),
        ("1.5h", local(27, 15, 50)),
        ("3 days", local(30, 14, 20)),
        ("3 días", local(30, 14, 20)),
        ("dentro de 1 semana", local(4, 14, 20, month=12)),
        ("tomorrow 9:00", local(28, 9)),
        ("Tomorrow", local(28, 9)),
        ("tomorrow at 5pm", local(28, 17)),
        ("tomorrow afternoon", local(28, 15)),
        ("mañana 9:00", local(28, 9)),
        ("mañana a las 9", local(28, 9)),
        ("mañana por la mañana", local(28, 9)),
        ("hasta mañana por la tarde", local(28, 15)),
        ("pasado mañana 10:15", local(29, 10, 15)),
        ("monday", local(30, 9)),
        ("until monday 8:30", local(30, 8, 30)),
        ("lunes 10:30", local(30, 10, 30)),
        ("el lunes a las 10.30", local(30, 10, 30)),
        ("friday 17:00", local(27, 17)),
        ("next friday 17:00", local(4, 17, month=12)),
        ("viernes 9:00", local(4, 9, month=12)),
        ("17:00", local(27, 17)),
        ("9:00", local(28, 9)),
        ("at 9", local(28, 9)),
        ("8pm", local(27, 20)),
        ("tonight", local(27, 19)),
        ("2026-12-24", local(24, 9, month=12)),
        ("2026-12-24 18:00", local(24, 18, month=12)),
        ("2026-12-24T18:00+00:00", local(24, 19, month=12)),
        ("today 9:00", local(27, 9)),
    ],
)
def test_a_time_is_read_in_the_agents_zone(text: str, at: datetime) -> None:
    assert read_when(text, NOW.astimezone(UTC), MADRID) == (at.astimezone(UTC), "")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("3 days did the parcel arrive?", "did the parcel arrive?"),
        ("mañana 9:00 llamar a Carla", "llamar a Carla"),
        ("2h\nask\nagain", "ask\nagain"),
        ("monday at noon", "at noon"),
    ],
)
def test_what_follows_is_kept(text: str, rest: str) -> None:
    found = read_when(text, NOW, MADRID)
    assert found is not None
    assert found[1] == rest


@pytest.mark.parametrize(
    "text", ["", "soon", "9", "2", "25:00", "13pm", "2026-13-01", "2h2x", "h", "later today"]
)
def test_anything_else_is_no_time(text: str) -> None:
    assert read_when(text, NOW, MADRID) is None


def test_days_go_by_the_wall_and_hours_by_the_clock() -> None:
    evening = datetime(2026, 10, 24, 20, 0, tzinfo=MADRID)  # clocks go back in the night
    for text, hour in (("1 day", 20), ("24h", 19)):
        found = read_when(text, evening, MADRID)
        assert found is not None
        assert found[0].astimezone(MADRID).hour == hour


@given(st.text(max_size=60))
def test_nothing_that_is_written_breaks_it(text: str) -> None:
    found = read_when(text, NOW, MADRID)
    assert found is None or found[0].tzinfo is UTC


@given(st.integers(1, 500), st.sampled_from(["m", " min", "h", " horas", "d", " días", "w"]))
def test_a_span_is_always_ahead(amount: int, unit: str) -> None:
    found = read_when(f"{amount}{unit}", NOW, MADRID)
    assert found is not None
    assert found[0] > NOW


@pytest.mark.parametrize(
    ("at", "english", "spanish"),
    [
        (local(27, 17), "today at 17:00 CET", "hoy a las 17:00 CET"),
        (local(28, 9), "tomorrow at 9:00 CET", "mañana a las 9:00 CET"),
        (local(30, 9, 5), "Monday 30 November at 9:05 CET", None),
        (local(1, 9, month=1, year=2027), None, "el viernes 1 de enero de 2027 a las 9:00 CET"),
    ],
)
def test_a_time_is_said_back(at: datetime, english: str | None, spanish: str | None) -> None:
    said = {language: in_words(at, NOW, MADRID, language) for language in LANGUAGES}
    assert english in {None, said["en"]}
    assert spanish in {None, said["es"]}


def test_yesterday_is_a_day_with_its_date() -> None:
    assert in_words(NOW - timedelta(days=1), NOW, MADRID, "en").startswith("Thursday 26 November")
