"""How an index becomes an edition in Weaviate, and what is left of a run that failed."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import grpc
import pytest

from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.knowledge import Query
from knowledge.embedding import HashedSubwords, default_embedder
from knowledge.index.schema import index_path
from knowledge.index.writer import open_writer
from knowledge.weaviate.options import WeaviateOptions
from knowledge.weaviate.publishing import PublishReport, publish
from knowledge.weaviate.store import WeaviateStore
from tests.contracts.store_kit import DOCUMENTS, StoreStage, ids, search
from tests.weaviate_double import Fault, WeaviateDouble

PARCELS = Query(text="How many days do parcels need?", language="en")
CHANGED = {"delivery.md": "# Delivery\n\nParcels need five days.\n\n## Express\n\nOne day."}
Publish = Callable[..., PublishReport]


@pytest.fixture
def stage(tmp_path: Path, options: WeaviateOptions) -> Iterator[StoreStage]:
    """Documents are written into the index, and not published."""
    embedder = default_embedder()
    stage = StoreStage(tmp_path, lambda: None, lambda: WeaviateStore(options, embedder))
    yield stage
    stage.close()


@pytest.fixture
def run(stage: StoreStage, options: WeaviateOptions) -> Publish:
    def run(*, full: bool = False) -> PublishReport:
        return publish(stage.author.path, stage.author.embedder, options, full=full)

    return run


def texts(stage: StoreStage) -> list[str]:
    found = search(stage.store(), PARCELS, "en")
    return [hit.text for hit in found[0].hits if hit.doc_id == "docs/delivery.md"]


def test_only_what_has_changed_is_sent(stage: StoreStage, run: Publish) -> None:
    stage.add(DOCUMENTS)
    assert run() == PublishReport(edition=1, sent=5)
    assert run() == PublishReport(edition=1, unchanged=5)
    stage.add(CHANGED)
    assert run() == PublishReport(edition=2, sent=2, left_out=1, unchanged=4)
    stage.drop("invoices.md")
    assert run() == PublishReport(edition=3, left_out=1, unchanged=5)


def test_what_is_left_out_is_deleted(
    stage: StoreStage, run: Publish, weaviate: WeaviateDouble
) -> None:
    stage.add(DOCUMENTS)
    run()
    stage.add(CHANGED)
    run()
    passages = [one.properties["text"] for one in weaviate.stored("RelevoPassages")]
    assert len(passages) == 6
    assert "Parcels need three days." not in passages
    parts = weaviate.stored("RelevoEditions")
    assert {one.properties.get("edition") for one in parts} == {None, 2}


def test_labels_that_change_are_published(stage: StoreStage, run: Publish) -> None:
    stage.add({"a.md": "# Parcels\n\nParcels need three days."})
    run()
    stage.add({"a.md": "---\naudience: internal\n---\n# Parcels\n\nParcels need three days."})
    assert run().sent == 1
    assert ids(search(stage.store(), PARCELS)) == []


def test_a_full_run_repairs_what_is_missing(
    stage: StoreStage, run: Publish, weaviate: WeaviateDouble
) -> None:
    stage.add(DOCUMENTS)
    run()
    (shard,) = (
        collection.shards["relevo"]
        for name, collection in weaviate.shelf.collections.items()
        if name.startswith("RelevoPassages")
    )
    del shard.objects[next(iter(shard.objects))]
    assert run().sent == 0
    assert run(full=True) == PublishReport(edition=2, sent=1, unchanged=4)


def test_whatever_call_fails_readers_see_one_edition_and_the_next_run_goes_on(
    stage: StoreStage, run: Publish, weaviate: WeaviateDouble
) -> None:
    def seen() -> list[str]:
        (found,) = search(store, PARCELS, "en", limit=1)
        return [hit.text for hit in found.hits]

    def fails_at(call: str, before: int) -> bool:
        """Publish a change of which one call fails; False when there were not so many calls."""
        words.reverse()
        new = f"Parcels need {words[0]} days."
        stage.add({"delivery.md": f"# Delivery\n\n{new}"})
        weaviate.break_down(
            call, fault := Fault(times=1, after=before, code=grpc.StatusCode.INTERNAL, status=500)
        )
        with suppress(KnowledgeUnavailableError):
            run()
        weaviate.mend()
        assert seen() in ([f"Parcels need {one} days."] for one in words), (call, before)
        assert not run().failed
        assert seen() == [new], (call, before)
        return not fault.times

    words = ["three", "five"]
    stage.add(DOCUMENTS)
    run()
    store = stage.store()
    steps = {"BatchObjects": 1, "rest": 3, "BatchDelete": 1, "Search": 1}
    failed = {
        call: next(before for before in count(0, step) if not fails_at(call, before))
        for call, step in steps.items()
    }
    assert min(failed.values()) >= 2
    assert failed["BatchObjects"] >= 5


def test_refused_passages_are_named_and_change_nothing(
    stage: StoreStage, run: Publish, weaviate: WeaviateDouble
) -> None:
    stage.add(DOCUMENTS)
    run()
    stage.add(CHANGED)
    weaviate.break_down("BatchObjects", Fault(refuse=("text", "One day.")))
    report = run()
    assert report.failed == (("docs/delivery.md, passage 2", "refused on purpose"),)
    assert (report.edition, report.sent) == (1, 1)
    assert texts(stage) == ["Parcels need three days."]
    weaviate.mend()
    assert run() == PublishReport(edition=2, sent=1, left_out=1, unchanged=4)


def test_a_batch_that_is_refused_as_a_whole_is_named_too(
    stage: StoreStage, run: Publish, weaviate: WeaviateDouble
) -> None:
    stage.add({"a.md": "# Parcels\n\nThree days."})
    weaviate.break_down("BatchObjects", Fault(refuse=("doc_id", "docs/a.md")))
    assert [what for what, _ in run().failed] == ["docs/a.md, passage 1"]
    with pytest.raises(KnowledgeUnavailableError, match="holds no documents for the tenant"):
        search(stage.store(), PARCELS, "en")


def test_another_machines_documents_are_not_replaced_by_accident(
    stage: StoreStage, run: Publish, tmp_path: Path, options: WeaviateOptions
) -> None:
    stage.add(DOCUMENTS)
    run()
    other = StoreStage(_folder(tmp_path, "other"), lambda: None, stage.open_store)
    other.add({"a.md": "# Parcels\n\nParcels need ten days."})
    path, embedder = other.author.path, other.author.embedder
    with pytest.raises(KnowledgeUnavailableError, match="--replace"):
        publish(path, embedder, options)
    assert texts(stage) == ["Parcels need three days."]
    assert publish(path, embedder, options, replace=True).left_out == 5
    assert ids(search(stage.store(), PARCELS, "en")) == ["docs/a.md"]
    other.close()


def test_an_edition_without_documents_belongs_to_nobody(
    stage: StoreStage, run: Publish, tmp_path: Path, options: WeaviateOptions
) -> None:
    assert run() == PublishReport(edition=1)
    other = StoreStage(_folder(tmp_path, "other"), lambda: None, stage.open_store)
    other.add(DOCUMENTS)
    assert publish(other.author.path, other.author.embedder, options).sent == 5
    other.close()


def test_tenants_see_nothing_of_each_other(
    stage: StoreStage, run: Publish, tmp_path: Path, options: WeaviateOptions
) -> None:
    stage.add(DOCUMENTS)
    run()
    theirs = WeaviateOptions(
        url=options.url, grpc_url=options.grpc_url, api_key=options.api_key, tenant="other"
    )
    embedder = default_embedder()
    other = StoreStage(
        _folder(tmp_path, "other"),
        lambda: publish(index_path(tmp_path / "other" / "data"), embedder, theirs),
        lambda: WeaviateStore(theirs, embedder),
    )
    other.add({"a.md": "# Parcels\n\nParcels need ten days."})
    assert ids(search(other.store(), PARCELS, "en")) == ["docs/a.md"]
    assert "docs/a.md" not in ids(search(stage.store(), PARCELS, "en"))
    other.close()


def test_another_embedder_gets_a_collection_of_its_own(
    stage: StoreStage, run: Publish, weaviate: WeaviateDouble, options: WeaviateOptions
) -> None:
    stage.add(DOCUMENTS)
    run()
    before = set(weaviate.shelf.collections)
    store = stage.store()
    assert texts(stage)
    embedder = HashedSubwords(64)
    with open_writer(stage.author.path, embedder):
        pass
    assert publish(stage.author.path, embedder, options).sent == 5
    (new,) = set(weaviate.shelf.collections) - before
    assert new.endswith("x64")
    assert [len(one.shards) for one in weaviate.shelf.collections.values()].count(0) == 1
    with pytest.raises(KnowledgeUnavailableError, match="built with"):
        search(store, PARCELS, "en")
    other = WeaviateStore(options, embedder)
    assert ids(search(other, PARCELS, "en"))[0] == "docs/delivery.md"
    other.close()


def test_an_edition_of_another_version_is_not_read_but_replaced(
    stage: StoreStage, run: Publish, weaviate: WeaviateDouble
) -> None:
    stage.add(DOCUMENTS)
    run()
    (now,) = (
        one.properties
        for one in weaviate.stored("RelevoEditions")
        if one.properties["kind"] == "present"
    )
    now["content"] = json.dumps(json.loads(now["content"]) | {"form": 99, "content": "another"})
    with pytest.raises(KnowledgeUnavailableError, match="another version of Relevo"):
        search(stage.store(), PARCELS, "en")
    assert run() == PublishReport(edition=2, unchanged=5)
    assert texts(stage) == ["Parcels need three days."]


def test_a_property_that_is_missing_is_added(
    stage: StoreStage, run: Publish, weaviate: WeaviateDouble
) -> None:
    stage.add(DOCUMENTS)
    run()
    for collection in weaviate.shelf.collections.values():
        kept = [one for one in collection.schema["properties"] if one["name"] != "anchor"]
        collection.schema["properties"] = kept
    stage.add(CHANGED)
    run()
    assert texts(stage) == ["Parcels need five days."]


def _folder(tmp_path: Path, name: str) -> Path:
    (tmp_path / name).mkdir()
    return tmp_path / name
