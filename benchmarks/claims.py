"""How well sentences that their sources do not support are told from those that they do.

    python -m benchmarks claims [--errors]

On pairs of claim and source that were written for this (``claims.tsv``; half of them wrong in a way
that it names). The check was tuned on the part ``dev``; the errors on ``held`` were looked at once while it
was mended, so its figures are a little too kind. Precision and recall are those of "unsupported": what
is cut without need costs a sentence, what is missed is worse.
"""

import argparse
import csv
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import show
from knowledge.guards.claims import unsupported_reason

PAIRS = Path(__file__).with_name("claims.tsv")
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


if __name__ == "__main__":
    main()
