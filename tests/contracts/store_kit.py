"""A store under test, and documents to put into it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bot.vocabulary.knowledge import Query
from knowledge import EmbeddedKnowledge, open_embedded
from knowledge.index.hits import Found
from knowledge.loading.ingest import ingest, sync
from knowledge.questions import Question
from knowledge.stores import PassageStore

DOCUMENTS = {
    "returns.md": "# Returns\n\nSend it back within 30 days.\n\n## Costs\n\nA return costs 4 €.",
    "delivery.md": "# Delivery\n\nParcels need three days.",
    "invoices.md": "# Invoices\n\nYour invoice is in your account, under Orders.",
    "es/garantia.md": "# Garantía\n\nLa garantía de las sartenes dura dos años desde la compra.",
}


@dataclass(slots=True)
class StoreStage:
    """An index to which documents are added, and a store that must then know them.

    ``publish`` brings them from one to the other, ``open_store`` opens the store as a reader does.
    """

    folder: Path
    publish: Callable[[], object]
    open_store: Callable[[], PassageStore]
    author: EmbeddedKnowledge = field(init=False)
    _opened: list[PassageStore] = field(default_factory=list[PassageStore])

    def __post_init__(self) -> None:
        self.author = open_embedded(self.folder / "data")
        (self.folder / "docs").mkdir()

    def add(self, documents: dict[str, str]) -> None:
        """Write documents and let readers have them."""
        self.write(documents)
        ingest(self.author, [self.folder / "docs"])
        self.publish()

    def write(self, documents: dict[str, str]) -> None:
        """Write documents, for the next ``add`` or ``sync``."""
        for name, text in documents.items():
            path = self.folder / "docs" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def drop(self, name: str) -> None:
        """Delete a document and let readers know."""
        (self.folder / "docs" / name).unlink()
        sync(self.author)
        self.publish()

    def store(self) -> PassageStore:
        """Open the store; it is closed with the stage."""
        self._opened.append(self.open_store())
        return self._opened[-1]

    def knowledge(self) -> EmbeddedKnowledge:
        """What answers customers from the store."""
        return EmbeddedKnowledge(
            self.folder / "elsewhere" / "index.sqlite", self.author.embedder, self.store()
        )

    def close(self) -> None:
        """Close all that was opened."""
        for opened in self._opened:
            opened.close()
        self.author.close_now()


def search(store: PassageStore, query: Query, *languages: str, limit: int = 6) -> list[Found]:
    """Search within languages, all of them unless some are named."""
    return store.search(Question.of(query), languages or tuple(store.languages()), limit)


def ids(found: Iterable[Found]) -> list[str]:
    """The documents that were found, the best of each language first."""
    return [hit.doc_id for one in found for hit in one.hits]
