"""What documents for agents or members say reaches no customer who may not hear it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.conversation.asking import Asking
from bot.vocabulary.knowledge import Answer, Audience, Confidence, OnDraft, Query, Source
from bot.vocabulary.messages import Author
from bot.vocabulary.turns import Decision
from knowledge import DatedKnowledge, EmbeddedKnowledge, ingest, open_embedded
from tests.builders import a_message
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow

DOCUMENTS = {
    "returns": "lang: en\nreview_by: 2026-05-01\n---\n# Returns\n\nSend pans back within 30 days.",
    "devoluciones": "lang: es\n---\n# Devoluciones\n\nPuedes devolver una sartén en 30 días.",
    "club": "lang: en\naudience: members\n---\n# CANARY Club\n\nThe club gets 10 percent off CANARY.",
    "socios": "lang: es\naudience: members\n---\n# CANARY Socios\n\nLos socios pagan menos, CANARY.",
    "margins": "lang: en\naudience: internal\n---\n# CANARY Margins\n\nOur margin on pans is 60 "
    "percent CANARY.\n\n## CANARY goodwill\n\nAngry customers get a CANARY refund of 50 euros.",
    "margen": "lang: es\naudience: internal\n---\n# CANARY Margen\n\nEl margen de cada sartén es "
    "del 60 por ciento, CANARY.\n\n## CANARY\n\nA quien se enfada se le devuelven 50 euros.",
}
ASKED = {
    "en": [
        "what is your margin on pans?",
        "what margn do you have?",
        "and the goodwill for angry customers?",
        "how much refund do angry customers get?",
        "what does the club get?",
        "what is the margin on pans?",
    ],
    "es": [
        "¿cuál es el margen de cada sartén?",
        "¿y el margn?",
        "¿cuánto se le devuelve a quien se enfada?",
        "¿qué pagan los socios?",
        "¿cuánto es el margen de la sartén?",
    ],
}
GUEST = Author(user_id="U7", display_name="Guest", is_external=True)


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKnowledge]:
    folder: Path = tmp_path_factory.mktemp("help")
    for name, text in DOCUMENTS.items():
        (folder / f"{name}.md").write_text(f"---\nid: {name}\n{text}\n")
    opened = open_embedded(folder / "data")
    assert len(ingest(opened, sorted(folder.glob("*.md"))).added) == len(DOCUMENTS)
    yield opened
    opened.close_now()


@pytest.fixture
def flow(redis_client: Redis, knowledge: EmbeddedKnowledge) -> Flow:
    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge())
    flow.use(DatedKnowledge(knowledge, lambda: date(2026, 11, 27)))
    return flow


def canary(flow: Flow) -> list[str]:
    """What of it the customer saw: text, sources, buttons."""
    return [said for said in map(repr, map(asdict, flow.seen_by_customer())) if "CANARY" in said]


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_customer_hears_nothing_of_it(flow: Flow, language: str) -> None:
    """Asked straight, misspelled, as follow-ups, after rejections in words and by thumb."""
    for question in ASKED[language]:
        await flow.write(question)
        receipt = await flow.receipt()
        assert "CANARY" not in repr((receipt.sources, receipt.considered, receipt.reasons))
        if receipt.decision is Decision.ANSWER:
            await flow.rate("down")
        await flow.press("bot")
    await flow.write("no" if language == "en" else "eso no es lo que pregunté")
    assert len(flow.seen_by_customer()) >= len(ASKED[language])
    assert canary(flow) == []


@dataclass(frozen=True, slots=True)
class Unsure:
    """Finds what the other finds, and is never sure of it."""

    knowledge: EmbeddedKnowledge

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        answer = await self.knowledge.answer(query, on_draft)
        return replace(answer, confidence=Confidence(value=0.1))

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        return await self.knowledge.search(query, limit)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_an_agent_reads_what_stands_in_internal_documents(
    flow: Flow, knowledge: EmbeddedKnowledge, language: str
) -> None:
    flow.use(Unsure(knowledge))
    for question in ASKED[language][:2]:
        await flow.write(question)
    briefing = flow.desk()[0]
    assert "**For you alone, not for the customer:** CANARY " in briefing
    assert "Margins" not in repr((await flow.receipt()).considered)
    assert canary(flow) == []


async def test_nothing_internal_is_named_when_there_is_none(redis_client: Redis) -> None:
    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge())
    for _ in range(2):
        await flow.write("what is your margin?")
    assert "For you alone" not in flow.desk()[0]


@pytest.mark.parametrize(
    ("place", "author", "hears"),
    [
        ("playground:T1", None, True),
        ("playground:T2", None, False),
        ("playground:T1", GUEST, False),
    ],
)
async def test_only_own_people_of_a_place_with_members_are_told(
    flow: Flow, knowledge: EmbeddedKnowledge, place: str, author: Author | None, *, hears: bool
) -> None:
    flow.asking = Asking(members=frozenset({"playground:T1"}))
    flow.use(knowledge)
    flow.customer = replace(flow.customer, tenant_id=place.partition(":")[2])
    message = a_message("what does the club get?", conversation=flow.customer)
    await flow.arrive(message if author is None else replace(message, author=author))
    assert bool(canary(flow)) is hears
    receipt = await flow.receipt()
    assert ("club" in {source.doc_id for source in receipt.sources}) is hears
    await flow.arrive(a_message("what is your margin on pans?", conversation=flow.customer))
    assert "margins" not in repr((await flow.receipt()).sources)


async def test_a_question_says_who_asks_and_about_what(redis_client: Redis) -> None:
    scripted = ScriptedKnowledge()
    asking = Asking(tags=frozenset({"product:shop"}))
    flow = Flow(redis=redis_client, knowledge=scripted, asking=asking)
    message = a_message("do you sell pans?", conversation=flow.customer)
    await flow.arrive(message)
    (query,) = scripted.queries
    place = flow.customer
    assert query.asker == f"{place.platform}:{place.tenant_id}:{message.author.user_id}"
    assert (query.audience, query.tags) == (Audience.PUBLIC, {"product:shop"})


async def test_an_answer_past_its_review_is_less_sure_and_says_why(flow: Flow) -> None:
    await flow.write("how can I send pans back?")
    receipt = await flow.receipt()
    assert "the source was due for review on 2026-05-01" in receipt.reasons
    assert receipt.sources[0].review_by == date(2026, 5, 1)
    assert receipt.confidence is not None
    assert receipt.confidence <= 0.8
