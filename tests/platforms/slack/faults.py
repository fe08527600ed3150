"""What goes wrong between the adapter and the platform, once for each time it is asked for."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to one call.

    ``does`` says whether the platform does what was asked; ``answers`` is its status, None when it
    drops the connection instead; ``after`` is how many seconds it takes.
    """

    does: bool = False
    answers: int | None = 200
    error: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    after: float = 0.0


def refusal(error: str, **more: Any) -> Fault:
    return Fault(error=error, **more)


def limited(retry_after: float | None) -> Fault:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(answers=429, error="ratelimited", headers=headers)


DROPPED = Fault(answers=None)
DONE_AND_DROPPED = Fault(does=True, answers=None)
BROKEN = Fault(answers=503)
DONE_AND_BROKEN = Fault(does=True, answers=500)


class Faults:
    """Queues of faults, by method."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = {}

    def add(self, method: str, *faults: Fault) -> None:
        self._waiting.setdefault(method, deque()).extend(faults)

    def next(self, method: str) -> Fault | None:
        waiting = self._waiting.get(method)
        return waiting.popleft() if waiting else None

    def __bool__(self) -> bool:
        return any(self._waiting.values())
