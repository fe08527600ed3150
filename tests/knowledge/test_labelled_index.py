"""Labels in the index: what documents and their origins say, through every way of a change."""

import gzip
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web

from bot.vocabulary.knowledge import Audience, Query
from knowledge import EmbeddedKnowledge, IngestReport, ingest, open_embedded
from knowledge.index.schema import SCHEMA, index_path
from knowledge.index.writer import StoredDocument
from knowledge.labels import Relabelling
from knowledge.loading.ingest import forget, known_origins, sync
from knowledge.origins import WebRules
from tests.knowledge.origins.site import Site

FIXTURES = Path(__file__).parents[1] / "fixtures"
INTERNAL = Relabelling(audience=Audience.INTERNAL)
PUBLIC = Relabelling(audience=Audience.PUBLIC)
DAY = date(2027, 1, 31)


def audiences(knowledge: EmbeddedKnowledge) -> dict[str, str]:
    return {one.doc_id: one.audience.value for one in knowledge.documents_now()}


def stored(knowledge: EmbeddedKnowledge, doc_id: str) -> StoredDocument:
    return next(one for one in knowledge.documents_now() if one.doc_id == doc_id)


def seen(knowledge: EmbeddedKnowledge, text: str, audience: Audience, *tags: str) -> list[str]:
    query = Query(text=text, language="en", audience=audience, tags=frozenset(tags))
    return sorted(source.doc_id for source in knowledge.search_now(query, 10))


def test_an_origin_labels_all_that_it_holds_and_sync_keeps_it(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    given = Relabelling(audience=Audience.MEMBERS, tags=("product:shop",), review_by=DAY)
    ingest(knowledge, [folder], relabelling=given)
    (folder / "new.md").write_text("# New\n\nAdded later.")
    sync(knowledge)
    for one in knowledge.documents_now():
        assert (one.audience, one.tags, one.review_by) == ("members", ("product:shop",), DAY)
    (origin,) = known_origins(knowledge)
    assert origin.labels == given.of(origin.labels)


def test_a_document_makes_its_audience_narrower_and_never_wider(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    (folder / "returns.md").write_text("---\naudience: internal\n---\nSend it back.")
    (folder / "delivery.md").write_text("---\naudience: public\n---\nThree days.")
    ingest(knowledge, [folder], relabelling=Relabelling(audience=Audience.MEMBERS))
    assert audiences(knowledge) == {"help/delivery.md": "members", "help/returns.md": "internal"}


def test_labels_that_alone_change_are_picked_up(knowledge: EmbeddedKnowledge, folder: Path) -> None:
    ingest(knowledge, [folder])
    text = (folder / "returns.md").read_text()
    (folder / "returns.md").write_text(f"---\naudience: internal\nversion: 2\n---\n{text}")
    assert ingest(knowledge, [folder]).changed == ("help/returns.md",)
    assert stored(knowledge, "help/returns.md").tags == ("version:2",)
    assert seen(knowledge, "send it back", Audience.PUBLIC) == ["help/delivery.md"]
    (folder / "returns.md").write_text(text)
    assert ingest(knowledge, [folder]).changed == ("help/returns.md",)
    assert "help/returns.md" in seen(knowledge, "send it back", Audience.PUBLIC)


def test_another_audience_of_an_origin_reaches_what_did_not_change(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder])
    report = ingest(knowledge, [folder], relabelling=INTERNAL)
    assert report == IngestReport(changed=("help/delivery.md", "help/returns.md"))
    assert seen(knowledge, "parcels", Audience.PUBLIC) == []
    assert ingest(knowledge, [folder]).unchanged == ("help/delivery.md", "help/returns.md")
    ingest(knowledge, [folder], relabelling=PUBLIC)
    assert seen(knowledge, "parcels", Audience.PUBLIC) != []


@pytest.mark.parametrize("internal_first", [True, False])
def test_of_several_origins_the_narrowest_counts_until_it_is_forgotten(
    knowledge: EmbeddedKnowledge, folder: Path, *, internal_first: bool
) -> None:
    file = folder / "returns.md"
    both = [(folder, INTERNAL), (file, PUBLIC)]
    for place, said in both if internal_first else both[::-1]:
        ingest(knowledge, [place], relabelling=said)
    assert set(audiences(knowledge).values()) == {"internal"}
    ingest(knowledge, [file])
    sync(knowledge)
    assert set(audiences(knowledge).values()) == {"internal"}
    forget(knowledge, str(folder))
    assert audiences(knowledge) == {"help/returns.md": "public"}


def test_two_places_of_one_run_hold_the_same_file(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder / "returns.md"])
    ingest(knowledge, [folder / "returns.md", folder], relabelling=INTERNAL)
    ingest(knowledge, [folder / "returns.md"], relabelling=PUBLIC)
    assert set(audiences(knowledge).values()) == {"internal"}


def test_an_unchanged_page_is_relabelled_too(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    async def page(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304)
        body = "<h1 id='top'>Club</h1><h2 id='off'>Prices</h2><p>Ten percent off for you.</p>"
        return web.Response(text=body, content_type="text/html", headers={"ETag": '"1"'})

    site.pages["/club"] = page
    ingest(knowledge, [site.url("/club")], rules=rules)
    (source,) = knowledge.search_now(Query(text="ten percent", language="en"), 1)
    assert source.url == site.url("/club#off")
    report = ingest(knowledge, [site.url("/club")], rules=rules, relabelling=INTERNAL)
    assert report.changed == (site.url("/club"),)
    assert audiences(knowledge) == {site.url("/club"): "internal"}


def test_markdown_of_a_server_leads_to_its_sections(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    text = "# Club\n\n## How much?\n\nTen percent off."
    site.pages["/club"] = web.Response(text=text, content_type="text/markdown")
    ingest(knowledge, [site.url("/club")], rules=rules)
    (source,) = knowledge.search_now(Query(text="ten percent", language="en"), 1)
    assert source.url == site.url("/club#how-much")


def test_what_was_not_understood_is_noted_each_time(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    (folder / "returns.md").write_text("---\naudience: Admin\nreview_by: soon\n---\nSend it back.")
    for report in (ingest(knowledge, [folder]), ingest(knowledge, [folder]), sync(knowledge)):
        assert [what for what, _ in report.noted] == [str(folder / "returns.md")] * 2
        assert "it is taken for internal" in report.noted[0][1]
        assert "is ignored" in report.noted[1][1]
    assert audiences(knowledge)["help/returns.md"] == "internal"


def test_tags_choose_among_versions_and_leave_what_is_about_all(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    for version in (1, 2):
        (folder / f"v{version}.md").write_text(f"---\nversion: {version}\n---\nPress the button.")
    (folder / "all.md").write_text("# All\n\nPress any button.")
    for name in ("returns", "delivery"):
        (folder / f"{name}.md").unlink()
    ingest(knowledge, [folder])
    every = ["help/all.md", "help/v1.md", "help/v2.md"]
    assert seen(knowledge, "press button", Audience.PUBLIC) == every
    assert seen(knowledge, "press button", Audience.PUBLIC, "version:2") == [every[0], every[2]]
    assert seen(knowledge, "press button", Audience.PUBLIC, "version:3") == [every[0]]
    assert seen(knowledge, "press button", Audience.PUBLIC, "product:x") == every


def test_an_unlabelled_document_has_the_hash_of_former_versions(
    knowledge: EmbeddedKnowledge, tmp_path: Path
) -> None:
    with former(tmp_path, 2) as connection:
        known = connection.execute("SELECT doc_id, digest FROM document").fetchall()
    (tmp_path / "help").mkdir()
    text = "# Delivery\n\nParcels need three days.\n\n## Islands\n\nSix days to the islands.\n"
    (tmp_path / "help" / "delivery.md").write_text(text)
    ingest(knowledge, [tmp_path / "help"])
    assert stored(knowledge, "help/delivery.md").digest == dict(known)["help/delivery.md"]


def former(tmp_path: Path, form: int) -> "closing[sqlite3.Connection]":
    """An index as a Relevo of that form wrote it, of documents that now lie in ``tmp_path``."""
    path = index_path(tmp_path / "former")
    path.parent.mkdir(parents=True)
    with gzip.open(FIXTURES / f"index_form_{form}.sqlite.gz") as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file)
    connection = sqlite3.connect(path)
    for table, column in (("document", "source"), *((("origin", "address"),) * (form > 1))):
        connection.execute(
            f"UPDATE {table} SET {column} = replace({column}, '/tmp/former', ?)",  # noqa: S608
            (str(tmp_path),),
        )
    connection.commit()
    return closing(connection)


@pytest.mark.parametrize("form", [1, 2])
def test_an_index_of_a_former_form_is_kept_and_learns_labels(tmp_path: Path, form: int) -> None:
    with former(tmp_path, form) as connection:
        before = connection.execute("SELECT text FROM passage ORDER BY id").fetchall()
        ids = [row[0] for row in connection.execute("SELECT doc_id FROM document ORDER BY doc_id")]
    opened = open_embedded(tmp_path / "former")
    assert [one.doc_id for one in opened.documents_now()] == ids
    assert set(audiences(opened).values()) == {"public"}
    with closing(sqlite3.connect(opened.path)) as connection:
        assert connection.execute("SELECT text FROM passage ORDER BY id").fetchall() == before
        rows = connection.execute("SELECT value FROM meta WHERE name = 'schema'").fetchall()
        assert rows == [(SCHEMA,)]
        assert connection.execute("SELECT count(*) FROM fetched").fetchone() == (0,)
    (tmp_path / "help").mkdir()
    text = "---\naudience: internal\nid: margins\n---\n# Margins\n\nOur margin on pans is 60 percent.\n"
    (tmp_path / "help" / "margins.md").write_text(text)
    report = ingest(opened, [tmp_path / "help"])
    assert report.changed == ("margins",)
    assert audiences(opened)["margins"] == "internal"
    assert "margins" not in seen(opened, "margin on pans", Audience.PUBLIC)
    assert "margins" in seen(opened, "margin on pans", Audience.INTERNAL)
    opened.close_now()


def test_a_view_follows_changes_of_another_process(
    knowledge: EmbeddedKnowledge, folder: Path
) -> None:
    ingest(knowledge, [folder])
    assert seen(knowledge, "parcels days", Audience.PUBLIC) != []
    writer = open_embedded(knowledge.path.parents[1])
    ingest(writer, [folder], relabelling=INTERNAL)
    assert seen(knowledge, "parcels days", Audience.PUBLIC) == []
    assert seen(knowledge, "parcels days", Audience.INTERNAL) != []
    ingest(writer, [folder], relabelling=Relabelling(audience=Audience.MEMBERS))
    writer.close_now()
    assert seen(knowledge, "parcels days", Audience.PUBLIC) == []
    assert seen(knowledge, "parcels days", Audience.MEMBERS) != []


def test_more_views_than_are_remembered(knowledge: EmbeddedKnowledge, folder: Path) -> None:
    (folder / "shop.md").write_text("---\nproduct: shop\n---\nParcels need three days.")
    ingest(knowledge, [folder])
    for number in range(40):
        tags = "product:shop" if number % 2 else f"product:{number}"
        found = seen(knowledge, "parcels need three days", Audience.PUBLIC, tags)
        assert ("help/shop.md" in found) is bool(number % 2)
