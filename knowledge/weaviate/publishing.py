"""Brings Weaviate in line with the index of this machine, and switches readers over at once.

Only what has changed is sent. Until the last step readers see the edition before; whatever ends a run
on its way leaves that one serving, and the next run goes on from there.
"""

import base64
import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from weaviate import WeaviateAsyncClient
from weaviate.classes.data import DataObject
from weaviate.exceptions import WeaviateInsertManyAllFailedError

from bot.vocabulary.errors import KnowledgeUnavailableError
from knowledge.embedding import Embedder
from knowledge.weaviate.cleaning import (
    clean,
    delete_named,
    read_spans,
    set_until,
)
from knowledge.weaviate.connection import Connection
from knowledge.weaviate.editions import DOCUMENTS, Edition, make_present, present, put_part
from knowledge.weaviate.failures import first_line
from knowledge.weaviate.local import (
    LocalIndex,
    LocalPassage,
    Summary,
    as_published,
    one_publisher,
    open_local,
)
from knowledge.weaviate.options import WeaviateOptions
from knowledge.weaviate.shape import FOREVER, VECTOR, Objects, passages_name, prepare, tenant_of

_BATCH = 200
_SECONDS = 3600.0
_FIRST_SECONDS = 10.0
"""For the first question, so that a server which is down is not tried for a minute."""
OnSent = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What a run did: passages sent, left out and unchanged, and (passage, why) of each refused one.

    With a refused one nothing has been switched: readers go on with the edition before.
    """

    edition: int
    sent: int = 0
    left_out: int = 0
    unchanged: int = 0
    failed: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class _Run:
    """One publication; ``before`` is the edition that serves, ``number`` that of the new one."""

    client: WeaviateAsyncClient
    local: LocalIndex
    tenant: str
    before: Edition | None
    summary: Summary
    tell: OnSent
    collection: str = field(init=False)
    number: int = field(init=False)

    def __post_init__(self) -> None:
        self.collection = passages_name(self.summary.dimensions)
        self.number = self.serving + 1

    @property
    def serving(self) -> int:
        return self.before.number if self.before else 0

    @property
    def objects(self) -> Objects:
        return tenant_of(self.client, self.collection, self.tenant)

    async def publish(self) -> PublishReport:
        """Send, mark, switch, clean."""
        await prepare(self.client, self.tenant, self.summary.dimensions)
        spans = await read_spans(self.objects)
        wanted = self.summary.ids
        begun = {name for name, span in spans.items() if span.since > self.serving}
        served = {name for name, span in spans.items() if span.holds(self.serving)}
        await delete_named(self.objects, sorted(begun - wanted.keys()))
        begun = {name for name in begun if spans[name].since == self.number}
        missing = [name for name in wanted if name not in served and name not in begun]
        failed = await self._send(missing)
        kept = [name for name in served if name in wanted]
        report = PublishReport(
            edition=self.serving,
            sent=len(missing) - len(failed),
            left_out=len(served) - len(kept),
            unchanged=len(kept),
            failed=tuple(failed),
        )
        if failed:
            return report
        await set_until(self.objects, (n for n in kept if spans[n].until != FOREVER), FOREVER)
        await set_until(self.objects, (name for name in served - set(kept)), self.number)
        await self._switch()
        await clean(self.client, self.tenant, self.collection, self.number)
        return dataclasses.replace(report, edition=self.number)

    async def _send(self, names: Sequence[str]) -> list[tuple[str, str]]:
        failed: list[tuple[str, str]] = []
        done = 0
        numbers = iter([self.summary.ids[name] for name in names])
        while some := list(islice(numbers, _BATCH)):
            passages = list(self.local.passages(some))
            refused = await _insert(self.objects, passages, self.number)
            failed += [(_name(passages[place]), why) for place, why in refused]
            done += len(some)
            self.tell(done, len(names))
        return failed

    async def _switch(self) -> None:
        languages = self.local.languages()
        documents = self.local.documents()
        for language in languages:
            words = self.local.words(language)
            await put_part(self.client, self.tenant, self.number, language, words)
        listed = {"documents": [as_published(one) for one in documents]}
        await put_part(self.client, self.tenant, self.number, DOCUMENTS, listed)
        now = await present(self.client, self.tenant)
        if (now.number if now else 0) != self.serving:
            raise KnowledgeUnavailableError(
                f"Another machine has just published for the tenant {self.tenant!r}: let one alone "
                "do that."
            )
        edition = Edition(
            number=self.number,
            collection=self.collection,
            fingerprint=self.local.fingerprint(),
            index=self.local.identity(),
            content=self.local.content(),
            documents=len(documents),
            languages=languages,
            labels=tuple(sorted(self.summary.labels)),
            mean=base64.b64encode(self.summary.mean().astype("<f4").tobytes()).decode(),
            published_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        await make_present(self.client, self.tenant, edition)


def publish(
    path: Path,
    embedder: Embedder,
    options: WeaviateOptions,
    *,
    replace: bool = False,
    full: bool = False,
    tell: OnSent | None = None,
) -> PublishReport:
    """Publish the index at ``path``; with ``replace`` also over what another index has published.

    With ``full`` all that is stored is compared, even where the documents are those of the present
    edition. Blocking.

    Raises:
        KnowledgeUnavailableError: The index can't be read, Weaviate failed, or holds the documents
            of another index.
    """
    connection = Connection(options)
    try:
        with one_publisher(path), open_local(path, embedder) as local:
            before = connection.run(
                lambda client: present(client, options.tenant), _FIRST_SECONDS, quotes=True
            )
            if not replace:
                _check_owner(before, local, options.tenant)

            async def work(client: WeaviateAsyncClient) -> PublishReport:
                if before is not None and not full and _is_published(before, local):
                    await clean(client, options.tenant, before.collection, before.number)
                    return PublishReport(edition=before.number, unchanged=before.passages)
                run = _Run(
                    client=client,
                    local=local,
                    tenant=options.tenant,
                    before=before,
                    summary=local.summary(),
                    tell=tell or _tell_nobody,
                )
                return await run.publish()

            return connection.run(work, _SECONDS, quotes=True)
    finally:
        connection.close()


def _is_published(edition: Edition, local: LocalIndex) -> bool:
    return (edition.content, edition.index) == (local.content(), local.identity())


def _check_owner(before: Edition | None, local: LocalIndex, tenant: str) -> None:
    if before is not None and before.documents and before.index != local.identity():
        raise KnowledgeUnavailableError(
            f"Weaviate's tenant {tenant!r} holds the documents of another index: add documents on "
            "the machine that has it, name another weaviate.tenant, or let this machine's "
            "documents take their place with 'relevo kb publish --replace'."
        )


async def _insert(
    objects: Objects, passages: Sequence[LocalPassage], number: int
) -> list[tuple[int, str]]:
    """Store passages; those that were refused by their place, and why."""
    sent = [
        DataObject[Any, Any](
            uuid=one.id,
            properties=one.properties | {"since": number, "until": FOREVER},
            vector={VECTOR: one.vector.tolist()},
        )
        for one in passages
    ]
    try:
        done = await objects.data.insert_many(sent)
    except WeaviateInsertManyAllFailedError as error:
        why = first_line(error)
        return [(place, why) for place in range(len(sent))]
    return [(place, first_line(error.message)) for place, error in done.errors.items()]


def _name(passage: LocalPassage) -> str:
    return f"{passage.properties['doc_id']}, passage {passage.properties['position'] + 1}"


def _tell_nobody(done: int, total: int) -> None:
    """Nobody watches."""
