"""Several documents are about equally near: the bot asks which one is meant, once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from redis.asyncio import Redis

from bot.conversation.escalating.listening import Listening
from bot.texts import say
from bot.vocabulary.knowledge import Answer, Confidence, OnDraft, Query, Source
from bot.vocabulary.turns import Decision
from handoff.mood import DefaultMoodReader
from tests.builders import a_customer
from tests.fakes import ScriptedKnowledge, a_source
from tests.flows.kit import Flow

SOURCES = (
    a_source("d1", title="Delivery", score=0.5),
    a_source("d2", title="Returns", score=0.48),
    a_source("d3", title="Gift cards", score=0.45),
    a_source("d4", title="Jobs", score=0.1),
)


@dataclass
class NearKnowledge:
    """Is never quite sure, and quotes the nearest document that is not excluded."""

    confidence: float = 0.3
    titles: dict[str, str] = field(default_factory=dict[str, str])
    queries: list[Query] = field(default_factory=list[Query])

    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        self.queries.append(query)
        named = [replace(one, title=self.titles.get(one.title, one.title)) for one in SOURCES]
        left = [source for source in named if source.doc_id not in query.excluded]
        first, *others = left
        answer = Answer(
            text=f"About {first.title.lower()}.",
            language="en",
            sources=(first,),
            considered=tuple(others),
            confidence=Confidence(value=self.confidence),
        )
        if on_draft is not None:
            await on_draft(answer)
        return answer

    async def search(self, query: Query, limit: int) -> Sequence[Source]:
        return (await self.answer(query)).sources[:limit]


@pytest.fixture
def knowledge() -> NearKnowledge:
    return NearKnowledge()


@pytest.fixture
def flow(redis_client: Redis, knowledge: NearKnowledge) -> Flow:
    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge())
    flow.use(knowledge)
    return flow


QUESTION = {"en": "how does it work when I order?", "es": "¿cómo funciona cuando hago un pedido?"}


@pytest.mark.parametrize("language", ["en", "es"])
async def test_it_asks_which_one_is_meant(flow: Flow, language: str) -> None:
    assert await flow.write(QUESTION[language]) == [say("conversation.clarify", language)]
    buttons = [(button.action, button.label) for button in flow.last().buttons]
    assert buttons == [
        ("choose:0", "Delivery"),
        ("choose:1", "Returns"),
        ("choose:2", "Gift cards"),
        ("human", say("conversation.button_human", language)),
    ]
    receipt = await flow.receipt()
    assert receipt.decision is Decision.CLARIFY
    assert "3 documents are about equally near" in receipt.reasons


@pytest.mark.parametrize("way", ["choose:1", "2", "returns"])
async def test_what_is_chosen_is_answered(flow: Flow, knowledge: NearKnowledge, way: str) -> None:
    await flow.write(QUESTION["en"])
    said = await (flow.press(way) if ":" in way else flow.write(way))
    assert said == ["About returns."]
    assert knowledge.queries[-1].text == QUESTION["en"]
    assert knowledge.queries[-1].excluded == {"d1", "d3"}
    memo = (await flow.conversation()).memo
    assert (memo.unsure, memo.cited, memo.choices) == (0, ("d2",), ())


async def test_the_words_of_a_document_are_no_wish_and_no_mood(
    redis_client: Redis,
) -> None:
    reader = Listening(reader=DefaultMoodReader())
    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge(), listening=reader)
    flow.use(NearKnowledge(titles={"Returns": "Talk to a person about your useless broken junk"}))
    await flow.write(QUESTION["en"])
    before = (await flow.conversation()).memo.mood
    [said] = await flow.press("choose:1")
    assert said.startswith("About")
    assert (await flow.conversation()).memo.mood.points == before.points


async def test_agents_read_what_was_chosen(flow: Flow) -> None:
    await flow.write(QUESTION["en"])
    await flow.press("choose:1")
    lines = [(line.name, line.text) for line in (await flow.conversation()).history]
    assert lines[-2:] == [("Carla", "Returns"), ("Relevo", "About returns.")]


@pytest.mark.parametrize("no", ["no", "none of these", "no thanks"])
async def test_none_of_them_looks_further_and_offers_a_person(
    flow: Flow, knowledge: NearKnowledge, no: str
) -> None:
    await flow.write(QUESTION["en"])
    assert await flow.write(no) == [say("conversation.offer_human", "en")]
    assert knowledge.queries[-1].excluded == {"d1", "d2", "d3"}


async def test_it_does_not_ask_twice_in_a_row(flow: Flow) -> None:
    await flow.write(QUESTION["en"])
    [said] = await flow.write("I mean the other thing with the parcel")
    assert said.startswith(say("handoff.queued_low_confidence", "en"))


async def test_an_old_button_does_nothing(flow: Flow) -> None:
    await flow.write(QUESTION["en"])
    await flow.write("thanks")
    assert await flow.press("choose:1") == [say("conversation.expired_button", "en")]


async def test_another_person_s_press_chooses_nothing(flow: Flow, knowledge: NearKnowledge) -> None:
    await flow.write(QUESTION["en"])
    knowledge.confidence = 0.05
    await flow.press("choose:1", author=a_customer("Carlos"))
    assert knowledge.queries[-1].text != QUESTION["en"]


async def test_a_choice_that_says_too_little_is_no_answer(
    flow: Flow, knowledge: NearKnowledge
) -> None:
    await flow.write(QUESTION["en"])
    knowledge.confidence = 0.1
    [said] = await flow.press("choose:1")
    assert said.startswith(say("handoff.queued_low_confidence", "en"))


async def test_nothing_is_seen_of_an_answer_before_it_is_chosen(flow: Flow) -> None:
    await flow.write(QUESTION["en"])
    assert flow.adapter.previews == []
