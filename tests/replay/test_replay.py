"""``relevo replay``: whole conversations through the real bot with the sample knowledge."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer
from typing_extensions import override

from bot.app import read_settings
from bot.cli.replay import ReplayWishes, by_itself, mask, replay_file
from bot.replay.choosing import sample
from bot.replay.figures import Figures
from bot.replay.judging import Finding, Result, TurnFinding
from bot.replay.page import page
from bot.replay.readers.exports import read_export
from bot.replay.report import report_of
from bot.vocabulary.errors import ConfigurationError, DocumentError
from config.rollout import RolloutSettings, TopicRolloutSettings
from tests.flows.installation import sample_knowledge
from tests.replay import kit

TALKS = Path(__file__).with_name("talks.jsonl")
EVIL = "<script>alert(1)</script><img src=http://evil.example/x.png> [bold]me[/bold]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What one replay of the talks came to."""

    report: Mapping[str, Any]
    talks: Mapping[str, Mapping[str, Any]]
    page: str


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replay")
    shutil.copytree(sample_knowledge(), folder / "data")
    file = folder / "relevo.toml"
    file.write_text(
        f'data_dir = "{folder / "data"}"\n[rollout]\nmode = "human"\n', encoding="utf-8"
    )
    return file


@pytest.fixture(scope="module")
def replayed(config: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    folder = tmp_path_factory.mktemp("out")
    said: list[str] = []
    wishes = ReplayWishes(html=folder / "r.html", details=folder / "d.jsonl", as_json=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer, "echo", said.append)
        replay_file(TALKS, wishes, config=config)
    rows = map(json.loads, (folder / "d.jsonl").read_text("utf-8").splitlines())
    talks = {row["id"]: row for row in rows}
    written = (folder / "r.html").read_text("utf-8")
    return Replayed(report=json.loads(said[0]), talks=talks, page=written)


@pytest.mark.parametrize(
    ("talk", "results", "differs"),
    [
        ("t1", ["as_good", "courtesy"], None),
        ("t2", ["as_good"], None),
        ("t3", ["wrong"], "figure"),
        ("t4", ["handed_over"], None),
        ("t6", ["uncompared"], None),
        ("t7", ["unknown"], None),
        ("t8", ["as_good"], None),
        ("t9", ["handed_over"], None),
        ("t10", ["as_good", "as_good"], None),
        ("t12", ["as_good"], None),
    ],
)
def test_each_talk_ends_as_today_s_bot_would_end_it(
    replayed: Replayed, talk: str, results: list[str], differs: str | None
) -> None:
    turns = replayed.talks[talk]["turns"]
    assert [turn["result"] for turn in turns] == results
    assert turns[0]["differs"] == differs


def test_after_a_hand_over_the_rest_is_people_s(replayed: Replayed) -> None:
    assert replayed.talks["t4"]["turns_after_hand_over"] == 1
    assert replayed.talks["t4"]["turns"][0]["reason"] == "requested"
    assert replayed.report["turns_after_hand_over"] == 1


def test_the_report_adds_up(replayed: Replayed) -> None:
    report = replayed.report
    assert report["conversations"] == len(replayed.talks) == 12
    assert report["turns"] == sum(report["results"]["turns"].values()) == 14
    assert report["languages"] == {"en": 8, "es": 4}
    assert report["hand_over_reasons"] == {"requested": 2}
    assert report["cost"] is None, "without a model that has prices nothing is known of costs"
    saved = sum(
        turn["minutes"] for talk in replayed.talks.values() for turn in talk["turns"]
        if turn["result"] == "as_good"
    )  # fmt: skip
    assert report["minutes_saved"] == pytest.approx(saved, abs=0.1)
    assert report["not_known"]


class Outside(HTMLParser):
    """Finds what a page would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "iframe", "object", "embed", "base", "form", "a"}:
            self.found.append(tag)
        self.found += [
            name for name, _ in attrs if name.startswith("on") or name in {"src", "href"}
        ]


def test_the_page_is_whole_and_fetches_nothing(replayed: Replayed) -> None:
    outside = Outside()
    outside.feed(replayed.page)
    assert outside.found == []
    assert "url(" not in replayed.page
    assert re.search(r"Content-Security-Policy[^>]*default-src 'none'", replayed.page)
    assert "contradict the human" in replayed.page


def test_what_people_wrote_is_escaped_and_masked_on_the_page() -> None:
    figures = Figures()
    for number in range(4):
        turn = TurnFinding(
            result=Result.WRONG, asked=EVIL, bot=EVIL, human=f"{EVIL} me@example.com",
            language="en", differs="figure", gap=True,
        )  # fmt: skip
        figures.add(Finding(id=str(number), turns=(turn,)))
    report = report_of(figures, source=EVIL, seconds=1, priced=True, minutes_a_message=3)
    written = page(report, mask)
    outside = Outside()
    outside.feed(written)
    assert outside.found == []
    assert "me@example.com" not in written


def test_the_table_shows_words_as_they_stand(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    turns = [["u", f"Do you repair {EVIL} submarines?"], ["b", "No, sorry, only cookware."]]
    rows: list[dict[str, object]] = [{"id": str(n), "turns": turns} for n in range(3)]
    file = kit.lines(tmp_path / "odd.jsonl", rows)
    replay_file(file, ReplayWishes(limit=2), config=config)
    shown = capsys.readouterr().out
    assert "2 conversations" in shown
    assert "Today's bot would have" in shown


def test_a_sample_is_drawn_by_its_seed(config: Path, tmp_path: Path) -> None:
    wishes = ReplayWishes(sample=2, seed=3, details=tmp_path / "d.jsonl", as_json=True)
    replay_file(TALKS, wishes, config=config)
    lines = (tmp_path / "d.jsonl").read_text("utf-8").splitlines()
    drawn = [json.loads(line)["id"] for line in lines]
    assert drawn == [one.id for one in sample(read_export(TALKS), 2, seed=3)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """Wrong use, and what is said of it; paths are below the test's own folder."""

    error: type[Exception]
    says: str
    file: Path = TALKS
    format: str | None = None
    html: Path | None = None
    details: str | None = None


WRONG = (
    Wrong(format="teams", error=ConfigurationError, says="one of slack"),
    Wrong(html=TALKS, error=ConfigurationError, says="is the export itself"),
    Wrong(details="no/d", error=ConfigurationError, says="can't be written"),
    Wrong(file=Path("nowhere.json"), error=DocumentError, says="check the path"),
)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.says)
def test_wrong_use_is_one_sentence(wrong: Wrong, config: Path, tmp_path: Path) -> None:
    before = TALKS.read_bytes()
    details = tmp_path / wrong.details if wrong.details else None
    wishes = ReplayWishes(format=wrong.format, html=wrong.html, details=details)
    with pytest.raises(wrong.error, match=wrong.says):
        replay_file(wrong.file, wishes, config=config)
    assert TALKS.read_bytes() == before


def test_a_file_in_which_no_customer_speaks_is_said_to_be_empty(
    config: Path, tmp_path: Path
) -> None:
    file = kit.lines(tmp_path / "p.jsonl", [{"turns": [["agent", "anybody there?"]]}])
    with pytest.raises(DocumentError, match="no conversation"):
        replay_file(file, ReplayWishes(), config=config)


def test_modes_are_left_aside_and_thresholds_are_not(config: Path) -> None:
    topics = (
        TopicRolloutSettings(name="a", mode="human", threshold=0.9),
        TopicRolloutSettings(name="b", mode="human"),
    )
    settings = read_settings(config)
    rollout = RolloutSettings(mode="shadow", topics=topics)
    changed = by_itself(settings.model_copy(update={"rollout": rollout})).rollout
    assert changed.mode == "auto"
    assert [(one.name, one.mode, one.threshold) for one in changed.topics] == [("a", None, 0.9)]


def test_page_and_details_need_two_files(config: Path, tmp_path: Path) -> None:
    one = tmp_path / "out"
    with pytest.raises(ConfigurationError, match="one file"):
        replay_file(TALKS, ReplayWishes(html=one, details=one), config=config)
    assert not one.exists()
