"""The open pages of this process, and how each is spoken to."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import WSCloseCode, WSMsgType
from aiohttp.web import WebSocketResponse

from adapters.playground.parse import DESK
from bot.vocabulary.failpoints import failpoint
from bot.vocabulary.messages import ConversationRef

QUEUED_FRAMES = 2000
FRAMES_A_SECOND = 50
_ACKNOWLEDGEMENT = '{"type":"ack"'


class PageSocket:
    """One page. Frames are queued, so that a slow page delays nobody."""

    def __init__(self, socket: WebSocketResponse) -> None:
        self._socket = socket
        self._frames: asyncio.Queue[str | None] = asyncio.Queue(QUEUED_FRAMES)
        self._second = 0.0
        self._count = 0
        self.watched: frozenset[ConversationRef] = frozenset()

    def shows(self, conversation: ConversationRef) -> bool:
        """Whether the page shows a conversation; the desk's threads are on every page."""
        return conversation in self.watched or conversation.channel_id == DESK

    def tell(self, frame: Mapping[str, Any]) -> None:
        """Queue a frame for the page."""
        self.offer(json.dumps(frame, separators=(",", ":")))

    def offer(self, text: str) -> None:
        """Queue a frame; a page that no longer reads is let go, and asks again when it is back."""
        if self._frames.qsize() >= QUEUED_FRAMES - 1:
            self._frames = asyncio.Queue(QUEUED_FRAMES)
            self._frames.put_nowait(None)
        else:
            self._frames.put_nowait(text)

    async def write(self) -> None:
        """Send queued frames until the page is gone."""
        try:
            while (text := await self._frames.get()) is not None:
                await self._socket.send_str(text)
                if text.startswith(_ACKNOWLEDGEMENT):
                    failpoint("acknowledged")
        except ConnectionError:
            return
        await self.close(WSCloseCode.TRY_AGAIN_LATER)

    async def read(self) -> str | None:
        """Return the page's next frame, not faster than a person could mean; None at the end."""
        await self._pace()
        try:
            message = await self._socket.receive()
        except ConnectionError:  # it left before its ping could be answered
            return None
        return message.data if message.type is WSMsgType.TEXT else None

    async def close(self, code: WSCloseCode) -> None:
        """End the connection; the page opens a new one."""
        await self._socket.close(code=code)

    async def _pace(self) -> None:
        second = time.monotonic() // 1
        if second != self._second:
            self._second, self._count = second, 0
        self._count += 1
        if self._count > FRAMES_A_SECOND:
            await asyncio.sleep(second + 1 - time.monotonic())


class Hub:
    """All open pages of this process."""

    def __init__(self) -> None:
        self._pages: set[PageSocket] = set()

    def __len__(self) -> int:
        return len(self._pages)

    def add(self, page: PageSocket) -> None:
        """Let a page hear."""
        self._pages.add(page)

    def remove(self, page: PageSocket) -> None:
        """Forget a page."""
        self._pages.discard(page)

    def tell(
        self, frame: Mapping[str, Any], *, conversation: ConversationRef | None = None
    ) -> None:
        """Tell every page that shows the conversation, or every page."""
        text = json.dumps(frame, separators=(",", ":"))
        for page in self._pages:
            if conversation is None or page.shows(conversation):
                page.offer(text)

    async def close(self) -> None:
        """Let all pages go."""
        await asyncio.gather(*(page.close(WSCloseCode.GOING_AWAY) for page in self._pages))
