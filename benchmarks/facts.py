"""How well facts are read out of what customers write, without a model.

    python -m benchmarks facts (what was read wrongly in a part: python -m benchmarks.facts --errors dev)

On the messages of ``facts.tsv``: written by hand in the style of support chats, in English and Spanish;
about half of them hold no fact of their writer (questions, denials, plans, what others have, secrets,
attempts to plant something). ``dev`` and ``held`` were written in one go before any pattern, but by who then
wrote the patterns: they flatter. Of the others each was written in other words after the patterns, and
measured before they were widened for it: ``late``, ``last``, ``final``, ``unseen``. Another writer, who had
seen no pattern, wrote ``blind_a`` and ``blind_b``. Nothing was ever changed for ``blind_b``, and nobody reads
its errors: that is how well new wordings are read.
A fact counts as found when its slot and its value are right, however it is spelt.
"""

import argparse
import csv
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import percentile, show
from bot.memory.extraction import findings
from bot.memory.folded import fold

MESSAGES = Path(__file__).with_name("facts.tsv")
PARTS = ("dev", "held", "late", "last", "final", "unseen", "blind_a", "blind_b")

Facts = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    part: str
    language: str
    kind: str
    facts: Facts
    text: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--errors", choices=PARTS, help="print what was read wrongly in a part")
    arguments = parser.parse_args()
    messages = list(read_messages())
    read = {message: found_in(message.text) for message in messages}
    for part in PARTS:
        report(part, [message for message in messages if message.part == part], read)
    for message in messages:
        if message.part == arguments.errors and read[message] != message.facts:
            missed, wrong = message.facts - read[message], read[message] - message.facts
            print(
                f"  missed={sorted(missed)} wrong={sorted(wrong)} [{message.kind}] {message.text}"
            )
    report_time(messages)


def read_messages() -> Iterator[Message]:
    with MESSAGES.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Message(
                part=row["part"],
                language=row["language"],
                kind=row["kind"],
                facts=_facts(row["facts"]),
                text=row["message"],
            )


def _facts(text: str) -> Facts:
    pairs = (entry.strip().partition("=") for entry in text.split(";") if text != "-")
    return frozenset((slot, fold(value)) for slot, _, value in pairs)


def found_in(text: str) -> Facts:
    return frozenset(
        (finding.slot.value, fold(finding.value)) for finding in findings(text) if not finding.ends
    )


def report(part: str, messages: Sequence[Message], read: dict[Message, Facts]) -> None:
    tallies: defaultdict[str, Counter[str]] = defaultdict(Counter[str])
    for message in messages:
        for name in ("all", message.language):
            _count(tallies[name], message.facts, read[message])
        for slot in {slot for slot, _ in message.facts | read[message]}:
            _count(tallies[f"slot {slot}"], _of(message.facts, slot), _of(read[message], slot))
        if not message.facts:
            tallies[f"none: {message.kind}"]["wrong"] += bool(read[message])
            tallies[f"none: {message.kind}"]["messages"] += 1
    show(
        f"facts, {part}: {len(messages)} messages, {sum(not one.facts for one in messages)} without any",
        {name: _figures(tallies[name]) for name in sorted(tallies)},
    )


def _of(facts: Facts, slot: str) -> Facts:
    return frozenset(fact for fact in facts if fact[0] == slot)


def _count(tally: Counter[str], wanted: Facts, found: Facts) -> None:
    tally.update(right=len(wanted & found), found=len(found), wanted=len(wanted))


def _figures(tally: Counter[str]) -> str:
    if tally["messages"]:
        return f"{tally['wrong']} of {tally['messages']} messages with something read into them"
    precision = tally["right"] / max(tally["found"], 1)
    recall = tally["right"] / max(tally["wanted"], 1)
    return (
        f"precision {tally['right']}/{tally['found']} = {precision:.3f}   "
        f"recall {tally['right']}/{tally['wanted']} = {recall:.3f}"
    )


def report_time(messages: Sequence[Message]) -> None:
    times = [_milliseconds(message.text) for message in messages]
    show(
        "facts, milliseconds of processor time a message",
        {"p50": f"{percentile(times, 50):.2f}", "p95": f"{percentile(times, 95):.2f}"},
    )


def _milliseconds(text: str) -> float:
    started = time.process_time()
    findings(text)
    return 1000 * (time.process_time() - started)


if __name__ == "__main__":
    main()
