"""Bytes to text: Unicode by its mark or by trial, Windows-1252 when that gives sensible words."""

import codecs

from bot.vocabulary.errors import DocumentError
from knowledge.readers.shown import shown_text

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\xd0\xcf\x11\xe0", "an old Office file or one with a password"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
)
_LEAST_READABLE = 0.95


def decode_text(data: bytes) -> str:
    """Decode a text file and bring its line ends to a single newline.

    Raises:
        DocumentError: The bytes are no text, or in an encoding that could not be recognised.
    """
    text = _decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return shown_text(text)


def _decode(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if (kind := _binary_kind(data)) is not None:
        raise DocumentError(
            f"it is {kind}, not text: save it as text, Markdown, HTML, DOCX or PDF and add that"
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_western(data, line=data.count(b"\n", 0, error.start) + 1)


def _decode_western(data: bytes, line: int) -> str:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    foreign = [character for character in text if not character.isascii()]
    readable = sum(
        character.isalpha() or character in "€¿¡«»“”‘’–—…°ºª£§©®" for character in foreign
    )
    if not foreign or readable < _LEAST_READABLE * len(foreign):
        raise DocumentError(
            f"line {line} is not UTF-8 text: save the file as UTF-8 and add it again"
        )
    return text


def _binary_kind(data: bytes) -> str | None:
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    head = data[:65536]
    controls = sum(byte < ord(" ") and byte not in b"\t\n\r\f\x1b" for byte in head)
    if b"\0" in head or controls > 0.02 * len(head):
        return "a binary file"
    return None
