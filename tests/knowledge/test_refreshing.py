"""Pages and repositories are read again while Relevo runs, once they are due."""

import asyncio
import fcntl
import sqlite3
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from bot.app.parts import build_refreshing
from bot.vocabulary.knowledge import Query
from config.settings import Settings
from knowledge import EmbeddedKnowledge, Refreshing, ingest, open_embedded
from knowledge.index.origins import StoredOrigin
from knowledge.loading.refreshing import Pauses, due
from knowledge.origins import WebRules
from tests.knowledge.origins.site import Site, running_site

QUICK = Pauses(look=0.1, retry=3600)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        site.pages["/"] = "Returns"
        yield site


@pytest.fixture
def knowledge(tmp_path: Path, site: Site) -> Iterator[EmbeddedKnowledge]:
    """An index with a page that was read long ago, and a folder."""
    opened = open_embedded(tmp_path / "data")
    (tmp_path / "a.md").write_text("A note.")
    ingest(
        opened, [site.url(), tmp_path / "a.md"], rules=WebRules(allow_hosts=frozenset({site.host}))
    )
    with closing(sqlite3.connect(opened.path)) as connection, connection:
        connection.execute("UPDATE origin SET read_at = '2020-01-01T00:00:00+00:00'")
    (tmp_path / "a.md").write_text("Another note.")
    site.asked.clear()
    yield opened
    opened.close_now()


@asynccontextmanager
async def refreshing(tmp_path: Path, site: Site, *, hours: float = 24) -> AsyncGenerator[None]:
    running = Refreshing(
        data_dir=tmp_path / "data", hours=hours, allow_hosts=frozenset({site.host}), pauses=QUICK
    )
    task = asyncio.ensure_future(running.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def titles(knowledge: EmbeddedKnowledge) -> set[str]:
    return {document.title for document in knowledge.documents_now()}


def test_only_what_lies_elsewhere_and_is_old_is_due() -> None:
    def origin(kind: str, read_at: str) -> StoredOrigin:
        return StoredOrigin(address=f"{kind} {read_at[:10]}", kind=kind, read_at=read_at)

    old, new = "2026-05-01T12:00:00+00:00", "2026-05-02T12:00:00+00:00"
    kinds = ("web", "git", "folder", "file", "pattern")
    origins = [origin(kind, read_at) for kind in kinds for read_at in (old, new)]
    now = datetime(2026, 5, 2, 13, tzinfo=UTC)
    assert due(origins, hours=24, now=now) == ["web 2026-05-01", "git 2026-05-01"]


async def test_a_page_that_is_due_is_read_again_and_no_file(
    knowledge: EmbeddedKnowledge, site: Site, tmp_path: Path
) -> None:
    site.pages["/"] = "Delivery"
    async with refreshing(tmp_path, site):
        await until(lambda: "Delivery" in titles(knowledge))
        await asyncio.sleep(1)
    assert site.paths == ["/"]
    (note,) = (one for one in knowledge.search_now(_query("note"), 5) if one.title != "Delivery")
    assert note.excerpt == "A note."


async def test_a_page_that_fails_is_kept_and_not_asked_for_all_the_time(
    knowledge: EmbeddedKnowledge, site: Site, tmp_path: Path
) -> None:
    site.pages["/"] = web.Response(status=503)
    async with refreshing(tmp_path, site):
        await until(lambda: site.asked)
        await asyncio.sleep(1.5)
    assert site.paths == ["/"]
    assert "Returns" in titles(knowledge)


async def test_with_no_hours_nothing_is_read(
    knowledge: EmbeddedKnowledge, site: Site, tmp_path: Path
) -> None:
    await asyncio.wait_for(
        Refreshing(data_dir=tmp_path / "data", hours=0, pauses=QUICK).run(), timeout=1
    )
    assert site.asked == []
    assert len(titles(knowledge)) == 2


async def test_an_end_in_the_middle_is_quick_and_changes_nothing(
    knowledge: EmbeddedKnowledge, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    site.pages["/"] = never
    async with refreshing(tmp_path, site):
        await until(lambda: site.asked)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert "Returns" in titles(knowledge)
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_of_several_processes_one_reads(
    knowledge: EmbeddedKnowledge, site: Site, tmp_path: Path
) -> None:
    with knowledge.path.with_name("refresh.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        async with refreshing(tmp_path, site):
            await asyncio.sleep(3)
    assert site.asked == []


@pytest.mark.usefixtures("knowledge")
@pytest.mark.parametrize("trouble", ["another process reads", "the child fails"])
async def test_what_is_not_published_stays_so_until_a_child_says_otherwise(
    tmp_path: Path, trouble: str
) -> None:
    running = Refreshing(data_dir=tmp_path / "data", hours=24, _is_unpublished=True)
    folder = tmp_path / "data" / "knowledge"
    with (folder / "refresh.lock").open("w") as lock:
        if trouble == "another process reads":
            fcntl.flock(lock, fcntl.LOCK_EX)
        else:
            (folder / "index.sqlite").unlink()
            (folder / "index.sqlite").mkdir()
        await running._refresh([])
    assert running._is_unpublished


def test_the_settings_say_how_often_and_which_hosts() -> None:
    settings = Settings.model_validate(
        {"knowledge": {"sync_hours": 3, "allow_hosts": ["wiki.intranet"]}}
    )
    built = build_refreshing(settings)
    assert (built.hours, built.allow_hosts) == (3, {"wiki.intranet"})
    assert build_refreshing(Settings()).hours == 24


def _query(text: str) -> Query:
    return Query(text=text, language="en")
