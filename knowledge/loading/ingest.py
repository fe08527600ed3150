"""Brings documents into the index: each run of ``ingest``, and each origin of ``sync``, as a whole.

Everything is fetched first and then written in one transaction, which is visible at once; killed in
the middle it has changed nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.base import EmbeddedKnowledge
from knowledge.index.origins import StoredOrigin, load_origins
from knowledge.index.writer import open_writer
from knowledge.labels import Relabelling
from knowledge.loading.loader import Loader
from knowledge.loading.reports import IngestReport, Tally
from knowledge.origins import (
    Gathered,
    Gathering,
    Item,
    OnProgress,
    Origin,
    OriginError,
    OriginGoneError,
    Validators,
    WebRules,
    address_of,
    open_origin,
    recognise,
    without_credentials,
)
from knowledge.readers import Limits

__all__ = ["IngestReport", "OnProgress", "forget", "ingest", "known_origins", "remove", "sync"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """What an origin gave."""

    origin: Origin
    gathered: Gathered


def ingest(
    knowledge: EmbeddedKnowledge,
    given: Iterable[str | Path],
    *,
    relabelling: Relabelling | None = None,
    on_progress: OnProgress | None = None,
    limits: Limits | None = None,
    rules: WebRules | None = None,
) -> IngestReport:
    """Add files, folders, patterns, pages and sitemaps, and remember them for ``sync``.

    With ``relabelling`` all that they hold gets an audience, tags or a review date, for good.
    Blocking: it fetches, parses, and waits for another writer.

    Raises:
        KnowledgeUnavailableError: The index can't be written; nothing has changed.
    """
    tally, tell = Tally(), on_progress or _tell_nobody
    with ExitStack() as stack:
        batches: list[_Batch] = []
        for one in given:
            gathering = Gathering(folder=_new_folder(stack), on_progress=tell)
            try:
                origin = recognise(one, rules or WebRules())
                batches.append(_Batch(origin=origin, gathered=origin.gather(gathering)))
            except OriginError as error:
                tally.miss(without_credentials(str(one)) or '""', str(error))
        _write(knowledge, batches, tally, limits, tell, relabelling)
    return tally.report()


def sync(
    knowledge: EmbeddedKnowledge,
    *,
    only: Collection[str] | None = None,
    on_progress: OnProgress | None = None,
    limits: Limits | None = None,
    rules: WebRules | None = None,
) -> IngestReport:
    """Read all remembered origins again (or those addresses), each in a transaction of its own.

    One that can't be reached keeps its documents and is reported.

    Raises:
        KnowledgeUnavailableError: The index can't be written; the origin at hand has not changed.
    """
    tally, tell = Tally(), on_progress or _tell_nobody
    with open_writer(knowledge.path, knowledge.embedder, on_progress=tell):
        pass  # an index of another embedder is built anew also where nothing is read again
    origins, validators = _remembered(knowledge)
    for stored in origins:
        if only is not None and stored.address not in only:
            continue
        with ExitStack() as stack:
            gathering = Gathering(
                folder=_new_folder(stack), validators=validators, on_progress=tell
            )
            origin = open_origin(stored.kind, stored.address, rules or WebRules())
            try:
                gathered = origin.gather(gathering)
            except OriginGoneError as error:
                gathered = Gathered(skipped=((stored.address, _gone(error)),))
            except OriginError as error:
                tally.miss(stored.address, str(error))
                continue
            _write(knowledge, [_Batch(origin=origin, gathered=gathered)], tally, limits, tell)
    return tally.report()


def known_origins(knowledge: EmbeddedKnowledge) -> tuple[StoredOrigin, ...]:
    """The remembered origins, in the order in which they were added.

    Raises:
        KnowledgeUnavailableError: The index can't be read.
    """
    return _remembered(knowledge)[0]


def remove(knowledge: EmbeddedKnowledge, doc_ids: Sequence[str]) -> tuple[str, ...]:
    """Take documents out of the index; returns those that were in it.

    Raises:
        KnowledgeUnavailableError: The index can't be written; nothing has changed.
    """
    with open_writer(knowledge.path, knowledge.embedder) as writer:
        return tuple(doc_id for doc_id in doc_ids if writer.remove(doc_id))


def forget(knowledge: EmbeddedKnowledge, name: str) -> tuple[str, ...] | None:
    """Forget an origin and remove the documents that no other one holds; None when there is none.

    Raises:
        KnowledgeUnavailableError: The index can't be written; nothing has changed.
    """
    with open_writer(knowledge.path, knowledge.embedder) as writer:
        address = address_of(name)
        if not name or address not in writer.origins.known():
            return None
        held = [one.doc_id for one in writer.documents().values() if address in one.origins]
        alone = [doc_id for doc_id in held if writer.origins.release(address, doc_id)]
        writer.origins.forget(address)
        return tuple(doc_id for doc_id in alone if writer.remove(doc_id))


def _write(
    knowledge: EmbeddedKnowledge,
    batches: Sequence[_Batch],
    tally: Tally,
    limits: Limits | None,
    tell: OnProgress,
    relabelling: Relabelling | None = None,
) -> None:
    """Bring the index in line with what origins gave, in one transaction."""
    total = sum(len(batch.gathered.items) for batch in batches)
    numbers = count()

    def on_item(item: Item) -> None:
        tell(next(numbers), total, item.path.name)

    with open_writer(knowledge.path, knowledge.embedder, on_progress=tell) as writer:
        loader = Loader(writer, limits or Limits(), tally)
        for batch in batches:
            loader.load(batch.origin, batch.gathered, on_item, relabelling)
        loader.settle()
        loader.compare()
        tell(total, total, "")


def _remembered(
    knowledge: EmbeddedKnowledge,
) -> tuple[tuple[StoredOrigin, ...], dict[str, Validators]]:
    origins, validators = load_origins(knowledge.path)
    known = {
        source: Validators(etag=etag, modified=modified)
        for source, (etag, modified) in validators.items()
    }
    return origins, known


def _gone(error: OriginGoneError) -> str:
    cause = str(error).partition(":")[0]
    return f"{cause}, so that its documents are removed: 'relevo kb remove' forgets it"


def _new_folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(TemporaryDirectory(prefix="relevo-")))


def _tell_nobody(done: int, total: int, name: str) -> None:
    """Nobody watches."""
