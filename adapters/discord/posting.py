"""Shows messages once each: every piece is noted before and after, and carries a nonce."""

import hashlib
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from adapters.discord import render
from adapters.discord.errors import UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, NotSentError, RefusedError
from adapters.discord.parse import snowflake_at
from adapters.discord.render import Piece
from adapters.discord.rest import Rest
from adapters.discord.shown import Shown, Spot, Standing
from bot.vocabulary.errors import AuthenticationError, RateLimitedError
from bot.vocabulary.tools import Attempt, SendLog

NONCE_LIFE = timedelta(minutes=2)
"""So long Discord surely knows a nonce ("the past few minutes"); later the channel is read."""

CLOCK_SKEW = timedelta(seconds=10)
PAGES = 3
PAGE = 100
CERTAIN = (RefusedError, RateLimitedError, AuthenticationError, NotSentError)
"""Errors after which a piece was certainly not shown."""

THREAD = 1000
"""The number under which a thread's own opening is noted, beside its messages."""

PREVIEW = 1001
"""The number under which a reply's preview is noted; it has the nonce of the first piece."""


class Posting:
    """Posts, changes and deletes the pieces of messages in one channel or thread."""

    def __init__(self, rest: Rest, sends: SendLog, shown: Shown) -> None:
        self._rest = rest
        self._sends = sends
        self._shown = shown

    async def post_all(self, spot: Spot, pieces: Sequence[Piece], *, key: str) -> str:
        """Post pieces in order; returns the last one's id."""
        ids = [
            await self.post(spot, piece, key=key, number=number)
            for number, piece in enumerate(pieces)
        ]
        return ids[-1]

    async def post(self, spot: Spot, piece: Piece, *, key: str, number: int) -> str:
        """Post one piece unless it is shown already; see ``ChatAdapter.send`` for the errors."""
        channel_id = spot.channel_id
        await self._rest.admit(f"channel:{channel_id}")
        earlier = await self._sends.begin(key, number)
        if earlier is not None and earlier.message_id is not None:
            return earlier.message_id
        nonce = nonce_of(key, 0 if number == PREVIEW else number)
        try:
            found = await self._find(channel_id, piece, nonce, earlier) if earlier else None
            found = found or await self._create(channel_id, piece, nonce)
        except CERTAIN:
            if earlier is None:
                await self._sends.forget(key, number)
            raise
        await self._shown.note(found, _standing(spot, nonce, piece))
        await self._sends.finish(key, found, number)
        return found

    async def change(self, channel_id: str, message_id: str, piece: Piece) -> None:
        """Let a message read anew, wherever it stands; one that is gone stays gone."""
        channel_id = await self._where(channel_id, message_id)
        scope = f"edits:{channel_id}"
        await self._rest.admit(scope)
        path = f"/channels/{channel_id}/messages/{message_id}"
        body = render.change(piece)
        with _gone_is_well():
            await self._rest.call(
                "PATCH", path, step="change a message", body=body, files=piece.files, scope=scope
            )

    async def delete(self, channel_id: str, message_id: str) -> None:
        """Take a message back, wherever it stands; one that is gone stays gone."""
        channel_id = await self._where(channel_id, message_id)
        scope = f"deletes:{channel_id}"
        await self._rest.admit(scope)
        path = f"/channels/{channel_id}/messages/{message_id}"
        with _gone_is_well():
            await self._rest.call("DELETE", path, step="delete a message", scope=scope)

    async def _where(self, channel_id: str, message_id: str) -> str:
        """Find a message's channel: it may be another one than the one that was meant."""
        standing = await self._shown.of(message_id)
        return standing.channel_id if standing else channel_id

    async def _create(self, channel_id: str, piece: Piece, nonce: str) -> str:
        sent = await self._rest.call(
            "POST",
            f"/channels/{channel_id}/messages",
            step="show a message",
            body=render.create(piece, nonce=nonce),
            files=piece.files,
            scope=f"channel:{channel_id}",
        )
        if not _is_complete(sent, piece):  # the reply's preview
            await self.change(channel_id, str(sent["id"]), piece)
        return str(sent["id"])

    async def _find(
        self, channel_id: str, piece: Piece, nonce: str, earlier: Attempt
    ) -> str | None:
        """Look for a piece whose try is so old that its nonce may be forgotten.

        Discord does not promise to show nonces in a channel's history, so the text counts where
        nobody knows a message's nonce.
        """
        if datetime.now(UTC) - earlier.begun_at < NONCE_LIFE:
            return None
        after, me = snowflake_at(earlier.begun_at - CLOCK_SKEW), await self._rest.who_am_i()
        for _ in range(PAGES):
            page = await self._page(channel_id, after)
            for raw in page:
                if raw["author"]["id"] == me and await self._is_piece(raw, piece, nonce):
                    return str(raw["id"])
            if len(page) < PAGE:
                return None
            after = str(page[-1]["id"])
        return None

    async def _is_piece(self, raw: Mapping[str, Any], piece: Piece, nonce: str) -> bool:
        """Whether a message of the bot is a piece; one that another key owns never is."""
        noted = await self._shown.of(str(raw["id"]))
        known = noted.nonce if noted else raw.get("nonce")
        return _is_alike(raw, piece) if known is None else str(known) == nonce

    async def _page(self, channel_id: str, after: str) -> list[dict[str, Any]]:
        path = f"/channels/{channel_id}/messages?after={after}&limit={PAGE}"
        found = await self._rest.call("GET", path, step="read a channel")
        return sorted(cast("list[dict[str, Any]]", found or []), key=lambda raw: int(raw["id"]))


@contextmanager
def _gone_is_well() -> Generator[None]:
    try:
        yield
    except RefusedError as refused:
        if refused.code not in {UNKNOWN_MESSAGE, UNKNOWN_CHANNEL}:
            raise


def _standing(spot: Spot, nonce: str, piece: Piece) -> Standing:
    return Standing(
        channel_id=spot.channel_id,
        instead_of=spot.instead_of,
        nonce=nonce,
        words=bool(piece.content.strip()),
        files=bool(piece.files),
    )


def _is_alike(raw: Mapping[str, Any], piece: Piece) -> bool:
    """Compare the words and the files, of whose names Discord changes some characters."""
    files = [(_plain(file["filename"]), int(file["size"])) for file in raw["attachments"]]
    wanted = [(_plain(render.file_name(file)), len(file.content)) for file in piece.files]
    return raw["content"] == piece.content.strip() and files == wanted


def _is_complete(sent: Mapping[str, Any], piece: Piece) -> bool:
    """Whether what Discord says to have shown is the piece and not its preview."""
    return (
        _words(sent["content"]) == _words(piece.content)
        and _actions(sent.get("components") or ()) == _actions(piece.components)
        and len(sent.get("attachments") or ()) == len(piece.files)
    )


def _actions(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(button.get("custom_id")) for row in rows for button in row.get("components") or ()]


def _plain(name: str) -> str:
    return "".join(char for char in name if char.isascii() and char.isalnum())


def _words(text: str) -> str:
    return "".join(text.split())


def nonce_of(key: str, number: int) -> str:
    """Return a piece's nonce: at most 25 characters, the same for every try."""
    return hashlib.blake2b(f"{key}\n{number}".encode(), digest_size=12).hexdigest()
