"""Compares the two stores: ``python -m benchmarks stores``.

The same questions are asked of the embedded index and of a Weaviate to which it was published: the
double of the tests in this process, whose BM25 and cosine are exact, so that what differs is our own
doing. Its speed is its own; that of the calls, of their bytes and of the ranking is ours.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.knowledge_sets import DATA, build_index, load_questions
from knowledge import EmbeddedKnowledge
from knowledge.evaluation import LabelledQuestion
from knowledge.weaviate.options import WeaviateOptions
from knowledge.weaviate.publishing import publish
from knowledge.weaviate.store import WeaviateStore
from tests.weaviate_double import running_weaviate

SETS = (("en", "faq"), ("es", "m365-es"))
ASKED = 200
PATIENT = 60.0


@dataclass(slots=True)
class Measured:
    """What one store answered: ranks of the right document, the best one, confidence, seconds."""

    ranks: list[int] = field(default_factory=list[int])
    best: list[str] = field(default_factory=list[str])
    confidence: list[float] = field(default_factory=list[float])
    seconds: list[float] = field(default_factory=list[float])

    def recall(self, most: int) -> float:
        known = [rank for rank in self.ranks if rank]
        return sum(rank <= most for rank in known) / max(len(self.ranks), 1)


def main() -> int:
    if not DATA.is_dir():
        print(f"Skipped: there are no labelled questions in {DATA}.")
        return 0
    for language, name in SETS:
        questions = [one for one in load_questions(language, name) if one.gold][:ASKED]
        with tempfile.TemporaryDirectory() as folder, running_weaviate() as double:
            own = build_index(Path(folder), language)
            options = WeaviateOptions(url=double.url, grpc_url=double.grpc_url, seconds=PATIENT)
            began = time.perf_counter()
            report = publish(own.path, own.embedder, options)
            published = time.perf_counter() - began
            store = WeaviateStore(options, own.embedder)
            shared = EmbeddedKnowledge(Path(folder) / "none", own.embedder, store)
            compare(name, measure(own, questions), measure(shared, questions))
            print(f"  {report.sent} passages published in {published:.1f} s")
            began = time.perf_counter()
            publish(own.path, own.embedder, options)
            print(f"  published again without a change in {time.perf_counter() - began:.1f} s")
            shared.close_now()
            own.close_now()
    return 0


def measure(knowledge: EmbeddedKnowledge, questions: Sequence[LabelledQuestion]) -> Measured:
    measured = Measured()
    for asked in questions:
        found = [source.doc_id for source in knowledge.search_now(asked.query, 10)]
        began = time.perf_counter()
        answer = knowledge.answer_now(asked.query)
        measured.seconds.append(time.perf_counter() - began)
        places = [place for place, one in enumerate(found, start=1) if one in asked.gold]
        measured.ranks.append(places[0] if places else 0)
        measured.best.append(found[0] if found else "")
        measured.confidence.append(answer.confidence.value)
    return measured


def compare(name: str, own: Measured, shared: Measured) -> None:
    print(f"{name}: {len(own.ranks)} questions")
    for label, one in (("embedded", own), ("Weaviate", shared)):
        middle, late = np.percentile(one.seconds, [50, 95]) * 1000
        print(
            f"  {label}: recall@1 {one.recall(1):.3f}, recall@5 {one.recall(5):.3f}, "
            f"p50 {middle:.1f} ms, p95 {late:.1f} ms"
        )
    same = np.mean([a == b for a, b in zip(own.best, shared.best, strict=True)])
    apart = np.abs(np.array(own.confidence) - np.array(shared.confidence))
    print(
        f"  the same best document for {same:.1%}; confidence apart by {apart.mean():.4f} on "
        f"average, {np.percentile(apart, 95):.4f} at p95, {apart.max():.4f} at most; "
        f"p50 latency ratio {np.median(shared.seconds) / np.median(own.seconds):.1f}"
    )


if __name__ == "__main__":
    sys.exit(main())
