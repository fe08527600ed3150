"""Vectors of a model behind an API, through LangChain's real client and a real socket."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr

from bot.app.diagnosis import _knowledge
from bot.app.embeddings import embedding_findings, embedding_options
from bot.app.parts import build_knowledge
from bot.app.stores import open_knowledge
from bot.cli import kb
from bot.vocabulary.errors import ConfigurationError, KnowledgeUnavailableError
from bot.vocabulary.knowledge import Answer, Query
from bot.vocabulary.platforms import Health
from config.settings import load
from knowledge import EmbeddedKnowledge, Refreshing, ingest, open_embedded
from knowledge.embedding import EmbeddingOptions, EmbeddingUnavailableError, ProviderEmbedder
from knowledge.embedding.provider import Clock
from knowledge.index.aim import OTHER_LENGTH, WORDS_ALONE
from knowledge.index.schema import index_path
from knowledge.index.writer import fingerprint
from knowledge.loading.ingest import sync
from tests.knowledge.embeddings_server import KEY, EmbeddingsServer, Step, running_embeddings
from tests.knowledge.stored import ids
from tests.knowledge.tiny_transformer import save_tiny_transformer

DOWN = Step(status=503)
NO_NUMBERS = '{"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": %s}]}'


@dataclass
class Time:
    """A clock that stands still until it is told to go on."""

    at: float = 100.0
    slept: list[float] = field(default_factory=list[float])

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, sleep=self.slept.append)


@pytest.fixture(scope="module")
def running() -> Iterator[EmbeddingsServer]:
    with running_embeddings() as server:
        yield server


@pytest.fixture
def server(running: EmbeddingsServer) -> EmbeddingsServer:
    url = running.url
    running.__init__(url=url)
    return running


def options(server: EmbeddingsServer, **changes: Any) -> EmbeddingOptions:
    given: dict[str, Any] = {
        "model": "openai:small",
        "base_url": server.url,
        "api_key": SecretStr(KEY),
        "query_prefix": "query: ",
        "passage_prefix": "passage: ",
    }
    return EmbeddingOptions(**(given | changes))


Open = Callable[..., EmbeddedKnowledge]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def opened(tmp_path: Path, server: EmbeddingsServer, time: Time) -> Iterator[Open]:
    """Opens the index in the test's folder, with other options when that is asked for."""
    all_opened: list[EmbeddedKnowledge] = []

    def open_one(**changes: Any) -> EmbeddedKnowledge:
        embedder = ProviderEmbedder(options(server, **changes), time.clock)
        all_opened.append(EmbeddedKnowledge(index_path(tmp_path / "data"), embedder))
        return all_opened[-1]

    yield open_one
    for one in all_opened:
        one.close_now()


async def ask(knowledge: EmbeddedKnowledge, text: str = "How do I send it back?") -> Answer:
    return await knowledge.answer(Query(text=text, language="en"))


def reasons(answer: Answer) -> str:
    return "; ".join(answer.confidence.reasons)


@pytest.mark.parametrize("only_floats", [True, False])
async def test_passages_and_questions_are_embedded_by_the_provider(
    opened: Open, folder: Path, server: EmbeddingsServer, *, only_floats: bool
) -> None:
    server.only_floats = only_floats
    knowledge = opened()
    ingest(knowledge, [folder])
    assert len(server.asked) == 1, "passages of all documents are sent together"
    assert all(text.startswith("passage: ") for text in server.texts)
    server.asked.clear()
    found = await knowledge.search(Query(text="paquetes", language="es"), 2)
    assert found[0].doc_id == "help/delivery.md"
    assert server.texts == ["query: paquetes"], "once, however many languages are searched"
    assert server.asked[0]["model"] == "small"
    assert server.keys == {f"Bearer {KEY}"}


async def test_without_a_key_a_server_of_ones_own_is_asked(
    opened: Open, folder: Path, server: EmbeddingsServer
) -> None:
    ingest(opened(api_key=SecretStr("")), [folder])
    assert server.texts
    assert not any(KEY in key for key in server.keys - {f"Bearer {KEY}"})


async def test_many_passages_go_in_batches(
    opened: Open, tmp_path: Path, server: EmbeddingsServer
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(7):
        (folder / f"{number}.md").write_text(f"# Item {number}\n\nIt costs {number} euros.")
    ingest(opened(batch=3), [folder])
    assert [len(body["input"]) for body in server.asked] == [3, 3, 1]


@pytest.mark.parametrize(
    ("steps", "slept"),
    [
        ([Step(status=429, retry_after="3")], [3.0]),
        ([DOWN, DOWN, DOWN], [0.5, 1.0, 2.0]),
        ([Step(seconds=0.6)], [0.5]),
    ],
)
def test_what_fails_for_a_while_is_tried_again(
    opened: Open,
    folder: Path,
    server: EmbeddingsServer,
    time: Time,
    steps: list[Step],
    slept: list[float],
) -> None:
    server.steps = list(steps)
    knowledge = opened(timeout_seconds=0.3 if steps[0].seconds else 30.0)
    ingest(knowledge, [folder])
    assert time.slept == slept
    assert ids(knowledge) == ["help/delivery.md", "help/returns.md"]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step(status=401), "status 401"),
        (Step(value=float("nan")), "something else than numbers"),
        (Step(missing=1), "1 vectors for 2 texts"),
        (Step(dimensions=0), "numbers"),
        (Step(body="<html>"), ""),
        (Step(body=NO_NUMBERS % "null"), ""),
        (DOWN, "status 503"),
    ],
)
def test_what_fails_for_good_changes_nothing_and_names_no_key(
    opened: Open, folder: Path, server: EmbeddingsServer, step: Step, said: str
) -> None:
    server.otherwise = step
    knowledge = opened()
    with pytest.raises(EmbeddingUnavailableError, match="openai:small failed") as caught:
        ingest(knowledge, [folder])
    assert said in str(caught.value)
    assert KEY not in str(caught.value)
    assert ids(knowledge) == []


@pytest.mark.parametrize(
    "step",
    [
        DOWN,
        Step(status=429, retry_after="60"),
        Step(seconds=0.5),
        Step(value=float("inf")),
        Step(dimensions=16),
        Step(body="[]"),
        Step(body=NO_NUMBERS % '["a", "b"]'),
        Step(body=NO_NUMBERS % "[[1], 2]"),
        Step(body=NO_NUMBERS % "null"),
    ],
)
async def test_a_question_is_searched_for_by_its_words_when_the_provider_fails(
    opened: Open, folder: Path, server: EmbeddingsServer, time: Time, step: Step
) -> None:
    knowledge = opened(deadline_seconds=0.25)
    ingest(knowledge, [folder])
    server.steps = [step]
    answer = await ask(knowledge)
    assert [*answer.sources, *answer.considered][0].doc_id == "help/returns.md"
    assert WORDS_ALONE in reasons(answer)
    assert KEY not in reasons(answer)
    asked = len(server.asked)
    assert WORDS_ALONE in reasons(await ask(knowledge, "And delivery?"))
    assert len(server.asked) == asked, "it is left alone for a while"
    time.at += 11
    assert WORDS_ALONE not in reasons(await ask(knowledge, "How long is delivery?"))


async def test_vectors_of_another_length_are_not_compared(
    opened: Open, folder: Path, server: EmbeddingsServer
) -> None:
    ingest(opened(), [folder])
    server.otherwise = Step(dimensions=16)
    again = opened()
    assert OTHER_LENGTH in reasons(await ask(again))
    (folder / "new.md").write_text("# New\n\nSomething that was not there.")
    with pytest.raises(
        KnowledgeUnavailableError, match="vectors of 16 numbers, but the index holds"
    ):
        ingest(again, [folder])


async def test_personal_data_stays_here(
    opened: Open, folder: Path, server: EmbeddingsServer
) -> None:
    knowledge = opened()
    ingest(knowledge, [folder])
    await ask(knowledge, "I am eva@example.com, where is my parcel?")
    assert server.texts[-1] == "query: I am <EMAIL_1>, where is my parcel?"


async def test_an_empty_question_is_not_sent(
    opened: Open, folder: Path, server: EmbeddingsServer
) -> None:
    knowledge = opened()
    ingest(knowledge, [folder])
    server.asked.clear()
    assert (await ask(knowledge, "  ")).text == ""
    assert server.asked == []


async def test_after_a_change_of_the_model_sync_embeds_stored_passages_anew(
    opened: Open, folder: Path, server: EmbeddingsServer, tmp_path: Path
) -> None:
    own = open_embedded(tmp_path / "data")
    ingest(own, [folder])
    own.close_now()
    shutil.rmtree(folder)
    knowledge = opened()
    with pytest.raises(KnowledgeUnavailableError, match="run 'relevo kb sync' once"):
        await ask(knowledge)
    heard: list[tuple[int, int, str]] = []

    def hear(done: int, total: int, name: str) -> None:
        heard.append((done, total, name))

    sync(knowledge, only=[], on_progress=hear)
    assert heard == [(0, 2, "Delivery"), (1, 2, "Returns")]
    assert sum(text.startswith("passage: ") for text in server.texts) == 2
    found = await knowledge.search(Query(text="How do I send it back?", language="en"), 1)
    assert found[0].doc_id == "help/returns.md"


async def test_an_index_of_other_vectors_is_noticed_before_a_customer_asks(
    server: EmbeddingsServer, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = open_embedded(tmp_path / "data")
    ingest(own, [folder])
    own.close_now()
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RELEVO_EMBEDDINGS__MODEL", "openai:small")
    monkeypatch.setenv("RELEVO_EMBEDDINGS__BASE_URL", server.url)
    with pytest.raises(KnowledgeUnavailableError, match="run 'relevo kb sync' once"):
        build_knowledge(load())
    finding = _knowledge(load())
    assert finding.health is Health.BROKEN
    assert "run 'relevo kb sync' once" in finding.text


def test_each_model_and_prefix_has_vectors_of_its_own(server: EmbeddingsServer) -> None:
    changes: tuple[dict[str, str], ...] = ({}, {"model": "openai:large"}, {"passage_prefix": ""})
    found = {fingerprint(ProviderEmbedder(options(server, **one))) for one in changes}
    assert len(found) == 3
    assert fingerprint(ProviderEmbedder(options(server, query_prefix=""))) in found


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("nobody:model", "embeddings.model = 'nobody:model' can't be opened"),
        ("cohere:embed-v4", "pip install 'langchain-cohere'"),
    ],
)
def test_a_model_that_can_t_be_opened_is_named(model: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ProviderEmbedder(EmbeddingOptions(model=model)).load()
    assert said in str(caught.value)


@pytest.mark.skipif(
    importlib.util.find_spec("langchain_huggingface") is not None, reason="the extra is installed"
)
def test_a_local_model_needs_the_extra() -> None:
    with pytest.raises(ConfigurationError, match=r"pip install 'relevo\[models\]'"):
        ProviderEmbedder(EmbeddingOptions(model="huggingface:/models/e5")).load()


def test_a_small_transformer_of_one_s_own_folder_is_used(tmp_path: Path) -> None:
    for package in ("torch", "sentence_transformers", "langchain_huggingface"):
        pytest.importorskip(package)
    save_tiny_transformer(tmp_path / "model")
    embedder = ProviderEmbedder(EmbeddingOptions(model=f"huggingface:{tmp_path / 'model'}"))
    one, other = embedder.embed(["refund money", "delivery time"])
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-3)
    assert not np.allclose(one, other)
    assert embedder.embed_questions(["refund money"])[0] == pytest.approx(one, abs=1e-3)


def test_the_settings_are_handed_on(
    server: EmbeddingsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text(KEY)
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RELEVO_EMBEDDINGS__MODEL", "openai:small")
    monkeypatch.setenv("RELEVO_EMBEDDINGS__BASE_URL", server.url)
    monkeypatch.setenv("RELEVO_EMBEDDINGS__API_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("RELEVO_EMBEDDINGS__QUERY_PREFIX", "query: ")
    monkeypatch.setenv("RELEVO_EMBEDDINGS__PASSAGE_PREFIX", "passage: ")
    settings = load()
    assert embedding_options(settings) == options(server)
    assert KEY not in repr(embedding_options(settings))
    for knowledge in (open_knowledge(settings), kb._open(settings)):
        assert knowledge.embedder.fingerprint == "provider-1/openai:small/passage: "
        knowledge.close_now()
    (found,) = embedding_findings(settings)
    assert found.text == "openai:small gives vectors of 632 numbers."
    server.otherwise = Step(status=401)
    (found,) = embedding_findings(settings)
    assert found.text == "The model openai:small failed (status 401): check the API key."


async def test_what_reads_pages_again_uses_the_same_model(
    opened: Open, server: EmbeddingsServer, folder: Path, tmp_path: Path
) -> None:
    knowledge = opened()
    ingest(knowledge, [folder])
    refreshing = Refreshing(data_dir=tmp_path / "data", hours=1, embedding=options(server))
    (folder / "returns.md").unlink()
    await refreshing._refresh([str(folder)])
    assert ids(knowledge) == ["help/delivery.md"]
    assert len(server.texts) == 2, "what has not changed is not embedded again"
