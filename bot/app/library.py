"""The library behind admins' commands: implements ``Library`` over the index that answers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from redis.asyncio import Redis

from bot.app.embeddings import embedding_options
from bot.app.stores import open_knowledge, weaviate_options
from bot.engine.gaps import Gaps
from bot.vocabulary.errors import DocumentError
from bot.vocabulary.gaps import Gap
from bot.vocabulary.knowledge import Audience, KnowledgeBase, Query, Source, review_day
from bot.vocabulary.library import Lack, LibraryDocument, LibraryRemoval, LibraryReport
from config.settings import Settings
from knowledge import EmbeddedKnowledge
from knowledge.gaps import report_gaps
from knowledge.guards.masking import Masking
from knowledge.index.writer import StoredDocument
from knowledge.labels import is_overdue
from knowledge.loading.errands import Errand, Errands
from knowledge.origins.recognise import is_address

Found = TypeVar("Found")

Lacks = Callable[[int, int], Awaitable[Sequence[Lack]]]
"""Reports what was lacking in the last days, so many rows of it."""

LanguageOf = Callable[[str], str]
"""Tells the language of a question (ISO 639-1)."""


class IndexLibrary:
    """Looks after the index of this machine: changes in a child process, looks in threads.

    ``knowledge`` is what answers now.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        settings: Callable[[], Settings],
        knowledge: Callable[[], KnowledgeBase],
        language_of: LanguageOf,
    ) -> None:
        self._redis = redis
        self._settings = settings
        self._knowledge = knowledge
        self._language_of = language_of

    async def add(self, address: str) -> LibraryReport:
        """See ``Library.add``; which addresses may be fetched, ``knowledge.allow_hosts`` says as ever."""
        if not is_address(address):
            raise DocumentError(
                "Only web pages, sitemaps and repositories can be added from chat: write an address "
                "that begins with https://."
            )
        return _report(await self._errands().run(Errand.ADD, address))

    async def sync(self) -> LibraryReport:
        """See ``Library.sync``."""
        return _report(await self._errands().run(Errand.SYNC))

    async def remove(self, name: str) -> LibraryRemoval | None:
        """See ``Library.remove``."""
        found = await self._errands().run(Errand.REMOVE, name)
        if not found["removed"] and not found["forgotten"]:
            return None
        return LibraryRemoval(
            removed=tuple(found["removed"]),
            forgotten=bool(found["forgotten"]),
            origins=tuple(found["origins"]),
            unpublished=tuple(found["unpublished"]),
        )

    async def documents(self) -> Sequence[LibraryDocument]:
        """See ``Library.documents``."""
        found = await asyncio.to_thread(_opened, self._settings(), EmbeddedKnowledge.documents_now)
        on = review_day()
        return [_document(one, overdue=is_overdue(one.review_by, on)) for one in found]

    async def search(self, question: str, limit: int) -> Sequence[Source]:
        """See ``Library.search``."""
        query = Query(
            text=question,
            language=self._language_of(question),
            audience=Audience.INTERNAL,
            tags=frozenset(self._settings().knowledge.tags),
        )
        return await self._knowledge().search(query, limit)

    async def lacks(self, days: int, limit: int) -> Sequence[Lack]:
        """See ``Library.lacks``."""
        return await lacks_of(self._redis, settings=self._settings)(days, limit)

    def _errands(self) -> Errands:
        settings = self._settings()
        return Errands(
            data_dir=settings.data_dir,
            allow_hosts=frozenset(settings.knowledge.allow_hosts),
            embedding=embedding_options(settings),
            weaviate=weaviate_options(settings),
        )


def lacks_of(redis: Redis, *, settings: Callable[[], Settings]) -> Lacks:
    """Build what reports the questions of the last days that found no good answer."""

    async def lacks(days: int, limit: int) -> Sequence[Lack]:
        now = settings()
        reader = Gaps(redis, deadline=now.redis.deadline_seconds)
        gaps = await reader.since(datetime.now(UTC) - timedelta(days=days))
        if not gaps:
            return ()
        return await asyncio.to_thread(_opened, now, lambda index: _lacks(gaps, index, limit))

    return lacks


def _opened(settings: Settings, look: Callable[[EmbeddedKnowledge], Found]) -> Found:
    """Look into the index, which is opened for that alone."""
    index = open_knowledge(settings)
    try:
        return look(index)
    finally:
        index.close_now()


def _lacks(gaps: Sequence[Gap], index: EmbeddedKnowledge, limit: int) -> Sequence[Lack]:
    def mask(text: str) -> str:
        return Masking().mask(text, own=False)

    return [
        Lack(
            question=one.question,
            count=one.count,
            cases=one.handed_over,
            minutes=one.cost_minutes,
            hint=one.hint,
        )
        for one in report_gaps(gaps, index.search_now, mask, limit=limit)
    ]


def _document(stored: StoredDocument, *, overdue: bool) -> LibraryDocument:
    read_at: datetime | None = None
    with suppress(ValueError):
        read_at = datetime.fromisoformat(stored.added_at)
    return LibraryDocument(
        doc_id=stored.doc_id,
        title=stored.title,
        language=stored.language,
        origins=stored.origins,
        audience=stored.audience,
        tags=stored.tags,
        review_by=stored.review_by,
        is_overdue=overdue,
        read_at=read_at,
    )


def _report(found: dict[str, Any]) -> LibraryReport:
    return LibraryReport(
        added=len(found["added"]),
        changed=len(found["changed"]),
        unchanged=len(found["unchanged"]),
        removed=len(found["removed"]),
        failed=tuple((name, why) for name, why in found["failed"]),
        skipped=tuple((name, why) for name, why in found["skipped"]),
        unpublished=tuple(found["unpublished"]),
    )
