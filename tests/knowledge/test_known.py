"""What is known of whoever asks chooses among documents, and never widens what they may be told."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.vocabulary.knowledge import Audience, Known, Query
from knowledge import EmbeddedKnowledge, ingest, open_embedded
from knowledge.answering.known import wanted_tags

SINCE = date(2026, 5, 3)
EXPORT = (
    "---\ntags: [version:{version}, product:{product}]\naudience: {audience}\n---\n"
    "# Export your orders\n\n## How do I export my orders?\n\n{text}"
)
DOCUMENTS = {
    "v3": EXPORT.format(
        version="3",
        product="shop",
        audience="public",
        text="Open the menu File and choose Export orders. The export has a header. It is a CSV file.",
    ),
    "v4": EXPORT.format(
        version="4",
        product="shop",
        audience="public",
        text="Press the export button above the list of your orders. A file of your orders is sent to you.",
    ),
    "v5": EXPORT.format(
        version="5",
        product="shop",
        audience="internal",
        text="Agents alone know: export your orders with the secret console.",
    ),
    "hours": "# Opening hours\n\nThe shop in Madrid opens at nine and closes at eight.",
}
QUESTION = "How do I export my orders?"


def known(slot: str, value: str) -> Known:
    return Known(slot=slot, value=value, origin="stated", since=SINCE)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKnowledge]:
    folder = tmp_path_factory.mktemp("versions")
    help_folder = folder / "help"
    help_folder.mkdir()
    for name, text in DOCUMENTS.items():
        Path(help_folder / f"{name}.md").write_text(text, encoding="utf-8")
    knowledge = open_embedded(folder / "data")
    ingest(knowledge, [help_folder])
    yield knowledge
    knowledge.close_now()


def cited(
    knowledge: EmbeddedKnowledge, *facts: Known, text: str = QUESTION, **fields: object
) -> str:
    query = Query(text=text, language="en", known=facts, **fields)  # pyright: ignore[reportArgumentType]
    return Path(knowledge.answer_now(query).sources[0].doc_id).stem


@pytest.mark.parametrize(("value", "document"), [("3", "v3"), ("4", "v4"), ("4.2.1", "v4")])
def test_of_several_versions_theirs_is_quoted(
    versions: EmbeddedKnowledge, value: str, document: str
) -> None:
    query = Query(text=QUESTION, language="en", known=(known("version", value),))
    answer = versions.answer_now(query)
    assert Path(answer.sources[0].doc_id).stem == document
    assert answer.fit.fits == (f"version:{value[0]}",)
    assert answer.fit.slots == ("version",)
    [passage, *_] = versions.evidence_now(query).passages
    assert Path(passage.source.doc_id).stem == document


@pytest.mark.parametrize("version", ["3", "4"])
def test_a_question_that_names_a_version_is_about_that_one(
    versions: EmbeddedKnowledge, version: str
) -> None:
    text = f"How do I export my orders in version {version}?"
    answer = versions.answer_now(
        Query(text=text, language="en", known=(known("version", "4" if version == "3" else "3"),))
    )
    assert answer.fit.slots == ()


def test_where_nothing_is_for_theirs_the_answer_says_so(versions: EmbeddedKnowledge) -> None:
    query = Query(text=QUESTION, language="en", known=(known("version", "9"),))
    answer = versions.answer_now(query)
    assert answer.text
    assert (answer.fit.fits, answer.fit.misses) == ((), ("version:9",))


def test_no_version_opens_what_is_not_for_them(versions: EmbeddedKnowledge) -> None:
    query = Query(text=QUESTION, language="en", known=(known("version", "5"),))
    answer = versions.answer_now(query)
    assert "secret console" not in answer.text
    assert all(one.audience is Audience.PUBLIC for one in (*answer.sources, *answer.considered))
    assert answer.fit.misses == ("version:5",)


def test_what_is_not_about_versions_is_answered_as_ever(versions: EmbeddedKnowledge) -> None:
    text = "When does the shop in Madrid open?"
    plain = versions.answer_now(Query(text=text, language="en"))
    mine = versions.answer_now(Query(text=text, language="en", known=(known("version", "4"),)))
    assert mine == plain


def test_what_the_installation_says_counts_before_what_a_person_says(
    versions: EmbeddedKnowledge,
) -> None:
    tags = frozenset({"version:3"})
    assert cited(versions, known("version", "4"), tags=tags) == "v3"


def test_whoever_likes_it_short_gets_less(versions: EmbeddedKnowledge) -> None:
    facts = (known("version", "3"), known("length", "short"))
    short = versions.answer_now(Query(text=QUESTION, language="en", known=facts))
    long = versions.answer_now(Query(text=QUESTION, language="en", known=facts[:1]))
    assert len(short.text) <= len(long.text)
    assert "length" in short.fit.slots
    assert "Export orders" in short.text


@pytest.mark.parametrize(
    ("facts", "asked", "expected"),
    [
        ([known("version", "4")], "how", {"version:4"}),
        ([known("version", "4.2.1")], "how", {"version:4"}),
        ([known("version", "5")], "how", {"version:5.1", "version:5.2"}),
        ([known("version", "the new one")], "how", set[str]()),
        ([known("version", "4")], "how in v5?", set[str]()),
        ([known("version", "4")], "¿cómo, en la versión 5?", set[str]()),
        ([known("version", "4")], "how in 5.1?", set[str]()),
        ([known("product", "Shop for iPad")], "how", {"product:shop"}),
        ([known("product", "Café")], "how", set[str]()),
        ([known("product", "Shop")], "how in the CRM?", set[str]()),
        ([known("plan", "Pro")], "how", set[str]()),
        ([known("device", "version 4")], "how", set[str]()),
        (
            [known("product", "Shop"), known("product", "CRM")],
            "how",
            {"product:shop", "product:crm"},
        ),
    ],
)
def test_tags_of_theirs(facts: list[Known], asked: str, expected: set[str]) -> None:
    found = ["version:4", "version:5.1", "version:5.2", "product:shop", "product:crm", "team:a"]
    assert wanted_tags(facts, asked, found, []) == expected


def test_nothing_is_wanted_of_keys_that_are_given() -> None:
    assert wanted_tags([known("version", "4")], "how", ["version:4"], ["version:3"]) == frozenset()
