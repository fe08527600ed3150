"""``relevo analyze`` as an admin or a script uses it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.knowledge.command import relevo

MOODS = {"anger", "frustration", "urgency", "satisfaction"}
KEYS = {
    "id",
    "language",
    "mood",
    "negative_score",
    "wants_human",
    "wants_human_score",
    "leaving",
    "concern",
}
ROWS: list[dict[str, Any]] = [
    {"id": "calm", "text": "When does your shop in the old town open?", "label": "other fields"},
    {"id": "human", "text": "Quiero hablar con una persona, por favor"},
    {"id": 3, "text": "This is a disgrace! I am going to sue you!!!"},
    {"text": "Me quiero dar de baja", "lang": "es"},
]


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "messages.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("".join(f"{text}\n" for text in texts))
    return path


def figures(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def scores(row: dict[str, Any]) -> list[float]:
    return [*row["mood"].values(), *(row[key] for key in KEYS if key.endswith("_score"))]


def test_each_message_becomes_a_line(tmp_path: Path) -> None:
    run = relevo(tmp_path, "analyze", written(tmp_path, *ROWS), "--json")
    assert (run.returncode, run.stderr) == (0, "")
    rows = figures(run.stdout)
    assert [row["id"] for row in rows] == ["calm", "human", 3, 4], "a line's number stands in"
    assert all(set(row) == KEYS and set(row["mood"]) == MOODS for row in rows)
    assert all(0 <= score <= 1 for row in rows for score in [*scores(row), row["leaving"]])
    assert [row["language"] for row in rows] == ["en", "es", "en", "es"]
    assert [row["wants_human"] for row in rows] == [False, True, False, False]
    assert [row["concern"] for row in rows] == [None, None, "legal", "cancellation"]
    assert rows[1]["wants_human_score"] >= 0.5
    assert rows[2]["negative_score"] > rows[0]["negative_score"]


def test_stdin_is_read_for_a_dash(tmp_path: Path) -> None:
    run = relevo(tmp_path, "analyze", "-", "--json", given=written(tmp_path, *ROWS))
    assert run.returncode == 0
    assert len(figures(run.stdout)) == len(ROWS)


def test_people_get_a_table_and_a_summary(tmp_path: Path) -> None:
    more = ({"id": f"row{number}", "text": "[i]hi[/i]"} for number in range(100))
    run = relevo(tmp_path, "analyze", written(tmp_path, *ROWS, *more))
    assert (run.returncode, run.stderr) == (0, "")
    assert "Messages: 104." in run.stdout
    assert "Asking for a person: 1." in run.stdout
    assert "legal 1" in run.stdout
    assert "[i]hi" in run.stdout, "what customers wrote is no markup"
    assert "row95" in run.stdout
    assert "row96" not in run.stdout
    assert "--json prints all" in run.stdout


def test_a_bad_line_is_named_with_its_cure(tmp_path: Path) -> None:
    written(tmp_path, {"text": "hi"}, '{"id": "a"}')
    run = relevo(tmp_path, "analyze", "messages.jsonl", "--json")
    assert run.returncode == 1
    assert len(figures(run.stdout)) == 1, "what was read before it stays printed"
    assert 'Line 2 of messages.jsonl is no message: it needs an object with "text"' in run.stderr
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["none.jsonl"], 1, "none.jsonl can't be read"),
        (["empty.jsonl"], 1, "empty.jsonl holds no messages"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    tmp_path: Path, arguments: list[str], code: int, sentence: str
) -> None:
    (tmp_path / "empty.jsonl").write_text("\n\n")
    run = relevo(tmp_path, "analyze", *arguments)
    assert (run.returncode, run.stdout) == (code, "")
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr
