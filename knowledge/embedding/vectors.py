"""The socket for embeddings: texts in, vectors out."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors of length 1, so that their product is the cosine.

    ``fingerprint`` names the method and its version: an index holds it, and vectors of another
    fingerprint are never compared. Safe to call from several threads.
    """

    @property
    def fingerprint(self) -> str:
        """What distinguishes these vectors from those of any other embedder."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of each vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an array (texts, dimensions); a text without words gives zeros."""
        ...


def of_length_one(vectors: Vectors) -> Vectors:
    """Scale each row to the length 1; rows of zeros stay."""
    squares = np.einsum("ij,ij->i", vectors, vectors)
    lengths = np.sqrt(np.where(squares > 0, squares, np.float32(1)))
    return (vectors / lengths[:, None]).astype(np.float32)
