"""Floors under the figures on other people's labelled messages (see benchmarks/wishes.py)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.understanding import understand

DATA = Path(__file__).parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no labelled data in {DATA}")


def rows(file: str) -> Iterator[dict[str, Any]]:
    with (DATA / file).open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@pytest.mark.parametrize(
    ("source", "recall"), [("bitext", 0.9), ("lawbotia", 0.85), ("clippo", 0.6)]
)
def test_most_requests_for_a_human_are_heard(source: str, recall: float) -> None:
    messages = [row for row in rows("escalation/human_request.jsonl") if row["source"] == source]
    heard = {row["id"]: understand(row["text"], row["lang"]).wants_human for row in messages}
    wanted = [heard[row["id"]] for row in messages if row["wants_human"]]
    unwanted = [heard[row["id"]] for row in messages if row["wants_human"] is False]
    assert sum(wanted) / len(wanted) >= recall
    assert sum(unwanted) <= 0.01 * len(unwanted)


@pytest.mark.parametrize("file", ["support-qa/questions.jsonl", "support-qa-es/questions.jsonl"])
def test_questions_to_a_knowledge_base_stay_questions(file: str) -> None:
    language = "es" if "-es" in file else "en"
    questions = [row["question"] for row in rows(file) if row.get("answerable") is True]
    meanings = [understand(question, language) for question in questions]
    assert len(meanings) > 300
    assert not any(meaning.wants_human for meaning in meanings)
    assert sum(meaning.rest == "" for meaning in meanings) <= 2


def test_naughty_strings_are_understood() -> None:
    strings = [row["text"] for row in rows("naughty-strings/strings.jsonl")]
    assert len(strings) > 100
    assert not any(understand(text, "en").wants_human for text in strings)
