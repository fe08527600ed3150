"""When the mood alone asks for a person: ``python -m benchmarks escalation``, on dialogues of others.

Each dialogue is followed as the bot would follow it, with a sure answer at every turn, so that nothing
but the mood speaks for a person. Counted are dialogues in which one is offered or brought in: of those
that people judged to go wrong (twice in a row, or as a whole), and of the others. Chats of six ordinary
questions each show how often calm customers are bothered.
"""

import gzip
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.mood import auroc
from benchmarks.mood_data import DATA, rows
from benchmarks.report import percentile, show
from bot.conversation.escalating.moods import CONTEXT_LINES, follow
from bot.vocabulary.handover import Signals
from bot.vocabulary.mood import MoodCurve, Said
from bot.vocabulary.turns import Decision
from handoff.mood import DefaultMoodReader
from handoff.policy import ThresholdPolicy, Thresholds

READER = DefaultMoodReader()
POLICY = ThresholdPolicy(Thresholds())
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
ORDINARY = ("banking77", "hint3", "clinc150")
CHATS = 400
QUESTIONS = 6
SEED = 11


@dataclass
class Followed:
    """What the mood of one dialogue led to; ``offers`` counts, ``highest`` is the worst level."""

    offers: int = 0
    is_handed_over: bool = False
    highest: float = 0.0

    @property
    def asks(self) -> bool:
        """Whether a person was offered or brought in."""
        return self.is_handed_over or self.offers > 0


def main() -> None:
    """Measure and print."""
    if not DATA.is_dir():
        print(f"Skipped: there are no dialogues in {DATA}.")
        return
    show("dialogues in which a person is asked for", dict(dialogues()))
    show(f"chats of {QUESTIONS} ordinary questions, of {CHATS} each", dict(calm_chats()))
    show("microseconds a decision, one core", dict(times()))


def followed(turns: Iterable[tuple[bool, str]], language: str) -> Followed:
    """Follow a dialogue (by the customer, text) until people have the word."""
    found, curve, said, at = Followed(), MoodCurve(), list[Said](), NOON
    for by_customer, text in turns:
        if by_customer:
            mood = READER.read(text, language=language, context=tuple(said[-CONTEXT_LINES:]))
            at += timedelta(minutes=1)
            curve = follow(curve, mood, READER.feeling(mood), at)
            found.highest = max(found.highest, curve.level)
            verdict = POLICY.decide(Signals(confidence=0.9, mood=curve))
            if verdict.decision is Decision.HAND_OVER:
                found.is_handed_over = True
                return found
            if verdict.offers:
                found.offers += 1
                curve = curve.offered()
        said.append(Said(text=text, by_customer=by_customer))
    return found


def dialogues() -> Iterator[tuple[str, str]]:
    by_source: defaultdict[str, list[tuple[bool, Followed]]] = defaultdict(list)
    with gzip.open(DATA / "escalation" / "dialogues.jsonl.gz", "rt") as lines:
        for row in map(json.loads, lines):
            turns = ((turn[0] == "u", turn[1]) for turn in row["turns"])
            by_source[row["source"]].append((row["escalate"], followed(turns, row["lang"])))
    for source, found in sorted(by_source.items()):
        wrong = [one for is_wrong, one in found if is_wrong]
        fine = [one for is_wrong, one in found if not is_wrong]
        area = auroc([is_wrong for is_wrong, _ in found], [one.highest for _, one in found])
        yield f"{source}, going wrong", _told(wrong)
        yield f"{source}, the others", _told(fine)
        yield f"{source}, AUROC of the worst level", f"{area:.3f}"


def calm_chats() -> Iterator[tuple[str, str]]:
    chosen = random.Random(SEED)  # noqa: S311
    questions: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows("faq-intents/queries.jsonl"):
        bot = row["dataset"].partition("-")[0]
        if bot in ORDINARY:
            questions[bot].append(row["text"])
    for bot, texts in questions.items():
        chats = [chosen.sample(texts, QUESTIONS) for _ in range(CHATS)]
        yield bot, _told([followed(((True, text) for text in chat), "en") for chat in chats])


def times() -> Iterator[tuple[str, str]]:
    turns = [(True, "This is ridiculous, nothing works!")] * 2
    seconds: list[float] = []
    curve = MoodCurve()
    for _, text in turns:
        mood = READER.read(text, language="en")
        curve = follow(curve, mood, READER.feeling(mood), NOON)
    for _ in range(500):
        began = time.process_time()
        POLICY.decide(Signals(confidence=0.9, best_source=0.5, mood=curve))
        seconds.append(time.process_time() - began)
    yield "p50", f"{percentile(seconds, 50) * 1e6:.0f}"
    yield "p95", f"{percentile(seconds, 95) * 1e6:.0f}"


def _told(found: list[Followed]) -> str:
    asks = sum(one.asks for one in found)
    handed_over = sum(one.is_handed_over for one in found)
    share = asks / max(len(found), 1)
    return f"{share:.3f} asked for, {handed_over} handed over, n={len(found)}"


if __name__ == "__main__":
    main()
