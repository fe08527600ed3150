"""Files that come through, once, and files that do not."""

import traceback

import pytest

from bot.vocabulary.errors import AdapterError, ConnectionLostError, DeliveryError
from bot.vocabulary.messages import Attachment, File, OutgoingMessage, Platform
from tests.adapters.telegram_faults.kit import NOTE, UNCLEAR, until_sent
from tests.platforms.telegram.server import Fault
from tests.platforms.telegram.stage import TelegramUnderTest
from tests.platforms.telegram.world import TOKEN


async def test_a_file_that_came_through_is_not_sent_again(there: TelegramUnderTest) -> None:
    message = OutgoingMessage(text="Here.")
    other = File(name="other.txt", content_type="text/plain", content=b"other")
    there.server.faults["sendDocument"].append(Fault(status=403))
    await until_sent(there.adapter, there.conversation, message=message, files=(NOTE, other))
    seen = [item for item in there.stage.seen(there.conversation) if item.by_relevo]
    assert [item.text for item in seen] == ["Here.", "", ""]
    assert [item.files for item in seen[1:]] == [
        (("note.txt", b"hello"),),
        (("other.txt", b"other"),),
    ]


@pytest.mark.parametrize("name", UNCLEAR)
async def test_no_file_is_lost_by_an_unclear_end(there: TelegramUnderTest, name: str) -> None:
    there.server.faults["sendDocument"].append(UNCLEAR[name])
    met = await until_sent(
        there.adapter, there.conversation, message=OutgoingMessage(text=""), files=(NOTE,)
    )
    assert met == ["ConnectionLostError"]
    seen = [item.files for item in there.stage.seen(there.conversation) if item.by_relevo]
    assert set(seen) == {(("note.txt", b"hello"),)}


@pytest.mark.parametrize(
    ("size", "most", "fault", "kind"),
    [
        (10, 9, None, DeliveryError),
        (21_000_000, 30_000_000, None, DeliveryError),
        (10, 100, Fault(status=404), DeliveryError),
        (10, 100, Fault(status=502), ConnectionLostError),
    ],
)
async def test_files_that_do_not_come_through(
    there: TelegramUnderTest, size: int, most: int, fault: Fault | None, kind: type[AdapterError]
) -> None:
    file_id = there.server.keep_file(b"x" * size)
    if fault:
        there.server.faults["file"].append(fault)
    attachment = Attachment(
        name="a",
        content_type="text/plain",
        size_bytes=size,
        platform=Platform.TELEGRAM,
        file_id=file_id,
    )
    with pytest.raises(kind) as raised:
        await there.adapter.download(attachment, most_bytes=most)
    assert TOKEN not in "".join(traceback.format_exception(raised.value))
