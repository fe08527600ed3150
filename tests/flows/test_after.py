"""After a case: how it went, a word, whether they recommend us, something useful; over the real engine."""

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.conversation.afterwards.after import Afterwards
from bot.conversation.afterwards.offers import Offer, Offers
from bot.conversation.afterwards.surveys import SurveyRules
from bot.conversation.escalating.listening import Listening
from bot.engine.keys import ConversationKeys
from bot.texts import say
from bot.texts.surveys import nps_question
from bot.vocabulary.alarms import AlarmKind
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.messages import Author
from bot.vocabulary.surveys import CsatForm, SurveyKind
from handoff.aftercare import Aftercare
from handoff.desk.chat import ChatDesk
from handoff.mood import DefaultMoodReader
from tests.builders import a_message, a_press
from tests.fakes import RecordingAdapter, ScriptedKnowledge
from tests.flows.kit import Flow

ANSWERS = {
    "pan": [("p1", "Heat it to 200 °C.", 0.9)],
    "sartén": [("p1", "Caliéntala a 200 °C.", 0.9)],
}
GUIDE = Offer(
    name="Care guide",
    texts={"en": "Our guide on cast iron.", "es": "Nuestra guía."},
    url="https://help.example/care",
)
DANI = Author(user_id="dani", display_name="Dani")
OFFERED = say("after.offer", "en", text=GUIDE.text_in("en"))


def a_flow(
    redis: Redis,
    *,
    form: CsatForm = "scale",
    offers: Offers | None = None,
    adapter: RecordingAdapter | None = None,
    word_minutes: float = 60,
    nps_days: int = 0,
    **care: float,
) -> Flow:
    """Return a conversation whose desk asks in this form."""
    aftercare = Aftercare(csat=form, nps_days=nps_days, **care)
    rules = SurveyRules(form=form, nps_days=nps_days, word_minutes=word_minutes)
    return Flow(
        redis=redis,
        knowledge=ScriptedKnowledge(answers=ANSWERS),
        adapter=adapter or RecordingAdapter(),
        chat_desk=ChatDesk(language="en", undo_seconds=0, aftercare=aftercare),
        after=Afterwards(rules, offers),
    )


async def resolved(flow: Flow, language: str = "en", **fields: object) -> str:
    """Let a person look after the customer, and return the id of the case."""
    wish = "agent please" if language == "en" else "quiero hablar con una persona, por favor"
    await flow.arrive(a_message(wish, conversation=flow.customer, **fields))
    await flow.agent("/claim")
    await flow.agent("/reply All sorted out for you.")
    await flow.agent("/resolve")
    case = (await flow.conversation()).case
    assert case is not None
    return case.id


async def test_a_score_is_counted_thanked_for_and_news_to_the_desk(redis_client: Redis) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow)
    assert flow.last().text == say("after.csat_scale", "en")
    choices = [button.action for button in flow.last().buttons]
    assert choices == [*(f"csat:{case}:{score}" for score in range(1, 6)), f"csat:{case}:skip"]
    [thanks] = await flow.press(f"csat:{case}:4")
    assert thanks == f"{say('after.scored', 'en')} {say('after.add_word', 'en')}"
    assert flow.desk()[-1] == f"★ Carla gave 4 of 5 for {case}"
    conversation = await flow.conversation()
    assert conversation.owner.kind is OwnerKind.BOT
    survey = conversation.memo.survey
    assert survey is not None
    assert (survey.kind, survey.case, survey.score) == (SurveyKind.CSAT, case, 4)
    assert [alarm.kind for alarm in conversation.alarms] == [AlarmKind.LAPSE]


async def test_a_word_goes_to_the_team_and_ends_the_survey(redis_client: Redis) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow)
    await flow.press(f"csat:{case}:5")
    assert await flow.write("Ana really took her time") == [say("after.word_taken", "en")]
    assert flow.desk()[-1] == "★ Carla adds: “Ana really took her time”"
    assert (await flow.conversation()).alarms == ()
    [answer] = await flow.write("how hot must the pan be")
    assert "200 °C" in answer


async def test_it_all_works_in_spanish(redis_client: Redis) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow, "es")
    assert flow.last().text == say("after.csat_scale", "es")
    [thanks] = await flow.press(f"csat:{case}:5")
    assert thanks == f"{say('after.scored', 'es')} {say('after.add_word', 'es')}"
    assert await flow.write("Ana fue muy amable conmigo") == [say("after.word_taken", "es")]
    assert flow.desk()[-1] == "★ Carla adds: “Ana fue muy amable conmigo”"
    [answer] = await flow.write("¿a qué temperatura pongo la sartén?")
    assert "200 °C" in answer


@pytest.mark.parametrize(
    ("language", "question"),
    [("en", "And how hot must the pan be?"), ("es", "¿Y a cuánto pongo la sartén?")],
)
async def test_a_question_instead_of_a_word_is_answered(
    redis_client: Redis, language: str, question: str
) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow, language)
    await flow.press(f"csat:{case}:5")
    news = len(flow.desk())
    [answer] = await flow.write(question)
    assert "200 °C" in answer
    assert len(flow.desk()) == news
    # The wait for a word is over with the next message.
    await flow.write("it tasted wonderful")
    assert len(flow.desk()) == news


async def test_a_low_score_offers_a_person_at_once_and_a_yes_brings_them_back(
    redis_client: Redis,
) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow)
    [thanks] = await flow.press(f"csat:{case}:1")
    assert thanks == f"{say('after.scored_low', 'en')}\n\n{say('after.add_word', 'en')}"
    assert "human" in [button.action for button in flow.last().buttons]
    threads = len(flow.adapter.threads())
    await flow.write("yes")
    conversation = await flow.conversation()
    assert conversation.case is not None
    assert (conversation.case.id, conversation.case.reopened) == (case, 1)
    assert conversation.owner.kind is OwnerKind.QUEUE
    assert len(flow.adapter.threads()) == threads


async def test_a_low_score_may_get_a_word_before_the_person(redis_client: Redis) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow)
    await flow.press(f"csat:{case}:2")
    assert await flow.write("it took far too long") == [say("after.word_taken_low", "en")]
    await flow.write("yes please")
    assert (await flow.conversation()).owner.kind is OwnerKind.QUEUE


async def test_the_later_of_two_scores_counts_and_the_same_one_is_no_news(
    redis_client: Redis,
) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow)
    await flow.press(f"csat:{case}:2")
    news = len(flow.desk())
    assert await flow.press(f"csat:{case}:2") == []
    assert len(flow.desk()) == news
    await flow.press(f"csat:{case}:5")
    assert len(flow.desk()) == news + 1
    survey = (await flow.conversation()).memo.survey
    assert survey is not None
    assert survey.score == 5


async def test_it_is_easily_declined_and_not_asked_again(redis_client: Redis) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow)
    assert await flow.press(f"csat:{case}:skip") == [say("after.survey_declined", "en")]
    await flow.agent("/reopen")
    await flow.agent("/reply One more thing.")
    await flow.agent("/resolve")
    assert flow.last().text == say("handoff.resolved_customer", "en", agent="Ana")


@pytest.mark.parametrize("words", ["no", "no thanks", "Not now"])
async def test_it_can_be_declined_in_words(redis_client: Redis, words: str) -> None:
    flow = a_flow(redis_client)
    await resolved(flow)
    [said] = await flow.write(words)
    assert said in {say("after.survey_declined", "en"), say("conversation.affirmation", "en")}
    assert (await flow.conversation()).owner.kind is OwnerKind.BOT


async def test_a_word_can_be_declined(redis_client: Redis) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow)
    await flow.press(f"csat:{case}:5")
    assert await flow.press(f"csat:{case}:done") == [say("after.survey_declined", "en")]
    news = len(flow.desk())
    await flow.write("the pan is lovely")
    assert len(flow.desk()) == news


async def test_the_wait_for_a_word_ends_by_itself(redis_client: Redis) -> None:
    flow = a_flow(redis_client, word_minutes=0.000001)
    case = await resolved(flow)
    await flow.press(f"csat:{case}:5")
    assert await flow.ring() == []
    conversation = await flow.conversation()
    assert conversation.alarms == ()
    assert conversation.memo.survey is not None
    assert conversation.memo.survey.until is None


@pytest.mark.parametrize(
    ("form", "written", "score"), [("scale", "4", 4), ("scale", "👍", 5), ("thumbs", "👎", 1)]
)
async def test_a_plain_score_answers_as_a_button_does(
    redis_client: Redis, form: CsatForm, written: str, score: int
) -> None:
    flow = a_flow(redis_client, form=form)
    case = await resolved(flow)
    await flow.write(written)
    survey = (await flow.conversation()).memo.survey
    assert survey is not None
    assert (survey.case, survey.score) == (case, score)
    assert f"gave {score} of 5" in flow.desk()[-1]


async def test_a_number_later_in_the_talk_is_no_score(redis_client: Redis) -> None:
    flow = a_flow(redis_client)
    await resolved(flow)
    await flow.write("how hot must the pan be")
    await flow.write("4")
    survey = (await flow.conversation()).memo.survey
    assert survey is not None
    assert survey.score is None


async def test_in_a_shared_conversation_only_the_customer_of_the_case_is_heard(
    redis_client: Redis,
) -> None:
    flow = a_flow(redis_client, nps_days=30, nps_hours=0, offers=Offers(offers=(GUIDE,)))
    case = await resolved(flow, is_direct=False)
    said = await flow.press(f"csat:{case}:1", author=DANI, is_direct=False)
    assert said == [say("after.not_your_survey", "en")]
    for text in ("1", "Ana was terrible"):
        message = a_message(text, conversation=flow.customer, author=DANI, is_direct=False)
        await flow.arrive(message)
    survey = (await flow.conversation()).memo.survey
    assert survey is not None
    assert survey.score is None
    [thanks] = await flow.press(f"csat:{case}:5", is_direct=False)
    assert OFFERED not in thanks
    assert await flow.ring() == []


async def test_a_score_while_people_have_the_word_again_is_counted_quietly(
    redis_client: Redis,
) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow)
    await flow.agent("/reopen")
    assert await flow.press(f"csat:{case}:5") == [say("after.scored", "en")]
    assert "gave 5 of 5" in flow.desk()[-1]
    await flow.write("it tasted wonderful")
    assert flow.desk()[-1] == "it tasted wonderful"


@pytest.mark.parametrize("action", ["csat:R-NONE:4", "csat:R-NONE:skip", "nps:R-NONE:9"])
async def test_a_survey_of_nobodys_case_is_an_expired_button(
    redis_client: Redis, action: str
) -> None:
    flow = a_flow(redis_client)
    await resolved(flow)
    assert await flow.press(action) == [say("conversation.expired_button", "en")]


async def test_two_processes_count_one_press_once(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    flow = a_flow(redis_client, adapter=adapter)
    case = await resolved(flow)
    other = a_flow(redis_client, adapter=adapter)
    news = len(flow.desk())
    press = a_press(f"csat:{case}:4", conversation=flow.customer)
    await flow.engine.inbox.accept(press)
    await other.engine.inbox.accept(replace(press))
    await flow.engine.worker.serve(str(flow.customer))
    await other.engine.worker.serve(str(flow.customer))
    assert len(flow.desk()) == news + 1
    assert await other.write("she was very kind") == [say("after.word_taken", "en")]


async def test_whether_they_recommend_us_is_asked_later_once_and_easily_declined(
    redis_client: Redis,
) -> None:
    flow = a_flow(redis_client, form="off", nps_days=30, nps_hours=0)
    case = await resolved(flow)
    await silent_for_a_while(flow)
    assert await flow.ring() == [nps_question(case, "en").text]
    assert [button.action for button in flow.last().buttons][-1] == f"nps:{case}:skip"
    assert await flow.press(f"nps:{case}:skip") == [say("after.survey_declined", "en")]
    await resolved(flow)
    assert await flow.ring() == []
    assert (await flow.conversation()).alarms == ()


async def test_a_recommendation_is_counted_with_a_word(redis_client: Redis) -> None:
    flow = a_flow(redis_client, form="off", nps_days=30, nps_hours=0)
    await resolved(flow)
    await silent_for_a_while(flow)
    await flow.ring()
    [thanks] = await flow.write("9")
    assert thanks == f"{say('after.scored', 'en')} {say('after.add_word', 'en')}"
    assert "9 of 10" in flow.desk()[-1]
    assert await flow.write("lovely pans and lovely people") == [say("after.word_taken", "en")]


async def test_it_is_not_asked_while_people_have_a_case(redis_client: Redis) -> None:
    flow = a_flow(redis_client, form="off", nps_days=30, nps_hours=0)
    await resolved(flow)
    await flow.write("agent please")
    assert await flow.ring() == []
    assert (await flow.conversation()).memo.nps_asked_at is None


async def test_it_waits_for_whoever_is_talking(redis_client: Redis) -> None:
    flow = a_flow(redis_client, form="off", nps_days=30, nps_hours=0)
    await resolved(flow)
    assert await flow.ring() == []
    assert [alarm.kind for alarm in (await flow.conversation()).alarms] == [AlarmKind.NPS]


async def test_a_satisfied_customer_is_shown_something_useful_once(redis_client: Redis) -> None:
    flow = a_flow(redis_client, offers=Offers(offers=(GUIDE,)))
    case = await resolved(flow)
    [thanks] = await flow.press(f"csat:{case}:5")
    assert thanks.split("\n\n")[1] == OFFERED
    [again] = await flow.press(f"csat:{case}:4")
    assert OFFERED not in again
    other = await resolved(flow)
    assert other == case


async def test_who_is_not_satisfied_is_shown_nothing(redis_client: Redis) -> None:
    flow = a_flow(redis_client, offers=Offers(offers=(GUIDE,)))
    case = await resolved(flow)
    [thanks] = await flow.press(f"csat:{case}:3")
    assert OFFERED not in thanks


async def silent_for_a_while(flow: Flow) -> None:
    """Let what was said be long ago, as it is when a survey comes hours later."""
    await flow.redis.delete(ConversationKeys(flow.customer).history)


@pytest.mark.parametrize(
    ("question", "thanks", "shown"),
    [
        ("how hot must the pan be?", "Thank you so much, that is perfect!", True),
        ("¿a cuánto pongo la sartén?", "¡Muchas gracias, eres genial, perfecto!", True),
        ("how hot must the pan be?", "ok", False),
    ],
)
async def test_who_thanks_the_bot_for_an_answer_is_shown_something_useful(
    redis_client: Redis,
    question: str,
    thanks: str,
    shown: bool,  # noqa: FBT001
) -> None:
    flow = a_flow(redis_client, offers=Offers(offers=(GUIDE,)))
    flow.listening = Listening(reader=DefaultMoodReader())
    flow.use(flow.knowledge)
    await flow.write(question)
    [said] = await flow.write(thanks)
    assert ("https://help.example/care" in said) is shown
    if shown:
        await flow.write(question)
        [again] = await flow.write(thanks)
        assert "https://help.example/care" not in again


@pytest.mark.parametrize("words", ["I had to wait for two days", "nobody told me anything"])
async def test_what_asks_for_nothing_and_finds_no_answer_is_the_word(
    redis_client: Redis, words: str
) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow)
    await flow.press(f"csat:{case}:3")
    assert await flow.write(words) == [say("after.word_taken", "en")]
    assert flow.desk()[-1] == f"★ Carla adds: “{words}”"
    assert (await flow.conversation()).memo.unsure == 0


@pytest.mark.parametrize(
    ("words", "said"), [("my pan is brand new", "200 °C"), ("I lost my ring", "reliable answer")]
)
async def test_what_finds_an_answer_or_tells_of_trouble_is_no_word(
    redis_client: Redis, words: str, said: str
) -> None:
    flow = a_flow(redis_client)
    case = await resolved(flow)
    await flow.press(f"csat:{case}:3")
    news = len(flow.desk())
    [answer] = await flow.write(words)
    assert said in answer
    assert len(flow.desk()) == news
