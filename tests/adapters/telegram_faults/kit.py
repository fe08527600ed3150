"""What goes wrong on the way to Telegram, sends that are repeated as the outbox does, and what is counted."""

import asyncio

from prometheus_client import REGISTRY

from adapters.telegram import TelegramAdapter
from bot.vocabulary.errors import AdapterError, RateLimitedError
from bot.vocabulary.messages import Button, ConversationRef, File, OutgoingMessage
from tests.platforms.telegram.server import Fault

ANSWER = OutgoingMessage(text="**Yes**, we ship there.", buttons=(Button(action="a", label="A"),))

NOTE = File(name="note.txt", content_type="text/plain", content=b"hello")

UNCLEAR = {
    "500": Fault(kind="status", status=500),
    "502": Fault(kind="status", status=502),
    "503": Fault(kind="status", status=503),
    "dropped": Fault(kind="drop_before"),
    "500_after": Fault(kind="commit_then_status", status=500),
    "502_after": Fault(kind="commit_then_status", status=502),
    "dropped_after": Fault(kind="commit_then_drop"),
    "garbage_after": Fault(kind="garbage"),
    "odd_after": Fault(kind="garbage", body='{"ok": true, "result": [true]}'),
}


def counted(resolution: str) -> float:
    labels = {"platform": "telegram", "resolution": resolution}
    return REGISTRY.get_sample_value("relevo_ambiguous_sends_total", labels) or 0.0


async def until_sent(
    adapter: TelegramAdapter,
    conversation: ConversationRef,
    *,
    key: str = "k1",
    message: OutgoingMessage = ANSWER,
    files: tuple[File, ...] = (),
) -> list[str]:
    """Send as the outbox does, again and again; returns the names of the errors on the way."""
    met: list[str] = []
    for _ in range(8):
        try:
            await adapter.send(conversation, message, key=key, files=files)
        except AdapterError as error:
            met.append(type(error).__name__)
            if isinstance(error, RateLimitedError):
                await asyncio.sleep(min(error.retry_after, 0.05))
        else:
            return met
    raise AssertionError(f"never sent: {met}")
