"""Dense vectors without a model at run time.

- ``vectors``: the socket that every embedder fits
- ``word_vectors``: meaning, across English and Spanish; ``words_en_es.npz`` is its table
- ``subwords``: spelling, in any language
- ``blend``: both in one vector
"""

from functools import cache

from knowledge.embedding.blend import Blend
from knowledge.embedding.subwords import HashedSubwords
from knowledge.embedding.vectors import Embedder, Vectors
from knowledge.embedding.word_vectors import WordVectors, word_vectors

SPELLING_DIMENSIONS = 256
SPELLING_SHARE = 0.4

__all__ = ["Blend", "Embedder", "HashedSubwords", "Vectors", "WordVectors", "default_embedder"]


@cache
def default_embedder() -> Embedder:
    """Return the embedder of the default install: meaning, and a little spelling."""
    return Blend(word_vectors(), HashedSubwords(SPELLING_DIMENSIONS), share=SPELLING_SHARE)
