"""How well sentences that their sources do not support are told from those that they do.

    python -m benchmarks claims [--errors]

On pairs of claim and source that were written for this (``claims.tsv``; half of them wrong in a way
that it names). The check was tuned on the part ``dev``; the errors on ``held`` were looked at once while it
was mended, so its figures are a little too kind. Precision and recall are those of "unsupported": what
is cut without need costs a sentence, what is missed is worse.

Then sentences of answers that others wrote (``shared/data/support-qa``, English): beside the documents
that they were written from most should be kept, beside those of another question most be cut.
"""

import argparse
import csv
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import show
from knowledge.guards.claims import unsupported_reason
from knowledge.language.sentences import split_sentences

PAIRS = Path(__file__).with_name("claims.tsv")
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "support-qa"
OTHER = 37
"""How far off the other question stands whose documents a sentence is held against."""
FEWEST_WORDS = 4
RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    part: str
    language: str
    label: str
    claim: str
    source: str

    @property
    def is_right(self) -> bool:
        return self.label == RIGHT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--errors", action="store_true", help="print what was judged wrongly")
    arguments = parser.parse_args()
    pairs = read_pairs()
    for part in ("dev", "held"):
        report(part, [pair for pair in pairs if pair.part == part], errors=arguments.errors)
    if DATA.is_dir():
        report_answers()


def read_pairs() -> list[Pair]:
    with PAIRS.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Pair(**row) for row in rows]


def report(part: str, pairs: Sequence[Pair], *, errors: bool) -> None:
    unsupported_reason("Warm up.", ["Warm up."], "en")
    started = time.process_time()
    cut = [(pair, unsupported_reason(pair.claim, [pair.source], pair.language)) for pair in pairs]
    each = (time.process_time() - started) / len(pairs)
    hits = sum(reason is not None and not pair.is_right for pair, reason in cut)
    alarms = sum(reason is not None and pair.is_right for pair, reason in cut)
    wrong = Counter(pair.label for pair in pairs if not pair.is_right)
    missed = Counter(pair.label for pair, reason in cut if not pair.is_right and reason is None)
    show(
        f"claims, {part}: {len(pairs)} pairs, {wrong.total()} of them unsupported",
        {
            "precision": f"{hits}/{hits + alarms} = {hits / max(hits + alarms, 1):.3f}",
            "recall": f"{hits}/{wrong.total()} = {hits / wrong.total():.3f}",
            "right ones kept": f"{len(pairs) - wrong.total() - alarms}/{len(pairs) - wrong.total()}",
            **{f"  missed: {kind}": f"{missed[kind]}/{wrong[kind]}" for kind in sorted(wrong)},
            "processor time a claim": f"{1000 * each:.2f} ms",
        },
    )
    for pair, reason in cut if errors else ():
        if (reason is None) != pair.is_right:
            print(f"  {pair.label:9} {pair.claim} | {pair.source[:70]} | {reason}")


def report_answers() -> None:
    answers = list(_answers())
    kept = cut = sentences = 0
    for place, (answer, sources) in enumerate(answers):
        others = answers[(place + OTHER) % len(answers)][1]
        for sentence in split_sentences(answer):
            if len(sentence.split()) >= FEWEST_WORDS:
                sentences += 1
                kept += unsupported_reason(sentence, sources, "en") is None
                cut += unsupported_reason(sentence, others, "en") is not None
    show(
        f"claims, {sentences} sentences of {len(answers)} answers that people vetted",
        {
            "kept beside their documents": f"{kept / sentences:.3f}",
            "cut beside others": f"{cut / sentences:.3f}",
        },
    )


def _answers() -> Iterator[tuple[str, list[str]]]:
    """Reference answers with the texts of their documents."""
    with gzip.open(DATA / "kb.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = {row["doc_id"]: f"{row['title']}\n{row['text']}" for row in rows}
    with (DATA / "questions.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            sources = [texts[name] for name in row["gold_doc_ids"] or () if name in texts]
            if row["answer"] and row["answerable"] is True and sources:
                yield row["answer"], sources


if __name__ == "__main__":
    main()
