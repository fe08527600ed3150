"""The embedded index as a store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.embedding import default_embedder
from knowledge.index.reader import IndexReader
from knowledge.index.schema import index_path
from tests.contracts.store_contract import StoreContract
from tests.contracts.store_kit import StoreStage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[StoreStage]:
    stage = StoreStage(
        tmp_path,
        publish=lambda: None,
        open_store=lambda: IndexReader(index_path(tmp_path / "data"), default_embedder()),
    )
    yield stage
    stage.close()


class TestEmbedded(StoreContract):
    pass
