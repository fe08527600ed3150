"""Weaviate as a store, and how near it comes to the embedded index."""

import pytest

from bot.vocabulary.knowledge import Query
from knowledge.embedding import default_embedder
from knowledge.weaviate.candidates import FIELDS
from knowledge.weaviate.options import WeaviateOptions
from knowledge.weaviate.store import WeaviateStore
from tests.contracts.store_contract import StoreContract
from tests.contracts.store_kit import DOCUMENTS, StoreStage, ids, search
from tests.weaviate_double import WeaviateDouble


@pytest.fixture
def stage(weaviate_stage: StoreStage) -> StoreStage:
    return weaviate_stage


class TestWeaviate(StoreContract):
    pass


def test_words_of_a_title_are_searched_for_where_no_vector_helps(stage: StoreStage) -> None:
    """A server takes weights such as 1.5 for nothing, so ours must be whole."""
    stage.add({"x.md": "# Zyqqix\n\nIt is blue.", "y.md": "# Other\n\nIt is red."})
    store = stage.store()
    for language in ("en", "es"):
        query = Query(text="zyqqix", language=language)
        assert ids(search(store, query, "en"))[0] == "docs/x.md"
    assert all(name.partition("^")[2].isdigit() for name in FIELDS)


def test_a_new_language_is_seen_without_a_search(
    stage: StoreStage, options: WeaviateOptions
) -> None:
    stage.add({"a.md": "# Parcels\n\nParcels need three days."})
    store = WeaviateStore(options, default_embedder(), recent_seconds=0.0)
    assert set(store.languages()) == {"en"}
    stage.add(DOCUMENTS)
    assert set(store.languages()) == {"en", "es"}
    store.close()


def test_no_module_of_the_servers_reads_documents_or_leaves_words_out(
    stage: StoreStage, weaviate: WeaviateDouble
) -> None:
    stage.add(DOCUMENTS)
    schemas = [collection.schema for collection in weaviate.shelf.collections.values()]
    assert len(schemas) == 2
    for schema in schemas:
        assert [one["vectorizer"] for one in schema["vectorConfig"].values()] == [{"none": {}}]
        assert schema["multiTenancyConfig"]["enabled"]
        assert schema["invertedIndexConfig"]["stopwords"]["preset"] == "none"
