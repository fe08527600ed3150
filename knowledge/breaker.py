"""Spares whoever asks from waiting for a service that has failed several times in a row."""

import time
from collections.abc import Callable
from enum import IntEnum
from threading import Lock


class State(IntEnum):
    """Whether a service is asked; the number is what measures show."""

    CLOSED = 0
    HALF_OPEN = 1
    OPEN = 2


class Breaker:
    """Open after ``failures`` in a row: nobody asks for ``pause`` seconds, then one call may try.

    The circuit breaker of Nygard, "Release It!" (2007). Safe to use from tasks and threads. A trial
    whose end nobody reports costs no more than another pause.
    """

    def __init__(
        self,
        *,
        failures: int = 3,
        pause: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._failed = 0
        self._refused_until = 0.0
        self._turn = Lock()

    @property
    def state(self) -> State:
        """How it is now; half-open means that the next call is the one that tries."""
        with self._turn:
            if self._failed < self._most:
                return State.CLOSED
            return State.OPEN if self._clock() < self._refused_until else State.HALF_OPEN

    def allows(self) -> bool:
        """Whether a call may be made now; report how it went."""
        with self._turn:
            if self._failed < self._most:
                return True
            if self._clock() < self._refused_until:
                return False
            # The others go on waiting while this one tries.
            self._refused_until = self._clock() + self._pause
            return True

    def succeeded(self) -> None:
        """Note that the service works."""
        with self._turn:
            self._failed = 0

    def failed(self, *, pause: float | None = None) -> None:
        """Note that the service did not do what was asked, or not in time.

        ``pause`` is how long it asks itself to be left alone: then nobody tries before.
        """
        with self._turn:
            self._failed = self._failed + 1 if pause is None else max(self._failed + 1, self._most)
            self._refused_until = self._clock() + (self._pause if pause is None else pause)
