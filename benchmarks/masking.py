"""How much of the personal data with a form is masked before a language model reads it.

    python -m benchmarks masking

Recall and precision by kind on the labelled texts of ``shared/data/pii`` (English, synthetic): a span
counts as found when all of it is masked; a mask counts as right when it touches a span of those kinds.
Names and postal addresses have no form and are left, as ``docs/answers.md`` says. Then the time.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.report import percentile, show
from bot.texts.personal import find_personal
from knowledge.guards.masking import Masking

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "pii" / "texts.jsonl"
KINDS = {
    "CREDIT_CARD": "CARD",
    "EMAIL_ADDRESS": "EMAIL",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP",
    "PHONE_NUMBER": "PHONE",
    "US_SSN": "ID",
}
LENGTH = 8_192
ROUNDS = 101


def main() -> None:
    if not DATA.is_file():
        print(f"skipped: there is no data in {DATA}")
        return
    rows = list(_rows())
    wanted, covered, masked, right = (Counter[str]() for _ in range(4))
    for row in rows:
        spans = [span for span in row["spans"] if span["type"] in KINDS]
        found = find_personal(row["text"])
        for span in spans:
            wanted[KINDS[span["type"]]] += 1
            covered[KINDS[span["type"]]] += any(
                one.start <= span["start"] and one.end >= span["end"] for one in found
            )
        for one in found:
            masked[one.kind] += 1
            right[one.kind] += any(
                one.start < span["end"] and one.end > span["start"] for span in spans
            )
    show(
        f"masking: {len(rows)} texts, kinds with a form",
        {
            kind: _figures(wanted[kind], covered[kind], masked[kind], right[kind])
            for kind in sorted(masked | wanted)
        }
        | {"all": _figures(wanted.total(), covered.total(), masked.total(), right.total())},
    )
    text = " ".join(row["text"] for row in rows)[:LENGTH]
    times = [_milliseconds(text) for _ in range(ROUNDS)]
    show(
        f"masking {LENGTH} characters, milliseconds of processor time",
        {"p50": f"{percentile(times, 50):.2f}", "p95": f"{percentile(times, 95):.2f}"},
    )


def _figures(wanted: int, covered: int, masked: int, right: int) -> str:
    return (
        f"recall {covered}/{wanted} = {covered / max(wanted, 1):.3f}   "
        f"precision {right}/{masked} = {right / max(masked, 1):.3f}"
    )


def _milliseconds(text: str) -> float:
    started = time.process_time()
    Masking().mask(text, own=True)
    return 1000 * (time.process_time() - started)


def _rows() -> Iterator[dict[str, Any]]:
    with DATA.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
