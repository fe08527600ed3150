"""A store whose documents are in a reranker's order."""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Semaphore

from knowledge.breaker import Breaker
from knowledge.calls import ProviderFailure, results_within
from knowledge.index.hits import Found, Hit
from knowledge.index.writer import StoredDocument
from knowledge.questions import Question
from knowledge.reranking.options import RerankingOptions
from knowledge.reranking.reranker import Reranker
from knowledge.stores import PassageStore

NOT_REORDERED = "the reranker gave no order, so the search's own counts"
_LOOKED_AT = 20
_AT_ONCE = 8
_REST = 10.0
"""Seconds for which a reranker that failed is left alone."""


class RerankedStore:
    """Asks a store, and has the best 20 documents of each language put into another order.

    The reranker says which document is better, not how sure that is: scores stay where they are, and
    documents move over them, so that a confidence that was fitted without it still means something.
    Where it fails, the search's own order counts and the receipt says so.
    """

    parallel = _AT_ONCE

    def __init__(
        self,
        store: PassageStore,
        reranker: Reranker,
        options: RerankingOptions,
        breaker: Breaker | None = None,
    ) -> None:
        self._store = store
        self._reranker = reranker
        self._options = options
        self._free = Semaphore(store.parallel)
        self._breaker = breaker or Breaker(failures=1, pause=_REST)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="reranker")

    def languages(self) -> Mapping[str, int]:
        """Number of passages by language."""
        with self._free:
            return self._store.languages()

    def documents(self) -> Mapping[str, StoredDocument]:
        """All documents by their ``doc_id``, in the order of their names."""
        with self._free:
            return self._store.documents()

    def search(self, question: Question, languages: Sequence[str], limit: int) -> list[Found]:
        """Search within each language, and reorder what was found there.

        Raises:
            KnowledgeUnavailableError: The store can't be read.
        """
        with self._free:
            found = self._store.search(question, languages, max(limit, _LOOKED_AT))
        return [self._reorder(one, question, limit) for one in found]

    def close(self) -> None:
        """Close the store, and let go of the reranker's connections."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._reranker.close()
        self._store.close()

    def _reorder(self, found: Found, question: Question, limit: int) -> Found:
        first, others = found.hits[:_LOOKED_AT], found.hits[_LOOKED_AT:]
        if len(first) < 2:  # noqa: PLR2004 - nothing can change its place
            return found
        scores = self._ask(question.text, first)
        if isinstance(scores, str):
            note = f"{found.note}; {scores}" if found.note else scores
            return replace(found, hits=found.hits[:limit], note=note)
        order = sorted(range(len(first)), key=lambda place: (-scores[place], place))
        hits = tuple(
            replace(first[place], score=above.score)
            for place, above in zip(order, first, strict=True)
        )
        moved = replace(found, hits=(hits + others)[:limit])
        return moved if order[0] == 0 else self._with_answer(moved, found, question)

    def _with_answer(self, moved: Found, found: Found, question: Question) -> Found:
        """Read the passages of the new best document: it is the best one without those before it."""
        best = moved.hits[0].doc_id
        before = [hit.doc_id for hit in found.hits]
        passed = frozenset(before[: before.index(best)])
        alone = replace(question, excluded=question.excluded | passed)
        with self._free:
            again = self._store.search(alone, [found.language], 1)
        is_best = bool(again) and bool(again[0].hits) and again[0].hits[0].doc_id == best
        # The index may have changed in between; then the order of before is the honest one.
        if is_best:
            return replace(moved, answering=again[0].answering)
        return replace(found, hits=found.hits[: len(moved.hits)])

    def _ask(self, text: str, hits: Sequence[Hit]) -> list[float] | str:
        """The scores of passages, or why there are none."""
        if not self._breaker.allows():
            return NOT_REORDERED
        texts = ["\n".join((hit.title, *hit.headings, hit.text)) for hit in hits]
        call = self._threads.submit(self._reranker.scores, text, texts)
        given = results_within([call], self._options.seconds)
        if isinstance(given, ProviderFailure) or not all(map(math.isfinite, given[0])):
            self._breaker.failed()
            reason = (
                given.reason
                if isinstance(given, ProviderFailure)
                else "something else than numbers"
            )
            return f"{NOT_REORDERED} ({reason})"
        self._breaker.succeeded()
        return list(given[0])
