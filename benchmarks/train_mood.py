"""Trains the small model of moods: ``python -m benchmarks.train_mood [--out FILE]``.

A linear layer (logistic regression for each feeling, side by side) over ``handoff.mood.features``, on the
labelled rows that ``benchmarks.mood_data`` reads. How good or bad single words are comes from the lexicon
of VADER (Hutto & Gilbert 2014, MIT) for English and from ``mood_words.tsv``, which is the project's own,
for Spanish and for what support means otherwise. Neither package is a part of Relevo:

    .venv/bin/pip install vaderSentiment==3.3.2 scipy

With ``--crossed FILE`` also what models say that were trained without the row in question (five parts):
``benchmarks.mood`` measures the sets that taught with it.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.mood_data import (
    DATA,
    KEPT_OUT,
    PARTS,
    Labelled,
    read_emotions,
    read_neutral,
    read_seeds,
    read_words,
)
from handoff.mood.features import BUCKETS, VERSION, features_of
from handoff.mood.folding import fold
from handoff.mood.model import FEELINGS, FILE, STEP, MoodModel
from handoff.mood.valences import Valences

Numbers = NDArray[np.float64]
TRAINED = "1"
"""The number of this training, behind the version of the features."""
RIDGE = 0.2
"""How strongly the weights of places are held near 0, and those of the sums."""
RIDGE_OF_SUMS = 0.3
ROUNDS = 300
SHIFT = {"negative": -1.1, "frustration": -0.7, "satisfaction": 0.2, "leaving": 0.5}
"""Added to the bias: dissatisfaction is rarer among customers than in the sets that teach, and their many
neutral questions make the model too shy of the rest."""
_LETTERS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Labelled texts as the model sees them; ``places`` is a sparse matrix of scipy."""

    places: Any
    sums: Numbers
    likely: Numbers
    weights: Numbers

    def only(self, rows: NDArray[np.bool_]) -> "Seen":
        return Seen(
            places=self.places[rows],
            sums=self.sums[rows],
            likely=self.likely[rows],
            weights=self.weights[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What is learned, before it is rounded."""

    places: Numbers
    sums: Numbers
    bias: Numbers


def main() -> int:
    """Train and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--crossed", type=Path, help="where to write what models without a row say")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"Skipped: there are no labelled texts in {DATA}.")
        return 0
    valences = collect_valences()
    labelled = [*read_emotions(), *read_neutral(), *read_seeds()]
    seen = look_at(labelled, valences)
    if arguments.crossed:
        arguments.crossed.write_text(json.dumps(cross(labelled, seen)))
    taught = np.array([not is_kept_out(row) for row in labelled])
    write(arguments.out, learn(seen.only(taught)), valences)
    size = arguments.out.stat().st_size / 2**20
    print(f"{int(taught.sum())} texts, {size:.2f} MiB: {arguments.out}")
    return 0


def is_kept_out(row: Labelled) -> bool:
    """Whether the shipped model must not see a row: a fifth of the seeds."""
    return row.group.startswith("seeds") and row.part == KEPT_OUT


def collect_valences() -> Valences:
    """Join the lexicon of VADER and the project's own words, which count before it."""
    vader: Any = import_module("vaderSentiment.vaderSentiment")
    lexicon: Mapping[str, float] = vader.SentimentIntensityAnalyzer().lexicon
    words = {fold(word): float(value) for word, value in lexicon.items()}
    words = {word: value for word, value in words.items() if _LETTERS.fullmatch(word)}
    own = read_words()
    words |= {word: value for word, value in own.items() if not word.endswith("*")}
    stems = {word[:-1]: value for word, value in own.items() if word.endswith("*")}
    return Valences(words, stems)


def look_at(labelled: Sequence[Labelled], valences: Valences) -> Seen:
    """Turn texts into what the model sees of them."""
    sparse: Any = import_module("scipy.sparse")
    seen = [features_of(row.text, valences) for row in labelled]
    ends = np.cumsum([0, *(len(one.places) for one in seen)])
    values = np.concatenate([one.values for one in seen])
    places = np.concatenate([one.places for one in seen])
    likely = [[np.nan if value is None else value for value in row.likely] for row in labelled]
    return Seen(
        places=sparse.csr_matrix((values, places, ends), shape=(len(seen), BUCKETS)),
        sums=np.stack([one.sums for one in seen]).astype(np.float64),
        likely=np.array(likely),
        weights=np.array([row.weight for row in labelled]),
    )


def learn(seen: Seen) -> Weights:
    """Fit each feeling by itself on the rows that say something of it."""
    used = np.unique(seen.places.indices)
    places = np.zeros((BUCKETS, len(FEELINGS)))
    sums = np.zeros((seen.sums.shape[1], len(FEELINGS)))
    bias = np.zeros(len(FEELINGS))
    for column, feeling in enumerate(FEELINGS):
        found = _fit(seen, seen.places[:, used], seen.likely[:, column])
        places[used, column] = found[: len(used)]
        sums[:, column] = found[len(used) : -1]
        bias[column] = found[-1] + SHIFT.get(feeling, 0.0)
    return Weights(places=places, sums=sums, bias=bias)


def _fit(seen: Seen, places: Any, likely: Numbers) -> Numbers:
    said = ~np.isnan(likely)
    weights, wanted = seen.weights * said, np.where(said, likely, 0.0)
    transposed, count = places.T.tocsr(), places.shape[1]
    ridge = np.full(count + seen.sums.shape[1] + 1, RIDGE)
    ridge[count:], ridge[-1] = RIDGE_OF_SUMS, 0.0

    def loss(guess: Numbers) -> tuple[float, Numbers]:
        odds = places @ guess[:count] + seen.sums @ guess[count:-1] + guess[-1]
        errors = weights * (1 / (1 + np.exp(-odds)) - wanted)
        slope = np.concatenate([transposed @ errors, seen.sums.T @ errors, [errors.sum()]])
        cost = (weights * (np.logaddexp(0, odds) - wanted * odds)).sum()
        return float(cost + 0.5 * (ridge * guess**2).sum()), slope + ridge * guess

    minimize: Any = import_module("scipy.optimize").minimize
    options = {"maxiter": ROUNDS}
    return minimize(loss, np.zeros(len(ridge)), jac=True, method="L-BFGS-B", options=options).x


def cross(labelled: Sequence[Labelled], seen: Seen) -> list[dict[str, object]]:
    """Have each row of the emotions and seeds judged by a model that was trained without its part."""
    parts = np.array([row.part for row in labelled])
    judged: list[dict[str, object]] = []
    for part in range(PARTS):
        weights = learn(seen.only(parts != part))
        left = seen.only(parts == part)
        odds = left.places @ weights.places + left.sums @ weights.sums + weights.bias
        rows = [row for row in labelled if row.part == part]
        for row, found in zip(rows, odds, strict=True):
            if not row.group.startswith("neutral"):
                said = dict(zip(FEELINGS, [round(float(value), 4) for value in found], strict=True))
                judged.append({"group": row.group, "text": row.text, "log_odds": said})
    return judged


def rounded(weights: Weights, valences: Valences) -> MoodModel:
    """Round the weights of places to whole numbers of one byte."""
    scales = np.maximum(np.abs(weights.places).max(axis=0), 1e-9) / 127
    return MoodModel(
        version=f"{VERSION}.{TRAINED}",
        valences=valences,
        places=np.rint(weights.places / scales).astype(np.int8),
        scales=scales.astype(np.float32),
        sums=weights.sums.astype(np.float32),
        bias=weights.bias.astype(np.float32),
    )


def write(path: Path, weights: Weights, valences: Valences) -> None:
    """Write the places that weigh something, the sums and the valences."""
    model = rounded(weights, valences)
    at = np.flatnonzero(np.any(model.places, axis=1))
    arrays: dict[str, Any] = {
        "version": np.array(model.version),
        "at": at.astype(np.uint32),
        "weights": model.places[at],
        "scales": model.scales,
        "sums": model.sums,
        "bias": model.bias,
    }
    for name, table in (("words", valences.words), ("stems", valences.stems)):
        arrays[name] = _as_bytes(sorted(table))
        arrays[f"{name}_valences"] = np.array(
            [round(table[word] * STEP) for word in sorted(table)], dtype=np.int8
        )
    np.savez_compressed(path, **arrays)


def _as_bytes(words: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


if __name__ == "__main__":
    sys.exit(main())
