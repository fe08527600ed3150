"""Customers who get angry, in English and in Spanish: whole conversations over the real engine."""

from copy import deepcopy
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from bot.conversation.escalating.listening import Listening
from bot.texts import say
from bot.vocabulary.cases import CaseReason, Priority
from bot.vocabulary.mood import Concern, Feeling
from bot.vocabulary.turns import Decision
from handoff.desk.chat import ChatDesk
from handoff.mood import DefaultMoodReader
from handoff.policy import Action, EscalationRule, ThresholdPolicy, Thresholds
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow


@dataclass(frozen=True)
class Voice:
    """What one customer says, from calm to furious; all but ``unknown`` has a sure answer."""

    language: str
    calm: str
    upset: str
    angry: str
    furious: str
    no_thanks: str
    yes: str
    unknown: str
    despair: str
    lawyer: str


ENGLISH = Voice(
    language="en",
    calm="how long do you need to deliver?",
    upset="This is ridiculous, I have been waiting for three weeks. Will you ever deliver?",
    angry="I'm furious! What a shameless bunch of liars, when do you deliver?",
    furious="I am sick of this garbage service, you idiots! Deliver it or give me my money!",
    no_thanks="no thanks",
    yes="yes please",
    unknown="Your website is a disgrace, nothing works! Worst company ever.",
    despair="I just want to kill myself",
    lawyer="You will deliver or you'll hear from my lawyer",
)
SPANISH = Voice(
    language="es",
    calm="¿cuánto tarda la entrega?",
    upset="Esto es ridículo, ¡llevo tres semanas esperando la entrega!",
    angry="Sois unos inútiles, lo de la entrega es una vergüenza. Estoy furiosa.",
    furious="Estoy harta de esta basura de servicio, ¡la entrega no sirve para nada!",
    no_thanks="no, gracias",
    yes="sí, por favor",
    unknown="Vuestra web es una vergüenza, ¡no funciona nada! La peor empresa.",
    despair="solo quiero matarme",
    lawyer="O llega la entrega o tendréis noticias de mi abogado",
)
VOICES = pytest.mark.parametrize("voice", [ENGLISH, SPANISH], ids=["en", "es"])

LISTENING = Listening(reader=DefaultMoodReader())

ANSWERS = {
    "deliver": [("d1", "It takes 3 days.", 0.9)],
    "entrega": [("e1", "Tarda 3 días.", 0.9)],
}


@pytest.fixture
def flow(redis_client: Redis) -> Flow:
    return a_flow(redis_client)


def a_flow(redis: Redis, *rules: EscalationRule, **thresholds: object) -> Flow:
    limits = Thresholds(**thresholds)  # pyright: ignore[reportArgumentType]
    return Flow(
        redis=redis,
        knowledge=ScriptedKnowledge(answers=deepcopy(ANSWERS)),
        policy=ThresholdPolicy(limits, rules=rules),
        listening=LISTENING,
    )


def sentence(key: str, voice: Voice) -> str:
    return say(f"conversation.{key}", voice.language)


async def is_offered(flow: Flow, voice: Voice, text: str) -> bool:
    """Write a text; whether its answer comes with the offer of a person."""
    said = "\n".join(await flow.write(text))
    assert any(answer[0][1] in said for answer in ANSWERS.values()), f"no answer: {said}"
    return sentence("offered_as_well", voice) in said


@VOICES
async def test_who_gets_angry_is_answered_and_offered_a_person_once(
    flow: Flow, voice: Voice
) -> None:
    assert not await is_offered(flow, voice, voice.calm)
    assert not await is_offered(flow, voice, voice.upset), "not on one message alone"
    assert await is_offered(flow, voice, voice.angry)
    assert flow.last().text.startswith(sentence("sorry_for_the_trouble", voice))
    assert {"human", "rate:up"} <= {button.action for button in flow.last().buttons}
    receipt = await flow.receipt()
    assert receipt.decision is Decision.ANSWER
    assert receipt.feeling is Feeling.ANGRY
    assert (receipt.mood_level or 0.0) > Thresholds().mood_offer
    assert any("mood fell from neutral to angry" in reason for reason in receipt.reasons)


@VOICES
async def test_a_yes_to_that_offer_brings_a_person(flow: Flow, voice: Voice) -> None:
    for text in (voice.upset, voice.angry, voice.yes):
        await flow.write(text)
    case = (await flow.conversation()).case
    assert case is not None
    assert (case.reason, case.feeling) == (CaseReason.REQUESTED, Feeling.NEUTRAL)


@VOICES
async def test_a_bare_no_to_an_answer_with_an_offer_rejects_the_answer(
    flow: Flow, voice: Voice
) -> None:
    for text in (voice.upset, voice.angry):
        await flow.write(text)
    assert await flow.write("no") == [sentence("offer_human", voice)]
    assert (await flow.conversation()).memo.rejections == 1


async def test_a_rejected_answer_takes_the_offer_beside_it_along(redis_client: Redis) -> None:
    flow = a_flow(redis_client)
    flow.knowledge.answers["deliver"].append(("d2", "Islands take 6 days.", 0.9))
    for text in (ENGLISH.upset, ENGLISH.angry):
        await flow.write(text)
    assert (await flow.conversation()).memo.offered
    await flow.write("no")
    assert not (await flow.conversation()).memo.offered
    await flow.write("yes")
    assert (await flow.conversation()).case is None


@VOICES
async def test_whoever_gets_angrier_still_is_handed_over(flow: Flow, voice: Voice) -> None:
    for text in (voice.calm, voice.upset, voice.angry, voice.furious):
        await flow.write(text)
    assert flow.last().text.startswith(say("handoff.queued_mood", voice.language))
    case = (await flow.conversation()).case
    assert case is not None
    assert (case.reason, case.feeling) == (CaseReason.MOOD, Feeling.ANGRY)
    assert "mood fell from neutral to angry" in flow.desk()[0].replace("\\", "")
    assert "It takes 3 days" in flow.desk()[0] or "Tarda 3 días" in flow.desk()[0]


@VOICES
async def test_a_no_is_respected_and_the_offer_comes_back_when_the_mood_falls_again(
    flow: Flow, voice: Voice
) -> None:
    for text in (voice.upset, voice.angry):
        await flow.write(text)
    assert await flow.write(voice.no_thanks) == [sentence("no_human_wanted", voice)]
    assert not await is_offered(flow, voice, voice.calm)
    again = await is_offered(flow, voice, voice.upset)
    assert again or await is_offered(flow, voice, voice.angry)
    assert not (await flow.conversation()).case


@VOICES
async def test_calm_again_nothing_is_offered(flow: Flow, voice: Voice) -> None:
    for text in (voice.upset, voice.angry):
        await flow.write(text)
    for _ in range(3):
        assert not await is_offered(flow, voice, voice.calm)
    receipt = await flow.receipt()
    assert any("mood rose from angry to neutral" in reason for reason in receipt.reasons)


@VOICES
async def test_without_an_answer_a_person_is_offered_instead(
    redis_client: Redis, voice: Voice
) -> None:
    flow = a_flow(redis_client, anger_limit=1.0)
    await flow.write(voice.upset)
    sorry, offer = sentence("sorry_for_the_trouble", voice), sentence("offer_instead", voice)
    assert await flow.write(voice.unknown) == [f"{sorry}\n\n{offer}"]
    assert (await flow.receipt()).decision is Decision.OFFER_HUMAN


@VOICES
async def test_anger_twice_in_a_row_and_no_answer_brings_a_person(
    redis_client: Redis, voice: Voice
) -> None:
    flow = a_flow(redis_client, anger_limit=0.4)
    await flow.write(voice.upset)
    [said] = await flow.write(voice.unknown)
    assert said.startswith(say("handoff.queued_mood", voice.language))


@VOICES
async def test_insults_in_calm_bring_nobody_in(flow: Flow, voice: Voice) -> None:
    await flow.write(voice.calm)
    assert not await is_offered(flow, voice, voice.furious)
    assert (await flow.conversation()).case is None


@VOICES
async def test_danger_is_answered_first_of_all(flow: Flow, voice: Voice) -> None:
    await flow.write(voice.calm)
    [said] = await flow.write(voice.despair)
    assert said.startswith(sentence("concern_self_harm", voice))
    assert say("handoff.queued_self_harm", voice.language) in said
    case = (await flow.conversation()).case
    assert case is not None
    assert case.reason is CaseReason.SELF_HARM
    assert "may harm themselves" in flow.desk()[0]
    told = [line.text for line in (await flow.conversation()).history]
    assert said in told


@VOICES
async def test_danger_is_answered_also_while_the_customer_waits(flow: Flow, voice: Voice) -> None:
    await flow.press("human")
    said = await flow.write(voice.despair)
    assert said[0] == sentence("concern_self_harm", voice)
    assert voice.despair in flow.desk()
    assert flow.desk()[-1].startswith("⚠ Look at this now: may harm themselves")
    case = (await flow.conversation()).case
    assert case is not None
    assert (case.priority, case.reason) == (Priority.URGENT, CaseReason.REQUESTED)
    assert sentence("concern_self_harm", voice) not in await flow.write(voice.despair)


@VOICES
async def test_whoever_says_it_again_hears_where_help_is_and_not_that_nobody_is_free(
    flow: Flow, voice: Voice
) -> None:
    await flow.write(voice.despair)
    again = sentence("concern_self_harm_again", voice)
    assert await flow.write(voice.despair) == [again]
    assert await flow.write(voice.despair) == [again]


@VOICES
async def test_an_agent_hears_of_danger_and_the_bot_says_nothing(flow: Flow, voice: Voice) -> None:
    await flow.press("human")
    await flow.agent("/claim")
    assert await flow.write(voice.despair) == []
    assert flow.desk()[-1].startswith("⚠ Look at this now: may harm themselves")


@VOICES
async def test_danger_is_heard_while_the_bot_pauses(redis_client: Redis, voice: Voice) -> None:
    flow = a_flow(redis_client)
    for _ in range(22):
        await flow.write(voice.calm)
    [said] = await flow.write(voice.despair)
    assert said.startswith(sentence("concern_self_harm", voice))


@VOICES
async def test_lawyers_are_for_people_and_settings_may_say_otherwise(
    redis_client: Redis, voice: Voice
) -> None:
    flow = a_flow(redis_client)
    [said] = await flow.write(voice.lawyer)
    assert said.startswith(sentence("concern_legal", voice))
    case = (await flow.conversation()).case
    assert case is not None
    assert case.reason is CaseReason.LEGAL


@VOICES
async def test_a_rule_may_leave_it_to_the_bot(redis_client: Redis, voice: Voice) -> None:
    rule = EscalationRule(languages=frozenset({voice.language}), action=Action.ANSWER)
    flow = a_flow(redis_client, rule)
    for text in (voice.lawyer, voice.upset, voice.angry, voice.furious):
        assert not await is_offered(flow, voice, text)
    concerns = {Concern.LEGAL: Action.OFFER}
    other = a_flow(redis_client, concerns=concerns)
    assert await is_offered(other, voice, voice.lawyer)


@VOICES
async def test_after_people_an_old_mood_opens_no_new_case(flow: Flow, voice: Voice) -> None:
    for text in (voice.calm, voice.upset, voice.angry, voice.furious):
        await flow.write(text)
    await flow.agent("/claim")
    await flow.agent("/resolve")
    assert not await is_offered(flow, voice, voice.calm)
    await flow.write(voice.furious)
    case = (await flow.conversation()).case
    assert case is not None
    assert not case.is_open


@VOICES
async def test_the_curve_goes_on_while_people_have_the_word(flow: Flow, voice: Voice) -> None:
    await flow.press("human")
    await flow.write(voice.upset)
    await flow.write(voice.angry)
    mood = (await flow.conversation()).memo.mood
    assert mood.feeling is Feeling.ANGRY
    assert len(mood.points) == 2


async def test_agents_read_the_reasons_in_their_language(redis_client: Redis) -> None:
    flow = Flow(
        redis=redis_client,
        knowledge=ScriptedKnowledge(answers=ANSWERS),
        policy=ThresholdPolicy(Thresholds(), language="es"),
        chat_desk=ChatDesk(language="es", undo_seconds=0),
        listening=LISTENING,
    )
    for text in (ENGLISH.calm, ENGLISH.upset, ENGLISH.angry, ENGLISH.furious):
        await flow.write(text)
    assert "el ánimo ha caído de neutral a enfado" in flow.desk()[0].replace("\\", "")
