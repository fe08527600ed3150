"""``relevo ask`` with a model; and what is loaded without one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.ask import ask_once
from tests.knowledge.model.kit import QUESTION, citing, fill
from tests.knowledge.model.server import KEY, server_in_a_thread

ROOT = Path(__file__).parents[3]


def test_ask_answers_with_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(tmp_path).close_now()
    with server_in_a_thread() as server:
        server.always = citing("The refund takes 5 days.")
        for name, value in {
            "DATA_DIR": str(tmp_path / "data"),
            "LLM__MODEL": "openai:small",
            "LLM__BASE_URL": server.url,
            "LLM__API_KEY": KEY,
            "LLM__FIRST_TOKEN_SECONDS": "60",
            "LLM__TOTAL_SECONDS": "90",
        }.items():
            monkeypatch.setenv(f"RELEVO_{name}", value)
        monkeypatch.chdir(tmp_path)
        ask_once(QUESTION, config=None, as_json=True)
    said = capsys.readouterr()
    assert said.err == ""
    told = json.loads(said.out)
    assert told["answer"] == "The refund takes 5 days."
    assert told["decision"] == "answer"
    assert [source["title"] for source in told["sources"]] == ["Returns"]
    assert any("of the model stand in" in reason for reason in told["receipt"]["reasons"])


def test_nothing_of_a_model_is_loaded_before_one_is_opened(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "import bot.app, bot.app.diagnosis, bot.cli\n"
        "print([name for name in ('langchain', 'langchain_core', 'openai') if name in sys.modules])\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "[]\n"
