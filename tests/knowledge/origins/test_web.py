"""Pages are read politely, within bounds, and as a whole or not at all."""

import asyncio
import gzip
import signal
import subprocess
import sys
import textwrap
import time
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from bot.vocabulary.knowledge import Query
from knowledge import EmbeddedKnowledge, ingest
from knowledge.loading.ingest import IngestReport, forget, known_origins, remove, sync
from knowledge.origins import OriginError, WebRules
from knowledge.origins.bodies import unpack
from tests.knowledge.origins.site import Site, html, page

ROOT = Path(__file__).parents[3]
MEGABYTE = 1_000_000


def refusal(knowledge: EmbeddedKnowledge, site: Site, rules: WebRules, path: str = "/") -> str:
    report = ingest(knowledge, [site.url(path)], rules=rules)
    ((what, sentence),) = report.failed
    assert what == site.url(path)
    assert report.unreached == (what,)
    assert known_origins(knowledge) == ()
    assert ": " in sentence
    assert "\n" not in sentence
    return sentence


def test_an_answer_from_a_page_links_to_it(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages["/help/returns"] = page(
        "<html><head><link rel=canonical href='https://elsewhere.example/'></head><body><main>"
        "<h1>Returns</h1><p>Send the pan back within thirty days.</p></main></body></html>"
    )
    address = site.url("/help/returns?x=1")
    assert ingest(knowledge, [address + "#top"], rules=rules).added == (address,)
    (source, *_) = knowledge.search_now(Query(text="send the pan back", language="en"), 1)
    assert (source.doc_id, source.url, source.title) == (address, address, "Returns")


def test_a_page_without_a_title_is_named_after_its_address(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages["/gift-cards.html"] = page("<p>They are valid for two years.</p>")
    ingest(knowledge, [site.url("/gift-cards.html")], rules=rules)
    assert [document.title for document in knowledge.documents_now()] == ["gift cards"]


def test_a_second_run_asks_only_whether_something_changed(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    versions = {"/a": '"1"', "/b": '"1"'}

    async def versioned(request: web.Request) -> web.StreamResponse:
        version = versions[request.path]
        if request.headers.get("If-None-Match") == version:
            return web.Response(status=304)
        return html(f"Version {version[1:-1]} of {request.path[1:]}", ETag=version)

    site.pages |= {"/a": versioned, "/b": versioned}
    ingest(knowledge, [site.sitemap("/a", "/b")], rules=rules)
    assert sync(knowledge, rules=rules) == IngestReport(unchanged=(site.url("/a"), site.url("/b")))
    versions["/a"] = '"2"'
    report = sync(knowledge, rules=rules)
    assert (report.changed, report.unchanged) == ((site.url("/a"),), (site.url("/b"),))
    asked = [request.headers.get("If-None-Match") for request in site.asked if request.path == "/b"]
    assert asked == [None, '"1"', '"1"']


def test_the_time_of_the_last_change_is_enough(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    changed = "Wed, 21 Oct 2026 07:28:00 GMT"
    site.pages["/"] = html("Returns", **{"Last-Modified": changed})
    ingest(knowledge, [site.url()], rules=rules)
    site.pages["/"] = web.Response(status=304)
    assert sync(knowledge, rules=rules).unchanged == (site.url(),)
    assert site.asked[-1].headers["If-Modified-Since"] == changed
    assert len(knowledge.documents_now()) == 1


def test_a_page_whose_document_was_removed_is_fetched_as_if_it_were_new(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages["/"] = html("Returns", ETag='"1"')
    ingest(knowledge, [site.url()], rules=rules)
    remove(knowledge, [site.url()])
    assert sync(knowledge, rules=rules).added == (site.url(),)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_vanishes(
    status: int, knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages |= {"/a": "Returns", "/b": "Delivery", "/c": "Gifts"}
    ingest(knowledge, [site.sitemap("/a", "/b"), site.url("/c")], rules=rules)
    site.pages["/a"] = site.pages["/c"] = web.Response(status=status)
    report = sync(knowledge, rules=rules)
    assert set(report.removed) == {site.url("/a"), site.url("/c")}
    assert [what for what, _ in report.skipped] == [site.url("/a"), site.url("/c")]
    assert len(known_origins(knowledge)) == 2
    site.pages["/c"] = "Gifts"
    assert sync(knowledge, rules=rules).added == (site.url("/c"),)


def test_a_page_can_not_call_itself_otherwise(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("---\nid: refunds\n---\nRefunds take five days.")
    site.pages["/"] = page(
        "---\nid: refunds\nurl: https://elsewhere.example/\n---\nNo refunds.", "text/markdown"
    )
    report = ingest(knowledge, [tmp_path / "a.md", site.url()], rules=rules)
    assert report.added == ("refunds", site.url())
    assert knowledge.documents_now()[0].url == site.url()


async def _cut_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "5000", "Content-Type": "text/html"})
    await response.prepare(request)
    await response.write(b"<p>half")
    assert request.transport is not None
    request.transport.close()
    return response


async def _never(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


@pytest.mark.parametrize(
    "failure",
    [
        web.Response(status=500),
        web.Response(status=503),
        web.Response(status=429),
        web.Response(status=403),
        _cut_off,
        _never,
    ],
    ids=str,
)
def test_a_page_that_fails_keeps_its_last_good_version(
    failure: web.Response | Callable[[web.Request], web.StreamResponse],
    knowledge: EmbeddedKnowledge,
    site: Site,
    rules: WebRules,
) -> None:
    site.pages |= {"/a": "Returns", "/b": "Delivery"}
    ingest(knowledge, [site.sitemap("/a", "/b")], rules=rules)
    site.pages["/a"] = failure  # type: ignore[assignment]
    report = sync(knowledge, rules=replace(rules, seconds=0.5))
    assert (report.removed, report.unchanged) == ((), (site.url("/b"),))
    assert [what for what, _ in report.failed] == [site.url("/a")]
    assert len(knowledge.documents_now()) == 2


def test_a_site_that_is_down_keeps_everything(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules, tmp_path: Path
) -> None:
    site.pages["/"] = "Returns"
    (tmp_path / "a.md").write_text("A note.")
    ingest(knowledge, [site.url(), tmp_path / "a.md"], rules=rules)
    site.pages["/"] = web.Response(status=502)
    report = sync(knowledge, rules=rules)
    assert report.unreached == (site.url(),)
    assert len(report.unchanged) == 1
    assert len(knowledge.documents_now()) == 2


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    while True:
        await response.write(b"x" * 65_536)


async def _drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    while True:
        await response.write(b"x")
        await asyncio.sleep(0.05)


def test_an_endless_page_is_cut_at_its_size(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages["/"] = _endless
    assert "20 MB" in refusal(knowledge, site, replace(rules, seconds=20))


def test_a_page_that_drips_is_cut_at_its_time(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages["/"] = _drip
    began = time.monotonic()
    assert "in time" in refusal(knowledge, site, replace(rules, seconds=0.5))
    assert time.monotonic() - began < 5


def test_a_page_that_says_it_is_too_large_is_not_downloaded(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    async def large(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(
            headers={"Content-Length": str(10**12), "Content-Type": "text/html"}
        )
        await response.prepare(request)
        return response

    site.pages["/"] = large
    assert "20 MB" in refusal(knowledge, site, rules)


BOMB = gzip.compress(b"\0" * 200 * MEGABYTE, 9)


@pytest.mark.parametrize(
    "response",
    [
        page(BOMB, Content_Encoding="gzip"),
        page(zlib.compress(b"\0" * 200 * MEGABYTE, 9), Content_Encoding="deflate"),
        page(BOMB, "application/gzip"),
        page(gzip.compress(BOMB), Content_Encoding="gzip"),
    ],
    ids=["gzip", "deflate", "file", "twice"],
)
def test_a_bomb_does_not_unfold(
    response: web.Response, knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages["/"] = response
    assert "20 MB" in refusal(knowledge, site, replace(rules, seconds=20))


def test_a_bomb_takes_no_memory() -> None:
    tracemalloc.start()
    with pytest.raises(OriginError, match="1 MB"):
        unpack(BOMB, MEGABYTE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * MEGABYTE


@pytest.mark.parametrize(
    "response",
    [
        page(b"\x1f\x8bnonsense", Content_Encoding="gzip"),
        page(gzip.compress(b"<p>cut off</p>" * 99)[:-20], Content_Encoding="gzip"),
        page(b"words", Content_Encoding="br"),
        page(b"\x89PNG", "image/png"),
        page(b"PK", "application/zip"),
        page(b"x", "application/octet-stream"),
        page("var a", "application/javascript"),
        page("<feed/>", "application/xml"),
        page("", "text/html"),
        page("<urlset><url>", "application/xml"),
        page("<urlset/>", "application/xml"),
        page('<!DOCTYPE u [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><urlset>&b;</urlset>', "text/xml"),
        page(
            '<!DOCTYPE u [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset>&a;</urlset>', "text/xml"
        ),
    ],
    ids=lambda response: str(response.body)[:40],
)
def test_what_can_not_be_read_is_told(
    response: web.Response, knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages["/"] = response
    report = ingest(knowledge, [site.url()], rules=rules)
    ((what, sentence),) = report.failed
    assert (what, ": " in sentence) == (site.url(), True)
    assert known_origins(knowledge) == ()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 200\r\n\r\n<p>No type.</p>",
        b"HTTP/1.1 999 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -5\r\n\r\n<p>x</p>",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1e9\r\n\r\n<p>x</p>",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"FFFFFFFFFFFFFFFF\r\nx"
        ),
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
        b"HTTP/1.1 302 x\r\nLocation: \xff\xfe\r\n\r\n",
        b"HTTP/1.1 302 x\r\nLocation: " + b"/x" * 3_000 + b"\r\n\r\n",
        b"HTTP/1.1 302 x\r\nLocation: http://[\r\n\r\n",
        b"HTTP/1.1 304 x\r\n\r\n",
        b"HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    ],
    ids=lambda answer: answer[-40:].decode("latin-1"),
)
def test_a_server_that_speaks_nonsense_is_told_in_one_sentence(
    answer: bytes, knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    async def speak(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(answer)
        request.transport.close()
        return web.Response()

    site.pages["/"] = speak
    refusal(knowledge, site, rules)


def test_formats_are_told_by_type_and_by_name(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages |= {
        "/a.md": page("# Returns\n\n- One\n", "text/plain"),
        "/b": page("# Delivery\n\nThree days.", "text/markdown"),
        "/c": page("Just words.", "text/plain"),
        "/d": web.Response(
            body="<h1>Dostawa do Łodzi</h1><p>Trzy dni.</p>".encode("iso-8859-2"),
            headers={"Content-Type": "text/html; charset=iso-8859-2"},
        ),
    }
    addresses = [site.url(path) for path in ("/a.md", "/b", "/c", "/d")]
    assert ingest(knowledge, addresses, rules=rules).added == tuple(addresses)
    titles = {document.doc_id: document.title for document in knowledge.documents_now()}
    assert titles[site.url("/a.md")] == "Returns"
    assert titles[site.url("/b")] == "Delivery"
    assert titles[site.url("/d")] == "Dostawa do Łodzi"


def test_lines_of_a_fetched_file_are_documents_of_their_own(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages["/faq.jsonl"] = page(
        '{"question": "Open on Sunday?", "answer": "No."}\n'
        '{"doc_id": "peru", "content": "We ship to Peru.", "url": "https://help.example/peru"}',
        "application/x-ndjson",
    )
    ingest(knowledge, [site.url("/faq.jsonl")], rules=rules)
    (peru, sunday) = knowledge.documents_now()
    assert (peru.doc_id, peru.url) == ("peru", "https://help.example/peru")
    assert (sunday.title, sunday.url) == ("Open on Sunday?", site.url("/faq.jsonl"))


def test_a_page_is_forgotten_by_its_address(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    site.pages |= {"/a": "Returns", "/b": "Delivery"}
    address = site.sitemap("/a", "/b")
    ingest(knowledge, [address, site.url("/a")], rules=rules)
    assert forget(knowledge, address) == (site.url("/b"),)
    assert forget(knowledge, site.url("/a") + "#top") == (site.url("/a"),)
    assert known_origins(knowledge) == ()


def test_progress_counts_what_is_fetched_and_what_is_read(
    knowledge: EmbeddedKnowledge, site: Site, rules: WebRules
) -> None:
    told: list[tuple[int, int, str]] = []

    def tell(done: int, total: int, name: str) -> None:
        told.append((done, total, name))

    site.pages |= {"/a": "Returns", "/b": "Delivery"}
    address = site.sitemap("/a", "/b")
    ingest(knowledge, [address], rules=rules, on_progress=tell)
    assert told == [
        (0, 1, address),
        (0, 2, site.url("/a")),
        (1, 2, site.url("/b")),
        (0, 2, "a.html"),
        (1, 2, "b.html"),
        (2, 2, ""),
    ]


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from knowledge import open_embedded
    from knowledge.loading.ingest import sync
    from knowledge.origins import WebRules

    def stop(done, total, name):
        if (done, name) == (1, sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

    rules = WebRules(allow_hosts=frozenset({sys.argv[2]}))
    sync(open_embedded(Path(sys.argv[1])), on_progress=stop, rules=rules)
""")


@pytest.mark.parametrize("at", ["fetching", "reading"])
def test_a_killed_sync_leaves_all_pages_as_they_were(
    at: str, knowledge: EmbeddedKnowledge, site: Site, rules: WebRules, tmp_path: Path
) -> None:
    site.pages |= {"/a": "Returns", "/b": "Delivery"}
    ingest(knowledge, [site.sitemap("/a", "/b")], rules=rules)
    before = [document.digest for document in knowledge.documents_now()]
    site.pages |= {"/a": "Changed", "/b": "As well"}
    name = site.url("/b") if at == "fetching" else "b.html"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "data"), site.host, name],
        cwd=ROOT,
        env={"TMPDIR": str(tmp_path), "PATH": ""},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert [document.digest for document in knowledge.documents_now()] == before
    assert len(sync(knowledge, rules=rules).changed) == 2
