"""How well concerns are heard, on wordings written for the tests, and false alarms elsewhere.

    python benchmarks/concerns.py [--data ../shared/data] [--errors]

Precision and recall of each concern on ``tests/conversation/understanding/concerns_*.txt``: the
phrases were written with these lines, so this only tells what got lost. The roundabout lines in
``concerns_blind_*.txt`` were measured before any phrase was widened for them; ``docs/mood.md`` keeps
those figures. Then what is heard in messages of others: ``--errors`` prints each hit to be looked at.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.conversation.understanding import understand
from bot.vocabulary.mood import Concern

ROOT = Path(__file__).resolve().parents[1]
LISTS = ROOT / "tests" / "conversation" / "understanding"
DATA = ROOT.parent / "shared" / "data"

Wording = tuple[str, str, Concern | None]
"""Language, text, and the concern that it holds."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--errors", action="store_true", help="print what was heard wrongly")
    arguments = parser.parse_args()
    for language in ("en", "es"):
        for part in ("concerns", "concerns_blind"):
            report(f"{part} {language}", list(wordings(part, language)), errors=arguments.errors)
    if arguments.data.is_dir():
        report_alarms(arguments.data, errors=arguments.errors)
    else:
        print(f"false alarms skipped: there is no data in {arguments.data}")


def wordings(part: str, language: str) -> Iterator[Wording]:
    """Read a list: ``[danger]`` begins what holds a danger, ``[not danger]`` what only looks so."""
    wanted: Concern | None = None
    for line in (LISTS / f"{part}_{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            wanted = None if name.startswith("not ") else Concern(name)
        elif line and not line.startswith("#"):
            yield language, line, wanted


def report(title: str, rows: Sequence[Wording], *, errors: bool) -> None:
    hits, misses, alarms = Counter[Concern](), Counter[Concern](), Counter[Concern]()
    for language, text, wanted in rows:
        heard = understand(text, language).concern
        found = heard.concern if heard else None
        if wanted and found is wanted:
            hits[wanted] += 1
            continue
        if wanted:
            misses[wanted] += 1
        if heard:
            alarms[heard.concern] += 1
        if errors and found is not wanted:
            print(f"{wanted or 'none'} heard as {found} {heard and heard.words!r}: {text}")
    print(f"{title}: {len(rows)} lines, {sum(wanted is None for *_, wanted in rows)} lookalikes")
    for concern in Concern:
        _print_row(concern.value, hits[concern], misses[concern], alarms[concern])
    _print_row("all", hits.total(), misses.total(), alarms.total())


def _print_row(name: str, hits: int, misses: int, alarms: int) -> None:
    precision, recall = hits / max(hits + alarms, 1), hits / max(hits + misses, 1)
    print(f"  {name:13} n={hits + misses:<4} precision={precision:.3f} recall={recall:.3f}")


def report_alarms(data: Path, *, errors: bool) -> None:
    heard: defaultdict[str, Counter[str]] = defaultdict(Counter[str])
    for group, language, text in _ordinary(data):
        concern = understand(text, language).concern
        heard[group][concern.concern.value if concern else "none"] += 1
        if errors and concern:
            print(f"{group}: {concern.concern.value} {concern.words!r} in {text[:160]!r}")
    print("heard in messages of others (most hold none)")
    for group, counts in sorted(heard.items()):
        found = {name: count for name, count in counts.most_common() if name != "none"}
        print(f"  {group:32} {sum(found.values()):>3} of {counts.total():<5} {found or ''}")


def _ordinary(data: Path) -> Iterator[tuple[str, str, str]]:
    for row in _rows(data / "faq-intents" / "queries.jsonl"):
        yield row["dataset"], row["lang"], row["text"]
    for row in _rows(data / "frustration" / "texts.jsonl"):
        yield f"frustration {row['source']} {row['lang']}", row["lang"], row["text"]


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
