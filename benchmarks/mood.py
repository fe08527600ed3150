"""How well moods are read: ``python -m benchmarks mood``, on labelled texts that others wrote.

AUROC of ``Mood.negative`` by set, false alarms among ordinary questions at the product's threshold, what
is heard of the project's own lines, and the time that a message takes. The sets that taught the model
(GoEmotions, Bitext, HINT3) are measured fairly with ``--crossed FILE`` only, by models that were trained
without the row in question; ``python -m benchmarks.train_mood --crossed FILE`` writes that file.
"""

import argparse
import gzip
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.mood_data import DATA, Turn, read_seeds, read_turns, rows
from benchmarks.report import percentile, show
from benchmarks.train_mood import is_kept_out
from bot.vocabulary.mood import Mood, Said
from handoff.mood import NEGATIVE_FROM, DefaultMoodReader
from handoff.mood.model import FEELINGS

TAUGHT = ("goemotions", "bitext", "hint3")
UNSEEN = ("umsab-en", "umsab-es", "uss-mwoz", "uss-sgd")
ORDINARY = ("banking77", "hint3", "clinc150", "lawbotia", "clippo")
MOST_LINES = 6
"""Lines before a message that are read with it."""

READER = DefaultMoodReader()


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crossed", type=Path, help="what models without a row say of it")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"Skipped: there are no labelled texts in {DATA}.")
        return 0
    show("AUROC of negative, sets that taught nothing", dict(unseen()))
    show("AUROC of negative, sets that taught, as shipped", dict(taught()))
    if arguments.crossed:
        show("the same by models without the row", dict(crossed(arguments.crossed)))
    show("AUROC in whole dialogues, by customer's turn", dict(dialogues()))
    show(f"ordinary questions at {NEGATIVE_FROM} or more, share", dict(false_alarms()))
    show("own lines that the model was not taught, share right", dict(own_lines()))
    show("milliseconds a message, one core", dict(times()))
    return 0


def auroc(is_positive: Sequence[bool], scores: Sequence[float]) -> float:
    """Return the chance that a positive one stands above a negative one; ties count half."""
    wanted = np.array(is_positive)
    _, place, count = np.unique(np.array(scores), return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    positive, negative = int(wanted.sum()), int((~wanted).sum())
    return float((ranks[wanted].sum() - positive * (positive + 1) / 2) / (positive * negative))


def read(turn: Turn) -> Mood:
    return READER.read(turn.text, language=turn.group[-2:], context=turn.context)


def unseen() -> Iterator[tuple[str, str]]:
    for source in UNSEEN:
        yield source, _judged(list(read_turns(source)))


def taught() -> Iterator[tuple[str, str]]:
    for source in TAUGHT:
        yield source, _judged(list(read_turns(source)))


def crossed(path: Path) -> Iterator[tuple[str, str]]:
    """Join what models without a row say of it with its label."""
    said = {row["text"]: row["log_odds"]["negative"] for row in json.loads(path.read_text())}
    english: list[tuple[bool, float]] = []
    for source in TAUGHT:
        found = [(turn.is_negative, said[turn.text]) for turn in read_turns(source)]
        english += found
        yield source, f"{auroc(*zip(*found, strict=True)):.3f}  n={len(found)}"
    yield "english pooled", f"{auroc(*zip(*english, strict=True)):.3f}  n={len(english)}"


def dialogues() -> Iterator[tuple[str, str]]:
    """Judge every turn of the dialogues with the lines before it."""
    by_source: defaultdict[str, list[tuple[bool, bool, float]]] = defaultdict(list)
    with gzip.open(DATA / "escalation" / "dialogues.jsonl.gz", "rt") as lines:
        for line in lines:
            dialogue = json.loads(line)
            low, drop = set(dialogue["low_user_turns"]), set(dialogue["drop_user_turns"])
            said: list[Said] = []
            at = -1
            for turn in dialogue["turns"]:
                if turn[0] == "u":
                    at += 1
                    context = tuple(said[-MOST_LINES:])
                    mood = READER.read(turn[1], language="en", context=context)
                    by_source[dialogue["source"]].append((at in low, at in drop, mood.negative))
                said.append(Said(text=turn[1], by_customer=turn[0] == "u"))
    for source, turns in sorted(by_source.items()):
        is_low, is_drop, scores = zip(*turns, strict=True)
        text = f"{auroc(is_low, scores):.3f} low ({sum(is_low)})"
        text += f"  {auroc(is_drop, scores):.3f} drop ({sum(is_drop)})"
        yield source, f"{text}  n={len(turns)}"


def false_alarms() -> Iterator[tuple[str, str]]:
    counts: defaultdict[str, list[Mood]] = defaultdict(list)
    for row in rows("faq-intents/queries.jsonl"):
        bot = row["dataset"].partition("-")[0]
        if bot in ORDINARY:
            counts[bot].append(READER.read(row["text"], language=row["lang"]))
    for name, lang in (("support-qa", "en"), ("support-qa-es", "es")):
        for row in rows(f"{name}/questions.jsonl"):
            counts[name].append(READER.read(row["question"], language=lang))
    for bot, moods in counts.items():
        negative = sum(mood.negative >= NEGATIVE_FROM for mood in moods) / len(moods)
        anger = sum(mood.anger >= NEGATIVE_FROM for mood in moods) / len(moods)
        yield bot, f"{negative:.4f} negative  {anger:.4f} angry  n={len(moods)}"


def own_lines() -> Iterator[tuple[str, str]]:
    """Count the kept-out lines that fall on the right side of 0.5, and those that should and do."""
    counts: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row in read_seeds():
        if is_kept_out(row):
            mood = READER.read(row.text, language=row.group[-2:])
            for feeling, likely in zip(FEELINGS, row.likely, strict=True):
                found = getattr(mood, feeling) >= NEGATIVE_FROM
                counts[f"{row.group} {feeling}"].append(((likely or 0.0) >= NEGATIVE_FROM, found))
    for name, pairs in sorted(counts.items()):
        hits = sum(wanted and found for wanted, found in pairs)
        wanted_ones, found_ones = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
        text = f"precision {hits / max(found_ones, 1):.2f}  recall {hits / max(wanted_ones, 1):.2f}"
        yield name, f"{text}  n={len(pairs)}, {wanted_ones} wanted"


def times() -> Iterator[tuple[str, str]]:
    turns = [turn for source in UNSEEN for turn in read_turns(source)]
    seconds: list[float] = []
    for turn in turns:
        started = time.process_time()
        read(turn)
        seconds.append(time.process_time() - started)
    yield "p50", f"{percentile(seconds, 50) * 1e3:.3f}"
    yield "p95", f"{percentile(seconds, 95) * 1e3:.3f}"
    long = "This still does not work and nobody answers. " * 1_000
    started = time.process_time()
    READER.read(long, language="en")
    yield f"{len(long)} characters", f"{(time.process_time() - started) * 1e3:.3f}"


def _judged(turns: Sequence[Turn]) -> str:
    scores = [read(turn).negative for turn in turns]
    return f"{auroc([turn.is_negative for turn in turns], scores):.3f}  n={len(turns)}"


if __name__ == "__main__":
    sys.exit(main())
