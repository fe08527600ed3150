"""Weaviate as a store, and how near it comes to the embedded index."""

import pytest

from tests.contracts.store_contract import StoreContract
from tests.contracts.store_kit import StoreStage


@pytest.fixture
def stage(weaviate_stage: StoreStage) -> StoreStage:
    return weaviate_stage


class TestWeaviate(StoreContract):
    pass
