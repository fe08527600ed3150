"""Files come with a message, and can be fetched."""

import pytest
from redis.asyncio import Redis

from adapters.discord import DiscordAdapter
from bot.vocabulary.errors import ConnectionLostError, DeliveryError, RateLimitedError
from bot.vocabulary.messages import Attachment, File
from tests.contracts.kit import says
from tests.platforms.discord.gateway import until
from tests.platforms.discord.kit import running
from tests.platforms.discord.server import Fault
from tests.platforms.discord.stage import DiscordStage

FILE_SERVER = {
    401: DeliveryError,
    403: DeliveryError,
    429: RateLimitedError,
    503: ConnectionLostError,
}


async def test_files_come_with_the_last_piece(stage: DiscordStage, adapter: DiscordAdapter) -> None:
    files = [
        File(name=f"../a{number}.txt", content_type="text/plain", content=bytes([number]) * 9)
        for number in range(12)
    ]
    await adapter.send(stage.conversation, says("See."), key="k1", files=files)
    found = [file for seen in stage.seen(stage.conversation) for file in seen.files]
    assert found == [(f"_a{number}.txt", bytes([number]) * 9) for number in range(12)]
    assert stage.seen(stage.conversation)[-1].text == "See."


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize(("before", "after"), [(1, 1), (1, 2), (2, 1), (2, 3)])
async def test_an_edit_keeps_the_files(
    stage: DiscordStage, adapter: DiscordAdapter, count: int, before: int, after: int
) -> None:
    files = [
        File(name=f"{number}.txt", content_type="text/plain", content=b"abc")
        for number in range(count)
    ]
    old = says("\n\n".join(f"{number} old " + "word " * 300 for number in range(before)))
    new = says("\n\n".join(f"{number} new " + "word " * 300 for number in range(after)))
    await adapter.send(stage.conversation, old, key="k1", files=files)
    for _ in range(2):
        await adapter.edit(stage.conversation, new, key="k1")
        seen = stage.seen(stage.conversation)
        assert [one.text[:5] for one in seen if one.text] == ["0 new", "1 new", "2 new"][:after]
        kept = [name for one in seen for name, _ in one.files]
        assert kept == [file.name for file in files]
    await adapter.retract(stage.conversation, key="k1")
    assert not stage.seen(stage.conversation)


@pytest.mark.parametrize("count", [0, 1, 12])
async def test_an_edit_may_need_more_room_again(
    stage: DiscordStage, adapter: DiscordAdapter, count: int
) -> None:
    file = File(name="a.txt", content_type="text/plain", content=b"abc")
    await adapter.send(stage.conversation, says("old"), key="k1", files=[file] * count)
    for pieces in (3, 1, 2, 1, 3):
        text = "\n\n".join(f"{number} new " + "word " * 300 for number in range(pieces))
        for _ in range(2):
            await adapter.edit(stage.conversation, says(text), key="k1")
            seen = stage.seen(stage.conversation)
            told = [one.text[:5] for one in seen if one.text]
            assert told == ["0 new", "1 new", "2 new"][:pieces]
            assert sum(len(one.files) for one in seen) == count
    await adapter.retract(stage.conversation, key="k1")
    assert not stage.seen(stage.conversation)


async def test_a_file_is_fetched(stage: DiscordStage, redis_client: Redis) -> None:
    async with running(stage, redis_client) as platform:
        await stage.write(stage.conversation, "see", files=[("a.txt", b"abc" * 1000)])
        await until(lambda: platform.intake.handed)
        [message] = platform.intake.handed
        [attachment] = message.attachments
        assert (attachment.name, attachment.size_bytes) == ("a.txt", 3000)
        file = await platform.adapter.download(attachment, most_bytes=3000)
        assert file.content == b"abc" * 1000
        with pytest.raises(DeliveryError, match="larger"):
            await platform.adapter.download(attachment, most_bytes=2999)
        for status, error in FILE_SERVER.items():
            stage.server.fail("fetch_file", Fault(kind="status", status=status, retry_after=0.05))
            with pytest.raises(error):
                await platform.adapter.download(attachment, most_bytes=3000)
        stage.server.world.contents[attachment.file_id.split("/")[-1]] = b"x" * 9000  # pyright: ignore[reportOptionalMemberAccess]
        with pytest.raises(DeliveryError, match="larger"):
            await platform.adapter.download(attachment, most_bytes=3000)
        stage.server.world.contents.clear()
        with pytest.raises(DeliveryError):
            await platform.adapter.download(attachment, most_bytes=3000)
        stage.server.world.take_back(message.id)
        with pytest.raises(DeliveryError):
            await platform.adapter.download(attachment, most_bytes=3000)


async def test_what_is_no_file_can_not_be_fetched(adapter: DiscordAdapter) -> None:
    sticker = Attachment(name="sticker", content_type="x/y", size_bytes=0)
    with pytest.raises(DeliveryError):
        await adapter.download(sticker, most_bytes=10)
