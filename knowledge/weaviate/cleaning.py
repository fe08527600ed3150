"""Marks, unmarks and deletes what is stored: nothing that a reader of the present edition sees."""

import asyncio
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from weaviate import WeaviateAsyncClient
from weaviate.classes.query import Filter
from weaviate.collections.classes.filters import FilterReturn

from bot.vocabulary.errors import first_error
from knowledge.weaviate.shape import EDITIONS, PASSAGES, Objects, tenant_of

_AT_ONCE = 8
_MOST_DELETED = 10_000
"""A server deletes no more with one call."""
_NAMED = 1_000
_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The editions that hold a passage: ``since`` is the first, ``until`` the first that does not."""

    since: int
    until: int

    def holds(self, number: int) -> bool:
        """Whether an edition holds it."""
        return self.since <= number < self.until


async def read_spans(objects: Objects) -> dict[str, Span]:
    """All passages that are stored, by their id."""
    listed = objects.iterator(return_properties=["since", "until"], cache_size=_PAGE)
    spans: dict[str, Span] = {}
    async for one in listed:
        since, until = (int(one.properties[name]) for name in ("since", "until"))
        spans[str(one.uuid)] = Span(since=since, until=until)
    return spans


async def set_until(objects: Objects, ids: Iterable[str], until: int) -> None:
    """Say which edition is the first without these passages."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def mark(name: str) -> None:
        async with turn:
            await objects.data.update(uuid.UUID(name), properties={"until": until})

    try:
        async with asyncio.TaskGroup() as tasks:
            for name in ids:
                tasks.create_task(mark(name))
    except ExceptionGroup as group:
        raise first_error(group) from group


async def delete_named(objects: Objects, ids: Sequence[str]) -> None:
    """Delete passages that no edition ever held."""
    for start in range(0, len(ids), _NAMED):
        some = [uuid.UUID(name) for name in ids[start : start + _NAMED]]
        await _delete(objects, Filter.by_id().contains_any(some))


async def clean(client: WeaviateAsyncClient, tenant: str, collection: str, number: int) -> None:
    """Delete what this edition, which is the present one, does not hold, and what former ones left."""
    passages = tenant_of(client, collection, tenant)
    await _delete(passages, Filter.by_property("until").less_or_equal(number))
    editions = tenant_of(client, EDITIONS, tenant)
    await _delete(editions, Filter.by_property("edition").less_than(number))
    for name in await client.collections.list_all():
        # Those of former forms and embedders.
        if name.startswith(PASSAGES) and name != collection:
            former = client.collections.use(name)
            if tenant in await former.tenants.get():
                await former.tenants.remove([tenant])


async def _delete(objects: Objects, wanted: FilterReturn) -> None:
    while True:
        done: Any = await objects.data.delete_many(where=wanted)
        if done.matches < _MOST_DELETED:
            return
