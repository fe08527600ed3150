"""Why a model gave no answer, whatever its provider's library calls it."""

from enum import StrEnum

from knowledge.calls import retry_after

_TIMEOUTS = {408, 504}
_SERVER = 500
_LONGEST_REST = 60.0


class Failure(StrEnum):
    """What went wrong with one call; also a label of the measures."""

    KEY = "key"
    MODEL = "model"
    REQUEST = "request"
    LIMIT = "limit"
    SERVER = "server"
    UNREACHABLE = "unreachable"
    LATE = "late"
    STALLED = "stalled"
    SLOW = "slow"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    FORMAT = "format"
    REFUSED = "refused"
    RESTING = "resting"
    BUDGET = "budget"


REASONS = {
    Failure.KEY: "the model's provider refused our key",
    Failure.MODEL: "the provider has no such model",
    Failure.REQUEST: "the model's provider refused the request",
    Failure.LIMIT: "the model's provider has no capacity for us now",
    Failure.SERVER: "the model's provider failed",
    Failure.UNREACHABLE: "the model can't be reached",
    Failure.LATE: "the model did not begin in time",
    Failure.STALLED: "the model stopped in the middle",
    Failure.SLOW: "the model was not ready in time",
    Failure.TOO_LONG: "the model wrote more than it may",
    Failure.EMPTY: "the model wrote nothing",
    Failure.FORMAT: "the model's answer did not have the agreed form",
    Failure.REFUSED: "the model refused to answer",
    Failure.RESTING: "the model rests after several failures",
    Failure.BUDGET: "the budget for language models is used up",
}
"""Each failure in words, for the receipt."""

FREE = {
    Failure.KEY,
    Failure.MODEL,
    Failure.REQUEST,
    Failure.LIMIT,
    Failure.SERVER,
    Failure.UNREACHABLE,
    Failure.RESTING,
    Failure.BUDGET,
}
"""Failures for which no provider takes money, unless the model had begun to write."""


class ModelFailedError(Exception):
    """Raised within this room when a call has failed; never leaves it.

    ``rest_seconds`` is how long the provider asks us to wait, 0 when it says nothing.
    """

    def __init__(self, failure: Failure, *, rest_seconds: float = 0.0) -> None:
        super().__init__(REASONS[failure])
        self.failure = failure
        self.rest_seconds = rest_seconds


def failure_of(error: BaseException) -> ModelFailedError:
    """Name what a provider's library has raised.

    LangChain's integrations have errors of their own for some providers, and pass on those of the
    provider's client for others, so that the status and then the name must tell.
    """
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    if isinstance(status, int):
        rest = min(retry_after(error) or 0.0, _LONGEST_REST)
        return ModelFailedError(_by_status(status), rest_seconds=rest)
    return ModelFailedError(_by_name(error))


def _by_status(status: int) -> Failure:
    named = {401: Failure.KEY, 403: Failure.KEY, 404: Failure.MODEL, 429: Failure.LIMIT}
    if status in _TIMEOUTS or status >= _SERVER:
        return Failure.SERVER
    return named.get(status, Failure.REQUEST)


def _by_name(error: BaseException) -> Failure:
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    if "Timeout" in names:
        return Failure.SERVER
    if "Refusal" in names or "ContentFilter" in names:
        return Failure.REFUSED
    if "Connect" in names or isinstance(error, OSError):
        return Failure.UNREACHABLE
    return Failure.FORMAT if isinstance(error, ValueError) else Failure.SERVER
