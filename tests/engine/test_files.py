"""People's files on their way: fetched where they lie, waited for a while, and never in the way."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine.courier import FETCH_TRIES
from bot.engine.engine import EngineOptions
from bot.vocabulary.errors import (
    AuthenticationError,
    ConnectionLostError,
    DeliveryError,
    RateLimitedError,
)
from bot.vocabulary.messages import Attachment, File, OutgoingMessage, Platform
from bot.vocabulary.turns import Delivery, Lane
from tests.engine.kit import CUSTOMER, deliver_all, says, store
from tests.engine_kit import EchoHandler, build_engine
from tests.fakes import RecordingAdapter

OPTIONS = EngineOptions(join=0, send=1, lane_lease=2, resend=0.01, files=0.1)


def with_files(*file_ids: str) -> Delivery:
    files = tuple(
        Attachment(
            name=f"{file_id}.txt",
            content_type="text/plain",
            size_bytes=3,
            platform=Platform.PLAYGROUND,
            file_id=file_id,
        )
        for file_id in file_ids
    )
    message = OutgoingMessage(text="see", is_literal=True, attachments=files)
    return Delivery(lane=Lane.CUSTOMER, message=message)


async def test_files_are_fetched_where_they_lie_and_passed_on(redis_client: Redis) -> None:
    adapter = RecordingAdapter(contents={"f1": b"abc", "f3": b"x" * 2_000_000})
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await store(redis_client, with_files("f1", "gone", "f3"))
    await deliver_all(engine, redis_client)
    [shown] = adapter.shown
    assert [(file.name, file.content) for file in shown.files] == [("f1.txt", b"abc")]
    assert shown.message.text == "see\n⚠ gone.txt\n⚠ f3.txt"


@dataclass
class Writer:
    """Writes the files that it knows."""

    contents: dict[str, bytes]

    async def make(self, attachment: Attachment) -> File:
        content = self.contents.get(attachment.file_id or "")
        if content is None:
            raise DeliveryError("There is no such file.")
        return File(name=attachment.name, content_type=attachment.content_type, content=content)


def ours(*file_ids: str) -> Delivery:
    files = tuple(
        Attachment(name=f"{one}.json", content_type="application/json", size_bytes=0, file_id=one)
        for one in file_ids
    )
    return Delivery(lane=Lane.CUSTOMER, message=OutgoingMessage(text="see", attachments=files))


async def test_our_own_files_are_written_when_they_are_shown(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    writer = Writer({"all": b"{}", "huge": b"x" * 2_000_000})
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS, maker=writer)
    await store(redis_client, ours("all", "gone", "huge"))
    writer.contents["all"] = b'{"as": "it stands"}'
    await deliver_all(engine, redis_client)
    [shown] = adapter.shown
    assert [(file.name, file.content) for file in shown.files] == [
        ("all.json", b'{"as": "it stands"}')
    ]
    assert shown.message.text == "see\n⚠ gone.json\n⚠ huge.json"


async def test_without_a_writer_such_a_file_is_missing(redis_client: Redis) -> None:
    adapter = RecordingAdapter(contents={"all": b"{}"})
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await store(redis_client, ours("all"))
    await deliver_all(engine, redis_client)
    assert adapter.texts(CUSTOMER) == ["see\n⚠ all.json"]


async def hang() -> None:
    await asyncio.sleep(60)


async def fail(error: Exception) -> None:
    await asyncio.sleep(0)
    raise error


@dataclass
class Shelf(RecordingAdapter):
    """Gives out no file ``bad``, for as many tries as it is told to."""

    trouble: Callable[[], Awaitable[None]] = hang
    times: int = 1000
    downloads: list[str] = field(default_factory=list[str])

    @override
    async def download(self, attachment: Attachment, *, most_bytes: int) -> File:
        file_id = str(attachment.file_id)
        self.downloads.append(file_id)
        if file_id == "bad" and self.downloads.count("bad") <= self.times:
            await self.trouble()
        return await super().download(attachment, most_bytes=most_bytes)


TROUBLES = {
    "lost": lambda: fail(ConnectionLostError("no answer")),
    "busy": lambda: fail(RateLimitedError("slow down", retry_after=0.01)),
    "hangs": hang,
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_file_that_never_comes_holds_nobody_up(redis_client: Redis, trouble: str) -> None:
    adapter = Shelf(contents={"good": b"abc", "bad": b"d"}, trouble=TROUBLES[trouble])
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await store(redis_client, with_files("good", "bad"), says("URGENT"))
    await deliver_all(engine, redis_client)
    assert adapter.texts(CUSTOMER) == ["see\n⚠ bad.txt", "URGENT"]
    assert [file.name for file in adapter.shown[0].files] == ["good.txt"]
    assert adapter.downloads.count("bad") == FETCH_TRIES


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_a_file_that_comes_late_is_waited_for(redis_client: Redis, trouble: str) -> None:
    adapter = Shelf(contents={"bad": b"abc"}, trouble=TROUBLES[trouble], times=FETCH_TRIES - 1)
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await store(redis_client, with_files("bad"), says("next"))
    await deliver_all(engine, redis_client)
    assert adapter.texts(CUSTOMER) == ["see", "next"]
    assert [file.content for file in adapter.shown[0].files] == [b"abc"]


async def test_a_file_behind_a_refused_token_is_not_waited_for(redis_client: Redis) -> None:
    adapter = Shelf(
        contents={"bad": b"abc"}, trouble=lambda: fail(AuthenticationError("wrong token"))
    )
    engine = build_engine(redis_client, adapter, EchoHandler(), options=OPTIONS)
    await store(redis_client, with_files("bad"), says("next"))
    await deliver_all(engine, redis_client)
    assert adapter.texts(CUSTOMER) == ["see\n⚠ bad.txt", "next"]
    assert adapter.downloads == ["bad"]
