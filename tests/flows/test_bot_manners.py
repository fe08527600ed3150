"""What a customer can do beside asking: thumbs, suggested questions, and too much at once."""

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.conversation.flood import FloodLimit
from bot.conversation.manners import Manners
from bot.texts import LANGUAGES, say
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.messages import MessageKind, Platform
from bot.vocabulary.turns import Outcome
from tests.builders import a_customer, a_message
from tests.engine_kit import outcome_of
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow
from tests.tools import adapter_tools

ANSWERS = {
    "deliver": [("d1", "It takes 3 days.", 0.9), ("d2", "Islands take 6 days.", 0.8)],
    "pan": [("p1", "Heat it to 200 °C.", 0.9)],
}
LONG = "How do I " + "very " * 20 + "carefully heat the pan?"


@pytest.fixture
def flow(redis_client: Redis) -> Flow:
    manners = Manners(
        suggestions=("How long do you need to deliver?", LONG),
        prefixes={Platform.PLAYGROUND: "/relevo "},
        flood=FloodLimit(turns=4, seconds=60),
    )
    return Flow(redis=redis_client, knowledge=ScriptedKnowledge(answers=ANSWERS), manners=manners)


async def test_a_thumb_up_is_noted_without_a_word(flow: Flow) -> None:
    await flow.write("how long do you need to deliver?")
    await flow.rate("down")
    assert (await flow.conversation()).memo.rejections == 1
    assert await flow.rate("up") == []
    receipt = await flow.receipt()
    assert (receipt.outcome, receipt.reasons) == (Outcome.NOTED, ("👍 to an answer",))
    memo = (await flow.conversation()).memo
    assert (memo.unsure, memo.rejections) == (0, 0)


async def test_a_thumb_down_is_a_rejection_in_words(flow: Flow) -> None:
    await flow.write("how long do you need to deliver?")
    [second] = await flow.rate("down")
    assert second == f"{say('conversation.another_try', 'en')}\n\nIslands take 6 days."
    assert (await flow.receipt()).reasons[0] == "👎"
    assert await flow.rate("down") == [say("handoff.queued_rejected", "en")]
    assert "👎" in flow.desk()[0]


async def test_each_message_s_thumb_counts_once(flow: Flow) -> None:
    await flow.write("how long do you need to deliver?")
    await flow.rate("down")
    assert await flow.rate("down", answer=0) == []
    assert (await flow.receipt()).outcome is Outcome.NOTED
    assert (await flow.conversation()).memo.rejections == 1


async def test_a_second_thumb_on_the_same_message_is_only_noted(flow: Flow) -> None:
    await flow.write("how long do you need to deliver?")
    await flow.rate("up")
    assert await flow.rate("down") == []
    assert (await flow.conversation()).memo.rejections == 0


async def test_a_long_answer_is_rated_once_whatever_part_is_pressed(flow: Flow) -> None:
    await flow.write("how long do you need to deliver?")
    key = flow.adapter.shown[-1].key
    await adapter_tools(flow.redis, Platform.PLAYGROUND).sends.finish(key, "first part", 0)
    await flow.rate("up")
    assert await flow.press("rate:down", id="first part") == []
    memo = (await flow.conversation()).memo
    assert (memo.rejections, len(memo.rated)) == (0, 1)


async def test_a_thumb_down_on_an_older_answer_rejects_no_newer_one(flow: Flow) -> None:
    await flow.write("how long do you need to deliver?")
    await flow.write("how hot must the pan be?")
    assert await flow.rate("down", answer=0) == []
    assert await flow.press("rate:down", id="of nobody") == []
    assert (await flow.receipt()).outcome is Outcome.NOTED
    memo = (await flow.conversation()).memo
    assert (memo.rejections, memo.cited) == (0, ("p1",))


async def test_only_the_thumb_of_whoever_asked_counts(flow: Flow) -> None:
    await flow.write("how long do you need to deliver?")
    for thumb in ("down", "up"):
        assert await flow.rate(thumb, author=a_customer("Dani"), is_direct=False) == []
        assert (await flow.receipt()).outcome is Outcome.NOTED
    memo = (await flow.conversation()).memo
    assert (memo.rejections, memo.rated) == (0, ())
    [second] = await flow.rate("down")
    assert "Islands take 6 days." in second


async def test_only_whoever_was_offered_a_person_can_say_yes_to_it(flow: Flow) -> None:
    await flow.write("do you sell bicycles?")
    yes, dani = "yes please", a_customer("Dani")
    said = await flow.arrive(a_message(yes, conversation=flow.customer, author=dani))
    assert said == [say("conversation.affirmation", "en")]
    assert (await flow.conversation()).owner.kind is OwnerKind.BOT


@pytest.mark.parametrize("words", ["no, that's not it", "that is wrong"])
async def test_only_whoever_got_an_answer_can_reject_it_in_words(flow: Flow, words: str) -> None:
    await flow.write("how long do you need to deliver?")
    dani = a_customer("Dani")
    [said] = await flow.arrive(a_message(words, conversation=flow.customer, author=dani))
    assert "Islands" not in said
    memo = (await flow.conversation()).memo
    assert (memo.rejections, memo.rejected, memo.cited) == (0, (), ("d1",))
    [second] = await flow.write(words)
    assert "Islands take 6 days." in second


async def test_somebody_else_may_ask_after_a_no(flow: Flow) -> None:
    await flow.write("how long do you need to deliver?")
    asked = a_message(
        "no, that's not it, I asked about the pan",
        conversation=flow.customer,
        author=a_customer("Dani"),
    )
    assert await flow.arrive(asked) == ["Heat it to 200 °C."]


async def test_what_is_taken_back_at_once_is_nothing_even_in_a_flood(redis_client: Redis) -> None:
    manners = Manners(flood=FloodLimit(turns=1, seconds=60))
    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge(), manners=manners)
    await flow.write("do you sell bicycles?")
    await flow.write("and cars?")
    message = a_message("and now?", conversation=flow.customer)
    gone = replace(message, event_key="gone", kind=MessageKind.DELETED, text="")
    await flow.engine.inbox.accept(message)
    assert await flow.arrive(gone) == []
    assert await outcome_of(flow.redis, message) == Outcome.RATE_LIMITED


async def test_whoever_was_offered_a_person_says_yes_to_it(flow: Flow) -> None:
    await flow.write("do you sell bicycles?")
    assert await flow.write("yes please") == [say("handoff.queued_requested", "en")]


async def test_every_part_of_the_last_answer_takes_a_thumb(flow: Flow) -> None:
    """A long answer is shown as several messages; the sender knows the last one's id alone."""
    await flow.write("how long do you need to deliver?")
    key = flow.adapter.shown[-1].key
    await adapter_tools(flow.redis, Platform.PLAYGROUND).sends.finish(key, "first part", 0)
    [second] = await flow.press("rate:down", id="first part")
    assert "Islands take 6 days." in second


async def test_a_thumb_down_on_what_was_no_answer_is_only_noted(flow: Flow) -> None:
    await flow.write("hi")
    assert await flow.rate("down") == []
    await flow.write("do you sell bicycles?")
    assert await flow.rate("down") == []
    assert (await flow.receipt()).outcome is Outcome.NOTED


async def test_a_greeting_offers_questions_and_a_press_asks_one(flow: Flow) -> None:
    await flow.write("hello")
    buttons = flow.last().buttons
    assert [button.action for button in buttons] == ["ask:0", "ask:1", "human"]
    assert buttons[0].label == "How long do you need to deliver?"
    assert buttons[1].label == f"{LONG[:74].rstrip()}…"
    assert await flow.press("ask:0") == ["It takes 3 days."]
    assert await flow.press("ask:1") == ["Heat it to 200 °C."]
    assert flow.knowledge.queries[-1].text == LONG
    history = [line.text for line in (await flow.conversation()).history]
    assert "How long do you need to deliver?" in history


async def test_start_offers_questions_always_and_a_second_hello_none(flow: Flow) -> None:
    await flow.write("hello")
    await flow.write("hello")
    assert [button.action for button in flow.last().buttons] == ["human"]
    await flow.write("/start")
    assert [button.action for button in flow.last().buttons] == ["ask:0", "ask:1", "human"]


@pytest.mark.parametrize("action", ["ask:2", "ask:-1", "ask:", "ask:00", "ask:x", "case:claim"])
async def test_an_unknown_number_has_expired(flow: Flow, action: str) -> None:
    assert await flow.press(action) == [say("conversation.expired_button", "en")]
    assert flow.knowledge.queries == []


async def test_a_suggestion_pressed_while_people_listen_reaches_them(flow: Flow) -> None:
    await flow.write("agent please")
    await flow.agent("/claim")
    assert await flow.press("ask:0") == []
    assert flow.desk()[-1] == "How long do you need to deliver?"
    await flow.write("/start")
    assert [button.action for button in flow.last().buttons] == ["bot"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_commands_are_named_as_the_platform_takes_them(flow: Flow, language: str) -> None:
    await flow.write({"en": "how long do you need?", "es": "¿cuánto tarda el envío?"}[language])
    [text] = await flow.write("/help")
    assert text == say("conversation.help", language, prefix="/relevo ")
    assert "`/relevo human`" in text


async def test_too_much_is_said_once_and_then_silence_until_it_calms_down(flow: Flow) -> None:
    for number in range(4):
        assert await flow.write(f"how hot must the pan be? {number}") == ["Heat it to 200 °C."]
    looked_up = len(flow.knowledge.queries)
    message = a_message("and now?", conversation=flow.customer)
    assert await flow.arrive(message) == [say("conversation.rate_limited", "en")]
    assert await flow.write("and now?", "and again?") == []
    assert await flow.rate("down", answer=-2) == []
    assert await flow.write("/help") == []
    assert await outcome_of(flow.redis, message) == Outcome.RATE_LIMITED
    assert (await flow.receipt()).outcome is Outcome.RATE_LIMITED
    assert len(flow.knowledge.queries) == looked_up
    assert "and again?" in [line.text for line in (await flow.conversation()).history]


@pytest.mark.parametrize("way", ["/human", "I want to talk to a human", "button"])
async def test_a_person_can_be_asked_for_at_any_time(flow: Flow, way: str) -> None:
    for _ in range(6):
        await flow.write("how hot must the pan be?")
    said = await (flow.press("human") if way == "button" else flow.write(way))
    assert said == [say("handoff.queued_requested", "en")]
    assert (await flow.conversation()).owner.kind is OwnerKind.QUEUE


async def test_people_get_all_of_it(flow: Flow) -> None:
    await flow.write("agent please")
    await flow.agent("/claim")
    for number in range(10):
        await flow.write(f"line {number}")
    assert flow.desk()[-10:] == [f"line {number}" for number in range(10)]


async def test_two_bots_that_thank_each_other_fall_silent(flow: Flow) -> None:
    answered = [bool(await flow.write("thanks a lot")) for _ in range(10)]
    assert answered == [True] * 5 + [False] * 5
