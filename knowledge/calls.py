"""Where the libraries of providers end: whatever they raise is here a value that tells how a call went.

They have no error in common, and each brings those of the libraries below it. Of ours, only what
makes the call runs in it, so that no fault of ours is taken for one of theirs. Those that would hold a
thread up work in threads of their own.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

_REFUSED = {401: "check the API key", 403: "check the API key", 404: "check the model's name"}
_PASSING = {408, 409, 425, 429}
_SERVER_FAILS = 500
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFailure:
    """``may_pass``: it may be different in a moment; ``wait``: seconds that the provider asks for."""

    reason: str
    may_pass: bool = False
    wait: float | None = None
    cure: str = "check its address and its state"

    def sentence(self, model: str) -> str:
        """Say it; what the provider wrote is left out, because it may repeat the key."""
        return f"The model {model} failed ({self.reason}): {self.cure}."


async def outcome_of(call: Awaitable[_Result]) -> _Result | BaseException:
    """Wait for a call; returns what it returns, or what it raises. Cancelling goes through."""
    [outcome] = await asyncio.gather(call, return_exceptions=True)
    return outcome


def outcome_in_thread(work: Callable[[], _Result]) -> _Result | BaseException:
    """The same for a call that nobody can wait for; it is over when this returns."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        call = thread.submit(work)
        error = call.exception()
        return call.result() if error is None else error


def results_within(
    calls: Sequence[Future[_Result]], seconds: float
) -> list[_Result] | ProviderFailure:
    """Wait for calls, and give what they return."""
    _, late = wait(calls, timeout=seconds)
    for call in late:
        call.cancel()
    if late:
        return ProviderFailure(reason=f"no answer within {seconds:g} s", may_pass=True)
    for call in calls:
        if (error := call.exception()) is not None:
            return failure_of(error)
    return [call.result() for call in calls]


def failure_of(error: BaseException) -> ProviderFailure:
    """Read an error of a client: of most, ``status_code`` and ``response`` are known."""
    status = getattr(error, "status_code", None)
    if not isinstance(status, int):
        return ProviderFailure(
            reason=type(error).__name__, may_pass=not isinstance(error, ValueError)
        )
    return ProviderFailure(
        reason=f"status {status}",
        may_pass=status in _PASSING or status >= _SERVER_FAILS,
        wait=retry_after(error),
        cure=_REFUSED.get(status, "check its address and its state"),
    )


def retry_after(error: BaseException) -> float | None:
    """Seconds of a ``Retry-After``; its other form, a date, is rare and not worth a guess."""
    headers = getattr(getattr(error, "response", None), "headers", None)
    try:
        seconds = float(headers["retry-after"]) if headers is not None else None
    except (KeyError, ValueError, TypeError):
        return None
    return None if seconds is None or math.isnan(seconds) else max(seconds, 0.0)
