"""What ``relevo doctor`` and ``relevo kb`` say of Weaviate."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import grpc
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from bot.app.diagnosis import diagnose
from bot.app.parts import build_knowledge
from bot.app.stores import weaviate_options
from bot.cli.kb import kb
from bot.cli.kb_publish import publish_all, publish_changes
from bot.vocabulary.errors import ConfigurationError, KnowledgeUnavailableError
from bot.vocabulary.knowledge import Query
from bot.vocabulary.platforms import Finding, Health
from config.settings import Settings, load
from knowledge.embedding import EmbeddingOptions, HashedSubwords, default_embedder
from knowledge.loading.ingest import ingest
from knowledge.loading.refresh_worker import work
from knowledge.loading.refreshing import as_told
from knowledge.weaviate.looking import look
from knowledge.weaviate.options import WeaviateOptions
from tests.contracts.store_kit import DOCUMENTS, StoreStage
from tests.knowledge.stores.conftest import KEY
from tests.weaviate_double import Fault, WeaviateDouble

Look = Callable[..., Sequence[Finding]]


@pytest.fixture
def settings(weaviate: WeaviateDouble, tmp_path: Path) -> Settings:
    return load(
        data_dir=tmp_path / "data",
        knowledge={"store": "weaviate"},
        weaviate={
            "url": weaviate.url,
            "grpc_url": weaviate.grpc_url,
            "api_key": KEY.get_secret_value(),
            "timeout_seconds": 10,
        },
    )


@pytest.fixture
def doctor(weaviate_stage: StoreStage, options: WeaviateOptions) -> Look:
    embedder = default_embedder()

    def doctor(**changes: object) -> Sequence[Finding]:
        return look(weaviate_stage.author.path, embedder, replace(options, **changes))

    return doctor


def said(found: Sequence[Finding], health: Health) -> str:
    return " ".join(one.text for one in found if one.health is health)


def test_all_is_well(weaviate_stage: StoreStage, doctor: Look) -> None:
    weaviate_stage.add(DOCUMENTS)
    found = doctor()
    assert {one.health for one in found} == {Health.GOOD}
    assert "Weaviate 1.40.3 answers." in said(found, Health.GOOD)
    assert "4 documents in 5 passages, as this machine's index does" in said(found, Health.GOOD)


def test_nothing_is_published(doctor: Look) -> None:
    assert "run 'relevo kb publish' on the machine that has them" in said(doctor(), Health.BROKEN)


def test_a_change_is_not_published_yet(weaviate_stage: StoreStage, doctor: Look) -> None:
    weaviate_stage.add(DOCUMENTS)
    weaviate_stage.write({"new.md": "# New\n\nSomething new."})
    ingest(weaviate_stage.author, [weaviate_stage.folder / "docs"])
    assert "has changed since: relevo kb publish" in said(doctor(), Health.WARNING)


def test_a_machine_without_documents_is_no_trouble(
    weaviate_stage: StoreStage, options: WeaviateOptions, tmp_path: Path
) -> None:
    weaviate_stage.add(DOCUMENTS)
    found = look(tmp_path / "nothing" / "index.sqlite", default_embedder(), options)
    assert "none of its own to fall back on" in said(found, Health.GOOD)


def test_the_documents_are_another_index(
    weaviate_stage: StoreStage, options: WeaviateOptions, tmp_path: Path
) -> None:
    weaviate_stage.add(DOCUMENTS)
    (tmp_path / "other").mkdir()
    other = StoreStage(tmp_path / "other", lambda: None, weaviate_stage.open_store)
    other.add({"a.md": "# A\n\nSomething else."})
    found = look(other.author.path, default_embedder(), options)
    assert "of another index than this machine's" in said(found, Health.WARNING)
    other.close()


def test_the_documents_were_built_in_another_way(
    weaviate_stage: StoreStage, options: WeaviateOptions
) -> None:
    weaviate_stage.add(DOCUMENTS)
    found = look(weaviate_stage.author.path, HashedSubwords(64), options)
    assert "use the same embeddings on all machines" in said(found, Health.BROKEN)


def test_passages_are_missing(
    weaviate_stage: StoreStage, doctor: Look, weaviate: WeaviateDouble
) -> None:
    weaviate_stage.add(DOCUMENTS)
    for collection in weaviate.shelf.collections.values():
        objects = collection.shards["relevo"].objects
        kept = [one for one in objects.values() if one.properties.get("position") != 1]
        collection.shards["relevo"].objects = {one.id: one for one in kept}
        collection.shards["relevo"].version += 1
    assert "It holds 4 of 5 passages: run 'relevo kb publish'" in said(doctor(), Health.BROKEN)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://127.0.0.1:1"}, "can't be reached: check weaviate.url"),
        ({"api_key": SecretStr("wrong")}, "refuses the key: check weaviate.api_key"),
    ],
)
def test_it_can_not_be_used(doctor: Look, changes: dict[str, object], words: str) -> None:
    assert words in said(doctor(**changes), Health.BROKEN)


async def test_the_doctor_looks_at_it_where_it_is_used(
    settings: Settings, weaviate_stage: StoreStage
) -> None:
    weaviate_stage.add(DOCUMENTS)
    found = {one.subject: one for one in await diagnose(settings) if one.subject != "redis"}
    assert found["weaviate"].health is Health.GOOD
    assert found["knowledge"].text == "4 documents are loaded."
    wrong = settings.model_copy(
        update={"weaviate": settings.weaviate.model_copy(update={"url": ""})}
    )
    broken = [one for one in await diagnose(wrong) if one.subject == "weaviate"]
    assert "weaviate.url is no address" in broken[0].text


async def test_answers_come_from_it_when_it_is_set(
    settings: Settings, weaviate_stage: StoreStage, tmp_path: Path
) -> None:
    weaviate_stage.add(DOCUMENTS)
    elsewhere = settings.model_copy(update={"data_dir": tmp_path / "elsewhere"})
    query = Query(text="How many days do parcels need?", language="en")
    answer = await build_knowledge(elsewhere).answer(query)
    assert "three days" in answer.text


class TestCommands:
    def test_a_change_is_published_and_told(
        self, settings: Settings, weaviate_stage: StoreStage, capsys: pytest.CaptureFixture[str]
    ) -> None:
        ingest(weaviate_stage.author, [_written(weaviate_stage)])
        assert publish_changes(settings)
        assert "Weaviate has edition 1: 5 passages sent" in capsys.readouterr().err

    def test_without_weaviate_nothing_is_said(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert publish_changes(load(data_dir=tmp_path))
        assert capsys.readouterr().err == ""
        with pytest.raises(ConfigurationError, match=r"set knowledge\.store to 'weaviate'"):
            publish_all(load(data_dir=tmp_path), replace=False, as_json=False)

    def test_a_failure_says_where_the_change_is(
        self,
        settings: Settings,
        weaviate_stage: StoreStage,
        weaviate: WeaviateDouble,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        ingest(weaviate_stage.author, [_written(weaviate_stage)])
        weaviate.break_down("BatchObjects", Fault(code=grpc.StatusCode.INTERNAL))
        assert not publish_changes(settings)
        told = capsys.readouterr().err
        assert "in this machine's index, but not in Weaviate" in told
        assert "on purpose" in told
        with pytest.raises(KnowledgeUnavailableError):
            publish_all(settings, replace=False, as_json=False)

    def test_refused_passages_are_named(
        self,
        settings: Settings,
        weaviate_stage: StoreStage,
        weaviate: WeaviateDouble,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        ingest(weaviate_stage.author, [_written(weaviate_stage)])
        weaviate.break_down("BatchObjects", Fault(refuse=("doc_id", "docs/delivery.md")))
        assert not publish_all(settings, replace=False, as_json=True)
        told = capsys.readouterr()
        assert "Weaviate refused docs/delivery.md, passage 1: refused on purpose." in told.err
        assert json.loads(told.out)["failed"] == [
            {"passage": "docs/delivery.md, passage 1", "error": "refused on purpose"}
        ]


def _written(stage: StoreStage) -> Path:
    stage.write(DOCUMENTS)
    return stage.folder / "docs"


def test_the_commands_show_and_change_what_weaviate_has(
    settings: Settings,
    weaviate_stage: StoreStage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def relevo(*words: str, data: str = "data") -> Result:
        monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / data))
        return CliRunner().invoke(kb, words)

    monkeypatch.setenv("RELEVO_KNOWLEDGE__STORE", "weaviate")
    monkeypatch.setenv("RELEVO_WEAVIATE__URL", settings.weaviate.url)
    monkeypatch.setenv("RELEVO_WEAVIATE__GRPC_URL", settings.weaviate.grpc_url)
    monkeypatch.setenv("RELEVO_WEAVIATE__API_KEY", KEY.get_secret_value())
    ingest(weaviate_stage.author, [_written(weaviate_stage)])

    assert relevo("publish").exit_code == 0
    assert "docs/delivery.md" in relevo("list", data="elsewhere").stdout
    assert "three days" in relevo("search", "parcels", data="elsewhere").stdout
    refused = relevo("remove", "docs/delivery.md", data="elsewhere")
    assert "remove it on the machine that added it" in refused.stderr
    assert relevo("remove", "docs/delivery.md").exit_code == 0
    assert "docs/delivery.md" not in relevo("list", data="elsewhere").stdout


def test_what_a_running_relevo_reads_again_is_published(
    settings: Settings, weaviate_stage: StoreStage, weaviate: WeaviateDouble
) -> None:
    ingest(weaviate_stage.author, [_written(weaviate_stage)])
    options = weaviate_options(settings)
    assert options is not None
    task: dict[str, object] = {
        "addresses": [],
        "allow_hosts": [],
        "embedding": as_told(EmbeddingOptions()),
        "weaviate": as_told(options),
    }
    assert work(settings.data_dir, task)["unpublished"] == ()
    assert weaviate.stored("RelevoPassages")
    weaviate.break_down("Search", Fault(code=grpc.StatusCode.INTERNAL))
    (why,) = cast("tuple[str]", work(settings.data_dir, task)["unpublished"])
    assert "on purpose" in why
