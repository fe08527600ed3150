"""``relevo surveys``: what customers answered, summed up as an admin calls it."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.surveys import nps, report
from bot.engine.client.connection import connect
from bot.engine.server.embedded import EmbeddedServer
from bot.vocabulary.surveys import Rating, SurveyKind
from tests.fakes import ScriptedKnowledge
from tests.flows.installation import sample_knowledge
from tests.flows.kit import Flow
from tests.handoff.kit import NOW


def a_rating(score: int, number: int, **fields: Any) -> Rating:
    values: dict[str, Any] = {"kind": SurveyKind.CSAT, "case": f"R-{number}", "at": NOW}
    return Rating(score=score, **(values | fields))


def surveys(*options: str) -> str:
    result = CliRunner().invoke(app, ["surveys", *options], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    shutil.copytree(sample_knowledge(), tmp_path / "data")
    return tmp_path / "data"


async def rate(data_dir: Path) -> None:
    """Let one customer score a case, change their mind, and add a word."""
    async with EmbeddedServer(folder=data_dir / "redis") as server:
        redis = connect(server.url, pool_size=8, deadline_seconds=5)
        try:
            flow = Flow(redis=redis, knowledge=ScriptedKnowledge())
            await flow.write("agent please")
            for text in ("/claim", "/reply All sorted out.", "/resolve"):
                await flow.agent(text)
            case = (await flow.conversation()).case
            assert case is not None
            await flow.press(f"csat:{case.id}:2")
            await flow.press(f"csat:{case.id}:5")
            await flow.write("they made it [red]good again")
        finally:
            await redis.aclose()


def test_the_last_score_of_each_case_counts_with_its_word(data_dir: Path) -> None:
    asyncio.run(rate(data_dir))
    found = json.loads(surveys("--json"))
    assert found["csat"] == {"answers": 1, "mean": 5, "satisfied": 1.0}
    [word] = found["words"]
    assert (word["kind"], word["score"], word["word"]) == (
        "csat",
        5,
        "they made it [red]good again",
    )
    shown = surveys()
    assert "5.00" in shown
    assert "100%" in shown
    assert "they made it [red]good again" in shown


def test_without_answers_it_says_so(data_dir: Path) -> None:
    assert data_dir.exists()
    assert surveys() == "Nobody has answered a survey in 30 days.\n"
    assert json.loads(surveys("--json", "--days", "7"))["csat"]["answers"] == 0


def test_teams_stand_beside_each_other() -> None:
    ratings = [
        a_rating(5, 1, team="shop"),
        a_rating(2, 2, team="shop"),
        a_rating(4, 3, team="billing"),
        a_rating(1, 4),
    ]
    found = report(ratings)
    assert found["csat"] == {"answers": 4, "mean": 3, "satisfied": 0.5}
    assert found["teams"] == [
        {"team": "billing", "answers": 1, "mean": 4, "satisfied": 1.0},
        {"team": "shop", "answers": 2, "mean": 3.5, "satisfied": 0.5},
    ]


@pytest.mark.parametrize(
    ("scores", "score"),
    [
        ([], None),
        ([10, 9], 100.0),
        ([0, 6], -100.0),
        ([7, 8], 0.0),
        ([10, 8, 3], 0.0),
        ([9, 9, 0], 33.3),
    ],
)
def test_recommendations_are_summed_up_as_the_net_promoter_score(
    scores: list[int], score: float | None
) -> None:
    assert nps(scores) == score
    ratings = [a_rating(one, number, kind=SurveyKind.NPS) for number, one in enumerate(scores)]
    assert report(ratings)["nps"] == {"answers": len(scores), "score": score}
