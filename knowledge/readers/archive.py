"""Zip archives: every document inside is read as if it lay in a folder, without unpacking.

A limited child process hands the files over one by one (``workers/archive_files``).
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import IO

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Document
from knowledge.readers.sandbox import WORKERS, Frame, WorkerError, run_worker

ReadInner = Callable[[bytes, PurePosixPath], Iterator[Document | DocumentError]]
"""Reads one file of an archive by its content and its path."""

_LONGEST_HEADER = 7_000
"""A name of 500 characters, written as JSON."""
_PROBLEMS = {
    "outside": "its path leads out of the archive: pack it again without that file",
    "link": "it is a link: pack the file that it points to instead",
    "name": "its name is too long or has characters that can't be shown: give it another name",
    "twice": "it is there twice: pack the archive again with one of the two",
    "archive": "it is an archive in an archive: unpack it first",
    "damaged": "it is damaged: pack it again",
}
_KINDS = {
    "word": "a Word document: name it .docx",
    "workbook": "an Excel workbook: save its sheet as CSV and add that",
    "slides": "a presentation: save it as PDF and add that",
    "opendocument": "an OpenDocument file: save it as DOCX or PDF and add that",
    "book": "an e-book: save it as HTML or PDF and add that",
    "chat": "an export of a Slack workspace, which is never read as it is: turn its solved threads "
    "into questions and answers with 'relevo kb pairs', look them through and add those",
    "program": "a program: add documents only",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """What an archive may hold, and how long taking it apart may last."""

    files: int = 1_000
    unpacked_bytes: int = 50_000_000
    seconds: float = 30.0


def read_archive(
    data: bytes, *, suffixes: Collection[str], limits: ArchiveLimits, read_inner: ReadInner
) -> Iterator[Document | DocumentError]:
    """Read the documents inside, in the order of their paths; hidden files are left out.

    Raises:
        DocumentError: The archive as a whole can't be read, or holds no document.
    """
    found = unpack(data, kinds=["archive"], suffixes=suffixes, limits=limits)
    # All before the first is read: reading takes its time, and the child's runs out.
    frames = list(found)
    if not frames:
        raise DocumentError(f"it holds no documents ({', '.join(suffixes)}): add some to it")
    for frame in frames:
        yield from _read_frame(frame, read_inner)


def unpack(
    source: bytes | IO[bytes],
    *,
    kinds: Collection[str],
    suffixes: Collection[str],
    limits: ArchiveLimits,
) -> Iterator[Frame]:
    """Yield the files of these suffixes, or what is wrong with one (``problem`` in its header).

    Raises:
        DocumentError: The archive as a whole can't be read, or is of another kind.
    """
    options = {
        "kinds": list(kinds),
        "suffixes": sorted(suffixes),
        "files": limits.files,
        "bytes": limits.unpacked_bytes,
    }
    worker = WORKERS / "archive_files.py"
    most = limits.unpacked_bytes + limits.files * _LONGEST_HEADER
    try:
        yield from run_worker(
            worker, source, seconds=limits.seconds, output_bytes=most, options=options
        )
    except WorkerError as error:
        raise DocumentError(_sentence(error, limits)) from None


def packed_kind(kind: str) -> DocumentError:
    """Say what a zip file is that is neither an archive nor a Word document."""
    return DocumentError(f"it is {_KINDS[kind]}")


def problem_of(frame: Frame) -> DocumentError | None:
    """Say why a file of an archive was not taken out of it."""
    problem = frame.header.get("problem")
    if problem is None:
        return None
    return DocumentError(f"{frame.header['name']!r} in it: {_PROBLEMS[str(problem)]}")


def _read_frame(frame: Frame, read_inner: ReadInner) -> Iterator[Document | DocumentError]:
    name = str(frame.header["name"])
    if (problem := problem_of(frame)) is not None:
        yield problem
        return
    for found in read_inner(frame.content, PurePosixPath(name)):
        if isinstance(found, DocumentError):
            yield DocumentError(f"{name!r} in it: {found}")
        else:
            yield replace(found, inside=name)


def _sentence(error: WorkerError, limits: ArchiveLimits) -> str:
    match str(error):
        case "kind":
            return str(packed_kind(str(error.details["kind"])))
        case "password":
            return "it is an archive with a password: pack it without one and add it again"
        case "files":
            return f"it holds more than {limits.files:,} documents: split it"
        case "bytes":
            megabytes = limits.unpacked_bytes / 1e6
            return f"its documents have more than {megabytes:.0f} MB unpacked: split it"
        case "damaged":
            return "it is a damaged ZIP archive: pack it again and add that"
        case _:
            return "it needs too much memory or time to unpack: split it"
