"""Measures what is recalled of long conversations: ``python -m benchmarks memory``.

LoCoMo's questions with the turns that answer them: the share of those turns among the first 5, 10 and 20
that the ranking of ``bot.memory.recall`` finds, by kind of question and by conversation; no model is used.
Then how often two questions of one intent, and of two intents of one company, count as the same problem,
and the time of one recall. ``python -m benchmarks.memory --fit`` fits the weights of the ranking and
shows what those reach that were fitted on the other conversations alone.
"""

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import percentile, show
from bot.memory.recall.again import SAME, SAME_AS_SAID, sameness
from bot.memory.recall.asked import Reader
from bot.memory.recall.lexicon import NO_TERM, Lexicon, words
from bot.memory.recall.nearness import NearWords, nothing_near
from bot.memory.recall.passages import Passage
from bot.memory.recall.recaller import Recaller
from bot.memory.recall.relevance import WEIGHTS, Weights, relevance, signals
from bot.vocabulary.memory import Episode, Memory
from bot.vocabulary.messages import ConversationRef, Platform
from knowledge.language.near_words import near_words

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "memory"
MOSTS = (5, 10, 20)
ITEMS = 1_000
RECALLS = 200
PAIRS = 2_000
FEWEST_INTENTS = 5

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question: the signals of all turns of its conversation, and which of them answer it."""

    conversation: str
    kind: str
    evidence: Sequence[int]
    signals: Floats


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--fit", action="store_true", help="fit the weights anew")
    arguments = parser.parse_args()
    if not (arguments.data / "sessions.jsonl").is_file():
        print(f"Skipped: there are no conversations in {arguments.data}.")
        return 0
    asked = list(read_questions(arguments.data, near_words))
    if arguments.fit:
        report_fit(asked)
        return 0
    report("evidence recalled, as it comes", asked, lambda _: WEIGHTS)
    report(
        "without words near in meaning",
        list(read_questions(arguments.data, nothing_near)),
        lambda _: WEIGHTS,
    )
    report("words around a turn alone", asked, lambda _: ONLY_WORDS)
    report_again(arguments.data.parent / "faq-intents" / "queries.jsonl")
    report_time(arguments.data)
    return 0


ONLY_WORDS = Weights(around=1, stretch=0, speaker=0, day=0, time=0, number=0, length=0, asks=0)


def read_questions(folder: Path, near: NearWords) -> Iterator[Asked]:
    """Read all questions that have evidence, with their signals."""
    conversations = read_conversations(folder)
    lexicon = Lexicon()
    for row in _rows(folder / "questions.jsonl"):
        ids, passages = conversations[row["conv_id"]]
        evidence = sorted({ids[turn] for turn in row["evidence"] if turn in ids})
        if evidence:
            yield Asked(
                conversation=row["conv_id"],
                kind=row["category"],
                evidence=evidence,
                signals=signals(row["question"], passages, passages[-1].at, lexicon, near),
            )


def read_conversations(folder: Path) -> dict[str, tuple[dict[str, int], list[Passage]]]:
    """Read each conversation: the places of its turns by their ids, and its turns as passages."""
    found: dict[str, tuple[dict[str, int], list[Passage]]] = defaultdict(lambda: ({}, []))
    for session in _rows(folder / "sessions.jsonl"):
        ids, passages = found[session["conv_id"]]
        for turn in session["turns"]:
            ids[turn["id"]] = len(passages)
            passages.append(_passage(session, turn))
    return found


def _passage(session: Mapping[str, Any], turn: Mapping[str, Any]) -> Passage:
    return Passage(
        text=" ".join(filter(None, (turn.get("image_caption"), turn["text"]))),
        speaker=turn["speaker"],
        at=datetime.strptime(session["date_time"], "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC),
        stretch=str(session["session"]),
        language="en",
    )


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def report(title: str, asked: Sequence[Asked], weights: Callable[[str], Weights]) -> None:
    """Print the recall of all questions, of each kind and of each conversation."""
    ranked = [(one, _found(one, weights(one.conversation))) for one in asked]
    groups = {"all": ranked}
    for name in sorted({one.kind for one in asked}):
        groups[name] = [pair for pair in ranked if pair[0].kind == name]
    for name in sorted({one.conversation for one in asked}):
        groups[name] = [pair for pair in ranked if pair[0].conversation == name]
    show(
        f"{title}: share of evidence among the first {', '.join(map(str, MOSTS))}",
        {
            f"{name} ({len(pairs)})": "  ".join(
                f"{np.mean([shares[place] for _, shares in pairs]):.3f}"
                for place in range(len(MOSTS))
            )
            for name, pairs in groups.items()
        },
    )


def _found(asked: Asked, weights: Weights) -> list[float]:
    order = np.argsort(-relevance(asked.signals, weights), kind="stable")
    evidence = set(asked.evidence)
    return [len(evidence.intersection(order[:most].tolist())) / len(evidence) for most in MOSTS]


def report_fit(asked: Sequence[Asked]) -> None:
    """Fit on all conversations, and on all but one for each."""
    names = sorted({one.conversation for one in asked})
    held = {name: fit([one for one in asked if one.conversation != name]) for name in names}
    report("fitted on the other conversations", asked, held.__getitem__)
    everything = fit(asked)
    report("fitted on all", asked, lambda _: everything)
    for name, weights in (*held.items(), ("all", everything)):
        values = zip(fields(weights), astuple(weights), strict=True)
        print(f"  {name:12}", "  ".join(f"{field.name} {value:.2f}" for field, value in values))


def fit(asked: Sequence[Asked], steps: int = 200) -> Weights:
    """Make the evidence most likely among all turns (a softmax over the scores), by Adam."""
    sizes = [len(one.signals) for one in asked]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    question = np.repeat(np.arange(len(asked)), sizes)
    rows = np.concatenate([one.signals for one in asked])
    spread = rows.std(axis=0) + 1e-9
    rows = rows / spread
    wanted = np.zeros(len(rows))
    for start, one in zip(starts, asked, strict=True):
        wanted[start + np.array(one.evidence)] = 1 / len(one.evidence)
    weights = np.zeros(rows.shape[1])
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        scores = rows @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[question])
        likely = odds / np.add.reduceat(odds, starts)[question]
        slope = rows.T @ (likely - wanted) / len(asked) + 1e-3 * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights -= 0.1 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    names = [field.name for field in fields(Weights)]
    return Weights(**dict(zip(names, map(float, weights / spread), strict=True)))


def report_again(file: Path) -> None:
    """Print the share of pairs that count as the same problem, for each set of questions."""
    if not file.is_file():
        print(f"Left out: there are no questions with intents in {file}.")
        return
    sets: defaultdict[tuple[str, str], defaultdict[str, list[str]]]
    sets = defaultdict(lambda: defaultdict(list))
    for row in _rows(file):
        if row["in_scope"]:
            sets[row["dataset"], row["lang"]][row["intent"]].append(row["text"])
    for (name, language), intents in sorted(sets.items()):
        reader = Reader(lexicon=Lexicon(), near=near_words, languages=(language,), speakers=())
        several = [texts for texts in intents.values() if len(texts) > 1]
        if len(several) < FEWEST_INTENTS:
            continue
        values = {
            f"at least {least}": "  ".join(f"{share:.4f}" for share in _passing(pairs, least))
            for pairs in [_likeness(several, reader, language)]
            for least in (SAME_AS_SAID, SAME)
        }
        show(f"the same again, {name} ({language}): of one intent, of two", values)


def _likeness(
    intents: Sequence[Sequence[str]], reader: Reader, language: str
) -> tuple[list[float], list[float]]:
    """Compare pairs drawn at random: of one intent, and of two."""
    draw = random.Random(7)  # noqa: S311 (a sample, no secret)

    def alike(one: str, other: str) -> float:
        problem = {reader.lexicon.term(word, language) for word in words(other)} - {NO_TERM}
        return sameness(reader.terms(words(one)), frozenset(problem))

    one = [alike(*draw.sample(draw.choice(intents), 2)) for _ in range(PAIRS)]
    two = [alike(*map(draw.choice, draw.sample(intents, 2))) for _ in range(PAIRS)]
    return one, two


def _passing(pairs: Sequence[Sequence[float]], least: float) -> list[float]:
    return [sum(value >= least for value in values) / len(values) for values in pairs]


def report_time(folder: Path) -> None:
    """Time whole recalls, each from a memory that was never seen before, as a turn reads it."""
    texts = [passage for _, passages in read_conversations(folder).values() for passage in passages]
    questions = [row["question"] for row in _rows(folder / "questions.jsonl")][:RECALLS]
    for title, episodes in _memories(texts).items():
        took = list(_recalls(Memory(episodes=episodes), questions))
        shares = (0, 50, 95)
        values = {"first, CPU": took[0][1]}
        values |= {f"p{share}": percentile([wall for wall, _ in took], share) for share in shares}
        values |= {
            f"p{share}, CPU": percentile([cpu for _, cpu in took], share) for share in shares
        }
        show(
            f"{title}: milliseconds a recall",
            {name: f"{value:.2f}" for name, value in values.items()},
        )


def _recalls(memory: Memory, questions: Sequence[str]) -> Iterator[tuple[float, float]]:
    """Recall for each question: give the milliseconds by the clock and of this process."""
    recaller = Recaller(near=near_words)
    now = memory.episodes[-1].ended_at + timedelta(days=1)
    for question in questions:
        clock, process = time.perf_counter(), time.process_time()
        recaller.recall(memory, question, now)
        used = time.process_time() - process
        yield (time.perf_counter() - clock) * 1_000, used * 1_000


def _memories(texts: Sequence[Passage]) -> dict[str, tuple[Episode, ...]]:
    """Build memories of a thousand texts, and of as many episodes as a person has at most."""

    def episode(number: int, told: Sequence[Passage]) -> Episode:
        return Episode(
            id=f"e{number}",
            place=ConversationRef(platform=Platform.SLACK, tenant_id="T1", channel_id="C1"),
            began_at=told[0].at,
            ended_at=told[0].at,
            language="en",
            problem=told[0].text,
            tried=tuple(one.text for one in told[1:-1]),
            resolution=told[-1].text if len(told) > 1 else "",
        )

    fives = [texts[start : start + 5] for start in range(0, ITEMS, 5)]
    return {
        "1,000 items in 200 episodes": tuple(episode(*pair) for pair in enumerate(fives)),
        "1,000 episodes of one item": tuple(
            episode(number, [one]) for number, one in enumerate(texts[:ITEMS])
        ),
    }


if __name__ == "__main__":
    sys.exit(main())
