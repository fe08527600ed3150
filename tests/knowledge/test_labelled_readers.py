"""Labels and anchors in each format that can say them."""

from datetime import date
from pathlib import Path

import pytest

from bot.vocabulary.knowledge import Audience
from knowledge.chunks import split_document
from knowledge.documents import BlockKind, Document
from knowledge.labels import NO_LABELS, Labels
from knowledge.readers.slugs import with_slugs
from tests.knowledge.reading import documents, read_one, write

EXPECTED = Labels(
    audience=Audience.MEMBERS, tags=("product:shop", "version:2.10"), review_by=date(2027, 1, 31)
)


@pytest.mark.parametrize(
    "front",
    [
        "audience: members\nproduct: shop\nversion: 2.10\nreview_by: 2027-01-31",
        "audience: [members]\ntags: [product:shop, 'version:2.10']\nreview_date: '2027-01-31'",
        "Audience: Members\ntags:\n  - product:shop\n  - version:2.10\nreview-by: 2027-01-31",
        "audience: members\ntags: product:shop, version:2.10\nreview_by: 2027-01-31\n- broken: [",
    ],
)
def test_front_matter(tmp_path: Path, front: str) -> None:
    found = read_one(write(tmp_path / "a.md", f"---\n{front}\n---\n# Club\n\nTen percent off.\n"))
    assert (found.labels, found.notes) == (EXPECTED, ())
    assert found.title == "Club"


@pytest.mark.parametrize(
    "front",
    [
        (
            'title = "Club"\naudience = "members"\nversion = 2.10\nproduct = ["Shop"]\n'
            "review_by = 2027-01-31"
        ),
        (
            'title = "Club"\naudience = "members"\nversion = "2.10"\nproduct = "shop"\n'
            'review_by = "2027-01-31"\nbroken = ['
        ),
    ],
)
def test_front_matter_of_hugo(tmp_path: Path, front: str) -> None:
    found = read_one(write(tmp_path / "a.md", f"+++\n{front}\n+++\nTen percent off.\n"))
    assert (found.labels, found.notes) == (EXPECTED, ())
    assert (found.title, [b.text for b in found.blocks]) == ("Club", ["Ten percent off."])


def test_blank_lines_before_front_matter_open_nothing_to_everybody(tmp_path: Path) -> None:
    text = "\n \n---\naudience: internal\n---\n# Margins\n\nSixty percent.\n"
    assert read_one(write(tmp_path / "a.md", text)).labels.audience is Audience.INTERNAL


def test_what_broken_front_matter_says_on_further_lines_is_unknown(tmp_path: Path) -> None:
    text = "---\naudience:\n  - members\nbroken: [\n---\n# Club\n\nTen percent off.\n"
    found = read_one(write(tmp_path / "a.md", text))
    assert found.labels.audience is Audience.INTERNAL
    assert len(found.notes) == 1


def test_front_matter_without_labels_has_none(tmp_path: Path) -> None:
    found = read_one(write(tmp_path / "a.md", "---\ntitle: 2024\nid: ~\n---\nWords.\n"))
    assert (found.labels, found.title, found.doc_id) == (NO_LABELS, "2024", None)


@pytest.mark.parametrize(
    "line",
    [
        (
            '{"content": "Ten percent off.", "audience": "members", "product": "shop", '
            '"version": "2.10", "review_by": "2027-01-31"}'
        ),
        (
            '{"question": "What is off?", "answer": "Ten percent.", "audience": ["members"], '
            '"tags": ["product:shop", "version:2.10"], "review_date": "2027-01-31"}'
        ),
        (
            '{"content": "---\\naudience: members\\nversion: 2.10\\n---\\nTen percent off.", '
            '"format": "md", "audience": "public", "product": "shop", "review_by": "2027-01-31"}'
        ),
    ],
)
def test_json_lines(tmp_path: Path, line: str) -> None:
    found = read_one(write(tmp_path / "a.jsonl", line))
    assert (found.labels, found.notes) == (EXPECTED, ())


@pytest.mark.parametrize(
    "table",
    [
        (
            "question,answer,audience,tags,review_by\n"
            'Off?,Ten percent.,members,"product:shop, version:2.10",2027-01-31\n'
        ),
        (
            "pregunta;respuesta;Audiencia;Producto;Versión;Fecha de revisión\n"
            "¿Cuánto?;Diez por ciento.;miembros;Shop;2.10;31/01/2027\n"
        ),
        (
            "question,answer,tags,tag,público,audience,review date\n"
            "Off?,Ten percent.,product:shop,version:2.10,members,public,2027-01-31\n"
        ),
    ],
)
def test_columns(tmp_path: Path, table: str) -> None:
    found = read_one(write(tmp_path / "a.csv", table))
    assert (found.labels, found.notes) == (EXPECTED, ())


def test_a_note_on_a_row_names_its_line(tmp_path: Path) -> None:
    table = "question,answer,audience\nOff?,Ten percent.,\nWho?,Admins.,Admin\n"
    first, second = documents(write(tmp_path / "a.csv", table))
    assert (first.labels, first.notes) == (NO_LABELS, ())
    assert second.labels.audience is Audience.INTERNAL
    assert second.notes[0].startswith("line 3: its audience 'Admin' ")


def test_a_page(tmp_path: Path) -> None:
    page = (
        '<html><head><meta name="audience" content="members"><meta name="relevo:product" '
        'content="Shop"><meta name="version" content="2.10"/><meta name="review-by" '
        'content="2027-01-31"><meta name="viewport" content="width=1"></head>'
        "<body><h1>Club</h1><p>Ten percent off.</p></body></html>"
    )
    found = read_one(write(tmp_path / "a.html", page))
    assert (found.labels, found.notes) == (EXPECTED, ())


def anchors(document: Document) -> dict[str, str]:
    return {b.text: b.anchor for b in document.blocks if b.kind is BlockKind.HEADING}


def test_headings_of_a_page_have_anchors(tmp_path: Path) -> None:
    page = """<html><body><main><h1 id="top">Returns</h1><p>Send it back within 30 days.</p>
        <h2 id="how">How to</h2><p>Print the label.</p>
        <section id="costs"><h2>Costs</h2><p>Nothing at all.</p></section>
        <h3><a name="old-name"></a>Pans</h3><p>Also used ones.</p>
        <div id="far"><p>Words between.</p><h2>Without</h2><p>No anchor leads here.</p></div>
        <h2 id="not one">Spaces</h2><p>An id with a space is none.</p></main></body></html>"""
    found = anchors(read_one(write(tmp_path / "a.html", page)))
    assert found == {
        "How to": "how", "Costs": "costs", "Pans": "old-name", "Without": "", "Spaces": "",
    }  # fmt: skip


def test_passages_lead_to_the_innermost_heading_with_an_anchor(tmp_path: Path) -> None:
    page = """<html><body><main><h1>Returns</h1><p>Send it back within 30 days.</p>
        <h2 id="how">How to</h2><p>Print the label and pack it well.</p>
        <h3>Pans</h3><p>Used pans may be sent back too.</p>
        <h2>Empty</h2></main></body></html>"""
    passages = split_document(read_one(write(tmp_path / "a.html", page)))
    assert [(one.headings, one.anchor) for one in passages] == [
        ((), ""), (("How to",), "how"), (("How to", "Pans"), "how"), ((), ""),
    ]  # fmt: skip


def test_markdown_keeps_the_anchors_that_it_gives_itself(tmp_path: Path) -> None:
    text = (
        "# Returns {#returns}\n\nWithin {#x} 30 days.\n\n## How to {#how-to}\n\n- Print it. {#y}\n\n"
        "## Costs { .wide }\n\n```\n# comment {#z}\n```\n"
    )
    found = read_one(write(tmp_path / "a.md", text))
    assert anchors(found) == {"How to": "how-to", "Costs { .wide }": ""}
    assert found.title == "Returns"
    assert [b.text for b in found.blocks if b.kind is not BlockKind.HEADING] == [
        "Within 30 days.", "Print it.", "# comment {#z}",
    ]  # fmt: skip


def test_markdown_that_is_shown_as_a_page_has_the_anchors_of_github(tmp_path: Path) -> None:
    text = "Intro.\n\n## How to *return*?\n\nA.\n\n## ¿Cuánto cuesta?\n\nB.\n\n## FAQ\n\n## FAQ\n\nC.\n"
    found = with_slugs(read_one(write(tmp_path / "a.md", text + "\n## Own {#mine}\n\nD.\n")))
    names = [b.anchor for b in found.blocks if b.kind is BlockKind.HEADING]
    assert names == ["how-to-return", "cuánto-cuesta", "faq", "faq-1", "mine"]
