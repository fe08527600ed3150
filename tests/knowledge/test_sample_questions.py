"""What the sample's customers get: floors below what was measured, so that no change lowers it.

Measured by ``python -m benchmarks sample_questions``, at the default threshold: 29 of the 75 sample
questions with an answer are answered, 25 of them from a right document, and 1 of the 25 without one.
The blind set was written before anything was tuned: 29 of 32 are answered, 25 from a right document,
and 2 of the 8 without one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from bot.vocabulary.knowledge import Answer, Query
from config.settings import EscalationSettings
from knowledge import load_sample, open_embedded

FIXTURES = Path(__file__).parents[1] / "fixtures"
THRESHOLD = EscalationSettings().answer_above


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A labelled question and what was answered."""

    answer: Answer
    gold: frozenset[str]

    @property
    def is_answered(self) -> bool:
        return self.answer.confidence.value >= THRESHOLD

    @property
    def is_right(self) -> bool:
        return any(source.doc_id in self.gold for source in self.answer.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The least (or, for ``wrong``, the most) that a set of questions must reach."""

    answered: float
    right: float
    wrong: int


FLOORS = {
    "sample_questions": Floor(answered=0.28, right=0.85, wrong=2),
    "sample_questions_blind": Floor(answered=0.8, right=0.8, wrong=3),
}
"""``answered``: share of the questions with an answer that get one; ``right``: share of those that
cite a right document; ``wrong``: answers to questions that have none."""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Asked]]:
    folder = tmp_path_factory.mktemp("sample")
    assert not load_sample(folder).failed
    knowledge = open_embedded(folder)
    found: dict[str, list[Asked]] = {}
    for name in FLOORS:
        lines = (FIXTURES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        labelled = cast("Sequence[dict[str, object]]", [json.loads(line) for line in lines])
        found[name] = [
            Asked(
                answer=knowledge.answer_now(
                    Query(text=str(one["question"]), language=str(one["lang"]))
                ),
                gold=frozenset(cast("list[str]", one["doc_ids"])),
            )
            for one in labelled
        ]
    knowledge.close_now()
    return found


@pytest.mark.parametrize("name", FLOORS)
def test_enough_is_answered_and_enough_of_it_is_right(
    name: str, asked: dict[str, list[Asked]]
) -> None:
    answerable = [one for one in asked[name] if one.gold]
    answered = [one for one in answerable if one.is_answered]
    assert len(answered) / len(answerable) >= FLOORS[name].answered
    assert sum(one.is_right for one in answered) / len(answered) >= FLOORS[name].right


@pytest.mark.parametrize("name", FLOORS)
def test_hardly_anything_is_made_up(name: str, asked: dict[str, list[Asked]]) -> None:
    made_up = [one for one in asked[name] if one.is_answered and not one.gold]
    assert len(made_up) <= FLOORS[name].wrong
