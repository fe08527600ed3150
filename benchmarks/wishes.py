"""How well the wish for a human is heard, on labelled messages that others wrote.

    python benchmarks/wishes.py [--data ../shared/data] [--errors]

Precision, recall and F1 on ``escalation/human_request.jsonl`` by source and language, with the two
kinds whose label is a question of policy (contact channel, complaint) counted apart; then false
alarms among ordinary questions that nobody filed under "wants a human".
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.conversation.understanding import understand

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ASKS_FOR_PEOPLE = ("human", "agent", "contact_customer_service", "pregunta_contactar_ventas")
"""Parts of intents of faq-intents that ask for people: no ordinary questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    group: str
    language: str
    text: str
    kind: str
    wants_human: bool | None


@dataclass(slots=True)
class Count:
    hits: int = 0
    misses: int = 0
    false_alarms: int = 0
    rejected: int = 0

    def row(self) -> str:
        precision = self.hits / max(self.hits + self.false_alarms, 1)
        recall = self.hits / max(self.hits + self.misses, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        return (
            f"n={self.hits + self.misses + self.false_alarms + self.rejected:<5} "
            f"wanted={self.hits + self.misses:<4} precision={precision:.3f} "
            f"recall={recall:.3f} F1={f1:.3f} false={self.false_alarms}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--errors", action="store_true", help="print what was heard wrongly")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        print(f"skipped: there is no data in {arguments.data}")
        return
    labelled = list(read_requests(arguments.data))
    report_requests(labelled, errors=arguments.errors)
    report_false_alarms(list(read_ordinary(arguments.data)), errors=arguments.errors)


def read_requests(data: Path) -> Iterator[Message]:
    for row in _rows(data / "escalation" / "human_request.jsonl"):
        yield Message(
            group=row["source"],
            language=row["lang"],
            text=row["text"],
            kind=row["kind"],
            wants_human=row["wants_human"],
        )


def read_ordinary(data: Path) -> Iterator[Message]:
    """Read questions that ask for no person, from three packs."""
    for row in _rows(data / "faq-intents" / "queries.jsonl"):
        intent = (row["intent"] or "").lower()
        if not any(part in intent for part in ASKS_FOR_PEOPLE):
            yield _ordinary(row["dataset"], row["lang"], row["text"])
    for row in _rows(data / "support-qa" / "questions.jsonl"):
        yield _ordinary("support-qa", "en", row["question"])
    for row in _rows(data / "support-qa-es" / "questions.jsonl"):
        yield _ordinary("support-qa-es", "es", row["question"])
    for row in _rows(data / "frustration" / "texts.jsonl"):
        if not any(part in str(row["raw"]).lower() for part in ASKS_FOR_PEOPLE):
            yield _ordinary(f"frustration {row['source']}", row["lang"], row["text"])


def report_requests(messages: Sequence[Message], *, errors: bool) -> None:
    counts: defaultdict[str, Count] = defaultdict(Count)
    policy: defaultdict[str, list[bool]] = defaultdict(list)
    for message in messages:
        heard = understand(message.text, message.language).wants_human
        if message.wants_human is None:
            policy[f"{message.language} {message.kind}"].append(heard)
            continue
        for group in (f"{message.language} all", f"{message.language} {message.group}"):
            _count(counts[group], heard=heard, wanted=message.wants_human)
        if errors and heard != message.wants_human:
            print(
                f"{'missed' if message.wants_human else 'false '} {message.group}: {message.text}"
            )
    print("requests for a human (escalation)")
    for group, count in sorted(counts.items()):
        print(f"  {group:22} {count.row()}")
    for group, heard_ones in sorted(policy.items()):
        print(f"  {group:22} n={len(heard_ones):<5} heard as a request: {sum(heard_ones)}")


def report_false_alarms(messages: Sequence[Message], *, errors: bool) -> None:
    seen: defaultdict[str, list[bool]] = defaultdict(list)
    started = time.process_time()
    for message in messages:
        understanding = understand(message.text, message.language)
        for group in (f"{message.language} all", f"{message.language} {message.group}"):
            seen[group].append(understanding.wants_human)
        if errors and understanding.wants_human:
            print(f"alarm  {message.group}: {understanding.matched!r} in {message.text[:160]!r}")
    each = (time.process_time() - started) / max(len(messages), 1)
    print("false alarms among ordinary messages (label noise included)")
    for group, alarms in sorted(seen.items()):
        rate = 1000 * sum(alarms) / len(alarms)
        print(f"  {group:30} {sum(alarms):>3} of {len(alarms):<5} = {rate:.1f} per 1,000")
    print(f"time: {each * 1e6:.0f} µs of processor time a message")


def _count(count: Count, *, heard: bool, wanted: bool) -> None:
    count.hits += heard and wanted
    count.misses += wanted and not heard
    count.false_alarms += heard and not wanted
    count.rejected += not heard and not wanted


def _ordinary(group: str, language: str, text: str) -> Message:
    return Message(group=group, language=language, text=text, kind="ordinary", wants_human=False)


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
