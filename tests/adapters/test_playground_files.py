"""Files of the page: who may bring and fetch them, and that none of them can act."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from adapters.playground import Transcript
from adapters.playground.files import clean_name, clean_type
from adapters.playground.parse import FILES_AT_ONCE
from adapters.playground.transcript import FILE_BYTES, FILES_KEPT
from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.messages import Attachment, File, MessageKind, OutgoingMessage, Platform
from tests.contracts.kit import PlatformEvent
from tests.playground.under_test import MARTA, PlaygroundUnderTest, playground

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


@pytest.fixture
async def platform(redis_client: Redis) -> AsyncIterator[PlaygroundUnderTest]:
    async with playground(redis_client) as platform:
        yield platform


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


def base(platform: PlaygroundUnderTest) -> str:
    return f"http://127.0.0.1:{platform.edge.port}"


async def upload(
    platform: PlaygroundUnderTest, http: ClientSession, content: bytes, **headers: str
) -> tuple[int, Any]:
    address = f"{base(platform)}/playground/files"
    headers = {"Origin": base(platform), "Content-Type": "image/png", **headers}
    async with http.post(
        address, params={"name": "C:\\pots\\año 1.png"}, data=BytesIO(content), headers=headers
    ) as answer:
        return answer.status, (await answer.json() if answer.status == 200 else None)


async def test_a_customers_file_reaches_the_core_and_can_be_fetched(
    platform: PlaygroundUnderTest, http: ClientSession
) -> None:
    _, taken = await upload(platform, http, PNG)
    assert (taken["name"], taken["size"]) == ("año 1.png", len(PNG))
    answer = await platform.page.act(type="say", id="event-0001", text="", files=[taken])
    assert answer["type"] == "ack"
    [attachment] = platform.intake.handed[0].attachments
    assert attachment == Attachment(
        name="año 1.png",
        content_type="image/png",
        size_bytes=len(PNG),
        platform=Platform.PLAYGROUND,
        file_id=taken["id"],
    )
    file = await platform.adapter.download(attachment, most_bytes=len(PNG))
    assert file == File(name="año 1.png", content_type="image/png", content=PNG)
    [line] = await platform.page.lines(str(MARTA))
    assert line["files"] == [{"id": taken["id"], "name": "año 1.png", "size": len(PNG)}]


async def test_an_edit_keeps_the_files_and_a_deletion_does_not(
    platform: PlaygroundUnderTest, http: ClientSession
) -> None:
    _, taken = await upload(platform, http, PNG)
    await platform.page.act(type="say", id="event-0001", text="teh", files=[taken])
    edit = PlatformEvent(id="event-0002", kind=MessageKind.EDITED, target="event-0001", text="the")
    assert await platform.receive(edit)
    assert [file.file_id for file in platform.intake.handed[-1].attachments] == [taken["id"]]
    delete = PlatformEvent(id="event-0003", kind=MessageKind.DELETED, target="event-0001")
    assert await platform.receive(delete)
    [line] = await platform.page.lines(str(MARTA))
    assert line["files"] == []


async def test_a_file_that_relevo_passes_on_is_shown_and_downloaded(
    platform: PlaygroundUnderTest, http: ClientSession
) -> None:
    page = File(name="a.html", content_type="text/html", content=b"<script>alert(1)</script>")
    large = File(name="b.bin", content_type="x", content=bytes(FILE_BYTES + 1))
    for _ in range(2):
        message = OutgoingMessage(text="Here:")
        await platform.adapter.send(MARTA, message, key="k1", files=[page, large])
    [line] = await platform.page.lines(str(MARTA))
    shown, named = line["files"]
    assert (named["id"], named["name"], named["size"]) == (None, "b.bin", FILE_BYTES + 1)
    async with http.get(f"{base(platform)}/playground/files/{shown['id']}") as answer:
        assert await answer.read() == page.content
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example:1"},
        {"Host": "["},
    ],
)
async def test_a_foreign_page_gets_no_file(
    platform: PlaygroundUnderTest, http: ClientSession, headers: dict[str, str]
) -> None:
    _, taken = await upload(platform, http, PNG)
    async with http.get(
        f"{base(platform)}/playground/files/{taken['id']}", headers=headers
    ) as answer:
        assert answer.status in {400, 403}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_a_foreign_page_brings_no_file(
    platform: PlaygroundUnderTest, http: ClientSession, origin: str
) -> None:
    status, _ = await upload(platform, http, PNG, Origin=origin)
    assert status == 403


async def test_a_file_has_a_size(platform: PlaygroundUnderTest, http: ClientSession) -> None:
    status, _ = await upload(platform, http, bytes(FILE_BYTES))
    assert status == 200
    assert (await upload(platform, http, b""))[0] == 400
    try:
        status, _ = await upload(platform, http, bytes(FILE_BYTES + 1))
    except ConnectionError:
        return
    assert status == 413


async def test_an_unknown_file_is_refused_with_a_word(platform: PlaygroundUnderTest) -> None:
    gone = [{"id": "0" * 32}]
    answer = await platform.page.act(type="say", id="event-0001", text="See:", files=gone)
    assert (answer["type"], answer["reason"]) == ("refused", "file_gone")
    many = [{"id": "0" * 32}] * (FILES_AT_ONCE + 1)
    for files in (many, [{"id": "../../x"}], ["x"], "x"):
        answer = await platform.page.act(type="say", id="event-0002", text="See:", files=files)
        assert (answer["type"], answer["reason"]) == ("refused", "not_understood")
    assert platform.intake.handed == []


async def test_what_can_not_be_fetched_says_why(platform: PlaygroundUnderTest) -> None:
    kept = File(name="a", content_type="text/plain", content=b"abc")
    await platform.adapter._transcript.keep_file("a" * 32, kept)
    ours = Attachment(
        name="a", content_type="x", size_bytes=3, platform=Platform.PLAYGROUND, file_id="a" * 32
    )
    with pytest.raises(DeliveryError, match="larger than 2"):
        await platform.adapter.download(ours, most_bytes=2)
    for other in (
        Attachment(name="a", content_type="x", size_bytes=3),
        Attachment(
            name="a", content_type="x", size_bytes=3, platform=Platform.SLACK, file_id="a" * 32
        ),
        Attachment(
            name="a", content_type="x", size_bytes=3, platform=Platform.PLAYGROUND, file_id="b"
        ),
    ):
        with pytest.raises(DeliveryError):
            await platform.adapter.download(other, most_bytes=9)


async def test_the_newest_files_are_kept(redis_client: Redis) -> None:
    transcript = Transcript(redis_client)
    for number in range(FILES_KEPT + 2):
        file = File(name="a", content_type="x", content=str(number).encode())
        await transcript.keep_file(f"{number:032}", file)
    assert await transcript.file(f"{1:032}") is None
    newest = await transcript.file(f"{FILES_KEPT + 1:032}")
    assert newest is not None
    assert newest.content == str(FILES_KEPT + 1).encode()


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("a.png", "a.png"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\ud800", "file"),
        ("..", "file"),
        ("x" * 500 + ".png", "x" * 116 + ".png"),
    ],
)
def test_names_are_safe_to_show(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_types_are_types() -> None:
    assert clean_type("Image/SVG+xml") == "image/svg+xml"
    assert clean_type("text/html; x\r\ny") == "application/octet-stream"
