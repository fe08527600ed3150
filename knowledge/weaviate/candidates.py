"""Candidates for a question: a hybrid search among the passages that the asker may see.

The scores of a hybrid search are relative to its own list (the best of nonsense has 1.0), so that they
say nothing of how sure an answer is. They choose candidates and nothing else.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from weaviate.classes.query import Filter, HybridFusion
from weaviate.collections.classes.filters import FilterReturn

from bot.vocabulary.knowledge import Audience
from knowledge.embedding import Vectors
from knowledge.index.hits import Hit, Row
from knowledge.index.rows import centred
from knowledge.index.search import LOOKED_AT, Candidate
from knowledge.labels import contradicts
from knowledge.questions import Question
from knowledge.ranking import WEIGHTS
from knowledge.weaviate.editions import Edition
from knowledge.weaviate.shape import VECTOR, Objects

_ALPHA = 0.5
_POOL = 60
"""With both lists weighed alike some 30 of each; the embedded index ranks 30 by words and 15 by
meaning. ``python -m benchmarks stores`` measures how often both find the same."""
_WHOLE = 2
"""Servers take a weight that is no whole number for zero (weaviate/weaviate#11440)."""
FIELDS = [
    f"title_terms^{round(_WHOLE * WEIGHTS.title)}",
    f"heading_terms^{round(_WHOLE * WEIGHTS.headings)}",
    f"body_terms^{_WHOLE}",
]
_COLUMNS = [name for name in Row._fields if name != "passage"]
_READ = ["position", *_COLUMNS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A question to the passages of one language in one edition; ``vector`` has the length 1."""

    objects: Objects
    edition: Edition
    question: Question
    language: str
    vector: Vectors | None

    async def candidates(self, telling: Sequence[str]) -> list[Candidate]:
        """The passages that fit the most telling words or the meaning best, in no order of worth."""
        allowed = self._allowed()
        if allowed is None:
            return []
        mean = self.edition.mean_vector()
        # What all passages have in common tells none apart, in the question as in them.
        aim = None if self.vector is None else centred(self.vector[None], mean)[0]
        if aim is None or not np.any(aim):
            found = await self._by_words(telling, allowed)
            return [Candidate(row=row_of(one.properties), cosine=0.0) for one in found]
        found = await self._by_both(telling, aim, allowed)
        vectors = np.array([one.vector[VECTOR] for one in found], dtype=np.float32)
        near = np.einsum("ij,j->i", centred(vectors.reshape(-1, len(aim)), mean), aim)
        made = [
            Candidate(row=row_of(one.properties), cosine=cosine)
            for one, cosine in zip(found, near.tolist(), strict=True)
        ]
        return sorted(made, key=lambda one: (one.row.doc_id, one.row.passage))

    async def around(self, best: Hit) -> list[Row]:
        """The passages of the best document around the best one."""
        position = Filter.by_property("position")
        found = await self.objects.query.fetch_objects(
            filters=Filter.all_of(
                [
                    *self.edition.holding(),
                    Filter.by_property("doc_id").equal(best.doc_id),
                    position.greater_or_equal(best.passage - LOOKED_AT),
                    position.less_or_equal(best.passage + LOOKED_AT),
                ]
            ),
            limit=2 * LOOKED_AT + 1,
            return_properties=_READ,
        )
        rows = [row_of(one.properties) for one in found.objects]
        rows.sort(key=lambda row: (abs(row.passage - best.passage), row.passage))
        return rows[:LOOKED_AT]

    async def _by_words(self, telling: Sequence[str], allowed: FilterReturn) -> list[Any]:
        if not telling:
            return []
        found = await self.objects.query.bm25(
            " ".join(telling),
            query_properties=FIELDS,
            filters=allowed,
            limit=_POOL,
            return_properties=_READ,
        )
        return list(found.objects)

    async def _by_both(
        self, telling: Sequence[str], aim: Vectors, allowed: FilterReturn
    ) -> list[Any]:
        if not telling:
            near = await self.objects.query.near_vector(
                aim.tolist(),
                target_vector=VECTOR,
                filters=allowed,
                limit=_POOL,
                include_vector=[VECTOR],
                return_properties=_READ,
            )
            return list(near.objects)
        found = await self.objects.query.hybrid(
            " ".join(telling),
            alpha=_ALPHA,
            vector=aim.tolist(),
            target_vector=VECTOR,
            query_properties=FIELDS,
            fusion_type=HybridFusion.RANKED,
            filters=allowed,
            limit=_POOL,
            include_vector=[VECTOR],
            return_properties=_READ,
        )
        return list(found.objects)

    def _allowed(self) -> FilterReturn | None:
        """What a passage must be to be looked at; None when none of them may be."""
        known = self.edition.labels
        seen = [labels for labels in known if _is_for(labels, self.question)]
        if not seen:
            return None
        document = Filter.by_property("doc_id")
        return Filter.all_of(
            [
                *self.edition.holding(),
                Filter.by_property("language").equal(self.language),
                *(document.not_equal(doc_id) for doc_id in sorted(self.question.excluded)),
                *([Filter.by_property("labels").contains_any(seen)] if seen != list(known) else []),
            ]
        )


def row_of(properties: Any) -> Row:
    """A passage as the ranking reads it; its number is its place in its document."""
    columns = {name: properties.get(name) for name in _COLUMNS}
    return Row(passage=int(properties["position"]), **columns)


def _is_for(labels: str, question: Question) -> bool:
    """Whether the asker may see documents with these labels, and they are about what is asked."""
    audience, _, tags = labels.partition(" ")
    may_read = question.audience.may_read(Audience(audience))
    return may_read and not contradicts(json.loads(tags), question.tags)
