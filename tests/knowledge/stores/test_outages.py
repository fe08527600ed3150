"""Weaviate is down, slow, of no use: the machine's own copy answers, or nobody does."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr

from bot.vocabulary.errors import ConfigurationError, KnowledgeUnavailableError
from bot.vocabulary.knowledge import Query
from knowledge import EmbeddedKnowledge
from knowledge.breaker import Breaker
from knowledge.embedding import default_embedder
from knowledge.index.reader import IndexReader
from knowledge.index.writer import open_writer
from knowledge.stores import WithCopy
from knowledge.stores.fallback import COPY_ANSWERED
from knowledge.weaviate.opening import open_shared
from knowledge.weaviate.options import WeaviateOptions
from knowledge.weaviate.publishing import publish
from knowledge.weaviate.store import WeaviateStore
from tests.contracts.store_kit import DOCUMENTS, StoreStage, search
from tests.weaviate_double import Fault, WeaviateDouble, running_weaviate

PARCELS = Query(text="How many days do parcels need?", language="en")
DOWN = Fault(code=grpc.StatusCode.UNAVAILABLE)
BOUND = 30.0
"""Seconds; without a deadline of ours the client would try for a minute."""


@pytest.fixture
def hasty(options: WeaviateOptions) -> WeaviateOptions:
    return replace(options, seconds=0.2)


@pytest.fixture
def published(weaviate_stage: StoreStage) -> StoreStage:
    weaviate_stage.add(DOCUMENTS)
    return weaviate_stage


@pytest.fixture
def knowledge(published: StoreStage, hasty: WeaviateOptions) -> Iterator[EmbeddedKnowledge]:
    """What a machine with a copy answers from."""
    opened = open_shared(published.folder / "data", default_embedder(), hasty)
    yield opened
    opened.close_now()


@pytest.fixture
def alone(hasty: WeaviateOptions, tmp_path: Path) -> Iterator[EmbeddedKnowledge]:
    """What a machine without documents answers from."""
    opened = open_shared(tmp_path / "nothing", default_embedder(), hasty)
    yield opened
    opened.close_now()


def test_while_it_works_no_copy_is_asked(
    knowledge: EmbeddedKnowledge, options: WeaviateOptions
) -> None:
    patient = open_shared(knowledge.path.parents[1], knowledge.embedder, options)
    answer = patient.answer_now(PARCELS)
    assert "three days" in answer.text
    assert COPY_ANSWERED not in answer.confidence.reasons
    patient.close_now()


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ("Search", DOWN),
        ("Search", Fault(seconds=60)),
        ("Search", Fault(code=grpc.StatusCode.INTERNAL)),
        ("Search", Fault(code=grpc.StatusCode.RESOURCE_EXHAUSTED)),
        ("rest", Fault(status=500)),
        ("rest", Fault(garbage=True)),
        ("rest", Fault(seconds=60)),
    ],
    ids=["down", "slow", "broken", "full", "rest broken", "rest garbage", "rest slow"],
)
def test_in_an_outage_the_copy_answers_and_the_receipt_says_so(
    knowledge: EmbeddedKnowledge, weaviate: WeaviateDouble, call: str, fault: Fault
) -> None:
    weaviate.break_down(call, fault)
    began = time.monotonic()
    answer = knowledge.answer_now(PARCELS)
    assert time.monotonic() - began < BOUND
    assert "three days" in answer.text
    assert COPY_ANSWERED in answer.confidence.reasons
    assert [source.doc_id for source in answer.sources] == ["docs/delivery.md"]
    assert knowledge.search_now(PARCELS, 3)
    assert len(knowledge.documents_now()) == len(DOCUMENTS)


@pytest.mark.parametrize(("call", "fault"), [("Search", DOWN), ("rest", Fault(garbage=True))])
def test_without_a_copy_nobody_answers(
    alone: EmbeddedKnowledge, weaviate: WeaviateDouble, call: str, fault: Fault
) -> None:
    weaviate.break_down(call, fault)
    began, before = time.monotonic(), counted("nobody")
    with pytest.raises(KnowledgeUnavailableError, match="Weaviate at 127"):
        alone.answer_now(PARCELS)
    assert counted("nobody") == before + 1
    assert time.monotonic() - began < BOUND


def test_a_server_that_went_while_we_were_connected_is_missed(
    published: StoreStage, hasty: WeaviateOptions
) -> None:
    embedder, path = default_embedder(), published.author.path
    with running_weaviate() as double:
        options = replace(hasty, url=double.url, grpc_url=double.grpc_url, seconds=0.5)
        publish(path, embedder, options)
        knowledge = open_shared(published.folder / "data", embedder, options)
        assert "three days" in knowledge.answer_now(PARCELS).text
    began = time.monotonic()
    assert COPY_ANSWERED in knowledge.answer_now(PARCELS).confidence.reasons
    assert time.monotonic() - began < BOUND
    knowledge.close_now()


@pytest.mark.usefixtures("published")
def test_after_some_failures_it_is_left_alone_for_a_while(
    hasty: WeaviateOptions, weaviate: WeaviateDouble
) -> None:
    now = [0.0]
    breaker = Breaker(failures=2, pause=10.0, clock=lambda: now[0])
    store = WeaviateStore(hasty, default_embedder(), breaker=breaker)
    weaviate.break_down("Search", Fault(code=grpc.StatusCode.INTERNAL))
    weaviate.service.calls.clear()
    for _ in range(5):
        with pytest.raises(KnowledgeUnavailableError):
            search(store, PARCELS, "en")
    assert len(weaviate.service.calls) == 2
    weaviate.mend()
    with pytest.raises(KnowledgeUnavailableError, match="left alone"):
        search(store, PARCELS, "en")
    now[0] = 10.5
    assert search(store, PARCELS, "en")
    store.close()


@pytest.mark.usefixtures("published")
def test_words_that_take_longer_than_a_search_are_read_all_the_same(
    options: WeaviateOptions, weaviate: WeaviateDouble
) -> None:
    store = WeaviateStore(replace(options, seconds=1.0), default_embedder())
    weaviate.break_down("Search", Fault(after=1, times=1, seconds=1.5))
    assert search(store, PARCELS, "en")
    store.close()


def test_what_is_not_there_is_no_failure_of_the_server(options: WeaviateOptions) -> None:
    store = WeaviateStore(options, default_embedder(), breaker=Breaker(failures=1))
    for _ in range(2):
        with pytest.raises(KnowledgeUnavailableError, match="holds no documents for the tenant"):
            search(store, PARCELS, "en")
    store.close()


def test_a_wrong_key_is_called_so(options: WeaviateOptions) -> None:
    wrong = replace(options, api_key=SecretStr("another key"))
    store = WeaviateStore(wrong, default_embedder())
    with pytest.raises(
        KnowledgeUnavailableError, match=r"refuses the key: check weaviate\.api_key"
    ):
        search(store, PARCELS, "en")
    store.close()


def test_an_old_server_is_called_so(hasty: WeaviateOptions) -> None:
    with running_weaviate(version="1.26.4") as double:
        old = replace(hasty, url=double.url, grpc_url=double.grpc_url, seconds=10.0)
        store = WeaviateStore(old, default_embedder())
        with pytest.raises(KnowledgeUnavailableError, match=r"older than version 1\.27: update it"):
            search(store, PARCELS, "en")
        store.close()


@pytest.mark.parametrize("url", ["", "weaviate:8080", "ftp://weaviate", "http://", "http://[::1"])
def test_what_is_no_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"weaviate\.url is no address"):
        WeaviateStore(WeaviateOptions(url=url), default_embedder())


def test_the_address_of_grpc_is_the_same_host_unless_it_is_named() -> None:
    _, grpc_address = WeaviateOptions(url="https://kb.example:8443/").addresses()
    assert (grpc_address.scheme, grpc_address.netloc) == ("https", "kb.example:50051")


@pytest.mark.usefixtures("published")
def test_a_copy_is_opened_once_and_closed_with_the_store(hasty: WeaviateOptions) -> None:
    opened: list[str] = []

    def open_copy() -> WeaviateStore:
        opened.append("copy")
        return WeaviateStore(patient, default_embedder())

    patient = replace(hasty, seconds=20.0)
    broken = replace(hasty, grpc_url="http://127.0.0.1:1")
    store = WithCopy(WeaviateStore(broken, default_embedder()), open_copy)
    before = counted("copy")
    assert {one.note for _ in range(2) for one in search(store, PARCELS, "en")} == {COPY_ANSWERED}
    assert opened == ["copy"]
    assert counted("copy") == before + 2
    store.close()


def test_a_question_waits_for_the_store_once(
    published: StoreStage, hasty: WeaviateOptions, weaviate: WeaviateDouble
) -> None:
    path, embedder = published.author.path, default_embedder()
    weaviate.break_down("Search", Fault(code=grpc.StatusCode.INTERNAL))
    for rest, asked in ((60.0, 1), (0.0, 3)):
        store = WithCopy(
            WeaviateStore(hasty, embedder), lambda: IndexReader(path, embedder), rest=rest
        )
        weaviate.service.calls.clear()
        for _ in range(3):
            assert search(store, PARCELS, "en")[0].note == COPY_ANSWERED
        assert weaviate.service.calls == ["Search"] * asked
        store.close()


def test_a_copy_that_is_of_no_use_leaves_the_stores_own_error(
    hasty: WeaviateOptions, tmp_path: Path
) -> None:
    def open_copy() -> IndexReader:
        return IndexReader(damaged, default_embedder())

    damaged = tmp_path / "index.sqlite"
    damaged.write_bytes(b"no index" * 1000)
    broken = replace(hasty, grpc_url="http://127.0.0.1:1")
    store = WithCopy(WeaviateStore(broken, default_embedder()), open_copy)
    before = counted("nobody")
    with pytest.raises(KnowledgeUnavailableError, match="Weaviate at"):
        search(store, PARCELS, "en")
    assert counted("nobody") == before + 1
    store.close()


def test_an_error_of_a_store_that_rests_does_not_grow(
    published: StoreStage, hasty: WeaviateOptions
) -> None:
    path, embedder = published.author.path, default_embedder()
    broken = replace(hasty, grpc_url="http://127.0.0.1:1")
    store = WithCopy(WeaviateStore(broken, embedder), lambda: IndexReader(path, embedder), rest=60)
    assert search(store, PARCELS, "en")[0].note == COPY_ANSWERED
    with open_writer(path, embedder) as writer:
        for doc_id in writer.documents():
            writer.remove(doc_id)
    lengths: set[int] = set()
    for _ in range(3):
        with pytest.raises(KnowledgeUnavailableError, match="Weaviate at") as raised:
            search(store, PARCELS, "en")
        lengths.add(len(raised.traceback))
    assert len(lengths) == 1
    store.close()


def counted(answered: str) -> float:
    name = "relevo_knowledge_searches_total"
    return REGISTRY.get_sample_value(name, {"answered": answered}) or 0.0


class TestBreaker:
    def test_it_opens_after_failures_in_a_row_and_lets_one_try(self) -> None:
        now = [0.0]
        breaker = Breaker(failures=2, pause=5.0, clock=lambda: now[0])
        breaker.failed()
        breaker.succeeded()
        breaker.failed()
        assert breaker.allows()
        breaker.failed()
        assert not breaker.allows()
        now[0] = 5.0
        assert breaker.allows()
        assert not breaker.allows()
        breaker.succeeded()
        assert breaker.allows()

    def test_a_trial_that_fails_or_is_never_heard_of_costs_another_pause(self) -> None:
        now = [0.0]
        breaker = Breaker(failures=1, pause=5.0, clock=lambda: now[0])
        breaker.failed()
        for trial in range(1, 4):
            now[0] = 5.0 * trial
            assert breaker.allows()
            now[0] += 4.9
            assert not breaker.allows()
