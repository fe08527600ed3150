"""What ``relevo ask`` and ``relevo eval`` say of an answer is what a customer would get."""

import json
from pathlib import Path

import pytest

from bot.cli.ask import ask_once
from bot.cli.evaluate import EvaluationWishes, evaluate_file

QUESTION = "Do you repair bicycles?"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place whose operator lets every answer through, however unsure."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RELEVO_ESCALATION__ANSWER_ABOVE", "0")
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "pans.md").write_text("# Pans\n\nHeat it slowly.")
    asked: dict[str, object] = {"id": "q", "question": QUESTION, "doc_ids": [], "lang": "en"}
    (tmp_path / "questions.jsonl").write_text(json.dumps(asked) + "\n")
    return tmp_path


def test_an_answer_without_words_is_none(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask_once(QUESTION, config=None, as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert (said["receipt"]["draft"], said["decision"]) == ("", "unknown")

    details = home / "details.jsonl"
    wishes = EvaluationWishes(kb=home / "help", details=details, as_json=True)
    evaluate_file(home / "questions.jsonl", wishes, config=None)
    row = json.loads(details.read_text())
    assert (row["answer"], row["decision"]) == ("", "unknown")


def test_each_figure_has_a_row_that_people_can_read(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wishes = EvaluationWishes(kb=home / "help")
    evaluate_file(home / "questions.jsonl", wishes, config=None)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[:2] for row in rows if row[0] == "latency_ms"] == [
        ["latency_ms", "p50"],
        ["latency_ms", "p95"],
    ]
    assert not any("{" in word for row in rows for word in row)
