"""The meter itself is tried on made-up stretches of time."""

import pytest

from tests.faults.platforms.meter import DELAY_SECONDS, Allowance, Meter

ALLOWED = Allowance(rate=10.0, burst=5)
OWED = ALLOWED.burst + int(ALLOWED.rate * DELAY_SECONDS)


@pytest.mark.parametrize(
    ("samples", "excess"),
    [
        ([(0.0, 0), (0.0, OWED), (1.0, OWED + 10), (2.0, OWED + 20)], 0),
        ([(0.0, 0), (9.0, 1), (9.0, 1 + OWED)], 0),
        ([(0.0, 0), (9.0, 1), (9.0, 1 + OWED + 3)], 3),
        ([(0.0, 0), (10.0, 100), (20.0, 200), (30.0, 340)], 40 - OWED),
    ],
)
def test_only_what_no_allowance_covers_is_too_much(
    samples: list[tuple[float, int]], excess: float
) -> None:
    assert Meter(samples).excess(ALLOWED) == pytest.approx(excess)
