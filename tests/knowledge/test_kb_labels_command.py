"""``relevo`` with labels: for whom a place is, what is listed, what is found and answered as whom."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.cli.kb import kb
from bot.cli.kb_labels import choose, read_relabelling, read_tags, shown_labels
from bot.cli.kb_output import print_report
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.knowledge import Audience
from knowledge import IngestReport
from knowledge.index.writer import StoredDocument
from knowledge.labels import Relabelling

TODAY = date(2026, 11, 27)


@pytest.fixture
def relevo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line in this process, which spares each command its start."""
    monkeypatch.chdir(tmp_path)
    environment = {"RELEVO_DATA_DIR": str(tmp_path / "data")}

    def run(*arguments: str | Path) -> Result:
        words = [str(one) for one in arguments]
        command, given = (kb, words[1:]) if words[0] == "kb" else (app, words)
        return CliRunner().invoke(command, given, env=environment)

    return run


def test_a_place_is_labelled_and_asked_as_one_audience_or_another(
    tmp_path: Path, relevo: Callable[..., Result]
) -> None:
    folder = tmp_path / "help"
    folder.mkdir()
    text = (
        "---\naudience: Admin\nreview_by: 2026-05-01\n---\n# Margins\n\nOur margin is 60 percent."
    )
    (folder / "margins.md").write_text(text)
    (folder / "returns.md").write_text("# Returns\n\nSend it back within 30 days.")
    options = ("--audience", "members", "--tag", "product:Shop", "--review-by", "2999-12-31")
    added = relevo("kb", "add", folder, *options)
    assert added.exit_code == 0
    noted = f"Look at {folder / 'margins.md'}: its audience 'Admin' is none of"
    assert added.stderr.startswith(noted)

    listed = json.loads(relevo("kb", "list", "--json").stdout)
    assert [(d["audience"], d["tags"], d["review_by"], d["overdue"]) for d in listed] == [
        ("internal", ["product:shop"], "2026-05-01", True),
        ("members", ["product:shop"], "2999-12-31", False),
    ]
    overdue = relevo("kb", "list", "--overdue", "--tag", "product:shop").stdout
    assert overdue == (
        "help/margins.md  [en]  Margins  [internal, product:shop, review was due on 2026-05-01]  "
        f"({folder})\n"
    )
    found = relevo("kb", "search", "margin").stdout
    assert "Margins  [internal, product:shop, review was due on 2026-05-01]" in found
    assert "Margins" not in relevo("kb", "search", "margin", "--audience", "members").stdout
    assert relevo("kb", "add", folder, "--tag", "shop").exit_code != 0

    question = "what is our margin?"
    told = relevo("ask", question, "--audience", "internal", "--json").stdout
    assert "60 percent" in json.loads(told)["receipt"]["draft"]
    assert "the source was due for review on 2026-05-01" in told
    refused = relevo("ask", question, "--json").stdout
    assert "60 percent" not in refused
    assert "margins" not in refused


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((None, None, ""), None),
        ((Audience.INTERNAL, None, ""), Relabelling(audience=Audience.INTERNAL)),
        ((None, ["b:2", "a:1"], ""), Relabelling(tags=("a:1", "b:2"))),
        ((None, ["None"], "none"), Relabelling(tags=(), drops_review=True)),
        ((None, None, "31/01/2027"), Relabelling(review_by=date(2027, 1, 31))),
    ],
)
def test_options_say_what_changes(
    options: tuple[Audience | None, list[str] | None, str], expected: Relabelling | None
) -> None:
    assert read_relabelling(*options) == expected


@pytest.mark.parametrize("tag", ["shop", ":", "product:", ":shop", ""])
def test_a_tag_without_key_or_value_is_refused(tag: str) -> None:
    with pytest.raises(ConfigurationError, match="has no key and value: write for instance"):
        read_tags([tag])


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'soon' is no date: write it like 2027-01-31"):
        read_relabelling(None, None, "soon")


def test_documents_are_chosen_by_all_tags_and_by_their_date() -> None:
    def document(doc_id: str, *tags: str, review_by: date | None = None) -> StoredDocument:
        return StoredDocument(
            doc_id=doc_id,
            title="",
            url=None,
            language="en",
            source="",
            digest="",
            added_at="",
            tags=tags,
            review_by=review_by,
        )

    one, two = document("1", "a:1", "b:2", review_by=TODAY), document("2", "a:1")
    late = document("3", "b:2", review_by=date(2026, 11, 26))
    every = [one, two, late]
    assert choose(every, tags=(), overdue=False, on=TODAY) == every
    assert choose(every, tags=("a:1", "b:2"), overdue=False, on=TODAY) == [one]
    assert choose(every, tags=(), overdue=True, on=TODAY) == [late]
    assert shown_labels(Audience.PUBLIC, (), None, TODAY) == "[public]"
    assert shown_labels(Audience.PUBLIC, ("a:1",), TODAY, TODAY) == (
        "[public, a:1, review by 2026-11-27]"
    )


def test_of_many_notes_the_first_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    report = IngestReport(noted=tuple((f"{n}.md", "look") for n in range(12)))
    print_report(report, as_json=True)
    said = capsys.readouterr()
    assert said.err.splitlines()[-2:] == [
        "Look at 9.md: look.", "2 more notes of that kind: see --json.",
    ]  # fmt: skip
    assert json.loads(said.out)["noted"][11] == {"path": "11.md", "reason": "look"}
