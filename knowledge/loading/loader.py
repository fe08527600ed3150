"""Brings what origins gave into the open transaction of the index.

What is unchanged (by content hash) is not touched; what changed is replaced; what an origin no
longer gives is let go, and removed when no other origin holds it. A document that can't be read
keeps its last good version and is reported.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import chain
from pathlib import PurePosixPath

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Document
from knowledge.index.writer import IndexWriter, StoredDocument, digest
from knowledge.labels import Relabelling
from knowledge.language.languages import document_language, language_code
from knowledge.loading.reports import Tally
from knowledge.loading.similar import find_likeness, telling_runs
from knowledge.origins import Gathered, Item, Origin
from knowledge.readers import Limits, read_file
from knowledge.readers.shown import shown_line
from knowledge.readers.slugs import with_slugs

_LOOK_UP = 100
"""To look for what is like one passage takes as long as to read so many."""


@dataclass(slots=True)
class _Share:
    """What one origin holds in this run; of ``broken`` sources it keeps what it held."""

    address: str
    held: set[str] = field(default_factory=set[str])
    broken: set[str] = field(default_factory=set[str])


@dataclass(slots=True)
class Loader:
    """Loads one origin after another within one transaction; a source is read once."""

    writer: IndexWriter
    limits: Limits
    tally: Tally
    _stored: dict[str, StoredDocument] = field(init=False)
    _by_source: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    _seen: dict[str, str] = field(default_factory=dict[str, str])
    _read: dict[str, _Share] = field(default_factory=dict[str, _Share])
    _brought: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self._stored = self.writer.documents()
        for doc_id, document in self._stored.items():
            self._by_source.setdefault(document.source, []).append(doc_id)

    def load(
        self,
        origin: Origin,
        gathered: Gathered,
        on_item: Callable[[Item], None],
        relabelling: Relabelling | None = None,
    ) -> None:
        """Bring the index in line with what an origin gave, and with what is said of it anew."""
        origins = self.writer.origins
        is_new = origin.address not in origins.known()
        origins.remember(origin.address, origin.kind)
        if relabelling is not None:
            origins.relabel(origin.address, relabelling)
        share = _Share(origin.address, broken={source for source, _ in gathered.failed})
        self.tally.skipped.extend(gathered.skipped)
        self.tally.failed.extend(gathered.failed)
        for item in gathered.items:
            on_item(item)
            self._load_item(item, share)
        self._keep(gathered.kept, share)
        for doc_id in share.held:
            origins.hold(origin.address, doc_id)
        self._let_go(origin, share)
        if is_new and not share.held:
            origins.forget(origin.address)

    def settle(self) -> None:
        """Note which documents have other labels now though nothing else of them changed."""
        relabelled = set(self.writer.settle()) & set(self.tally.unchanged)
        self.tally.unchanged = [one for one in self.tally.unchanged if one not in relabelled]
        self.tally.changed.extend(sorted(relabelled))

    def compare(self) -> None:
        """Note which documents that it brought say what others say as well."""
        new = self._brought
        if not new:
            return
        brought = list(self.writer.passages_of(new))
        likeness = find_likeness(brought, self._others(brought))
        for doc_id, others in likeness.shared.items():
            other, count = others.most_common(1)[0]
            what = "1 of its passages stands" if count == 1 else f"{count} of its passages stand"
            self.tally.alike.append((doc_id, f"{what} in {other} as well"))

    def _others(self, brought: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """The passages that new ones may be like: all others, or those that share a run of words."""
        if len(brought) * _LOOK_UP < self.writer.count():
            wanted = [runs for _, terms in brought if (runs := telling_runs(terms))]
            found = chain.from_iterable(map(self.writer.passages_with, wanted))
        else:
            found = self.writer.passages()
        return (passage for passage in found if passage[0] not in self._brought)

    def _load_item(self, item: Item, share: _Share) -> None:
        if item.source not in self._read:
            self._read[item.source] = self._read_item(item, share.address)
        found = self._read[item.source]
        share.held |= found.held
        share.broken |= found.broken

    def _read_item(self, item: Item, address: str) -> _Share:
        """Read one file; what it no longer holds goes unless a part of it could not be read."""
        share = _Share(address)
        for found in read_file(item.path, self.limits):
            if isinstance(found, DocumentError):
                self._fail(item, share, str(found))
            else:
                self._load_document(found, item, share)
        if item.source not in share.broken:
            self._note_validators(item)
            for doc_id in self._by_source.get(item.source, []):
                if doc_id in self._stored and doc_id not in self._seen:
                    self._remove(doc_id)
        return share

    def _note_validators(self, item: Item) -> None:
        known = item.validators
        if known.etag or known.modified:
            self.writer.origins.note_validators(item.source, known.etag, known.modified)

    def _load_document(self, document: Document, item: Item, share: _Share) -> None:
        item = replace(item, place=_place(document, item))
        own = None if _is_page(document, item) else document.doc_id
        doc_id = own or self._derive_id(document, item)
        if other := self._seen.get(doc_id) or self._other_holder(doc_id, item, share):
            sentence = f"the id {doc_id!r} is taken by {other}: give one of them another id"
            self._fail(item, share, _line(document) + sentence)
            return
        place = PurePosixPath(item.place)
        language = language_code(document.language) or document_language(_sample(document), place)
        where = _where(document, item)
        self.tally.noted.extend((where, note) for note in document.notes)
        self._seen[doc_id] = where
        share.held.add(doc_id)
        if _is_page(document, item) and item.path.suffix == ".md":
            document = with_slugs(document)
        # A document that only moved within its file has not changed.
        document = replace(document, url=_link(document, item), line=None, inside=None, notes=())
        self._store(document, doc_id, language, item.source)

    def _other_holder(self, doc_id: str, item: Item, share: _Share) -> str | None:
        """Where a document of this id comes from that another origin holds."""
        known = self._stored.get(doc_id)
        if known is None or known.source == item.source or set(known.origins) <= {share.address}:
            return None
        return known.source

    def _store(self, document: Document, doc_id: str, language: str, source: str) -> None:
        known = self._stored.get(doc_id)
        if known is not None and known.digest == digest(document, language):
            self.tally.unchanged.append(doc_id)
            if known.source != source:
                self.writer.move(doc_id, source)
            return
        (self.tally.added if known is None else self.tally.changed).append(doc_id)
        self._brought.add(doc_id)
        self.writer.put(document, doc_id=doc_id, language=language, source=source)

    def _derive_id(self, document: Document, item: Item) -> str:
        """Name a document after where it lies; one that is known from its file keeps its name."""
        if _is_page(document, item):
            return item.source
        if document.line is not None:
            mark = sha256(document.title.encode()).hexdigest()[:8]
            return f"{item.place}#{mark}-{document.line}"
        marked = f"{item.place}~{sha256(item.source.encode()).hexdigest()[:6]}"
        own = self._by_source.get(item.source, [])
        for known in own if document.inside is None else [marked]:
            if known in own and known in self._stored and known not in self._seen:
                return known
        other = self._stored.get(item.place)
        if item.place in self._seen or (other is not None and other.source != item.source):
            return marked
        return item.place

    def _keep(self, sources: frozenset[str], share: _Share) -> None:
        """Hold the documents of sources that have not changed."""
        for source in sorted(sources):
            for doc_id in self._by_source.get(source, []):
                share.held.add(doc_id)
                self.tally.unchanged.append(doc_id)

    def _let_go(self, origin: Origin, share: _Share) -> None:
        """Release what the origin no longer gives; remove what nobody holds then."""
        for doc_id, document in list(self._stored.items()):
            is_kept = doc_id in share.held or document.source in share.broken
            is_mine = share.address in document.origins or (
                not document.origins and origin.covers(document.source)
            )
            if not is_mine or is_kept or doc_id in self._seen:
                continue
            if self.writer.origins.release(share.address, doc_id):
                self._remove(doc_id)

    def _remove(self, doc_id: str) -> None:
        self.writer.remove(doc_id)
        del self._stored[doc_id]
        self.tally.removed.append(doc_id)

    def _fail(self, item: Item, share: _Share, sentence: str) -> None:
        self.tally.failed.append((item.source, sentence))
        share.broken.add(item.source)


def _is_page(document: Document, item: Item) -> bool:
    """Whether it is a web page, which is named by its address alone, whatever it calls itself."""
    return item.url is not None and document.line is None and document.inside is None


def _link(document: Document, item: Item) -> str | None:
    """Only web addresses become links that customers can press."""
    if _is_page(document, item):
        return item.url
    own = document.url
    return own if own and own.startswith(("https://", "http://")) else item.url


def _line(document: Document) -> str:
    inside = f"{document.inside!r} in it: " if document.inside is not None else ""
    return inside + (f"line {document.line}: " if document.line is not None else "")


def _where(document: Document, item: Item) -> str:
    inside = f" ({document.inside})" if document.inside is not None else ""
    return item.source + inside + (f" line {document.line}" if document.line else "")


def _place(document: Document, item: Item) -> str:
    """Where a document lies; the path inside of an archive goes on from the archive's own."""
    inside = "" if document.inside is None else f"/{document.inside}"
    return shown_line(item.place + inside)


def _sample(document: Document) -> str:
    return "\n".join((document.title, *(block.text for block in document.blocks[:40])))
