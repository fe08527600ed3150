"""Files both ways: once each, capped, and the token is shown to nobody else."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.vocabulary.errors import ConnectionLostError, DeliveryError
from bot.vocabulary.messages import Attachment, File, OutgoingMessage
from tests.contracts.kit import says
from tests.platforms.slack.faults import (
    BROKEN,
    DONE_AND_BROKEN,
    DONE_AND_DROPPED,
    DROPPED,
    Fault,
    refusal,
)
from tests.platforms.slack.under_test import SlackUnderTest, slack

COMPLETE = "files.completeUploadExternal"
PICTURE = File(name="pan.png", content_type="image/png", content=b"\x89PNG" * 100)


@pytest.fixture
async def platform(redis_client: Redis) -> AsyncIterator[SlackUnderTest]:
    async with slack(redis_client) as under_test:
        yield under_test


async def received(platform: SlackUnderTest, name: str, content: bytes) -> Attachment:
    await platform.stage.write(platform.conversation, "see", files=[(name, content)])
    [attachment] = platform.intake.handed[-1].attachments
    return attachment


def shown(platform: SlackUnderTest) -> list[tuple[str, bytes]]:
    return [file for seen in platform.stage.seen(platform.conversation) for file in seen.files]


@pytest.mark.parametrize(
    ("name", "content"), [("a.png", b"12345"), ("page.html", b"<html>mine</html>"), ("e", b"")]
)
async def test_a_file_is_fetched(platform: SlackUnderTest, name: str, content: bytes) -> None:
    attachment = await received(platform, name, content)
    file = await platform.adapter.download(attachment, most_bytes=1000)
    assert (file.name, file.content) == (name, content)


async def test_a_file_that_is_too_large_is_not_read_to_its_end(platform: SlackUnderTest) -> None:
    attachment = await received(platform, "a.bin", b"x" * 5_000_000)
    with pytest.raises(DeliveryError, match="larger"):
        await platform.adapter.download(attachment, most_bytes=1000)


async def test_the_page_to_log_in_at_is_no_file(platform: SlackUnderTest) -> None:
    attachment = await received(platform, "a.png", b"12345")
    files = platform.server.workspace.files
    files[attachment.file_id or ""].mimetype = "text/html"
    files[attachment.file_id or ""].content = b"<html>log in</html>"
    platform.server.methods.sizes[attachment.file_id or ""] = 5
    with pytest.raises(DeliveryError, match="files:read"):
        await platform.adapter.download(attachment, most_bytes=1000)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/x", "https://evil.example/x", "https://slack.com.evil.example/x",
     "http://files.slack.com/x", "https://evilslack.com/x", "file:///etc/passwd", ""],
)  # fmt: skip
async def test_the_token_is_shown_to_no_other_host(platform: SlackUnderTest, url: str) -> None:
    attachment = await received(platform, "a.png", b"12345")
    platform.server.methods.addresses[attachment.file_id or ""] = url
    with pytest.raises(DeliveryError, match="does not lie at Slack"):
        await platform.adapter.download(attachment, most_bytes=1000)


async def test_a_file_that_is_gone_or_hidden(platform: SlackUnderTest) -> None:
    attachment = await received(platform, "a.png", b"12345")
    platform.server.faults.add("files.info", DROPPED)
    with pytest.raises(ConnectionLostError):
        await platform.adapter.download(attachment, most_bytes=1000)
    platform.server.workspace.files.clear()
    with pytest.raises(DeliveryError):
        await platform.adapter.download(attachment, most_bytes=1000)
    hidden = Attachment(name="x", content_type="image/png", size_bytes=1)
    with pytest.raises(DeliveryError):
        await platform.adapter.download(hidden, most_bytes=1000)


async def test_words_and_files_are_shown_once(platform: SlackUnderTest) -> None:
    for _ in range(3):
        await platform.adapter.send(
            platform.conversation, says("Like this:"), key="k1", files=[PICTURE]
        )
    assert await platform.shown(platform.conversation) == ["Like this:", ""]
    assert shown(platform) == [(PICTURE.name, PICTURE.content)]


async def test_files_without_words_stand_alone_and_empty_ones_are_left_out(
    platform: SlackUnderTest,
) -> None:
    empty = File(name="empty", content_type="text/plain", content=b"")
    message = OutgoingMessage(text="")
    await platform.adapter.send(platform.conversation, message, key="k1", files=[PICTURE])
    assert len(await platform.shown(platform.conversation)) == 1
    await platform.adapter.send(platform.conversation, says("x"), key="k2", files=[empty])
    await platform.adapter.send(platform.conversation, message, key="k3", files=[empty])
    assert len(shown(platform)) == 1


async def test_a_large_file_is_shown(platform: SlackUnderTest) -> None:
    large = File(name="large", content_type="video/mp4", content=b"x" * 3_000_000)
    await platform.adapter.send(platform.conversation, says("See."), key="k1", files=[large])
    assert shown(platform) == [(large.name, large.content)]


async def test_files_go_into_their_thread(platform: SlackUnderTest) -> None:
    opened = await platform.adapter.open_thread(platform.channel, "A", says("Card."), key="k1")
    await platform.adapter.send(opened.conversation, says("See."), key="k2", files=[PICTURE])
    assert [seen.files for seen in platform.stage.seen(opened.conversation)] == [
        (),
        (),
        ((PICTURE.name, PICTURE.content),),
    ]


@pytest.mark.parametrize("fault", [DONE_AND_DROPPED, DONE_AND_BROKEN, DROPPED, BROKEN])
@pytest.mark.parametrize("step", ["files.getUploadURLExternal", COMPLETE])
async def test_a_lost_answer_shows_no_second_file(
    platform: SlackUnderTest, step: str, fault: Fault
) -> None:
    platform.server.faults.add(step, fault)
    with pytest.raises(ConnectionLostError):
        await platform.adapter.send(platform.conversation, says("See."), key="k1", files=[PICTURE])
    await platform.adapter.send(platform.conversation, says("See."), key="k1", files=[PICTURE])
    assert shown(platform) == [(PICTURE.name, PICTURE.content)]


async def test_a_refused_file_is_certain(platform: SlackUnderTest) -> None:
    platform.server.faults.add(COMPLETE, refusal("channel_not_found"))
    with pytest.raises(DeliveryError):
        await platform.adapter.send(platform.conversation, says("See."), key="k1", files=[PICTURE])
    await platform.adapter.send(platform.conversation, says("See."), key="k1", files=[PICTURE])
    assert shown(platform) == [(PICTURE.name, PICTURE.content)]


async def test_words_and_files_are_taken_back(platform: SlackUnderTest) -> None:
    await platform.adapter.send(platform.conversation, says("See."), key="k1", files=[PICTURE])
    for _ in range(2):
        await platform.adapter.retract(platform.conversation, key="k1")
    assert platform.stage.seen(platform.conversation) == []
