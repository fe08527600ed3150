"""The small model: one linear layer over what is seen of a message, trained by ``benchmarks.train_mood``.

What it was trained on, and how well it reads: ``docs/mood.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.vocabulary.mood import Mood
from handoff.mood.features import BUCKETS, VERSION, features_of
from handoff.mood.valences import Valences

FILE = Path(__file__).with_name("mood_en_es.npz")
FEELINGS = tuple(field.name for field in fields(Mood))
"""The columns of the weights."""
STEP = 10.0
"""A valence as the file writes it: tenths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodModel:
    """The weights: of each place (whole numbers, times ``scales``), of each sum, and the bias."""

    version: str
    valences: Valences
    places: NDArray[np.int8]
    scales: NDArray[np.float32]
    sums: NDArray[np.float32]
    bias: NDArray[np.float32]

    def log_odds(self, text: str) -> dict[str, float]:
        """How likely each feeling is, from the message alone."""
        seen = features_of(text, self.valences)
        rows = self.places[seen.places].astype(np.float32)
        found = (seen.values @ rows) * self.scales + seen.sums @ self.sums + self.bias
        return dict(zip(FEELINGS, found.tolist(), strict=True))


@cache
def mood_model() -> MoodModel:
    """Return the model that comes with Relevo."""
    return read_model(FILE)


def read_model(path: Path) -> MoodModel:
    """Read a model as ``benchmarks.train_mood`` writes it.

    Raises:
        ValueError: It was trained for other features than those of this version.
    """
    with np.load(path, allow_pickle=False) as file:
        arrays: Mapping[str, NDArray[np.generic]] = {name: file[name] for name in file.files}
    version = str(arrays["version"])
    if version.partition(".")[0] != VERSION:
        raise ValueError(f"{path.name} is of version {version}, and {VERSION} is needed")
    places = np.zeros((BUCKETS, len(FEELINGS)), dtype=np.int8)
    places[arrays["at"]] = arrays["weights"]
    return MoodModel(
        version=version,
        valences=Valences(_valences(arrays, "words"), _valences(arrays, "stems")),
        places=places,
        scales=arrays["scales"].astype(np.float32),
        sums=arrays["sums"].astype(np.float32),
        bias=arrays["bias"].astype(np.float32),
    )


def _valences(arrays: Mapping[str, NDArray[np.generic]], name: str) -> dict[str, float]:
    words = bytes(arrays[name]).decode().split("\n")
    values = arrays[f"{name}_valences"].astype(np.float32) / STEP
    return dict(zip(words, values.tolist(), strict=True))
