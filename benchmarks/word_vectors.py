"""Measures what the word vectors bring to the search: ``python -m benchmarks word_vectors``.

Recall at 5 on the labelled dev sets, all else as it is: with the spelling alone, and with the table that
is shipped. With ``python -m benchmarks.word_vectors --teacher word-teacher.npz`` (what
``benchmarks.distil_words`` keeps) also with tables that were made otherwise.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.distil_words import DROPPED, EVENED, distil
from benchmarks.knowledge_sets import CROSS_SETS, DATA, SETS, build_index, load_questions
from knowledge.embedding import (
    SPELLING_DIMENSIONS,
    SPELLING_SHARE,
    Blend,
    Embedder,
    HashedSubwords,
    default_embedder,
)
from knowledge.embedding.word_vectors import read_table
from knowledge.evaluation import ask_all, evaluate

SPELLING_ALONE = 512
"""Dimensions of the spelling where it has no vectors of meaning beside it."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--teacher", type=Path, help="vectors that the teacher gave")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"Skipped: there are no labelled questions in {DATA}.")
        return 0
    for title, embedder in embedders(arguments.teacher):
        print(title)
        for name, value in (pair for code in SETS for pair in measure(embedder, code)):
            print(f"  {name:32s} {value:.3f}", flush=True)
    return 0


def embedders(teacher: Path | None) -> Iterator[tuple[str, Embedder]]:
    """Give what is compared, with its name."""
    yield "spelling alone", HashedSubwords(SPELLING_ALONE)
    yield "with word vectors", default_embedder()
    if teacher is not None:
        yield "nothing dropped", distilled(teacher, dropped=0)
        yield "nothing evened out", distilled(teacher, evened=0.0)


def distilled(teacher: Path, *, dropped: int = DROPPED, evened: float = EVENED) -> Embedder:
    """Make a table otherwise than the one that is shipped."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.npz"
        distil(path, teacher, dropped=dropped, evened=evened)
        return Blend(read_table(path), HashedSubwords(SPELLING_DIMENSIONS), share=SPELLING_SHARE)


def measure(embedder: Embedder, language: str) -> list[tuple[str, float]]:
    """Ask all sets of a language."""
    with tempfile.TemporaryDirectory() as folder:
        knowledge = build_index(Path(folder), language, embedder=embedder)

        async def recall(name: str) -> float:
            judged = [one async for one in ask_all(knowledge, load_questions(language, name))]
            return evaluate(judged, threshold=0.5).recall[5]

        sets = (*SETS[language], *CROSS_SETS.get(language, ()))
        found = [(name, asyncio.run(recall(name))) for name in sets]
        knowledge.close_now()
    return found


if __name__ == "__main__":
    sys.exit(main())
