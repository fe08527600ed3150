"""Makes vectors of what a client gave, or says what is wrong with it."""

from collections.abc import Sequence

import numpy as np

from knowledge.calls import ProviderFailure
from knowledge.embedding.vectors import Vectors, of_length_one


def vectors_of(
    given: Sequence[Sequence[float]], count: int, dimensions: int | None
) -> Vectors | ProviderFailure:
    """Make an array of what a client gave, when it can be one of ``count`` vectors of this length."""
    try:
        return _checked(given, count, dimensions)
    except (TypeError, ValueError):
        # A client hands on what a server sent, also where that is no list of numbers.
        return ProviderFailure(reason="something else than vectors")


def _checked(
    given: Sequence[Sequence[float]], count: int, dimensions: int | None
) -> Vectors | ProviderFailure:
    lengths = {len(vector) for vector in given}
    if len(given) != count:
        return ProviderFailure(reason=f"{len(given)} vectors for {count} texts")
    if len(lengths) != 1 or not lengths <= {dimensions or max(lengths)} or not max(lengths):
        return ProviderFailure(
            reason=f"vectors of {sorted(lengths)} numbers instead of {dimensions}"
        )
    vectors = np.asarray(given, dtype=np.float32)
    if not np.all(np.isfinite(vectors)):
        return ProviderFailure(reason="vectors with something else than numbers")
    return of_length_one(vectors)
