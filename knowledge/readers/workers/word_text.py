"""The text of a Word document (DOCX): its parts in the zip, found by their relationships."""

import contextlib
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from word_body import Body
from word_styles import Numbering, Styles, read_numbering, read_styles
from word_xml import read_xml
from zip_parts import DAMAGE, is_encrypted, kind_of, read_entry

Frame = tuple[dict[str, object], bytes]
_PART_BYTES = 100_000_000


def parse(file: BinaryIO, options: dict[str, object]) -> Iterator[Frame]:
    """Yield ``{"title", "blocks"}``, or ``{"error"}`` with one of ``kind, password, damaged``."""
    del options
    answer: dict[str, object] = {"error": "damaged"}
    with contextlib.suppress(*DAMAGE), zipfile.ZipFile(file) as archive:
        answer = _read(archive)
    yield answer, b""


def _read(archive: zipfile.ZipFile) -> dict[str, object]:
    kind = kind_of(archive)
    if kind != "word":
        return {"error": "kind", "kind": kind}
    if any(is_encrypted(info) for info in archive.infolist()):
        return {"error": "password"}
    main = _targets(archive, "_rels/.rels", "").get("officeDocument", "word/document.xml")
    folder, name = posixpath.split(main)
    targets = _targets(archive, f"{folder}/_rels/{name}.rels", folder)
    styles = _part(archive, targets.get("styles", ""))
    numbering = _part(archive, targets.get("numbering", ""))
    body = Body(
        styles=read_styles(styles) if styles else Styles(),
        numbering=read_numbering(numbering) if numbering else Numbering(),
    )
    read_xml(
        read_entry(archive, archive.getinfo(main), _PART_BYTES), body.start, body.end, body.text
    )
    return {"title": _own_title(archive), "heading": body.title, "blocks": body.blocks}


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part that may be missing."""
    if name not in archive.namelist():
        return b""
    return read_entry(archive, archive.getinfo(name), _PART_BYTES)


def _targets(archive: zipfile.ZipFile, name: str, folder: str) -> dict[str, str]:
    """The parts that a part refers to, by their kind; what lies outside of the file is not one."""
    found: dict[str, str] = {}

    def start(element: str, values: Mapping[str, str]) -> None:
        if element == "r:Relationship" and values.get("TargetMode") != "External":
            kind = values.get("Type", "").rpartition("/")[2]
            place = posixpath.join("/", folder, values.get("Target", ""))
            found.setdefault(kind, posixpath.normpath(place).lstrip("/"))

    if content := _part(archive, name):
        read_xml(content, start, _ignore, _ignore)
    return found


def _own_title(archive: zipfile.ZipFile) -> str:
    words: list[str] = []
    is_title = False

    def start(element: str, _: Mapping[str, str]) -> None:
        nonlocal is_title
        is_title = element == "dc:title"

    def text(part: str) -> None:
        if is_title:
            words.append(part)

    if content := _part(archive, "docProps/core.xml"):
        read_xml(content, start, _ignore, text)
    return " ".join("".join(words).split())


def _ignore(_: str) -> None:
    pass
