"""A store on the network, with this machine's own copy behind it."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from typing import TypeVar

from bot.vocabulary.errors import KnowledgeUnavailableError
from knowledge.index.hits import Found
from knowledge.index.writer import StoredDocument
from knowledge.questions import Question
from knowledge.stores.metrics import searches
from knowledge.stores.socket import PassageStore

logger = logging.getLogger(__name__)

COPY_ANSWERED = "the knowledge store did not answer, so this machine's own copy did"
_Result = TypeVar("_Result")


class WithCopy:
    """Asks a store, and the copy where that one fails; what the copy finds says so.

    A copy without documents is none: then the store's own error is raised, so that a person is
    asked in rather than a customer told that nothing is known. One that has answered does so for
    ``rest`` seconds more: a question reads several times, and shall wait for the store once.
    """

    def __init__(
        self, store: PassageStore, open_copy: Callable[[], PassageStore], *, rest: float = 5.0
    ) -> None:
        self.parallel = store.parallel
        self._store = store
        self._open_copy = open_copy
        self._copy: PassageStore | None = None
        self._turn = Lock()
        self._rest = rest
        self._failure = ""
        self._resting_until = 0.0

    def search(self, question: Question, languages: Sequence[str], limit: int) -> list[Found]:
        """Search within each language; one ``Found`` a language that the store holds.

        Raises:
            KnowledgeUnavailableError: Neither the store nor a copy with documents can be read.
        """
        found = self._ask(
            lambda: self._store.search(question, languages, limit),
            lambda copy: _search_copy(copy, question, languages, limit),
        )
        by_copy = any(one.note.startswith(COPY_ANSWERED) for one in found)
        searches.labels("copy" if by_copy else "store").inc()
        return found

    def languages(self) -> Mapping[str, int]:
        """Number of passages by language."""
        return self._ask(self._store.languages, lambda copy: copy.languages())

    def documents(self) -> Mapping[str, StoredDocument]:
        """All documents by their ``doc_id``."""
        return self._ask(self._store.documents, lambda copy: copy.documents())

    def close(self) -> None:
        """Close both."""
        self._store.close()
        with self._turn:
            if self._copy is not None:
                self._copy.close()

    def _ask(
        self, store: Callable[[], _Result], copy: Callable[[PassageStore], _Result]
    ) -> _Result:
        if time.monotonic() < self._resting_until:
            # One of its own: an error that is raised again and again grows.
            return self._ask_copy(KnowledgeUnavailableError(self._failure), copy)
        try:
            return store()
        except KnowledgeUnavailableError as error:
            self._failure = str(error)
            found = self._ask_copy(error, copy)
            self._resting_until = time.monotonic() + self._rest
            return found

    def _ask_copy(
        self, error: KnowledgeUnavailableError, copy: Callable[[PassageStore], _Result]
    ) -> _Result:
        """Ask the copy; without documents, or of no use itself, it leaves the store's error."""
        with self._turn, suppress(KnowledgeUnavailableError):
            opened = self._opened()
            if opened.languages():
                found = copy(opened)
                logger.warning("knowledge answered by the own copy", extra={"error": str(error)})
                return found
        # Whoever answers asks for languages first: it ends there or with the search, once.
        searches.labels("nobody").inc()
        raise error

    def _opened(self) -> PassageStore:
        if self._copy is None:
            self._copy = self._open_copy()
        return self._copy


def _search_copy(
    copy: PassageStore, question: Question, languages: Sequence[str], limit: int
) -> list[Found]:
    found = copy.search(question, languages or tuple(copy.languages()), limit)
    return [replace(one, note="; ".join(filter(None, (COPY_ANSWERED, one.note)))) for one in found]
