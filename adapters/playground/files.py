"""Files of the page: taken up before the message that names them, and given out as downloads.

A file's id can't be guessed and is known to who sees its message. What is given out never opens in
the page: it is always an attachment of no particular type.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from secrets import token_hex
from urllib.parse import quote

from aiohttp import web

from adapters.playground.guard import is_own_link, is_own_page
from adapters.playground.lines import LineFile
from adapters.playground.transcript import FILE_BYTES, Transcript, digest
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import File

NAME_LENGTH = 120
PLAIN_TYPE = "application/octet-stream"

_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,80}")
_LATER = "The file can't be stored right now: try again."


class FileCounter:
    """Takes files from the page and gives them out."""

    def __init__(self, transcript: Transcript, *, hosts: Collection[str]) -> None:
        self._transcript = transcript
        self._hosts = hosts

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """``POST`` takes a file as its body, its name as ``?name=``; ``GET`` gives one out."""
        return (
            web.post("/playground/files", self._take),
            web.get("/playground/files/{id:[0-9a-f]{24,32}}", self._give),
        )

    async def _take(self, request: web.Request) -> web.StreamResponse:
        if not is_own_page(request, hosts=self._hosts):
            raise web.HTTPForbidden(text="Open the playground by its own address.")
        file = File(
            name=clean_name(request.query.get("name", "")),
            content_type=clean_type(request.content_type),
            content=await _content(request),
        )
        file_id = token_hex(16)
        try:
            await self._transcript.keep_file(file_id, file)
        except StateUnavailableError as error:
            raise web.HTTPServiceUnavailable(text=_LATER) from error
        return web.json_response({"id": file_id, "name": file.name, "size": len(file.content)})

    async def _give(self, request: web.Request) -> web.StreamResponse:
        if not is_own_link(request, hosts=self._hosts):
            raise web.HTTPForbidden(text="Open the playground by its own address.")
        try:
            file = await self._transcript.file(request.match_info["id"])
        except StateUnavailableError as error:
            raise web.HTTPServiceUnavailable(text=_LATER) from error
        if file is None:
            raise web.HTTPNotFound(text="The file is no longer kept.")
        headers = {
            "Cache-Control": "private, no-store",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
            "Content-Type": PLAIN_TYPE,
            "X-Content-Type-Options": "nosniff",
        }
        return web.Response(body=file.content, headers=headers)


def clean_name(name: str) -> str:
    """Return a file's name without folders and without what can't be read."""
    last = re.split(r"[/\\]", name)[-1]
    readable = "".join(character for character in last if character.isprintable()).strip(" .")
    return readable[-NAME_LENGTH:] or "file"


def clean_type(content_type: str) -> str:
    """Return a media type, or the plainest one for what is none."""
    lower = content_type.lower()
    return lower if _TYPE.fullmatch(lower) else PLAIN_TYPE


async def _content(request: web.Request) -> bytes:
    content = bytearray()
    async for chunk in request.content.iter_any():
        content += chunk
        if len(content) > FILE_BYTES:
            raise web.HTTPRequestEntityTooLarge(FILE_BYTES, len(content))
    if not content:
        raise web.HTTPBadRequest(text="The file is empty.")
    return bytes(content)


async def keep_file(transcript: Transcript, name: str, file: File) -> LineFile:
    """Keep the content of a file that Relevo sends; one that is too large is only named.

    Raises:
        StateUnavailableError: The store did not answer.
    """
    clean = replace(file, name=clean_name(file.name), content_type=clean_type(file.content_type))
    file_id = digest("file", name) if len(file.content) <= FILE_BYTES else None
    if file_id:
        await transcript.keep_file(file_id, clean)
    return LineFile(
        id=file_id,
        name=clean.name,
        content_type=clean.content_type,
        size_bytes=len(file.content),
    )
