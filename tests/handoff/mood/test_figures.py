"""How well moods are read on texts that others labelled: bounds well below ``docs/mood.md``."""

import pytest

from benchmarks.mood import auroc, read
from benchmarks.mood_data import DATA, read_turns, rows
from handoff.mood import NEGATIVE_FROM, DefaultMoodReader

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="there are no labelled texts")


@pytest.mark.parametrize(
    ("source", "least"),
    [("umsab-en", 0.82), ("umsab-es", 0.76), ("uss-mwoz", 0.85), ("uss-sgd", 0.9)],
)
def test_dissatisfaction_stands_above_the_rest(source: str, least: float) -> None:
    turns = list(read_turns(source))
    assert (
        auroc([turn.is_negative for turn in turns], [read(turn).negative for turn in turns]) > least
    )


@pytest.mark.parametrize(("bot", "most"), [("banking77", 0.015), ("hint3", 0.035)])
def test_few_ordinary_questions_are_taken_for_dissatisfaction(bot: str, most: float) -> None:
    reader = DefaultMoodReader()
    texts = [
        row["text"] for row in rows("faq-intents/queries.jsonl") if row["dataset"].startswith(bot)
    ]
    alarms = [reader.read(text, language="en").negative >= NEGATIVE_FROM for text in texts]
    assert sum(alarms) <= most * len(alarms)
