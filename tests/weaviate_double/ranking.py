"""BM25, cosine and their fusion, by the formulas that Weaviate documents."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from weaviate.proto.v1 import base_search_pb2

from tests.weaviate_double.shelf import Collection, RefusedError, Shard
from tests.weaviate_double.values import Vector, vector_of, wanted_vector

_SATURATION = 1.2
_LENGTH = 0.75
_WORD = re.compile(r"\w+")
_LEAST_POOL = 100


@dataclass(slots=True)
class Postings:
    """Where the words of one property stand."""

    places: dict[str, list[tuple[int, int]]] = field(
        default_factory=dict[str, list[tuple[int, int]]]
    )
    lengths: dict[int, int] = field(default_factory=dict[int, int])

    @property
    def mean_length(self) -> float:
        return sum(self.lengths.values()) / max(len(self.lengths), 1)


def bm25(
    collection: Collection, shard: Shard, query: str, properties: Iterable[str]
) -> dict[int, float]:
    """Scores by the object's place among those that are ordered by their ids."""
    scores: dict[int, float] = {}
    count = len(shard.objects)
    for named in properties:
        name, _, written = named.partition("^")
        # As the server's own reading goes: a weight that is no whole number counts as nothing.
        boost = int(written) if written.isdigit() else 0 if written else 1
        words, postings = _read(collection, shard, name, query)
        mean = postings.mean_length
        for word in words:
            met = postings.places.get(word, [])
            idf = math.log(1 + (count - len(met) + 0.5) / (len(met) + 0.5))
            for place, often in met:
                damped = 1 - _LENGTH + _LENGTH * postings.lengths[place] / mean
                part = often * (_SATURATION + 1) / (often + _SATURATION * damped)
                scores[place] = scores.get(place, 0.0) + boost * idf * part
    return scores


def _read(collection: Collection, shard: Shard, name: str, query: str) -> tuple[set[str], Postings]:
    known = collection.properties.get(name)
    if known is None or not known["indexSearchable"]:
        raise RefusedError(f"property '{name}' is not indexed for searching")
    how = known["tokenization"]
    postings = shard.remembered(("postings", name), lambda: _postings(shard, name, how))
    return set(_words(query, how)), postings


def _postings(shard: Shard, name: str, how: str) -> Postings:
    made = Postings()
    for place, stored in enumerate(shard.ordered()):
        words = _words(str(stored.properties.get(name) or ""), how)
        if words:
            made.lengths[place] = len(words)
            for word, often in Counter(words).items():
                made.places.setdefault(word, []).append((place, often))
    return made


def _words(text: str, how: str) -> list[str]:
    return text.split() if how == "whitespace" else _WORD.findall(text.lower())


def cosines(shard: Shard, vector: Vector, name: str) -> Vector:
    """The cosine of each object's vector, by the object's place."""
    matrix: Vector = shard.remembered(("vectors", name), lambda: _matrix(shard, name))
    if len(matrix) and matrix.shape[1] != len(vector):
        raise RefusedError(f"vector lengths don't match: {matrix.shape[1]} vs {len(vector)}")
    length = float(np.linalg.norm(vector))
    return (matrix @ (vector / (length or 1.0))).astype(np.float32)


def _matrix(shard: Shard, name: str) -> Vector:
    rows = [stored.vectors[name] for stored in shard.ordered()]
    matrix = np.stack(rows) if rows else np.zeros((0, 0), dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return (matrix / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def hybrid(
    collection: Collection,
    shard: Shard,
    wanted: base_search_pb2.Hybrid,
    allowed: set[int],
    limit: int,
) -> dict[int, float]:
    """Fused scores by the object's place, best first."""
    alpha = _alpha(wanted)
    pool = max(limit, _LEAST_POOL)
    words = bm25(collection, shard, wanted.query, wanted.properties) if alpha < 1 else {}
    near: dict[int, float] = {}
    if alpha > 0:
        vector, name = _vector(wanted)
        found: list[float] = cosines(shard, vector, name).tolist()
        near = dict(enumerate(found))
    parts = [(1 - alpha, _best(words, allowed, pool)), (alpha, _best(near, allowed, pool))]
    is_ranked = wanted.fusion_type == base_search_pb2.Hybrid.FUSION_TYPE_RANKED
    fused: dict[int, float] = {}
    for weight, part in parts:
        for place, share in (_by_rank(part) if is_ranked else _by_score(part)).items():
            fused[place] = fused.get(place, 0.0) + weight * share
    return dict(sorted(fused.items(), key=lambda one: (-one[1], one[0])))


def _alpha(wanted: base_search_pb2.Hybrid) -> float:
    if wanted.use_alpha_param:
        return wanted.alpha_param if wanted.HasField("alpha_param") else 0.75
    return wanted.alpha


def _vector(wanted: base_search_pb2.Hybrid) -> tuple[Vector, str]:
    if wanted.HasField("near_vector"):
        return wanted_vector(wanted.near_vector)
    targets = list(wanted.targets.target_vectors)
    data = wanted.vectors[0].vector_bytes if wanted.vectors else wanted.vector_bytes
    if not data:
        raise RefusedError("VectorFromInput was called without vectorizer")
    return vector_of(data), targets[0] if targets else ""


def _best(scores: Mapping[int, float], allowed: set[int], pool: int) -> dict[int, float]:
    kept = [one for one in scores.items() if one[0] in allowed]
    return dict(sorted(kept, key=lambda one: (-one[1], one[0]))[:pool])


def _by_rank(scores: Mapping[int, float]) -> dict[int, float]:
    return {place: 1 / (rank + 60) for rank, place in enumerate(scores)}


def _by_score(scores: Mapping[int, float]) -> dict[int, float]:
    most, least = max(scores.values(), default=0.0), min(scores.values(), default=0.0)
    span: Any = most - least
    return {place: (one - least) / span if span else 1.0 for place, one in scores.items()}
