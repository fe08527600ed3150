"""Documents in a reranker's order, over a real socket, and what counts when it fails."""

import asyncio
import importlib.util
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app.reranking import reranked, reranking_findings
from bot.app.stores import open_knowledge
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.knowledge import Query
from config.settings import ConfigurationProblem, Settings, load
from knowledge import EmbeddedKnowledge, ingest, open_embedded
from knowledge.breaker import Breaker
from knowledge.embedding import default_embedder
from knowledge.index.reader import IndexReader
from knowledge.index.writer import open_writer
from knowledge.questions import Question
from knowledge.reranking import RerankedStore, RerankingOptions, open_reranker
from knowledge.reranking.http import RerankerError
from knowledge.reranking.store import NOT_REORDERED
from tests.knowledge.origins.site import Site

KEY = "key-very-secret"
TOPICS = {
    "money": "The refund of money for a pan takes five days.",
    "parcel": "A refund for a pan: send the parcel back within thirty days.",
    "gift": "The refund for a pan that was a gift is a voucher.",
}


class Judge:
    """Answers as a server of rerankers does: what holds ``favourite`` is best."""

    def __init__(self, site: Site) -> None:
        self.favourite = "voucher"
        self.asked: list[dict[str, Any]] = []
        self.said: web.Response | None = None
        self.seconds = 0.0
        self.keys: set[str] = set()
        site.pages["/rerank"] = self.answer
        site.pages["/elsewhere"] = self.answer

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        self.keys.add(request.headers.get("Authorization", ""))
        await asyncio.sleep(self.seconds)
        if self.said is not None:
            return web.Response(status=self.said.status, body=self.said.body, headers=self.moved)
        is_tei = "texts" in body
        texts: Sequence[str] = body["texts"] if is_tei else body["documents"]
        name = "score" if is_tei else "relevance_score"
        scores = [
            {"index": place, name: 0.9 if self.favourite in text else 0.1 / (1 + place)}
            for place, text in enumerate(texts)
        ]
        scores.sort(key=lambda one: -one[name])
        return web.json_response(scores if is_tei else {"results": scores})

    @property
    def moved(self) -> dict[str, str]:
        return {"Location": "/elsewhere"} if self.said and self.said.status == 307 else {}


@pytest.fixture
def judge(site: Site) -> Judge:
    return Judge(site)


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[EmbeddedKnowledge]:
    lines = [{"doc_id": name, "title": name, "content": text} for name, text in TOPICS.items()]
    (tmp_path / "docs.jsonl").write_text("\n".join(map(json.dumps, lines)))
    knowledge = open_embedded(tmp_path / "data")
    ingest(knowledge, [tmp_path / "docs.jsonl"])
    yield knowledge
    knowledge.close_now()


def options(site: Site, **changes: Any) -> RerankingOptions:
    given: dict[str, Any] = {
        "model": "http:judge",
        "url": site.url("/rerank"),
        "api_key": SecretStr(KEY),
        "seconds": 5.0,
    }
    return RerankingOptions(**(given | changes))


class Now:
    """A clock that stands still."""

    at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


Order = Callable[[RerankingOptions], EmbeddedKnowledge]


@pytest.fixture
def ordered(plain: EmbeddedKnowledge, now: Now) -> Iterator[Order]:
    """Puts a reranker over the plain knowledge base."""
    opened: list[EmbeddedKnowledge] = []

    def order(given: RerankingOptions) -> EmbeddedKnowledge:
        breaker, reranker = Breaker(failures=1, pause=10, clock=now), open_reranker(given)
        opened.append(
            plain.with_store(lambda store: RerankedStore(store, reranker, given, breaker))
        )
        return opened[-1]

    yield order
    for one in opened:
        one.close_now()


QUERY = Query(text="refund for a pan", language="en")


@pytest.mark.parametrize("model", ["http:judge", "tei:judge"])
async def test_documents_come_in_its_order_and_the_best_is_quoted(
    plain: EmbeddedKnowledge, site: Site, judge: Judge, ordered: Order, model: str
) -> None:
    before = plain.search_now(QUERY, 3)
    assert before[-1].doc_id != before[0].doc_id
    judge.favourite = TOPICS[before[-1].doc_id][-12:]
    knowledge = ordered(options(site, model=model))
    found = await knowledge.search(QUERY, 3)
    assert found[0].doc_id == before[-1].doc_id
    assert {one.doc_id for one in found} == {one.doc_id for one in before}
    assert [one.score for one in found] == [one.score for one in before], "scores stay in place"
    draft = knowledge.draft_now(QUERY)
    assert draft is not None
    assert draft.found.answering[0].doc_id == before[-1].doc_id
    assert judge.favourite in draft.text
    assert NOT_REORDERED not in "".join(draft.confidence.reasons)
    assert judge.keys == {f"Bearer {KEY}"}
    assert judge.asked[0]["query"] == QUERY.text
    assert judge.asked[0].get("model") == (None if model == "tei:judge" else "judge")


@pytest.mark.parametrize(
    "fault",
    [
        (web.Response(status=503), 0.0),
        (web.Response(status=307), 0.0),
        (web.Response(text="<html>"), 0.0),
        (web.Response(text="{}"), 0.0),
        (web.Response(text='{"results": [{"index": 0, "relevance_score": 1}]}'), 0.0),
        (web.Response(text='[{"index": 0}, {"index": 1}, {"index": 2}]'), 0.0),
        (web.Response(text='["no row", {"index": []}]'), 0.0),
        (None, 0.8),
    ],
)
async def test_when_it_fails_the_search_s_own_order_counts(
    plain: EmbeddedKnowledge,
    site: Site,
    judge: Judge,
    ordered: Order,
    now: Now,
    fault: tuple[web.Response | None, float],
) -> None:
    before = [one.doc_id for one in plain.search_now(QUERY, 3)]
    judge.said, judge.seconds = fault
    knowledge = ordered(options(site, seconds=0.4))
    assert [one.doc_id for one in await knowledge.search(QUERY, 3)] == before
    assert site.paths == ["/rerank"], "no redirect is followed"
    draft = knowledge.draft_now(QUERY)
    assert draft is not None
    assert NOT_REORDERED in "; ".join(draft.confidence.reasons)
    assert KEY not in "; ".join(draft.confidence.reasons)
    assert "AttributeError" not in "; ".join(draft.confidence.reasons), (
        "that would be a fault of ours"
    )
    assert len(judge.asked) == 1, "it is left alone for a while"
    judge.said, judge.seconds, now.at = None, 0.0, 120.0
    assert (await knowledge.search(QUERY, 3))[0].doc_id == "gift"


async def test_a_server_that_is_down_changes_nothing(
    plain: EmbeddedKnowledge, site: Site, ordered: Order
) -> None:
    before = await plain.search(QUERY, 3)
    given = options(site, url="http://127.0.0.1:1/rerank")
    assert await ordered(given).search(QUERY, 3) == before


@pytest.mark.parametrize(
    ("part", "pause", "why"),
    [(b" " * 50_000, 0.0, "more than 1,000,000 bytes"), (b" ", 0.05, "without an end in time")],
)
async def test_an_answer_without_an_end_holds_no_thread(
    site: Site, part: bytes, pause: float, why: str
) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(500):
            await response.write(part)
            await asyncio.sleep(pause)
        return response

    site.pages["/rerank"] = endless
    seconds = 0.3 if pause else 60.0
    reranker = open_reranker(options(site, seconds=seconds))
    with pytest.raises(RerankerError, match=why):
        await asyncio.to_thread(reranker.scores, "refund", ["one", "two"])
    reranker.close()


async def test_personal_data_stays_here(site: Site, judge: Judge, ordered: Order) -> None:
    query = Query(text="refund for a pan to eva@example.com", language="en")
    await ordered(options(site)).search(query, 3)
    assert judge.asked[0]["query"] == "refund for a pan to <EMAIL_1>"


async def test_one_document_needs_no_order(site: Site, judge: Judge, ordered: Order) -> None:
    rest = frozenset({"money", "parcel"})
    query = Query(text=QUERY.text, language="en", excluded=rest)
    assert len(await ordered(options(site)).search(query, 3)) == 1
    assert judge.asked == []


class Remover:
    """Likes the last text best, and takes all documents away while it reads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        with open_writer(self._path, default_embedder()) as writer:
            for doc_id in writer.documents():
                writer.remove(doc_id)
        return range(len(texts))

    def close(self) -> None:
        """Nothing is held open."""


def test_a_change_in_between_leaves_as_many_as_were_asked_for(
    site: Site, plain: EmbeddedKnowledge
) -> None:
    reader = IndexReader(plain.path, plain.embedder)
    store = RerankedStore(reader, Remover(plain.path), options(site))
    (found,) = store.search(Question.of(QUERY), ["en"], 2)
    (before, after) = found.hits
    assert before.score >= after.score
    assert found.answering[0].doc_id == before.doc_id
    store.close()


@pytest.mark.usefixtures("plain")
async def test_the_settings_open_it_and_the_doctor_tries_it(
    site: Site,
    judge: Judge,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "key").write_text(KEY)
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("RELEVO_KNOWLEDGE__RERANKER", "http:judge")
    with pytest.raises(ConfigurationProblem, match="reranker needs reranker_url"):
        load()
    monkeypatch.setenv("RELEVO_KNOWLEDGE__RERANKER_URL", site.url("/rerank"))
    monkeypatch.setenv("RELEVO_KNOWLEDGE__RERANKER_API_KEY_FILE", str(tmp_path / "key"))
    settings = load()
    knowledge = open_knowledge(settings)
    assert (await knowledge.search(QUERY, 3))[0].doc_id == "gift"
    await knowledge.close()
    (found,) = await asyncio.to_thread(reranking_findings, settings)
    assert found.text == "http:judge gives an order."
    judge.said = web.Response(status=401)
    (found,) = await asyncio.to_thread(reranking_findings, settings)
    assert found.text == "The model http:judge failed (status 401): check the API key."
    assert judge.keys == {f"Bearer {KEY}"}


def test_without_a_setting_nothing_is_wrapped(plain: EmbeddedKnowledge) -> None:
    assert reranked(Settings(), plain) is plain
    assert reranking_findings(Settings()) == ()


@pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is not None, reason="the extra is installed"
)
def test_a_model_on_this_machine_needs_the_extra() -> None:
    with pytest.raises(ConfigurationError, match=r"pip install 'relevo\[models\]'"):
        open_reranker(RerankingOptions(model="huggingface:/models/reranker"))
