"""``relevo ask`` with a model, as a person starts it; and what starts without one."""

import asyncio
import json
import os
import subprocess
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from tests.knowledge.model.kit import QUESTION, citing, fill
from tests.knowledge.model.server import KEY, ModelServer

ROOT = Path(__file__).parents[3]


def environment(folder: Path, **variables: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "RELEVO_DATA_DIR": str(folder / "data"),
        **variables,
    }


async def test_ask_answers_with_the_model(server: ModelServer, tmp_path: Path) -> None:
    fill(tmp_path).close_now()
    server.always = citing("The refund takes 5 days.")
    model = {
        "RELEVO_LLM__MODEL": "openai:small",
        "RELEVO_LLM__BASE_URL": server.url,
        "RELEVO_LLM__API_KEY": KEY,
        "RELEVO_LLM__FIRST_TOKEN_SECONDS": "60",
        "RELEVO_LLM__TOTAL_SECONDS": "90",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "ask", QUESTION, "--json"),
        cwd=tmp_path,
        env=environment(tmp_path, **model),
        stdout=PIPE,
        stderr=PIPE,
    )
    async with asyncio.timeout(90):
        out, err = await process.communicate()
    assert err == b""
    told = json.loads(out)
    assert told["answer"] == "The refund takes 5 days."
    assert told["decision"] == "answer"
    assert [source["title"] for source in told["sources"]] == ["Returns"]
    assert any("of the model stand in" in reason for reason in told["receipt"]["reasons"])


def test_without_a_model_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    fill(tmp_path).close_now()
    script = (
        "import sys\n"
        "from bot.app import build_knowledge, read_settings\n"
        "build_knowledge(read_settings())\n"
        "print([name for name in ('langchain', 'langchain_core', 'openai') if name in sys.modules])\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "[]\n"
