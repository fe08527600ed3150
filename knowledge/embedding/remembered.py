"""The last questions' vectors: a question is searched for in one language after another."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from knowledge.embedding.vectors import Vectors

_MOST = 256


class Remembered:
    """Vectors by their texts, those that were not asked for longest forgotten first."""

    def __init__(self) -> None:
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, text: str) -> bool:
        with self._lock:
            if text not in self._vectors:
                return False
            self._vectors.move_to_end(text)
            return True

    def note(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Keep a vector for each text."""
        with self._lock:
            self._vectors.update(zip(texts, vectors, strict=True))
            while len(self._vectors) > _MOST:
                self._vectors.popitem(last=False)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """An array with a row for each text; zeros for one that is not known."""
        with self._lock:
            found = [self._vectors.get(text) for text in texts]
        known = [vector for vector in found if vector is not None]
        nothing = np.zeros(len(known[0]) if known else 1, dtype=np.float32)
        return np.array([nothing if vector is None else vector for vector in found])
