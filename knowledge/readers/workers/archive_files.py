"""The documents in a zip archive, one frame each; nothing is ever unpacked to a disk."""

import contextlib
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, TypedDict

from zip_parts import DAMAGE, is_encrypted, kind_of, read_entry

Frame = tuple[dict[str, object], bytes]
_ARCHIVES = frozenset({".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst"})
_NAMED_IN_UTF8 = 0x800
_LONGEST_NAME = 500


class Options(TypedDict):
    """The ``kinds`` of archive to read, the ``suffixes`` to take, the most ``files`` and ``bytes``."""

    kinds: list[str]
    suffixes: list[str]
    files: int
    bytes: int


def parse(file: BinaryIO, options: Options) -> Iterator[Frame]:
    """Yield ``{"name"}`` with a file's bytes, or ``{"name", "problem"}`` for one that is refused."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield from _read(archive, options)
    except DAMAGE:
        yield {"error": "damaged"}, b""


def _read(archive: zipfile.ZipFile, options: Options) -> Iterator[Frame]:
    kind = kind_of(archive)
    if kind not in options["kinds"]:
        yield {"error": "kind", "kind": kind}, b""
        return
    named = [(_name(info), info) for info in archive.infolist() if not info.is_dir()]
    wanted = [(name, info) for name, info in named if _is_wanted(name, options["suffixes"])]
    if (error := _error([info for _, info in wanted], options)) is not None:
        yield {"error": error}, b""
        return
    seen: set[str] = set()
    for name, info in sorted(wanted, key=lambda pair: pair[0]):
        yield _frame(archive, name, info, seen)
        seen.add(name)


def _name(info: zipfile.ZipInfo) -> str:
    """The path inside, with ``/``; names of macOS are UTF-8 without saying so."""
    name = info.filename
    if not info.flag_bits & _NAMED_IN_UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return name.replace("\\", "/").removeprefix("./")


def _is_wanted(name: str, suffixes: list[str]) -> bool:
    """Whether it is a document, or something that its owner may take for one (an archive)."""
    path = PurePosixPath(name)
    if any(_is_hidden(part) for part in path.parts):
        return False
    return path.suffix.lower() in _ARCHIVES or path.suffix.lower() in suffixes


def _is_hidden(part: str) -> bool:
    """What macOS, version control and an open Word leave behind."""
    return (part.startswith(".") and part != "..") or part == "__MACOSX" or part.startswith("~$")


def _error(wanted: list[zipfile.ZipInfo], options: Options) -> str | None:
    """What is wrong with the archive as a whole, by what it says of itself."""
    if any(is_encrypted(info) for info in wanted):
        return "password"
    if len(wanted) > options["files"]:
        return "files"
    if sum(info.file_size for info in wanted) > options["bytes"]:
        return "bytes"
    return None


def _frame(archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo, seen: set[str]) -> Frame:
    if (problem := _problem(name, info)) is not None:
        shown = "".join(c if c.isprintable() else "?" for c in name[:_LONGEST_NAME])
        return {"name": shown, "problem": problem}, b""
    if name in seen:
        return {"name": name, "problem": "twice"}, b""
    try:
        return {"name": name}, read_entry(archive, info, info.file_size)
    except DAMAGE:
        return {"name": name, "problem": "damaged"}, b""


def _problem(name: str, info: zipfile.ZipInfo) -> str | None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "outside"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link"
    if len(name) > _LONGEST_NAME or not name.isprintable():
        return "name"
    return "archive" if path.suffix.lower() in _ARCHIVES else None
