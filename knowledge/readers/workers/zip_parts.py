"""What zip files have in common: which kind of file one is, and bounded reading of an entry."""

import lzma
import zipfile
import zlib

DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, KeyError,
    IndexError, OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What the standard library raises over damaged or encrypted archives."""

_KINDS = (
    ("word", "[Content_Types].xml", "word/"),
    ("workbook", "[Content_Types].xml", "xl/"),
    ("slides", "[Content_Types].xml", "ppt/"),
    ("opendocument", "mimetype", "content.xml"),
    ("book", "mimetype", "META-INF/container.xml"),
    ("chat", "users.json", "channels.json"),
    ("program", "META-INF/MANIFEST.MF", ""),
)
_ENCRYPTED = 0x1


def kind_of(archive: zipfile.ZipFile) -> str:
    """Tell what a zip file is by the names in it; ``archive`` when it is nothing else."""
    names = archive.namelist()
    present = frozenset(names)
    for kind, entry, start in _KINDS:
        if entry in present and any(name.startswith(start) for name in names):
            return kind
    return "archive"


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """Whether an entry needs a password."""
    return bool(info.flag_bits & _ENCRYPTED)


def read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Read one entry.

    Raises:
        MemoryError: It holds more than ``most`` bytes, whatever its size is said to be.
    """
    with archive.open(info) as entry:
        content = entry.read(most + 1)
    if len(content) > most:
        raise MemoryError
    return content
