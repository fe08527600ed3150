"""Where a question points in the vector space."""

from dataclasses import dataclass

import numpy as np

from knowledge.embedding import Embedder, EmbeddingUnavailableError, Vectors
from knowledge.embedding.vectors import of_length_one
from knowledge.questions import Question

WORDS_ALONE = "the embedding model gave no vector of the question, so it was searched for by words"

OTHER_LENGTH = (
    "the embedding model gives vectors of another length than the index holds, so it was searched "
    "for by words"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A vector of length 1, None where there is none; ``note`` says why, for the receipt."""

    vector: Vectors | None = None
    note: str = ""


def aim_of(question: Question, embedder: Embedder) -> Aim:
    """Embed a question with what it goes on from; without an embedder's help words must do."""
    texts, weights = zip(*question.embedded_texts, strict=True)
    try:
        vectors = embedder.embed_questions(texts)
    except EmbeddingUnavailableError as error:
        return Aim(note=f"{WORDS_ALONE}: {error}")
    summed = np.asarray(weights, dtype=np.float32) @ vectors
    return Aim(vector=of_length_one(summed[None])[0]) if np.any(summed) else Aim()
