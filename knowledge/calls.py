"""Calls of clients that may raise what they like and take as long as they like.

They work in threads of their own, whose futures say how that went.
"""

import math
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import TypeVar

_REFUSED = {401: "check the API key", 403: "check the API key", 404: "check the model's name"}
_PASSING = {408, 409, 425, 429}
_SERVER_FAILS = 500
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """``may_pass``: it may be different in a moment; ``wait``: seconds that the provider asks for."""

    reason: str
    may_pass: bool = False
    wait: float | None = None
    cure: str = "check its address and its state"

    def sentence(self, model: str) -> str:
        """Say it; what the provider wrote is left out, because it may repeat the key."""
        return f"The model {model} failed ({self.reason}): {self.cure}."


def gather(calls: Sequence[Future[_Result]], seconds: float) -> list[_Result] | Failure:
    """Wait for calls, and give what they return."""
    _, late = wait(calls, timeout=seconds)
    for call in late:
        call.cancel()
    if late:
        return Failure(reason=f"no answer within {seconds:g} s", may_pass=True)
    for call in calls:
        if (error := call.exception()) is not None:
            return failure_of(error)
    return [call.result() for call in calls]


def failure_of(error: BaseException) -> Failure:
    """Read an error of a client: of most, ``status_code`` and ``response`` are known."""
    status = getattr(error, "status_code", None)
    if not isinstance(status, int):
        return Failure(reason=type(error).__name__, may_pass=not isinstance(error, ValueError))
    return Failure(
        reason=f"status {status}",
        may_pass=status in _PASSING or status >= _SERVER_FAILS,
        wait=_retry_after(error),
        cure=_REFUSED.get(status, "check its address and its state"),
    )


def _retry_after(error: BaseException) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None)
    try:
        seconds = float(headers["retry-after"]) if headers is not None else None
    except (KeyError, ValueError, TypeError):
        return None
    return None if seconds is None or math.isnan(seconds) else max(seconds, 0.0)
