"""The knowledge base: answers by quoting the passage that fits best, without a model."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.vocabulary.knowledge import Answer, Audience, Confidence, OnDraft, Query, Source
from knowledge.answering.calibration import FILE_NAME, CalibrationFile
from knowledge.answering.confidence import FIELD, judge
from knowledge.answering.drafts import Draft, build_draft
from knowledge.answering.evidence import Evidence, Passage, choose_passages
from knowledge.answering.excerpts import shorten
from knowledge.answering.known import Narrowing, wanted_tags, with_fit
from knowledge.embedding import Embedder, EmbeddingOptions, choose_embedder
from knowledge.index.aim import aim_of
from knowledge.index.hits import Found, Hit
from knowledge.index.reader import IndexReader
from knowledge.index.schema import index_path
from knowledge.index.writer import StoredDocument
from knowledge.labels import key_of
from knowledge.questions import Question
from knowledge.stores import PassageStore

SURE = 0.4
"""From here on a passage in the customer's language is taken without a look at other languages."""
NOTHING = 0.1
"""Below this nothing is quoted: an unfit quotation is worse than an honest "I don't know"."""
_FITTING = 0.8
"""So much of the confidence is enough of an answer from what fits to whoever asks."""
_NEAR = 0.7
"""Share of the best score from which another document is about equally near."""
_EMBEDDED_AT_ONCE = 8
_OWN_LANGUAGE_BONUS = 0.2
_HEADING_GLUE = " › "
_Result = TypeVar("_Result")


class EmbeddedKnowledge:
    """Implements ``KnowledgeBase`` on a store: the embedded index unless another is given.

    Reading happens in threads of its own, so that a query neither blocks the event loop nor
    occupies the loop's shared threads while it waits for its turn. A change by any process is seen
    by the next query. ``path`` is where documents are added, whatever answers; ``calibration`` is
    the file with a confidence fitted to them, else the one beside ``path``.
    """

    def __init__(
        self,
        path: Path,
        embedder: Embedder,
        store: PassageStore | None = None,
        calibration: CalibrationFile | None = None,
    ) -> None:
        self.path = path
        self.embedder = embedder
        self._calibration = calibration or CalibrationFile(path.with_name(FILE_NAME))
        self._store = IndexReader(path, embedder) if store is None else store
        self._threads = ThreadPoolExecutor(self._store.parallel, thread_name_prefix="knowledge")
        self._embedding = ThreadPoolExecutor(_EMBEDDED_AT_ONCE, thread_name_prefix="question")

    def with_store(self, wrap: Callable[[PassageStore], PassageStore]) -> "EmbeddedKnowledge":
        """The same over its store in a wrapping; to be used, and closed, in this one's place."""
        return EmbeddedKnowledge(self.path, self.embedder, wrap(self._store), self._calibration)

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        """Quote the passage that answers best; empty text when nothing fits.

        A quotation is there at once: ``on_draft`` hears nothing.

        Raises:
            KnowledgeUnavailableError: The index can't be read.
        """
        del on_draft
        return await self._run(query, lambda: self.answer_now(query))

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        """Return the best passage of each document, best first, own language before others.

        Raises:
            KnowledgeUnavailableError: The index can't be read.
        """
        return await self._run(query, lambda: self.search_now(query, limit))

    async def evidence(self, query: Query) -> Evidence:
        """Return what ``answer`` would, and the passages that a better answer may be written from.

        Raises:
            KnowledgeUnavailableError: The index can't be read.
        """
        return await self._run(query, lambda: self.evidence_now(query))

    def documents_now(self) -> tuple[StoredDocument, ...]:
        """All documents, ordered by their ``doc_id``."""
        return tuple(self._store.documents().values())

    def passages_now(self) -> dict[str, int]:
        """Number of passages by language."""
        return dict(self._store.languages())

    async def close(self) -> None:
        """Finish running queries and give the index back."""
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """The same for callers without an event loop."""
        self._embedding.shutdown(wait=True)
        self._threads.shutdown(wait=True)
        self._store.close()
        self.embedder.close()

    def search_now(self, query: Query, limit: int) -> tuple[Source, ...]:
        """``search`` for callers that have the knowledge base to themselves."""
        question = Question.of(query)
        found = self._store.search(question, self._languages(question), limit)
        ranked = sorted(
            ((_weighed(hit, question), hit, result) for result in found for hit in result.hits),
            key=lambda one: -one[0],
        )
        return tuple(_source(hit, result, score=score) for score, hit, result in ranked[:limit])

    def answer_now(self, query: Query) -> Answer:
        """``answer`` for callers that have the knowledge base to themselves."""
        question = Question.of(query)
        drafts, narrowing = self._fitting_drafts(question)
        return with_fit(_best_answer(drafts, question), question.known, narrowing)

    def evidence_now(self, query: Query) -> Evidence:
        """``evidence`` for callers that have the knowledge base to themselves."""
        question = Question.of(query)
        drafts, narrowing = self._fitting_drafts(question)
        chosen = enumerate(choose_passages(drafts), start=1)
        return Evidence(
            answer=with_fit(_best_answer(drafts, question), question.known, narrowing),
            narrowing=narrowing,
            passages=tuple(
                Passage(id=f"p{number}", text=hit.text, source=_source(hit, found))
                for number, (hit, found) in chosen
            ),
        )

    def draft_now(self, query: Query) -> Draft | None:
        """The answer with the evidence behind it; None when no document is in the index."""
        return next(iter(self._all_drafts(Question.of(query))), None)

    def _fitting_drafts(self, question: Question) -> tuple[list[Draft], Narrowing]:
        """Possible answers from what fits to whoever asks; from all they may be told if nothing does."""
        drafts = self._all_drafts(question)
        if not question.known or not drafts:
            return drafts, Narrowing()
        tags = wanted_tags(question.known, question.text, _tags_at_stake(drafts), question.tags)
        fitting = self._all_drafts(replace(question, tags=question.tags | tags)) if tags else []
        enough = min(SURE, _FITTING * drafts[0].confidence.value)
        if fitting and fitting[0].confidence.value >= enough:
            return fitting, Narrowing(tags=tags)
        return drafts, Narrowing(misses=tags)

    def _all_drafts(self, question: Question) -> list[Draft]:
        """Possible answers, best first; other languages are asked when the customer's is unsure."""
        own, *others = self._languages(question) or [question.language]
        drafts = self._drafts(question, [own])
        if others and (not drafts or drafts[0].confidence.value < SURE):
            drafts += self._drafts(question, others)
        return sorted(drafts, key=lambda draft: -_worth(draft, question))

    def _languages(self, question: Question) -> list[str]:
        """The languages of the index, the customer's first, then those with most passages."""
        counts = self._store.languages()
        return sorted(counts, key=lambda code: (code != question.language, -counts[code], code))

    def _drafts(self, question: Question, languages: Sequence[str]) -> list[Draft]:
        found = self._store.search(question, languages, FIELD + 1)
        curve = self._calibration.curve
        is_second = question.language in self._store.languages()
        return [build_draft(result, question, curve, is_second=is_second) for result in found]

    async def _run(self, query: Query, work: Callable[[], _Result]) -> _Result:
        loop = asyncio.get_running_loop()
        if self.embedder.is_remote:
            # Beside each other, and not while others wait for the store; it is remembered.
            question = Question.of(query)
            await loop.run_in_executor(self._embedding, aim_of, question, self.embedder)
        return await loop.run_in_executor(self._threads, work)


def open_embedded(
    data_dir: Path,
    embedding: EmbeddingOptions | None = None,
    calibration: CalibrationFile | None = None,
) -> EmbeddedKnowledge:
    """Open the index of a data folder; an empty one is created when there is none.

    Its confidence is the one fitted to it, unless another ``calibration`` is given.

    Raises:
        KnowledgeUnavailableError: The index is damaged or can't be opened.
    """
    embedder = choose_embedder(embedding or EmbeddingOptions())
    return EmbeddedKnowledge(index_path(data_dir), embedder, calibration=calibration)


def _best_answer(drafts: Sequence[Draft], question: Question) -> Answer:
    if not drafts or not drafts[0].found.hits:
        confidence = judge(None)
        return Answer(text="", language=question.language, sources=(), confidence=confidence)
    return _answer(drafts[0], question)


def _tags_at_stake(drafts: Sequence[Draft]) -> set[str]:
    """The tags of what was found, of those keys by which the nearest documents differ from others."""
    hits = [hit for draft in drafts for hit in draft.found.hits]
    best = max((hit.score for hit in hits), default=0.0)
    near = {key_of(tag) for hit in hits if hit.score >= _NEAR * best for tag in hit.labels.tags}
    return {tag for hit in hits for tag in hit.labels.tags if key_of(tag) in near}


def _worth(draft: Draft, question: Question) -> float:
    """Confidence, and a preference for the customer's language where both are about as good."""
    is_own = draft.found.language == question.language
    return draft.confidence.value + (_OWN_LANGUAGE_BONUS if is_own else 0.0)


def _weighed(hit: Hit, question: Question) -> float:
    return hit.score if hit.language == question.language else 0.6 * hit.score


def _answer(draft: Draft, question: Question) -> Answer:
    best, *others = draft.found.hits
    cited = draft.found.answering[0]
    sources = (_source(cited, draft.found, score=best.score),)
    considered = tuple(_source(hit, draft.found) for hit in others)
    if draft.confidence.value < NOTHING:
        confidence = Confidence(
            value=draft.confidence.value,
            reasons=(*draft.confidence.reasons, "too little to quote anything"),
        )
        return Answer(
            text="",
            language=question.language,
            sources=(),
            confidence=confidence,
            considered=(*sources, *considered),
        )
    return Answer(
        text=draft.text,
        language=draft.found.language,
        sources=sources,
        confidence=draft.confidence,
        considered=considered,
    )


def _source(hit: Hit, found: Found, *, score: float | None = None) -> Source:
    headings = list(hit.headings)
    if hit.page is not None:
        headings.append(f"p. {hit.page}")
    return Source(
        doc_id=hit.doc_id,
        title=hit.title,
        heading=_HEADING_GLUE.join(headings),
        url=hit.url,
        score=round(hit.score if score is None else score, 4),
        language=hit.language,
        excerpt=shorten(hit.text, found.interest, hit.language),
        audience=hit.labels.audience or Audience.INTERNAL,
        tags=hit.labels.tags,
        review_by=hit.labels.review_by,
    )
