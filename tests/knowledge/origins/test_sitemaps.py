"""Sitemaps lead to the pages that they name, within bounds, and keep in line with them."""

import asyncio
import gzip
from dataclasses import replace

import pytest
from aiohttp import web

from knowledge import EmbeddedKnowledge, ingest
from knowledge.loading.ingest import known_origins, sync
from knowledge.origins import WebRules
from tests.knowledge.origins.site import Site, html, page, redirect, urlset, xml


def test_all_pages_of_a_sitemap_are_read_one_at_a_time(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    busy = 0

    async def slow(_request: web.Request) -> web.StreamResponse:
        nonlocal busy
        busy += 1
        assert busy == 1
        await asyncio.sleep(0.01)
        busy -= 1
        return html("Returns")

    site.pages |= {"/a": slow, "/b": slow, "/c": slow}
    address = site.sitemap("/a", "/b", "/b", "/c#part", "https://other.example/x", "file:///x")
    report = ingest(knowledge, [address], rules=rules)
    assert report.added == (site.url("/a"), site.url("/b"), site.url("/c"))
    assert report.skipped == ((address, "2 of its pages are not on 127.0.0.1"),)
    assert site.paths == ["/sitemap.xml", "/a", "/b", "/c"]
    assert [(one.kind, one.address) for one in known_origins(knowledge)] == [("web", address)]
    assert {document.origins for document in knowledge.documents_now()} == {(address,)}


@pytest.mark.parametrize("form", ["plain", "packed"])
def test_an_index_of_sitemaps_leads_to_all_pages(
    form: str, knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    def give(text: str) -> web.Response:
        return (
            page(gzip.compress(text.encode()), "application/gzip")
            if form == "packed"
            else xml(text)
        )

    site.pages |= {"/a": "Returns", "/b": "Delivery"}
    site.pages["/1.xml.gz"] = give(urlset(site.url("/a")))
    site.pages["/2.xml.gz"] = give(urlset(site.url("/b")))
    named = "".join(f"<sitemap><loc>{site.url(f'/{n}.xml.gz')}</loc></sitemap>" for n in (1, 2))
    site.pages["/all.xml"] = give(f"<sitemapindex>{named}</sitemapindex>")
    report = ingest(knowledge, [site.url("/all.xml")], rules=rules)
    assert report.added == (site.url("/a"), site.url("/b"))


def test_a_sitemap_of_an_index_that_fails_fails_all(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    """Else its pages would seem to have vanished."""
    site.pages["/a"] = "Returns"
    site.sitemap("/a", path="/1.xml")
    named = f"<sitemap><loc>{site.url('/1.xml')}</loc></sitemap>"
    site.pages["/all.xml"] = xml(f"<sitemapindex>{named}</sitemapindex>")
    ingest(knowledge, [site.url("/all.xml")], rules=rules)
    site.pages["/1.xml"] = web.Response(status=503)
    report = sync(knowledge, rules=rules)
    assert (report.unreached, report.removed) == ((site.url("/all.xml"),), ())


def test_a_page_that_the_sitemap_names_no_more_vanishes(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages |= {"/a": "Returns", "/b": "Delivery"}
    ingest(knowledge, [site.sitemap("/a", "/b")], rules=rules)
    site.sitemap("/b")
    assert sync(knowledge, rules=rules).removed == (site.url("/a"),)


def test_a_page_that_is_also_added_by_itself_outlives_its_place_in_the_sitemap(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages |= {"/a": "Returns", "/b": "Delivery"}
    ingest(knowledge, [site.sitemap("/a", "/b"), site.url("/a")], rules=rules)
    site.sitemap("/b")
    assert sync(knowledge, rules=rules).removed == ()
    assert {document.doc_id: document.origins for document in knowledge.documents_now()} == {
        site.url("/a"): (site.url("/a"),),
        site.url("/b"): (site.url("/sitemap.xml"),),
    }


def test_a_server_that_is_away_is_left_alone_after_a_while(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    paths = [f"/{n}" for n in range(40)]
    site.pages |= dict.fromkeys(paths, "Returns")
    address = site.sitemap(*paths)
    ingest(knowledge, [address], rules=rules)
    site.pages |= {path: web.Response(status=503) for path in paths[3:]}
    site.asked.clear()
    report = sync(knowledge, rules=rules)
    assert len(site.asked) == 1 + 3 + 5
    assert report.failed[-1][0] == address
    assert "32 pages stay as they are" in report.failed[-1][1]
    assert (report.removed, len(knowledge.documents_now())) == ((), 40)


def test_other_kinds_in_a_sitemap_are_skipped_with_the_reason(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages |= {"/a": "Returns", "/b.png": page(b"\x89PNG", "image/png")}
    report = ingest(knowledge, [site.sitemap("/a", "/b.png")], rules=rules)
    assert report.added == (site.url("/a"),)
    ((what, why),) = report.skipped
    assert (what, "image/png" in why) == (site.url("/b.png"), True)
    assert report.failed == ()


def test_a_page_of_a_sitemap_that_leads_elsewhere_is_not_followed(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules, canary: Site
) -> None:
    opened = replace(rules, allow_hosts=rules.allow_hosts | {canary.host})
    site.pages |= {"/a": redirect(canary.url()), "/b": redirect("/c"), "/c": "Delivery"}
    report = ingest(knowledge, [site.sitemap("/a", "/b")], rules=opened)
    assert report.added == (site.url("/b"),)
    assert [what for what, _ in report.failed] == [site.url("/a")]


def test_only_so_many_pages_of_a_sitemap_are_read(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages |= {f"/{n}": "Returns" for n in range(5)}
    address = site.sitemap(*(f"/{n}" for n in range(5)))
    report = ingest(knowledge, [address], rules=replace(rules, most_pages=3))
    assert len(report.added) == 3
    assert report.skipped == ((address, "only its first 3 pages are read"),)


def test_only_so_many_bytes_of_a_sitemap_are_read(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages |= {f"/{n}": page("<p>Returns.</p>" * 100) for n in range(5)}
    address = site.sitemap(*(f"/{n}" for n in range(5)))
    report = ingest(knowledge, [address], rules=replace(rules, total_bytes=2_000))
    assert len(report.added) == 2
    assert "3 pages stay as they are" in report.failed[0][1]
