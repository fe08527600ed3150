"""Opening hours as people write them, and what they read when it can't be understood."""

import pytest

from handoff.routing.weekly import Holiday, Span, parse_holiday, parse_hours


def a_span(day: int, start: float, end: float) -> Span:
    return Span(day=day, start=int(start * 60), end=int(end * 60))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon-wed 09:00-18:00", [a_span(day, 9, 18) for day in range(3)]),
        ("mon, wed 9-17", [a_span(0, 9, 17), a_span(2, 9, 17)]),
        ("fri 9:30-14 16:00-20:00", [a_span(4, 9.5, 14), a_span(4, 16, 20)]),
        ("Monday 09:00-18:00; Sunday 10:00–12:00", [a_span(0, 9, 18), a_span(6, 10, 12)]),
        ("lun-mar 8-9, sábado 10-11", [a_span(0, 8, 9), a_span(1, 8, 9), a_span(5, 10, 11)]),
        ("sat-sun 10-11", [a_span(5, 10, 11), a_span(6, 10, 11)]),
        ("sun-mon 10-11", [a_span(0, 10, 11), a_span(6, 10, 11)]),
        ("fri 22:00-06:00", [a_span(4, 22, 30)]),
        ("daily 00:00-24:00", [a_span(day, 0, 24) for day in range(7)]),
        ("", []),
        ("24/7", []),
        ("always", []),
    ],
)
def test_hours_are_read(text: str, expected: list[Span]) -> None:
    assert parse_hours(text) == tuple(expected)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("monday", "the last day has no times"),
        ("mon 9-18, tue", "the last day has no times"),
        ("09:00-18:00", "stands without a day"),
        ("noday 9-18", "neither a day nor a time"),
        ("mon 25:00-26:00", "no stretch of a day"),
        ("mon 09:00-18:75", "no stretch of a day"),
        ("mon 09:00-09:00", "no stretch of a day"),
        ("mon 9am-6pm", "neither a day nor a time"),
    ],
)
def test_what_can_not_be_read_is_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_hours(text)


def test_holidays_are_read() -> None:
    christmas = Holiday(year=2026, month=12, day=25, name="Navidad")
    assert parse_holiday("2026-12-25 Navidad") == christmas
    assert parse_holiday(" 12-25 ") == Holiday(month=12, day=25)
    assert parse_holiday("02-29") == Holiday(month=2, day=29)


@pytest.mark.parametrize("text", ["", "Christmas", "2026-02-29", "13-01", "2026-12-32", "25.12."])
def test_what_is_no_holiday_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no holiday: write 2026-12-25"):
        parse_holiday(text)
