"""A service that keeps failing is left alone, tried once after a while, and asked again when it works."""

from knowledge.breaker import Breaker, State


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(failures: int = 2, pause: float = 10.0) -> tuple[Breaker, Clock]:
    clock = Clock()
    return Breaker(failures=failures, pause=pause, clock=clock), clock


def test_it_opens_after_failures_in_a_row_and_tells_so() -> None:
    breaker, _ = opened()
    breaker.failed()
    breaker.succeeded()
    breaker.failed()
    assert breaker.state is State.CLOSED
    breaker.failed()
    assert breaker.state is State.OPEN
    assert not breaker.allows()


def test_one_call_tries_and_decides() -> None:
    breaker, clock = opened()
    breaker.failed()
    breaker.failed()
    clock.now += 10
    assert breaker.state is State.HALF_OPEN
    assert breaker.allows()
    assert not breaker.allows(), "the others wait while one tries"
    breaker.failed()
    assert breaker.state is State.OPEN
    clock.now += 10
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.state is State.CLOSED


def test_a_service_that_asks_for_rest_gets_it_after_one_failure() -> None:
    breaker, clock = opened(failures=5)
    breaker.failed(pause=40)
    clock.now += 39
    assert not breaker.allows()
    clock.now += 1
    assert breaker.allows()
