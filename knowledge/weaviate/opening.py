"""A knowledge base that reads Weaviate, with this machine's own index behind it."""

from pathlib import Path

from knowledge.base import EmbeddedKnowledge
from knowledge.embedding import Embedder
from knowledge.index.reader import IndexReader
from knowledge.index.schema import index_path
from knowledge.stores import WithCopy
from knowledge.weaviate.options import WeaviateOptions
from knowledge.weaviate.store import WeaviateStore


def open_shared(data_dir: Path, embedder: Embedder, options: WeaviateOptions) -> EmbeddedKnowledge:
    """Open the knowledge that many machines share; nothing is connected to before the first question.

    Raises:
        ConfigurationError: An address is none.
    """
    path = index_path(data_dir)
    store = WithCopy(WeaviateStore(options, embedder), lambda: IndexReader(path, embedder))
    return EmbeddedKnowledge(path, embedder, store)
