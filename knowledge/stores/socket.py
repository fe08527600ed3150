"""The socket for stores of passages."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from knowledge.index.hits import Found
from knowledge.index.writer import StoredDocument
from knowledge.questions import Question


class PassageStore(Protocol):
    """Finds passages; the suite in ``tests/contracts/store_contract.py`` says what must hold.

    A changed collection of documents is seen by the next search, and by each search as a whole.
    Errors of all methods but ``close``: ``KnowledgeUnavailableError`` when the store can't be read.
    """

    @property
    def parallel(self) -> int:
        """How many threads may use the store at once."""
        ...

    def search(self, question: Question, languages: Sequence[str], limit: int) -> list[Found]:
        """Search within each language; one ``Found`` a language that the store holds."""
        ...

    def languages(self) -> Mapping[str, int]:
        """Number of passages by language."""
        ...

    def documents(self) -> Mapping[str, StoredDocument]:
        """All documents by their ``doc_id``, in the order of their names."""
        ...

    def close(self) -> None:
        """Give back what is held open."""
        ...
