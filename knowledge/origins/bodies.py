"""What a server sends: of a kind that can be read, and bounded in each form it takes."""

import re
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from knowledge.origins.values import OriginError, OriginUnfitError
from knowledge.readers import SUFFIXES

if TYPE_CHECKING:
    from aiohttp import ClientResponse

XML = ".xml"
"""Of XML only sitemaps are read."""
_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/pdf": ".pdf",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/x-jsonlines": ".jsonl",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/zip": ".zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/xml": XML,
    "text/xml": XML,
    "application/gzip": XML,
    "application/x-gzip": XML,
}
_NAMED_BY_SUFFIX = {"text/plain", "application/octet-stream"}
_GZIP = b"\x1f\x8b"
_IS_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The bytes of a page; ``kind`` is the suffix of the reader for them, or ``XML``."""

    data: bytes
    kind: str
    charset: str

    @property
    def as_utf8(self) -> bytes:
        """The bytes for a reader, which knows no more than they say themselves."""
        if not self.charset or self.kind not in {".html", ".xhtml", ".md", ".txt", ".csv"}:
            return self.data
        try:
            return self.data.decode(self.charset).encode()
        except (LookupError, UnicodeError):
            return self.data


def check_type(content_type: str, path: str) -> str:
    """Decide which reader is right before anything is downloaded.

    Raises:
        OriginUnfitError: None of ours.
    """
    suffix = PurePosixPath(path).suffix.lower()
    kind = _KINDS.get(content_type, "")
    if content_type in _NAMED_BY_SUFFIX:
        kind = XML if suffix in {XML, ".gz"} else suffix
        if kind not in SUFFIXES and kind != XML and content_type == "text/plain":
            kind = ".txt"
    if kind not in SUFFIXES and kind != XML:
        shown = re.sub(r"[^\w/+.-]", "?", content_type)[:60]
        raise OriginUnfitError(f"it is of a kind that is not read ({shown}): add a page or a PDF")
    return kind


async def read_body(response: "ClientResponse", most: int) -> bytes:
    """Read what a server sends until it ends or is too much, packed and unpacked.

    Raises:
        OriginError: It is larger than ``most`` bytes, or packed in an unknown way.
    """
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in {"identity", "gzip", "x-gzip", "deflate", ""}:
        raise OriginError("the server packs its pages in an unknown way: use another address")
    data = bytearray()
    if (response.content_length or 0) > most:
        raise _too_large(most)
    async for chunk in response.content.iter_any():
        data += chunk
        if len(data) > most:
            raise _too_large(most)
    plain = bytes(data) if packing in {"identity", ""} else unpack(bytes(data), most)
    return unpack(plain, most) if plain.startswith(_GZIP) else plain


def unpack(data: bytes, most: int) -> bytes:
    """Unpack gzip or zlib up to a limit.

    Raises:
        OriginError: It is damaged, or unpacks to more than ``most`` bytes.
    """
    unpacker = zlib.decompressobj(_IS_GZIP_OR_ZLIB)
    try:
        plain = unpacker.decompress(data, most + 1)
    except zlib.error:
        raise OriginError("it is packed but damaged: try again later") from None
    if len(plain) > most:
        raise _too_large(most)
    if not unpacker.eof:
        raise OriginError("it is packed but cut off: try again later")
    return plain


def _too_large(most: int) -> OriginError:
    return OriginError(f"it has more than the {most / 1e6:.0f} MB that a page may have: split it")
