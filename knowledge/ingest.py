"""Brings documents into the index: files, folders and patterns, in one switch.

A run reads everything, writes one transaction and is then visible at once; killed in the middle it
has changed nothing. What is unchanged (by content hash) is not touched; what changed is replaced;
what has vanished from a re-added folder or file is removed. A document that can't be read keeps its
last good version and is reported.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from bot.vocabulary.errors import DocumentError
from knowledge.base import EmbeddedKnowledge
from knowledge.documents import Document
from knowledge.index.writer import IndexWriter, StoredDocument, digest, open_writer
from knowledge.languages import document_language, language_code
from knowledge.readers import SUFFIXES, Limits, read_file

OnProgress = Callable[[int, int, str], None]
"""Told (files done, files in all, name of the file that is read now)."""

_NO_DOCUMENTS = (
    f"it holds no documents ({', '.join(SUFFIXES)}), and nothing was removed: check the path, "
    "or remove documents by their ids"
)
"""An empty folder is more often a disk that is not mounted than a wish to forget everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What a run did: ``doc_id`` of each document, and (path, sentence) of each failure."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()

    @property
    def loaded(self) -> int:
        """How many documents of this run the index now holds."""
        return len(self.added) + len(self.changed) + len(self.unchanged)


def ingest(
    knowledge: EmbeddedKnowledge,
    paths: Iterable[str | Path],
    *,
    on_progress: OnProgress | None = None,
    limits: Limits | None = None,
) -> IngestReport:
    """Add files, folders (searched through for known suffixes) and patterns (``docs/*.md``).

    Blocking: it parses, and waits for another writer.

    Raises:
        KnowledgeUnavailableError: The index can't be written; nothing has changed.
    """
    batch = _collect(paths)
    with open_writer(knowledge.path, knowledge.embedder) as writer:
        run = _Run(writer=writer, limits=limits or Limits(), failed=list(batch.failed))
        for number, (file, root) in enumerate(batch.files.items()):
            if on_progress is not None:
                on_progress(number, len(batch.files), file.name)
            run.load_file(file, root)
        run.remove_vanished(batch.folders)
        if on_progress is not None:
            on_progress(len(batch.files), len(batch.files), "")
        return run.report()


def remove(knowledge: EmbeddedKnowledge, doc_ids: Sequence[str]) -> tuple[str, ...]:
    """Take documents out of the index; returns those that were in it.

    Raises:
        KnowledgeUnavailableError: The index can't be written; nothing has changed.
    """
    with open_writer(knowledge.path, knowledge.embedder) as writer:
        return tuple(doc_id for doc_id in doc_ids if writer.remove(doc_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """The files to read, each with the folder that it was found under, and what was not found."""

    files: dict[Path, Path]
    folders: tuple[Path, ...]
    failed: tuple[tuple[str, str], ...]


def _collect(paths: Iterable[str | Path]) -> _Batch:
    files: dict[Path, Path] = {}
    folders: list[Path] = []
    failed: list[tuple[str, str]] = []
    for given in paths:
        path = Path(given).expanduser()
        if path.is_dir():
            folder = path.resolve()
            if inside := dict.fromkeys(_walk(folder), folder):
                folders.append(folder)
                files.update(inside)
            else:
                failed.append((str(given), _NO_DOCUMENTS))
        elif path.is_file():
            files[path.resolve()] = path.resolve().parent
        elif matches := sorted(_matches(path)):
            files.update({match: match.parent for match in matches})
        else:
            failed.append((str(given), "there is no such file or folder: check the path"))
    return _Batch(files=files, folders=tuple(folders), failed=tuple(failed))


def _matches(pattern: Path) -> set[Path]:
    """The files that a pattern (``docs/**/*.md``) names; none for a path without wildcards."""
    if not any(mark in str(pattern) for mark in "*?["):
        return set()
    base = Path(pattern.anchor or ".")
    found = base.glob(str(pattern.relative_to(pattern.anchor) if pattern.anchor else pattern))
    return {match.resolve() for match in found if match.is_file()}


def _walk(folder: Path) -> Iterator[Path]:
    """Files of known formats in a fixed order; hidden ones and links to folders are left out."""
    for place, subfolders, names in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(place) / name


@dataclass(slots=True)
class _Run:
    """One run in its open transaction."""

    writer: IndexWriter
    limits: Limits
    failed: list[tuple[str, str]]
    added: list[str] = field(default_factory=list[str])
    changed: list[str] = field(default_factory=list[str])
    unchanged: list[str] = field(default_factory=list[str])
    removed: list[str] = field(default_factory=list[str])
    seen: dict[str, str] = field(default_factory=dict[str, str])
    broken: set[str] = field(default_factory=set[str])
    stored: dict[str, StoredDocument] = field(init=False)

    def __post_init__(self) -> None:
        self.stored = self.writer.documents()

    def load_file(self, file: Path, root: Path) -> None:
        """Read one file; its vanished documents go unless a part of it could not be read."""
        source = str(file)
        for found in read_file(file, self.limits):
            if isinstance(found, DocumentError):
                self._fail(source, str(found))
            else:
                self._load(found, file, root)
        if source not in self.broken:
            self._remove(lambda document: document.source == source)

    def remove_vanished(self, folders: Sequence[Path]) -> None:
        """Remove documents whose file is no longer in a folder that was added again."""
        for folder in folders:
            self._remove(
                lambda document, folder=folder: (
                    Path(document.source).is_relative_to(folder)
                    and document.source not in self.broken
                )
            )

    def report(self) -> IngestReport:
        """What was done so far."""
        return IngestReport(
            added=tuple(self.added),
            changed=tuple(self.changed),
            unchanged=tuple(self.unchanged),
            removed=tuple(self.removed),
            failed=tuple(self.failed),
        )

    def _load(self, document: Document, file: Path, root: Path) -> None:
        source = str(file)
        doc_id = document.doc_id or self._derive_id(document, file, root)
        if doc_id in self.seen:
            self._fail(
                source,
                f"{_line(document)}the id {doc_id!r} is taken by {self.seen[doc_id]}: "
                "give one of them another id",
            )
            return
        document = replace(document, url=_web_address(document.url))
        place = file.relative_to(root.parent)
        language = language_code(document.language) or document_language(_sample(document), place)
        self.seen[doc_id] = source + (f" line {document.line}" if document.line else "")
        self._store(_without_line(document), doc_id, language, source)

    def _store(self, document: Document, doc_id: str, language: str, source: str) -> None:
        known = self.stored.get(doc_id)
        if known is not None and known.digest == digest(document, language):
            self.unchanged.append(doc_id)
            if known.source != source:
                self.writer.move(doc_id, source)
            return
        (self.added if known is None else self.changed).append(doc_id)
        self.writer.put(document, doc_id=doc_id, language=language, source=source)

    def _derive_id(self, document: Document, file: Path, root: Path) -> str:
        """Name a document after where it lies; one that is known from its file keeps its name."""
        if document.line is None:
            for known in self.stored.values():
                if known.source == str(file) and known.doc_id not in self.seen:
                    return known.doc_id
        place = f"{root.name}/{file.relative_to(root).as_posix()}"
        if document.line is not None:
            return f"{place}#{sha256(document.title.encode()).hexdigest()[:8]}-{document.line}"
        other = self.stored.get(place)
        if place in self.seen or (other is not None and other.source != str(file)):
            return f"{place}~{sha256(str(file).encode()).hexdigest()[:6]}"
        return place

    def _remove(self, belongs: Callable[[StoredDocument], bool]) -> None:
        for doc_id, document in list(self.stored.items()):
            if doc_id not in self.seen and belongs(document):
                self.writer.remove(doc_id)
                del self.stored[doc_id]
                self.removed.append(doc_id)

    def _fail(self, source: str, sentence: str) -> None:
        self.failed.append((source, sentence))
        self.broken.add(source)


def _web_address(url: str | None) -> str | None:
    """Only web addresses become links that customers can press."""
    return url if url and url.startswith(("https://", "http://")) else None


def _line(document: Document) -> str:
    return f"line {document.line}: " if document.line is not None else ""


def _without_line(document: Document) -> Document:
    """A line that only moved within its file has not changed."""
    return replace(document, line=None)


def _sample(document: Document) -> str:
    return "\n".join((document.title, *(block.text for block in document.blocks[:40])))
