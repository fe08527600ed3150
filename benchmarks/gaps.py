"""How well questions without an answer are put together, and how fast.

    python -m benchmarks gaps

``gap_questions.tsv`` holds questions that were written for this project, English and Spanish, each
with its topic; what others wrote (faq-intents) is harder: each set is about one subject, and its
intents are finer than what an article covers. Over all pairs of questions: precision (put together
and of one topic), recall, F1; purity is the share of questions in whose cluster their topic leads.
"""

import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import comb
from pathlib import Path
from typing import Any

from typing_extensions import override

from benchmarks.report import show
from bot.vocabulary.gaps import Gap, GapKind
from knowledge.gaps import Cluster, cluster_gaps
from knowledge.gaps.clusters import ALIKE

QUESTIONS = Path(__file__).with_name("gap_questions.tsv")
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
MANY = 10_000
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_SUBJECTS = ("ship", "pay", "return", "cancel", "change", "clean", "repair", "gift", "send", "buy")

Labelled = tuple[str, Gap]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures in 0..1, and how many topics and clusters there are."""

    f1: float
    precision: float
    recall: float
    purity: float
    topics: int
    clusters: int

    @override
    def __str__(self) -> str:
        return (
            f"F1 {self.f1:.3f}  precision {self.precision:.3f}  recall {self.recall:.3f}  "
            f"purity {self.purity:.3f}  {self.topics} topics in {self.clusters} clusters"
        )


def main() -> None:
    own = labelled()
    show(
        f"gaps: {len(own)} own questions, by the least likeness",
        {
            f"{alike:.2f}{' (as shipped)' if alike == ALIKE else ''}": _measured(own, alike)
            for alike in (0.2, ALIKE, 0.3, 0.35)
        },
    )
    others = list(of_others())
    if not others:
        print(f"questions of others are left out: there is no data in {DATA}")
    sets: defaultdict[str, list[Labelled]] = defaultdict(list)
    for name, topic, gap in others:
        sets[name].append((topic, gap))
    show("gaps: questions of others", {name: _measured(rows, ALIKE) for name, rows in sets.items()})
    many = [gap for _, _, gap in others][:MANY]
    many += [invented(number) for number in range(MANY - len(many))]
    started, spent = time.perf_counter(), time.process_time()
    clusters = cluster_gaps(many)
    show(
        f"gaps: {len(many)} questions at once",
        {
            "clusters": len(clusters),
            "seconds (processor)": f"{time.process_time() - spent:.1f}",
            "seconds (wall)": f"{time.perf_counter() - started:.1f}",
        },
    )


def labelled() -> list[Labelled]:
    """Return the own questions, each with its topic."""
    rows = [line.split("\t") for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    return [(topic, a_gap(number, text, lang)) for number, (topic, lang, text) in enumerate(rows)]


def of_others() -> Iterator[tuple[str, str, Gap]]:
    """Return set, topic and gap of labelled questions that others wrote, shuffled."""
    if not DATA.is_dir():
        return
    files = [DATA / "faq-intents" / name for name in ("queries.jsonl", "index.jsonl")]
    rows = [row for file in files for row in _rows(file) if row.get("intent")]
    random.Random(7).shuffle(rows)  # noqa: S311 - an order that stays the same
    for number, row in enumerate(rows[:MANY]):
        yield row["dataset"], row["intent"], a_gap(number, row["text"], row["lang"])


def a_gap(number: int, question: str, language: str) -> Gap:
    return Gap(
        turn_id=f"t{number:06}",
        conversation=f"playground:demo:c{number}",
        at=BEGIN + timedelta(minutes=number),
        kind=GapKind.UNANSWERED,
        question=question,
        language=language,
    )


def invented(number: int) -> Gap:
    """One of as many different questions as there are numbers."""
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    return a_gap(number, f"how can I {subject} article {number // 20} of order N-{number}?", "en")


def pairwise(topics: Sequence[str], clusters: Sequence[Cluster]) -> Figures:
    """Compare clusters with the topics of their gaps, which are numbered as ``a_gap`` does."""
    found = [Counter(topics[int(gap.turn_id[1:])] for gap in one.gaps) for one in clusters]
    together = sum(comb(count.total(), 2) for count in found)
    right = sum(comb(count, 2) for topic in found for count in topic.values())
    wanted = sum(comb(count, 2) for count in Counter(topics).values())
    precision, recall = right / max(together, 1), right / max(wanted, 1)
    return Figures(
        f1=2 * precision * recall / max(precision + recall, 1e-9),
        precision=precision,
        recall=recall,
        purity=sum(max(count.values()) for count in found) / max(len(topics), 1),
        topics=len(set(topics)),
        clusters=len(clusters),
    )


def _measured(rows: Sequence[Labelled], alike: float) -> Figures:
    gaps = [a_gap(number, gap.question, gap.language) for number, (_, gap) in enumerate(rows)]
    return pairwise([topic for topic, _ in rows], cluster_gaps(gaps, alike=alike))


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
