"""The socket for embeddings: texts in, vectors out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.vocabulary.errors import KnowledgeUnavailableError

Vectors = NDArray[np.float32]


class EmbeddingUnavailableError(KnowledgeUnavailableError):
    """Raised when texts can't be embedded now: a question is then searched for by its words alone."""


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
    def is_remote(self) -> bool:
        """Whether a model that is set embeds, on whichever machine: one may wait for its vector."""
        ...

    @property
    def batch(self) -> int:
        """How many texts are best embedded at once."""
        ...

    def load(self) -> None:
        """Get ready, so that the first question does not wait for it.

        Raises:
            ConfigurationError: The embedder can't be used as it is set.
        """
        ...

    def close(self) -> None:
        """Let go of connections; it can't be used any more."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages: an array (texts, dimensions); a text without words gives zeros.

        Raises:
            EmbeddingUnavailableError: It did not work, also when it was tried again.
        """
        ...

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions in the same way, but give up soon: a customer waits.

        Raises:
            EmbeddingUnavailableError: It did not work in time.
        """
        ...


class Static(ABC):
    """What embedders have in common that compute at once and know no difference of texts."""

    is_remote = False
    batch = 256

    def load(self) -> None:
        """Nothing is left to be done."""

    def close(self) -> None:
        """Nothing is held open."""

    @abstractmethod
    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of any kind."""

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """Embed questions as passages are."""
        return self.embed(texts)


class StaticEmbedder(Embedder, Protocol):
    """One of a known number of ``dimensions``."""

    @property
    def dimensions(self) -> int:
        """The length of each vector."""
        ...


def of_length_one(vectors: Vectors) -> Vectors:
    """Scale each row to the length 1; rows of zeros stay."""
    squares = np.einsum("ij,ij->i", vectors, vectors)
    lengths = np.sqrt(np.where(squares > 0, squares, np.float32(1)))
    return (vectors / lengths[:, None]).astype(np.float32)
