"""Measures retrieval, abstention and latency: ``python -m benchmarks.knowledge``.

Questions and documents are the labelled dev sets beside the checkout. "@60" is how many of the surest
60 % of the answers are right. All sets of a language are
asked of one index that holds the documents of all of them, which is harder than the baselines
printed beside (BM25 with each set's documents alone, from the project's notes on its data).
"""

import argparse
import asyncio
import gzip
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.knowledge_sets import (
    CROSS_SETS,
    DATA,
    SETS,
    build_index,
    load_questions,
)
from bot.vocabulary.knowledge import Query
from config.settings import EscalationSettings
from knowledge import EmbeddedKnowledge, ingest, open_embedded
from knowledge.evaluation import Judged, LabelledQuestion, ask_all, evaluate

LARGE = DATA.parent / "docs-large" / "docs.jsonl.gz"
DOCUMENTS_AT_ONCE = 500
THRESHOLD = EscalationSettings().answer_above
BASELINES = {
    "faq": (0.471, 0.748, 0.591, 0.72),
    "mtrag": (0.544, 0.777, 0.638, None),
    "mtrag-un": (0.831, 0.946, 0.878, 0.73),
    "m365-es": (0.747, 0.922, 0.822, 0.73),
    "libreoffice-es": (0.623, 0.928, 0.752, 0.70),
    "xquad-es": (0.939, 0.992, 0.962, 0.88),
    "m365-es.asked-in-english": (0.298, 0.467, 0.374, 0.59),
    "libreoffice-es.asked-in-english": (0.222, 0.401, 0.300, 0.66),
    "xquad-es.asked-in-english": (0.240, 0.426, 0.324, 0.66),
}
"""BM25: recall@1, recall@5, MRR, AUROC of answerable against not."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=10_000, help="size for the latency")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"Skipped: there are no labelled questions in {DATA}.")
        return 0
    print(
        f"{'set':32s} {'n':>4s}  R@1   R@5   R@10  MRR   AUROC  ECE    >=.4   right  @60    | BM25 R@1 R@5 MRR AUROC"
    )
    for language in SETS:
        with tempfile.TemporaryDirectory() as folder:
            knowledge = build_index(Path(folder), language)
            for name in (*SETS[language], *CROSS_SETS.get(language, ())):
                print(measure(knowledge, name, load_questions(language, name)), flush=True)
            knowledge.close_now()
    if LARGE.is_file():
        print(measure_latency(arguments.passages))
    return 0


def measure(knowledge: EmbeddedKnowledge, name: str, asked: Sequence[LabelledQuestion]) -> str:
    """Ask a set and describe the result in one line."""
    found = evaluate(asyncio.run(_judge(knowledge, asked)), threshold=THRESHOLD)
    at = found.at_threshold
    shares = (*found.recall.values(), found.mrr, found.answerable_auroc, found.ece)
    figures = "  ".join(
        f"{value:.3f}" for value in (*shares, at.coverage, at.selective_accuracy, found.surest)
    )
    baseline = " ".join("  -  " if b is None else f"{b:.3f}" for b in BASELINES[name])
    return f"{name:32s} {found.n:4d}  {figures}  | {baseline}"


async def _judge(knowledge: EmbeddedKnowledge, asked: Sequence[LabelledQuestion]) -> list[Judged]:
    return [one async for one in ask_all(knowledge, asked)]


def measure_latency(passages: int) -> str:
    """Index real documents until there are enough passages, then ask for 300 of their titles."""
    with tempfile.TemporaryDirectory() as folder:
        knowledge = open_embedded(Path(folder))
        titles: list[str] = []
        started = time.perf_counter()
        with gzip.open(LARGE, "rt", encoding="utf-8") as lines:
            while sum(knowledge.passages_now().values()) < passages:
                batch = list(itertools.islice(lines, DOCUMENTS_AT_ONCE))
                if not batch:
                    break
                source = Path(folder) / f"{len(titles)}.jsonl"
                source.write_text("".join(batch), encoding="utf-8")
                ingest(knowledge, [source])
                titles += [json.loads(line)["title"] for line in batch]
        built = time.perf_counter() - started
        count = sum(knowledge.passages_now().values())
        size = knowledge.path.stat().st_size / 2**20
        spent = [_time_answer(knowledge, title) for title in titles[:: max(len(titles) // 300, 1)]]
        knowledge.close_now()
    middle, late = np.percentile(spent, [50, 95])
    return (
        f"latency of an answer at {count} passages: p50 {middle:.1f} ms, p95 {late:.1f} ms; "
        f"{len(titles)} documents indexed in {built:.1f} s, {size:.0f} MiB"
    )


def _time_answer(knowledge: EmbeddedKnowledge, text: str) -> float:
    started = time.perf_counter()
    knowledge.answer_now(Query(text=text, language="en"))
    return 1_000 * (time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())
