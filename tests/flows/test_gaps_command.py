"""``relevo kb gaps``, beside a Relevo that runs and alone, as an admin calls it."""

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.kb import kb
from bot.engine.client.connection import connect
from bot.engine.server.embedded import EmbeddedServer
from tests.builders import a_conversation
from tests.fakes import ScriptedKnowledge
from tests.flows.installation import sample_knowledge
from tests.flows.kit import Flow
from tests.knowledge.command import relevo

ASKED = (
    "Can I pay with Bizum?",
    "¿Puedo pagar con Bizum?",
    "do you sell bicycles [red]for children?",
    "my mail ana.perez@example.org is wrong, do you sell bicycles for children?",
)
KEYS = {
    "question", "count", "unanswered", "rejected", "handed_over", "cost_minutes", "languages",
    "first_at", "last_at", "examples", "nearest", "hint",
}  # fmt: skip


@asynccontextmanager
async def running(data_dir: Path) -> AsyncGenerator[Flow]:
    """Hold the embedded server of an installation, as ``relevo run`` does."""
    async with EmbeddedServer(folder=data_dir / "redis") as server:
        redis = connect(server.url, pool_size=8, deadline_seconds=5)
        try:
            yield Flow(redis=redis, knowledge=ScriptedKnowledge())
        finally:
            await redis.aclose()


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    shutil.copytree(sample_knowledge(), tmp_path / "data")
    return tmp_path / "data"


def gaps(*options: str) -> str:
    result = CliRunner().invoke(kb, ["gaps", *options], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout


async def ask(flow: Flow) -> None:
    for number, question in enumerate(ASKED):
        flow.customer = a_conversation(f"c{number}")
        await flow.write(question)
    await flow.write("/human")


async def test_gaps_are_shown_while_relevo_runs(data_dir: Path, tmp_path: Path) -> None:
    async with running(data_dir) as flow:
        await ask(flow)
        shown = relevo(tmp_path, "kb", "gaps", "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    reports: list[dict[str, Any]] = json.loads(shown.stdout)
    bicycles, bizum = reports
    assert {*bicycles} == {*bizum} == KEYS
    assert (bicycles["count"], bicycles["handed_over"], bicycles["cost_minutes"]) == (2, 1, 12.0)
    assert (bizum["count"], bizum["unanswered"], bizum["languages"]) == (2, 2, ["en", "es"])
    assert {bizum["question"], *bizum["examples"]} == set(ASKED[:2])
    assert {*bizum["nearest"]} == {"doc_id", "title", "score", "url"}
    assert bizum["nearest"]["doc_id"].startswith("payment-")
    assert "ana.perez" not in shown.stdout


def test_gaps_are_shown_when_nothing_runs(data_dir: Path) -> None:
    async def was_asked() -> None:
        async with running(data_dir) as flow:
            await ask(flow)

    asyncio.run(was_asked())
    table = gaps()
    for words in ("2 × en/es", "1 handed over", "¿Puedo pagar con Bizum?", "bicycles [red]for"):
        assert words in table
    assert "example.org" not in table
    assert len(json.loads(gaps("--json", "--limit", "1"))) == 1
    assert json.loads(gaps("--json", "--min-count", "3")) == []


def test_no_gaps_are_good_news(data_dir: Path) -> None:
    assert gaps("--days", "7") == ("Good news: in 7 days no question went without a good answer.\n")
    assert data_dir.is_dir()
