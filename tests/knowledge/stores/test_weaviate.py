"""Weaviate as a store, and how near it comes to the embedded index."""

import pytest

from bot.vocabulary.knowledge import Query
from knowledge.weaviate.candidates import FIELDS
from tests.contracts.store_contract import StoreContract
from tests.contracts.store_kit import StoreStage, ids, search


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
    assert {int(name.partition("^")[2]) for name in FIELDS} == {2, 3}
