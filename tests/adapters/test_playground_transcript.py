"""The playground's message store, on a real server."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from redis.asyncio import Redis

from adapters.playground.feed import Listening, ThreadOpened, listen
from adapters.playground.lines import Line, LineRole
from adapters.playground.parse import customer_conversation
from adapters.playground.transcript import (
    IDLE_SECONDS,
    LINES_KEPT,
    THREADS_KEPT,
    DeskThread,
    Transcript,
)
from bot.engine.client.connection import connect
from tests.servers import RealServer

MARTA = customer_conversation("marta")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PATIENCE = 10.0


@pytest.fixture
def transcript(redis_client: Redis) -> Transcript:
    return Transcript(redis_client)


def a_line(line_id: str, text: str = "x") -> Line:
    return Line(id=line_id, role=LineRole.RELEVO, author_id="", name="", text=text, at=NOW)


async def test_a_key_is_shown_once_even_when_its_line_has_long_scrolled_away(
    transcript: Transcript,
) -> None:
    assert await transcript.append(MARTA, a_line("first"), key="k") == "first"
    for number in range(LINES_KEPT):
        await transcript.append(MARTA, a_line(f"m{number}"), key=f"k{number}")
    assert await transcript.append(MARTA, a_line("again"), key="k") == "first"
    lines = await transcript.lines(MARTA)
    assert len(lines) == LINES_KEPT
    assert [lines[0].line.id, lines[-1].line.id] == ["m0", f"m{LINES_KEPT - 1}"]


async def test_the_same_key_in_two_conversations_is_two_messages(transcript: Transcript) -> None:
    liam = customer_conversation("liam")
    await transcript.append(MARTA, a_line("a"), key="k")
    await transcript.append(liam, a_line("a"), key="k")
    assert len(await transcript.lines(MARTA)) == len(await transcript.lines(liam)) == 1


async def test_changes_at_the_same_time_are_all_kept(transcript: Transcript) -> None:
    await transcript.append(MARTA, a_line("a", ""), key="k")

    def adding(letter: str) -> asyncio.Future[Line | None]:
        def change(line: Line) -> Line:
            return replace(line, text=line.text + letter)

        return asyncio.ensure_future(transcript.amend(MARTA, "a", change))

    await asyncio.gather(*map(adding, "abcdef"))
    [stored] = await transcript.lines(MARTA)
    assert sorted(stored.line.text) == list("abcdef")
    assert (stored.sequence, stored.revision) == (1, 7)


async def test_a_change_that_changes_nothing_is_not_told(transcript: Transcript) -> None:
    await transcript.append(MARTA, a_line("a"), key="k")
    await transcript.amend(MARTA, "a", lambda line: line)
    [stored] = await transcript.lines(MARTA)
    assert stored.revision == 1
    assert await transcript.amend(MARTA, "gone", lambda line: line) is None


async def test_threads_are_kept_once_newest_first_and_bounded(transcript: Transcript) -> None:
    threads = [
        DeskThread(id=f"t{number}", title=f"T{number}", opened_at=NOW + timedelta(seconds=number))
        for number in range(THREADS_KEPT + 2)
    ]
    for thread in threads:
        await transcript.open_thread(thread)
        await transcript.open_thread(replace(thread, title="again"))
    assert list(await transcript.threads()) == threads[:1:-1]


async def test_an_erased_thread_names_its_case_alone_and_pages_hear_of_it(
    transcript: Transcript,
) -> None:
    await transcript.open_thread(DeskThread(id="t1", title="R-1 · Marta: a pan", opened_at=NOW))
    async with aclosing(listen(transcript.redis)) as events, asyncio.timeout(PATIENCE):
        assert await anext(events) == Listening()
        await transcript.erase_thread("unknown")
        await transcript.erase_thread("t1")
        while isinstance(heard := await anext(events), Listening):
            pass
    [thread] = await transcript.threads()
    assert thread == DeskThread(id="t1", title="R-1", opened_at=NOW, is_erased=True)
    assert heard == ThreadOpened(thread=thread)


async def test_every_key_is_in_the_map_and_ends(
    transcript: Transcript, redis_client: Redis
) -> None:
    await transcript.append(MARTA, a_line("a"), key="k")
    await transcript.open_thread(DeskThread(id="t1", title="T", opened_at=NOW))
    names = cast("list[str]", await redis_client.keys())  # pyright: ignore[reportUnknownMemberType]
    kinds = [name.removeprefix("rv:{pg}:").split(":")[0] for name in names]
    lifetimes = dict(zip(kinds, [await redis_client.ttl(name) for name in names], strict=True))
    assert lifetimes.keys() == {
        "lines", "order", "shown", "threads", "thread-order", "revision",
    }  # fmt: skip
    assert lifetimes["lines"] == lifetimes["order"] == IDLE_SECONDS
    assert lifetimes["shown"] == 7 * 24 * 3600


async def test_it_holds_on_every_server(any_redis_server: RealServer) -> None:
    redis = connect(any_redis_server.url, pool_size=4, deadline_seconds=5)
    transcript = Transcript(redis)
    for _ in range(2):
        await transcript.append(MARTA, a_line("a"), key="k")
    await transcript.amend(MARTA, "a", lambda line: replace(line, pressed="human"))
    await transcript.open_thread(DeskThread(id="t1", title="T", opened_at=NOW))
    [stored] = await transcript.lines(MARTA)
    assert stored.line.pressed == "human"
    assert len(await transcript.threads()) == 1
    await redis.aclose()
