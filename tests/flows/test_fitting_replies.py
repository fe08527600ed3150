"""Replies fit what was said: no cheer for who was not helped, no person for who wants none."""

import pytest
from redis.asyncio import Redis

from bot.conversation.afterwards.after import Afterwards
from bot.texts import say
from bot.vocabulary.conversations import OwnerKind
from tests.builders import a_message
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow

ANSWERS = {
    "pan": [("p1", "Heat it to 200 °C.", 0.9)],
    "sartén": [("p1", "Caliéntala a 200 °C.", 0.9)],
}


@pytest.fixture
def flow(redis_client: Redis) -> Flow:
    return Flow(
        redis=redis_client, knowledge=ScriptedKnowledge(answers=ANSWERS), after=Afterwards()
    )


async def be_served(flow: Flow, wish: str = "I want to talk to a person") -> None:
    """Go to people and come back, with the question how it went."""
    await flow.write(wish)
    for text in ("/claim", "/reply A new pan is on its way.", "/resolve"):
        await flow.agent(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("thanks but that did not help", "en"),
        ("it's not solved!", "en"),
        ("the problem is still not fixed", "en"),
        ("gracias pero no me ha servido", "es"),
        ("no está resuelto", "es"),
    ],
)
async def test_who_was_not_helped_by_people_is_offered_them_again(
    flow: Flow, text: str, language: str
) -> None:
    await be_served(flow, "quiero hablar con una persona" if language == "es" else "human please")
    assert await flow.write(text) == [say("conversation.not_solved", language)]
    await flow.write("sí" if language == "es" else "yes")
    assert (await flow.conversation()).owner.kind is OwnerKind.QUEUE


@pytest.mark.parametrize("text", ["thank you so much, you're great!", "thanks, you are awesome"])
async def test_praise_beside_thanks_is_taken_for_thanks(flow: Flow, text: str) -> None:
    await flow.write("how hot must the pan be?")
    assert await flow.write(text) == [say("conversation.thanks", "en")]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I don't want to talk to a human", "en"),
        ("no human please", "en"),
        ("I'd rather not talk to anyone", "en"),
        ("please don't connect me to anyone", "en"),
        ("no quiero hablar con una persona", "es"),
        ("no me pases con nadie", "es"),
        ("sin personas, por favor", "es"),
        ("prefiero no hablar con un agente", "es"),
    ],
)
async def test_who_wants_no_person_gets_none(flow: Flow, text: str, language: str) -> None:
    await flow.write("how hot must the pan be?" if language == "en" else "¿y la sartén?")
    for _ in range(3):
        assert await flow.write(text) == [say("conversation.affirmation", language)]
    assert (await flow.conversation()).owner.kind is OwnerKind.BOT


async def test_a_question_beside_it_is_answered(flow: Flow) -> None:
    text = "I don't want to talk to a human, how hot must the pan be?"
    assert await flow.write(text) == ["Heat it to 200 °C."]


@pytest.mark.parametrize("thanks", ["thank you so much", "bye", "muchas gracias, todo perfecto"])
async def test_a_score_counts_after_a_courtesy(flow: Flow, thanks: str) -> None:
    await be_served(flow)
    await flow.write(thanks)
    await flow.write("4")
    survey = (await flow.conversation()).memo.survey
    assert survey is not None
    assert survey.score == 4


async def test_a_number_after_another_question_is_no_score(flow: Flow) -> None:
    await be_served(flow)
    await flow.write("how hot must the pan be?")
    await flow.write("4")
    survey = (await flow.conversation()).memo.survey
    assert survey is not None
    assert survey.score is None


@pytest.mark.parametrize(
    ("text", "concern", "language"),
    [
        ("My mother died and I need to return her order", "vulnerable", "en"),
        ("Mi madre ha muerto y tengo que devolver su pedido", "vulnerable", "es"),
        ("I want to make a complaint about the courier", "complaint", "en"),
        ("Quiero poner una queja sobre el repartidor", "complaint", "es"),
    ],
)
async def test_who_tells_of_something_hard_reads_that_they_were_heard(
    flow: Flow, text: str, concern: str, language: str
) -> None:
    heard = say(f"conversation.heard_{concern}", language)
    offer = say("conversation.offer_instead", language)
    assert await flow.write(text) == [f"{heard}\n\n{offer}"]


async def test_what_people_said_is_not_quoted_over_and_over(flow: Flow) -> None:
    await be_served(flow)
    [first] = await flow.write("when is it on its way?")
    assert "A new pan is on its way" in first
    assert await flow.write("when is it on its way?") == [say("conversation.unknown", "en")]
    await flow.write("so when is it on its way?")
    assert (await flow.conversation()).owner.kind is OwnerKind.QUEUE


async def test_a_written_score_that_is_changed_counts_anew(flow: Flow) -> None:
    await be_served(flow)
    message = a_message("5", conversation=flow.customer)
    await flow.arrive(message)
    [said] = await flow.amend(message, "1")
    assert said.startswith(say("after.scored_low", "en"))
    survey = (await flow.conversation()).memo.survey
    assert survey is not None
    assert survey.score == 1
