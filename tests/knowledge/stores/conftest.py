"""One Weaviate for all tests, emptied for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from knowledge.embedding import default_embedder
from knowledge.index.schema import index_path
from knowledge.weaviate.options import WeaviateOptions
from knowledge.weaviate.publishing import publish
from knowledge.weaviate.store import WeaviateStore
from tests.contracts.store_kit import StoreStage
from tests.weaviate_double import WeaviateDouble, running_weaviate

KEY = SecretStr("a key")


@pytest.fixture(scope="session")
def shared_weaviate() -> Iterator[WeaviateDouble]:
    with running_weaviate(key=KEY.get_secret_value()) as double:
        yield double


@pytest.fixture
def weaviate(shared_weaviate: WeaviateDouble) -> Iterator[WeaviateDouble]:
    shared_weaviate.empty()
    yield shared_weaviate
    shared_weaviate.mend()


@pytest.fixture
def options(weaviate: WeaviateDouble) -> WeaviateOptions:
    return WeaviateOptions(
        url=weaviate.url, grpc_url=weaviate.grpc_url, api_key=KEY, tenant="relevo", seconds=20.0
    )


@pytest.fixture
def weaviate_stage(tmp_path: Path, options: WeaviateOptions) -> Iterator[StoreStage]:
    embedder = default_embedder()
    stage = StoreStage(
        tmp_path,
        publish=lambda: publish(index_path(tmp_path / "data"), embedder, options),
        open_store=lambda: WeaviateStore(options, embedder),
    )
    yield stage
    stage.close()
