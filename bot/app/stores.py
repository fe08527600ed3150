"""Opens the index that answers, and hands on where Weaviate is."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot.app.embeddings import embedding_options
from bot.app.reranking import reranked
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.platforms import Finding, Health
from config.settings import Settings
from knowledge import EmbeddedKnowledge, open_embedded
from knowledge.embedding import choose_embedder
from knowledge.index.schema import index_path
from knowledge.weaviate import WeaviateOptions

if TYPE_CHECKING:
    from knowledge.weaviate.publishing import PublishReport

OnSent = Callable[[int, int], None]
"""Hears how many passages are sent, of how many."""


def open_knowledge(settings: Settings) -> EmbeddedKnowledge:
    """Open the index that answers, as ``knowledge.store`` says.

    Raises:
        ConfigurationError: An address of Weaviate's is none, or the reranker can't be opened.
        KnowledgeUnavailableError: The index can't be opened.
    """
    options, embedding = weaviate_options(settings), embedding_options(settings)
    if options is None:
        return reranked(settings, open_embedded(settings.data_dir, embedding))
    from knowledge.weaviate.opening import open_shared  # noqa: PLC0415 - takes a second

    shared = open_shared(settings.data_dir, choose_embedder(embedding), options)
    return reranked(settings, shared)


def weaviate_options(settings: Settings) -> WeaviateOptions | None:
    """Translate the settings; None where Weaviate is not used."""
    weaviate = settings.weaviate
    if settings.knowledge.store != "weaviate":
        return None
    return WeaviateOptions(
        url=weaviate.url,
        grpc_url=weaviate.grpc_url,
        api_key=weaviate.api_key,
        tenant=weaviate.tenant,
        seconds=weaviate.timeout_seconds,
    )


def publish_index(
    settings: Settings, *, replace: bool = False, full: bool = False, tell: OnSent | None = None
) -> "PublishReport | None":
    """Publish this machine's index to Weaviate; None where that is not used.

    Raises:
        ConfigurationError: An address of Weaviate's is none.
        KnowledgeUnavailableError: The index can't be read, or Weaviate failed or refused.
    """
    options = weaviate_options(settings)
    if options is None:
        return None
    from knowledge.weaviate.publishing import publish  # noqa: PLC0415 - takes a second

    embedder = choose_embedder(embedding_options(settings))
    try:
        path = index_path(settings.data_dir)
        return publish(path, embedder, options, replace=replace, full=full, tell=tell)
    finally:
        embedder.close()


async def weaviate_findings(settings: Settings) -> Sequence[Finding]:
    """Look at Weaviate, where it is used."""
    options = weaviate_options(settings)
    if options is None:
        return ()
    from knowledge.weaviate.looking import SUBJECT, look  # noqa: PLC0415 - takes a second

    embedder = choose_embedder(embedding_options(settings))
    try:
        return await asyncio.to_thread(look, index_path(settings.data_dir), embedder, options)
    except ConfigurationError as error:
        return [Finding(subject=SUBJECT, health=Health.BROKEN, text=str(error))]
    finally:
        embedder.close()
