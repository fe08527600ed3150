"""Why a call of a provider failed, whatever its client raised or gave."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.embedding.vectors import Vectors, of_length_one

_REFUSED = {401: "check the API key", 403: "check the API key", 404: "check the model's name"}
_PASSING = {408, 409, 425, 429}
_SERVER_FAILS = 500


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


def vectors_of(
    given: Sequence[Sequence[float]], count: int, dimensions: int | None
) -> Vectors | Failure:
    """Make an array of what a client gave, when it can be one of ``count`` vectors of this length."""
    lengths = {len(vector) for vector in given}
    if len(given) != count:
        return Failure(reason=f"{len(given)} vectors for {count} texts")
    if len(lengths) != 1 or not lengths <= {dimensions or max(lengths)} or not max(lengths):
        return Failure(reason=f"vectors of {sorted(lengths)} numbers instead of {dimensions}")
    vectors = np.asarray(given, dtype=np.float32)
    if not np.all(np.isfinite(vectors)):
        return Failure(reason="vectors with something else than numbers")
    return of_length_one(vectors)


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
        return max(float(headers["retry-after"]), 0.0) if headers is not None else None
    except (KeyError, ValueError, TypeError):
        return None
