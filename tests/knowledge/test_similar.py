"""What stands in two documents is noticed; what only sounds alike is not."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import EmbeddedKnowledge, IngestReport, ingest, open_embedded
from knowledge.language.words import plain_text, terms
from knowledge.loading.ingest import sync
from knowledge.loading.similar import find_likeness, shingles_of, telling_runs

TEXT = (
    "You can send any pan back within thirty days of delivery. Pack it well, print the label from "
    "your account and bring the parcel to a post office. The money is on your card five days later."
)

LONG = TEXT + (
    " A pan that was used can come back as well, as long as it can be cleaned; scratches from metal "
    "tools are not covered. Presents are paid back with a voucher for the shop."
)


def terms_of(text: str) -> str:
    """As the index has them."""
    return " ".join(terms(plain_text(text), "en"))


def shared(new: dict[str, str], old: dict[str, str] | None = None) -> dict[str, dict[str, int]]:
    first = ((doc_id, terms_of(text)) for doc_id, text in new.items())
    then = ((doc_id, terms_of(text)) for doc_id, text in (old or {}).items())
    likeness = find_likeness(first, then)
    return {doc_id: dict(others) for doc_id, others in likeness.shared.items()}


@pytest.mark.parametrize(
    "other",
    [
        LONG,
        LONG.upper(),
        "**" + LONG.replace(". ", "**\n\n- "),
        LONG.replace("a voucher for the shop", "a voucher for our shop"),
    ],
)
def test_the_same_in_other_clothes_is_noticed(other: str) -> None:
    assert shared({"a": LONG, "b": other}) == {"b": {"a": 1}}
    assert shared({"a": LONG}, {"b": other}) == {"a": {"b": 1}}


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("thirty days", "sixty days")
        .replace("post office", "shop")
        .replace("five", "9"),
        " ".join(reversed(TEXT.split())),
        TEXT[:90],
        "Write to us.",
        "",
    ],
)
def test_what_differs_is_not_noticed(other: str) -> None:
    assert shared({"a": TEXT, "b": other}) == {}


def test_a_document_may_repeat_itself_and_short_texts_may_stand_everywhere() -> None:
    likeness = find_likeness([("a", TEXT), ("a", TEXT), ("a", "Hello."), ("b", "Hello.")], [])
    assert likeness.shared == {}
    assert len(shingles_of("Hello.")) == 0


def test_what_stands_on_every_page_takes_no_longer_for_each() -> None:
    began = time.process_time()
    likeness = find_likeness(((f"d{n}", TEXT) for n in range(3_000)), [])
    assert len(likeness.shared) == 2_999
    assert time.process_time() - began < 5


def test_in_a_large_index_it_is_looked_up(tmp_path: Path) -> None:
    knowledge = open_embedded(tmp_path / "data")
    many = [{"title": f"Item {n}", "content": f"The item {n} is new."} for n in range(120)]
    many += [{"doc_id": "old", "title": "Sending back", "content": LONG}]
    many = [{**one, "lang": "en"} for one in many]
    (tmp_path / "many.jsonl").write_text("\n".join(map(json.dumps, many)))
    ingest(knowledge, [tmp_path / "many.jsonl"])
    (tmp_path / "new.md").write_text(LONG.replace("a voucher for the shop", "a voucher for us"))
    report = ingest(knowledge, [tmp_path / "new.md"])
    assert [said for _, said in report.alike] == ["1 of its passages stands in old as well"]
    (tmp_path / "short.md").write_text("The item is new.")
    assert ingest(knowledge, [tmp_path / "short.md"]).alike == ()
    knowledge.close_now()


@given(
    words=st.lists(st.sampled_from("abcdefghijklmnop"), min_size=8, max_size=60),
    change=st.integers(0, 59),
)
def test_what_is_alike_shares_a_run_that_is_looked_for(words: list[str], change: int) -> None:
    other = [*words[: change % len(words)], *words[change % len(words) + 1 :]]
    one, two = " ".join(words), " ".join(other)
    if find_likeness([("a", one)], [("b", two)]).shared:
        assert any(f" {run} " in f" {two} " for run in telling_runs(one))


def test_a_run_reports_what_it_found(tmp_path: Path) -> None:
    knowledge = open_embedded(tmp_path / "data")
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "a.md").write_text(f"# Returns\n\n{TEXT}")
    ingest(knowledge, [tmp_path / "help"])
    (tmp_path / "help" / "b.md").write_text(f"# Sending back\n\n{TEXT}\n\n# Delivery\n\nSoon.")
    report = ingest(knowledge, [tmp_path / "help"])
    assert report == IngestReport(
        added=("help/b.md",),
        unchanged=("help/a.md",),
        alike=(("help/b.md", "1 of its passages stands in help/a.md as well"),),
    )
    assert _again(knowledge, tmp_path).alike == ()
    knowledge.close_now()


def test_a_run_over_two_places_says_once_what_is_said_twice(tmp_path: Path) -> None:
    knowledge = open_embedded(tmp_path / "data")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "first.md").write_text(f"Something of {name}.")
    ingest(knowledge, [tmp_path / "a", tmp_path / "b"])
    for name in ("a", "b"):
        (tmp_path / name / "new.md").write_text(TEXT)
    again = sync(knowledge)
    assert again.added == ("a/new.md", "b/new.md")
    assert again.alike == (("b/new.md", "1 of its passages stands in a/new.md as well"),)
    (tmp_path / "a" / "more.md").write_text(TEXT)
    (tmp_path / "b" / "other.md").write_text("Something else.")
    assert [what for what, _ in sync(knowledge).alike] == ["a/more.md"]
    knowledge.close_now()


def _again(knowledge: EmbeddedKnowledge, tmp_path: Path) -> IngestReport:
    """What has not changed was told before."""
    return ingest(knowledge, [tmp_path / "help"])
