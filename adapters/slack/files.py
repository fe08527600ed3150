"""Files both ways: fetched with the bot's token and a cap, sent by Slack's three steps."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp

from adapters.slack.api import SlackApi, is_direct
from adapters.slack.refusals import CERTAIN, RefusedError, unclear
from adapters.slack.render import clean
from adapters.slack.sending import Sending, Spot
from bot.vocabulary.errors import (
    AdapterError,
    ConnectionLostError,
    DeliveryError,
    StateUnavailableError,
)
from bot.vocabulary.messages import Attachment, File
from bot.vocabulary.tools import AdapterTools

FIRST_PIECE = 1000
"""The pieces of a message that are files are counted from here."""

UPLOADS = "uploads"
"""Key and piece → the file that Slack has made for it, while it is unknown whether it is shown."""

NO_ACCESS = "Slack does not give this file to the app: add the scope files:read, install it again."

_CHUNK = 64 * 1024
_PASSING = {status for status in HTTPStatus if status >= HTTPStatus.INTERNAL_SERVER_ERROR} | {
    HTTPStatus.TOO_MANY_REQUESTS
}


class Files:
    """Fetches and sends files."""

    def __init__(self, api: SlackApi, tools: AdapterTools, sending: Sending) -> None:
        self._api = api
        self._tools = tools
        self._sending = sending

    async def fetch(self, attachment: Attachment, *, most_bytes: int) -> File:
        """See ``ChatAdapter.download``."""
        if not attachment.file_id:
            raise DeliveryError("Slack does not give this file to apps: it stays where it is.")
        told = await self._api.call("files.info", file=attachment.file_id)
        described = cast("Mapping[str, Any]", told.get("file") or {})
        url = str(described.get("url_private_download") or described.get("url_private") or "")
        if described.get("is_external") or not self._is_slacks(url):
            raise DeliveryError("The file does not lie at Slack: open it where it was shared.")
        return File(
            name=attachment.name,
            content_type=attachment.content_type,
            content=await self._read(url, most_bytes, size=described.get("size")),
        )

    async def send(self, spot: Spot, files: Sequence[File], *, key: str) -> list[str]:
        """Show files, none of them empty, once each; returns their ids."""
        shown = await self._tools.sends.shown(key)
        ids: list[str] = []
        for number, file in enumerate(files, start=FIRST_PIECE):
            ids.append(shown.get(number) or await self._once(spot, file, key, number))
        return ids

    async def _once(self, spot: Spot, file: File, key: str, number: int) -> str:
        await self._sending.channel_turn(spot.channel)
        earlier = await self._tools.sends.begin(key, number)
        if earlier and earlier.message_id:
            return earlier.message_id
        field = _field(key, number)
        file_id = await self._tools.store.get(UPLOADS, field) if earlier else None
        if not (file_id and await self._is_shared(file_id)):
            file_id = await self._upload(spot, file, key, number)
        await self._tools.sends.finish(key, file_id, number)
        await self._tools.store.drop(UPLOADS, [field])
        return file_id

    async def _upload(self, spot: Spot, file: File, key: str, number: int) -> str:
        """Send a file in three steps; only the last one shows it."""
        try:
            file_id = await self._bring(file)
            await self._tools.store.put(UPLOADS, {_field(key, number): file_id})
        except (AdapterError, StateUnavailableError):
            await self._tools.sends.forget(key, number)
            raise
        try:
            await self._api.call(
                "files.completeUploadExternal",
                files=json.dumps([{"id": file_id, "title": _name(file)}]),
                channel_id=spot.channel,
                thread_ts=spot.thread,
            )
        except CERTAIN:
            await self._tools.sends.forget(key, number)
            raise
        return file_id

    async def _bring(self, file: File) -> str:
        """Bring the bytes to Slack, where nobody sees them yet."""
        ticket = await self._api.call(
            "files.getUploadURLExternal", filename=_name(file), length=len(file.content)
        )
        url = str(ticket["upload_url"])
        try:
            async with self._api.session.post(
                url, data=BytesIO(file.content), proxy=self._proxy(url)
            ) as response:
                if response.status != HTTPStatus.OK:
                    raise unclear("the upload of a file")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unclear("the upload of a file") from error
        return str(ticket["file_id"])

    async def _is_shared(self, file_id: str) -> bool:
        try:
            told = await self._api.call("files.info", file=file_id)
        except RefusedError:
            return False
        file = cast("Mapping[str, Any]", told.get("file") or {})
        return any(file.get(name) for name in ("channels", "groups", "ims", "shares"))

    async def _read(self, url: str, most_bytes: int, *, size: object) -> bytes:
        """Fetch a file; a page to log in at is what Slack shows for one that we may not have."""
        try:
            async with self._api.session.get(
                url,
                headers=self._api.authorization,
                allow_redirects=False,
                proxy=self._proxy(url),
            ) as response:
                content = await _content(response, most_bytes)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ConnectionLostError("Slack did not give a file: it is asked again.") from error
        if response.content_type == "text/html" and size != len(content):
            raise DeliveryError(NO_ACCESS)
        return content

    def _proxy(self, url: str) -> str | None:
        return None if is_direct(url) else self._api.client.proxy

    def _is_slacks(self, url: str) -> bool:
        """Whether the token may be shown to an address: no other host ever sees it."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        is_theirs = parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
        return is_theirs or (bool(host) and parts.netloc == self._api.host)


async def _content(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    if response.status in _PASSING:
        raise ConnectionLostError("Slack did not give a file: it is asked for again.")
    if response.status != HTTPStatus.OK:
        raise DeliveryError(NO_ACCESS)
    found = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        found += chunk
        if len(found) > most_bytes:
            raise DeliveryError(f"The file is larger than {most_bytes} bytes: it stays there.")
    return bytes(found)


def _field(key: str, number: int) -> str:
    return f"{key}:{number}"


def _name(file: File) -> str:
    return clean(file.name).strip() or "file"
