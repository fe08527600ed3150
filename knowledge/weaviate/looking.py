"""What ``relevo doctor`` says of Weaviate: reachable, published, and how it stands to this machine."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from weaviate import WeaviateAsyncClient
from weaviate.classes.query import Filter

from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.platforms import Finding, Health
from knowledge.embedding import Embedder
from knowledge.index.writer import fingerprint
from knowledge.weaviate.connection import Connection
from knowledge.weaviate.editions import Edition, present
from knowledge.weaviate.local import open_local
from knowledge.weaviate.options import WeaviateOptions
from knowledge.weaviate.shape import tenant_of

SUBJECT = "weaviate"
_SECONDS = 10.0
"""Nobody waits for an answer."""


def look(path: Path, embedder: Embedder, options: WeaviateOptions) -> Sequence[Finding]:
    """Look at the server, at what it holds for us, and at the index at ``path``.

    Blocking.

    Raises:
        ConfigurationError: An address is none.
    """
    connection = Connection(options)
    try:
        version, edition, stored = connection.run(
            lambda client: _look(client, options), _SECONDS, quotes=True
        )
        with open_local(path, embedder) as local:
            own = local.identity() if local.documents() else "", local.content()
    except KnowledgeUnavailableError as error:
        return [Finding(subject=SUBJECT, health=Health.BROKEN, text=str(error))]
    finally:
        connection.close()
    return [
        Finding(subject=SUBJECT, health=Health.GOOD, text=f"Weaviate {version} answers."),
        *_judge(edition, stored, own, fingerprint(embedder), options.tenant),
    ]


async def _look(
    client: WeaviateAsyncClient, options: WeaviateOptions
) -> tuple[str, Edition | None, int]:
    """The server's version, the present edition and how many of its passages are there."""
    server: Any = client
    version = str((await server.get_meta())["version"])
    edition = await present(client, options.tenant)
    if edition is None:
        return version, None, 0
    objects = tenant_of(client, edition.collection, options.tenant)
    held = Filter.all_of(edition.holding())
    counted = await objects.aggregate.over_all(filters=held, total_count=True)
    return version, edition, counted.total_count or 0


def _judge(
    edition: Edition | None, stored: int, own: tuple[str, str], built_with: str, tenant: str
) -> Iterator[Finding]:
    """Compare what is published with this machine's index: its name (empty without documents)."""
    if edition is None:
        yield _finding(
            Health.BROKEN,
            f"It holds no documents for the tenant {tenant!r}: run 'relevo kb publish' on the "
            "machine that has them.",
        )
        return
    if misfit := edition.misfit(built_with):
        yield _finding(Health.BROKEN, misfit)
    if stored != edition.passages:
        yield _finding(
            Health.BROKEN,
            f"It holds {stored} of {edition.passages} passages: run 'relevo kb publish'.",
        )
    yield _stand(edition, *own)


def _stand(edition: Edition, identity: str, content: str) -> Finding:
    holds = (
        f"Edition {edition.number} of {edition.published_at} holds {edition.documents} documents "
        f"in {edition.passages} passages"
    )
    if not identity:
        return _finding(Health.GOOD, f"{holds}; this machine has none of its own to fall back on.")
    if identity != edition.index:
        return _finding(
            Health.WARNING,
            f"{holds}, but of another index than this machine's: add documents where that one is, "
            "or let this one take its place with 'relevo kb publish --replace'.",
        )
    if content != edition.content:
        return _finding(
            Health.WARNING, f"{holds}; this machine's index has changed since: relevo kb publish."
        )
    return _finding(Health.GOOD, f"{holds}, as this machine's index does.")


def _finding(health: Health, text: str) -> Finding:
    return Finding(subject=SUBJECT, health=health, text=text)
