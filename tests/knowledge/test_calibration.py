"""The fitted confidence as a file: who reads it, when, and what is said of a wrong one."""

import json
from pathlib import Path

import pytest

from bot.app.diagnosis import diagnose
from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.knowledge import Query
from bot.vocabulary.platforms import Health
from config.settings import load
from knowledge import EmbeddedKnowledge, ingest, open_embedded
from knowledge.answering.calibration import (
    Calibration,
    CalibrationFile,
    calibration_path,
    read_calibration,
    write_calibration,
)
from knowledge.answering.confidence import SHIPPED, Curve

QUERY = Query(text="How do I return a pan?", language="en")


def fitted(intercept: float, threshold: float | None = 0.7) -> Calibration:
    return Calibration(
        curve=Curve(intercept=intercept, coefficients=SHIPPED.coefficients),
        method="stretched",
        labels=120,
        fitted_at="2026-11-27T15:00:00+00:00",
        threshold=threshold,
        risk=0.05,
        certified=True,
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = calibration_path(tmp_path)
    for calibration in (fitted(-3.25), fitted(-1.0, threshold=None)):
        write_calibration(path, calibration)
        assert read_calibration(path) == calibration
    assert [child.name for child in path.parent.iterdir()] == [path.name]


def test_without_a_file_the_shipped_curve_counts(tmp_path: Path) -> None:
    file = CalibrationFile(calibration_path(tmp_path))
    assert (file.curve, file.threshold) == (SHIPPED, None)


def test_a_change_is_seen_at_once(tmp_path: Path) -> None:
    path = calibration_path(tmp_path)
    file = CalibrationFile(path)
    write_calibration(path, fitted(-3.0))
    assert file.curve.intercept == -3.0
    write_calibration(path, fitted(-2.0, threshold=0.6))
    assert (file.curve.intercept, file.threshold) == (-2.0, 0.6)
    path.unlink()
    assert (file.curve, file.threshold) == (SHIPPED, None)


@pytest.fixture
def knowledge(tmp_path: Path) -> EmbeddedKnowledge:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "returns.md").write_text("# Return a pan\n\nYou return a pan within 30 days.")
    opened = open_embedded(tmp_path)
    ingest(opened, [folder])
    return opened


def test_a_running_knowledge_base_answers_with_the_new_fit(
    tmp_path: Path, knowledge: EmbeddedKnowledge
) -> None:
    before = knowledge.answer_now(QUERY).confidence.value
    write_calibration(calibration_path(tmp_path), fitted(SHIPPED.intercept - 3))
    after = knowledge.answer_now(QUERY).confidence.value
    knowledge.close_now()
    assert after < before


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"intercept": "high"},
        {"intercept": float("nan")},
        {"coefficients": {"coverage": 1.0}},
        {"threshold": 1.5},
        {"labels": None},
    ],
)
def test_a_wrong_file_is_named_in_a_sentence(tmp_path: Path, change: dict[str, object]) -> None:
    path = calibration_path(tmp_path)
    write_calibration(path, fitted(-3.0))
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(KnowledgeUnavailableError, match=r"calibration\.json is no calibration of"):
        CalibrationFile(path).current()


@pytest.mark.parametrize("text", ["", "[]", "{}", "\x00", '"x"', "[" * 100_000])
def test_what_is_no_calibration_at_all_is_named_too(tmp_path: Path, text: str) -> None:
    path = calibration_path(tmp_path)
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(KnowledgeUnavailableError, match="fit it again"):
        read_calibration(path)


async def test_the_doctor_tells_of_it_as_every_answer_would(tmp_path: Path) -> None:
    path = calibration_path(tmp_path)
    path.parent.mkdir()
    path.write_text("{}")
    found = {one.subject: one for one in await diagnose(load(data_dir=tmp_path))}
    assert found["knowledge"].health is Health.BROKEN
    assert "calibration.json is no calibration" in found["knowledge"].text


def test_a_file_that_breaks_while_it_is_in_use_leaves_the_last_good_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = calibration_path(tmp_path)
    write_calibration(path, fitted(-3.0))
    file = CalibrationFile(path)
    assert file.curve.intercept == -3.0
    path.write_text("{")
    assert file.curve.intercept == -3.0
    assert file.curve.intercept == -3.0
    assert len(caplog.records) == 1
