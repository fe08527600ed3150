"""Weaviate as a store of passages: it finds candidates, and our own ranking weighs them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

from weaviate import WeaviateAsyncClient
from weaviate.exceptions import WeaviateQueryError

from bot.vocabulary.errors import KnowledgeUnavailableError, first_error
from bot.vocabulary.knowledge import Audience
from knowledge.breaker import Breaker
from knowledge.embedding import Embedder
from knowledge.index.aim import OTHER_LENGTH, Aim, aim_of
from knowledge.index.hits import Found
from knowledge.index.search import LanguageSearch
from knowledge.index.writer import StoredDocument, fingerprint
from knowledge.questions import Question
from knowledge.weaviate.candidates import Search
from knowledge.weaviate.connection import Connection, WeaviateFailedError, Work
from knowledge.weaviate.editions import (
    Edition,
    MissingError,
    Words,
    present,
    read_documents,
    read_words,
)
from knowledge.weaviate.options import WeaviateOptions
from knowledge.weaviate.shape import tenant_of

_TRIES = 3
"""An edition that is replaced during a search costs another one; two in a row are an accident."""
_PARALLEL = 8
_PATIENT_SECONDS = 30.0
_WORDS_SECONDS = 10.0
_Result = TypeVar("_Result")


@dataclass(slots=True)
class _Known:
    """An edition with what has been read of it."""

    edition: Edition
    words: dict[str, Words] = field(default_factory=dict[str, Words])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    question: Question
    aim: Aim
    languages: Sequence[str]
    limit: int


class WeaviateStore:
    """A ``PassageStore`` for many machines; safe to use from several threads.

    What has been read of an edition is kept until another one takes its place. Each search asks for
    that when it is done: before it the answer could be out of date by its end. Which languages there
    are is asked again after ``recent_seconds``.
    """

    parallel = _PARALLEL

    def __init__(
        self,
        options: WeaviateOptions,
        embedder: Embedder,
        *,
        breaker: Breaker | None = None,
        recent_seconds: float = 5.0,
    ) -> None:
        self._tenant = options.tenant
        self._embedder = embedder
        self._connection = Connection(options)
        self._breaker = breaker or Breaker()
        self._known: _Known | None = None
        self._seen_at = 0.0
        self._recent_seconds = recent_seconds

    def search(self, question: Question, languages: Sequence[str], limit: int) -> list[Found]:
        """Search within each language; one ``Found`` a language that the edition holds.

        Raises:
            KnowledgeUnavailableError: Weaviate failed, holds nothing for us, or what it holds was
                built in another way.
        """
        self._get_ready(languages)
        aim = aim_of(question, self._embedder)
        asked = _Asked(question=question, aim=aim, languages=languages, limit=limit)

        async def work(client: WeaviateAsyncClient) -> list[Found]:
            return await self._reading(client, lambda known: self._search(client, known, asked))

        return self._run(work)

    def languages(self) -> Mapping[str, int]:
        """Number of passages by language, as of some seconds ago at most."""
        known = self._known
        if known is None or time.monotonic() - self._seen_at > self._recent_seconds:
            known = self._run(self._look)
        return {code: passages for code, (passages, _) in known.edition.languages.items()}

    def documents(self) -> Mapping[str, StoredDocument]:
        """All documents by their ``doc_id``; nobody waits for an answer."""

        async def work(client: WeaviateAsyncClient) -> dict[str, StoredDocument]:
            return await self._reading(client, lambda known: self._documents(client, known))

        return self._run(work, _PATIENT_SECONDS)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _get_ready(self, languages: Sequence[str]) -> None:
        """Read the words of these languages, some hundred kilobytes, with more time than a search has.

        Else a large edition on a slow line might never be read within any search.
        """
        known = self._known or self._run(self._open)
        for language in known.edition.languages.keys() & set(languages):
            if language not in known.words:
                with suppress(MissingError):  # another edition may have come, which the search sees
                    self._run(partial(self._words, known=known, language=language), _WORDS_SECONDS)

    def _run(self, work: Work[_Result], seconds: float | None = None) -> _Result:
        if not self._breaker.allows():
            raise WeaviateFailedError(
                "Weaviate has failed several times in a row and is left alone for some seconds: "
                "'relevo doctor' says what is wrong."
            )
        try:
            result = self._connection.run(work, seconds)
        except WeaviateFailedError:
            self._breaker.failed()
            raise
        except KnowledgeUnavailableError:
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()
        return result

    async def _reading(
        self, client: WeaviateAsyncClient, work: Callable[[_Known], Awaitable[_Result]]
    ) -> _Result:
        """Do ``work`` so that all it has read is of one edition, the present one."""
        for _ in range(_TRIES):
            known = self._known or await self._open(client)
            try:
                found = await work(known)
            except (WeaviateQueryError, MissingError):
                if await self._is_present(client, known):
                    raise
            else:
                if await self._is_present(client, known):
                    return found
        raise KnowledgeUnavailableError(
            "Weaviate is published to faster than it can be read: let one machine alone do that."
        )

    async def _is_present(self, client: WeaviateAsyncClient, known: _Known) -> bool:
        """Whether an edition still is the present one; what is known of another is forgotten."""
        is_present = await present(client, self._tenant) == known.edition
        if is_present:
            self._seen_at = time.monotonic()
        else:
            self._known = None
        return is_present

    async def _look(self, client: WeaviateAsyncClient) -> _Known:
        """The present edition, read anew only when it is another one."""
        known = self._known
        is_known = known is not None and await self._is_present(client, known)
        return known if known is not None and is_known else await self._open(client)

    async def _open(self, client: WeaviateAsyncClient) -> _Known:
        edition = await present(client, self._tenant)
        if edition is None:
            raise MissingError(
                f"Weaviate holds no documents for the tenant {self._tenant!r}: run 'relevo kb "
                "publish' on the machine that has them."
            )
        if misfit := edition.misfit(fingerprint(self._embedder)):
            raise MissingError(misfit)
        known = self._known = _Known(edition)
        self._seen_at = time.monotonic()
        return known

    async def _search(
        self, client: WeaviateAsyncClient, known: _Known, asked: _Asked
    ) -> list[Found]:
        aim, length = asked.aim, len(known.edition.mean_vector())
        if aim.vector is not None and len(aim.vector) != length:
            aim = Aim(note=OTHER_LENGTH if length else "")
        asked = replace(asked, aim=aim)
        try:
            async with asyncio.TaskGroup() as group:
                searches = [
                    group.create_task(self._search_language(client, known, asked, language))
                    for language in asked.languages
                    if language in known.edition.languages
                ]
        except ExceptionGroup as failed:
            # Those of the other languages are cancelled by then: none goes on past the deadline.
            raise first_error(failed) from None
        return [search.result() for search in searches]

    async def _search_language(
        self, client: WeaviateAsyncClient, known: _Known, asked: _Asked, language: str
    ) -> Found:
        ranking = LanguageSearch(
            asked.question, await self._words(client, known=known, language=language)
        )
        search = Search(
            objects=tenant_of(client, known.edition.collection, self._tenant),
            edition=known.edition,
            question=asked.question,
            language=language,
            vector=asked.aim.vector,
        )
        hits = ranking.best(await search.candidates(ranking.telling), asked.limit)
        answering = ranking.answering(await search.around(hits[0])) if hits else ()
        return replace(ranking.found(hits, answering), note=asked.aim.note)

    async def _words(self, client: WeaviateAsyncClient, *, known: _Known, language: str) -> Words:
        if language not in known.words:
            known.words[language] = await read_words(client, self._tenant, known.edition, language)
        return known.words[language]

    async def _documents(
        self, client: WeaviateAsyncClient, known: _Known
    ) -> dict[str, StoredDocument]:
        listed = await read_documents(client, self._tenant, known.edition)
        documents = (_document(one) for one in listed)
        return {document.doc_id: document for document in documents}


def _document(published: dict[str, Any]) -> StoredDocument:
    """A document of the list; what a later Relevo has added to it is passed over."""
    names = {one.name for one in fields(StoredDocument)}
    known = {name: value for name, value in published.items() if name in names}
    known |= {name: tuple(known[name]) for name in ("origins", "tags")}
    known["audience"] = Audience(known["audience"])
    known["review_by"] = date.fromisoformat(known["review_by"]) if known["review_by"] else None
    return StoredDocument(**known)
