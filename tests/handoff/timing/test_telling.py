"""What a customer who waits is told: the truth in plain words, in their language."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.vocabulary.cases import Priority
from handoff.routing.hours import ALWAYS, Hours
from handoff.routing.queue import Expectation
from handoff.routing.weekly import parse_hours
from handoff.timing.telling import wait_in_words
from tests.handoff.kit import NOW, a_case

MADRID = Hours(week=parse_hours("mon-fri 09:00-18:00"), zone=ZoneInfo("Europe/Madrid"))


def told(expectation: Expectation, language: str = "en", hours: Hours = ALWAYS) -> str:
    return wait_in_words(a_case(), expectation, hours, NOW, language)


def closed(at: datetime, language: str) -> str:
    expectation = Expectation(position=3, opens_at=MADRID.next_opening(at))
    return wait_in_words(a_case(), expectation, MADRID, at, language)


def test_a_closed_team_says_when_it_opens_in_plain_words() -> None:
    evening = datetime(2026, 11, 26, 19, 0, tzinfo=UTC)
    assert "we open tomorrow at 9:00 (Europe/Madrid)" in closed(evening, "en")
    assert "abrimos mañana a las 9:00 (Europe/Madrid)" in closed(evening, "es")
    early = datetime(2026, 11, 27, 5, 0, tzinfo=UTC)
    assert "today at 9:00 (Europe/Madrid)" in closed(early, "en")
    weekend = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    assert "el lunes 30 de noviembre a las 9:00 (Europe/Madrid)" in closed(weekend, "es")
    assert "number 3" not in closed(evening, "en")


@pytest.mark.parametrize(
    ("position", "minutes", "expected"),
    [
        (1, None, "You're next in the queue."),
        (1, 0.2, "You're next in the queue. Lately it has taken about a minute."),
        (2, 7.4, "You're number 2 in the queue. Lately it has taken about 7 minutes."),
        (4, 33, "You're number 4 in the queue. Lately it has taken about 35 minutes."),
        (4, 200, "You're number 4 in the queue. Lately it has taken 3 h or so."),
        (None, 5, ""),
    ],
)
def test_the_place_and_what_was_usual(
    position: int | None, minutes: float | None, expected: str
) -> None:
    assert told(Expectation(position=position, minutes=minutes)) == expected


def test_when_nobody_is_there_no_place_is_named() -> None:
    assert "free" in told(Expectation(position=1, nobody_there=True))
    assert "libre" in told(Expectation(position=1, never_opens=True), "es")


def test_in_an_emergency_nobody_reads_of_a_queue() -> None:
    case = a_case(priority=Priority.URGENT)
    assert wait_in_words(case, Expectation(position=2, minutes=5), ALWAYS, NOW, "en") == ""
    nobody = Expectation(position=2, nobody_there=True)
    assert wait_in_words(case, nobody, ALWAYS, NOW, "en") != ""
