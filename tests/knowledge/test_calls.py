"""What a client's error says of when to ask again."""

import pytest

from knowledge.calls import failure_of


class BusyError(Exception):
    """As clients of providers raise it: with a status and the response's headers."""

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__("busy")
        self.status_code = 429
        self.response = self
        self.headers = headers


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "-7"}, 0.0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "Fri, 27 Nov 2026 16:00:00 GMT"}, None),
    ],
)
def test_how_long_a_provider_asks_to_be_left_alone(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert failure_of(BusyError(headers)).wait == seconds
