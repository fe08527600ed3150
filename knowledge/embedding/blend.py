"""Two embeddings in one vector, so that one product weighs both."""

from collections.abc import Sequence

import numpy as np
from typing_extensions import override

from knowledge.embedding.vectors import Static, StaticEmbedder, Vectors, of_length_one


class Blend(Static):
    """Puts the vectors of two embedders side by side.

    The cosine of two texts is then the mean of both embedders' cosines, the second one's counted
    ``share`` times. Where one knows no word of a text, the other speaks alone.
    """

    def __init__(self, first: StaticEmbedder, second: StaticEmbedder, *, share: float) -> None:
        self._first, self._second = first, second
        self._share = share
        self.dimensions = first.dimensions + second.dimensions
        self.fingerprint = f"{first.fingerprint}+{share:g}*{second.fingerprint}"

    @override
    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed with both."""
        second = np.float32(self._share**0.5) * self._second.embed(texts)
        return of_length_one(np.concatenate((self._first.embed(texts), second), axis=1))
