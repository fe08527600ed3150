"""Dense vectors: without a model at run time unless the settings name one.

- ``vectors``: the socket that every embedder fits
- ``word_vectors``: meaning, across English and Spanish; ``words_en_es.npz`` is its table
- ``subwords``: spelling, in any language
- ``blend``: both in one vector
- ``provider``: the vectors of a model that LangChain knows; ``client`` builds its client,
  ``checking`` looks at what it gives, ``remembered`` keeps the last questions
- ``options``: what an operator says of all that
"""

from functools import cache

from knowledge.embedding.blend import Blend
from knowledge.embedding.options import EmbeddingOptions
from knowledge.embedding.provider import ProviderEmbedder
from knowledge.embedding.subwords import HashedSubwords
from knowledge.embedding.vectors import (
    Embedder,
    EmbeddingUnavailableError,
    StaticEmbedder,
    Vectors,
)
from knowledge.embedding.word_vectors import WordVectors, word_vectors

SPELLING_DIMENSIONS = 256
SPELLING_SHARE = 0.4

__all__ = [
    "Blend",
    "Embedder",
    "EmbeddingOptions",
    "EmbeddingUnavailableError",
    "HashedSubwords",
    "ProviderEmbedder",
    "StaticEmbedder",
    "Vectors",
    "WordVectors",
    "choose_embedder",
    "default_embedder",
]


@cache
def default_embedder() -> StaticEmbedder:
    """Return the embedder of the default install: meaning, and a little spelling."""
    return Blend(word_vectors(), HashedSubwords(SPELLING_DIMENSIONS), share=SPELLING_SHARE)


def choose_embedder(options: EmbeddingOptions) -> Embedder:
    """Return the embedder that the options ask for."""
    return ProviderEmbedder(options) if options.model else default_embedder()
