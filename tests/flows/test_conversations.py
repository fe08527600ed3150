"""Whole conversations: answered, unsure, rejected, handed over, taken back."""

import pytest
from redis.asyncio import Redis

from bot.texts import say
from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.messages import Attachment
from bot.vocabulary.turns import Decision, Outcome
from tests.builders import a_message
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow


@pytest.fixture
def flow(redis_client: Redis) -> Flow:
    answers = {
        "deliver": [
            ("d1", "It takes 3 days.", 0.9),
            ("d2", "Islands take 6 days.", 0.8),
            ("d3", "By ship 20 days.", 0.8),
        ],
        "pan": [("p1", "Heat it to 200 °C.", 0.9)],
    }
    return Flow(redis=redis_client, knowledge=ScriptedKnowledge(answers=answers))


async def test_an_answer_comes_with_sources_and_a_way_to_a_human(flow: Flow) -> None:
    assert await flow.write("how long do you need to deliver?") == ["It takes 3 days."]
    assert [link.title for link in flow.last().sources] == ["Title d1"]
    actions = [button.action for button in flow.last().buttons]
    assert actions == ["human", "rate:up", "rate:down"]
    receipt = await flow.receipt()
    assert (receipt.decision, receipt.outcome) == (Decision.ANSWER, Outcome.ANSWERED)
    assert receipt.confidence == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("hi!", "greeting"),
        ("thanks a lot", "thanks"),
        ("bye", "goodbye"),
        ("are you a bot?", "small_talk_bot_question"),
        ("???", "no_words"),
    ],
)
async def test_courtesies_are_answered_and_never_looked_up(flow: Flow, text: str, key: str) -> None:
    assert await flow.write(text) == [say(f"conversation.{key}", "en")]
    assert flow.knowledge.queries == []


async def test_a_file_alone_is_not_looked_into_and_nothing_is_no_file(flow: Flow) -> None:
    photo = Attachment(name="pan.jpg", content_type="image/jpeg", size_bytes=9)
    sent = a_message("", conversation=flow.customer, attachments=(photo,))
    assert await flow.arrive(sent) == [say("conversation.only_text", "en")]
    assert await flow.write(" ") == [say("conversation.no_words", "en")]


async def test_a_greeting_before_a_question_is_no_small_talk(flow: Flow) -> None:
    assert await flow.write("Hello! How long do you need to deliver?") == ["It takes 3 days."]


async def test_spanish_is_answered_in_spanish(flow: Flow) -> None:
    said = await flow.write("¿Venden bicicletas eléctricas para niños?")
    assert said == [say("conversation.unknown", "es")]
    assert await flow.write("sí, por favor") == [say("handoff.queued_requested", "es")]


async def test_a_rejection_tries_another_source_once_and_then_a_human(flow: Flow) -> None:
    await flow.write("how long do you need to deliver?")
    [second] = await flow.write("no, that's not it")
    assert second == f"{say('conversation.another_try', 'en')}\n\nIslands take 6 days."
    assert flow.knowledge.queries[-1].excluded == {"d1"}
    assert "not it" not in flow.knowledge.queries[-1].text

    [notice] = await flow.write("no, that's wrong as well")
    assert notice == say("handoff.queued_rejected", "en")
    assert "second rejection in a row" in flow.desk()[0].replace("\\", "")


async def test_a_rejection_without_another_source_offers_a_human(flow: Flow) -> None:
    await flow.write("how hot must the pan be?")
    assert await flow.write("that didn't help") == [say("conversation.offer_human", "en")]
    assert await flow.write("yes please") == [say("handoff.queued_requested", "en")]


async def test_a_new_question_forgets_the_rejections(flow: Flow) -> None:
    await flow.write("how long do you need to deliver?")
    await flow.write("no, that's not it")
    assert await flow.write("how hot must the pan be?") == ["Heat it to 200 °C."]
    assert await flow.write("no, that's not it") == [say("conversation.offer_human", "en")]


async def test_a_no_after_an_unknown_answer_rejects_nothing_older(flow: Flow) -> None:
    await flow.write("how hot must the pan be?")
    assert await flow.write("do you sell bicycles?") == [say("conversation.unknown", "en")]
    looked_up = len(flow.knowledge.queries)
    assert await flow.write("no") == [say("conversation.no_human_wanted", "en")]
    await flow.write("that's not it")
    assert "p1" not in {
        item for query in flow.knowledge.queries[looked_up:] for item in query.excluded
    }


async def test_unsure_twice_brings_a_human(flow: Flow) -> None:
    assert await flow.write("do you sell bicycles?") == [say("conversation.unknown", "en")]
    assert await flow.write("and what about skateboards?") == [
        say("handoff.queued_low_confidence", "en")
    ]


async def test_a_failing_knowledge_base_brings_a_human(flow: Flow) -> None:
    flow.knowledge.error = KnowledgeUnavailableError("the index is gone")
    assert await flow.write("how long do you need to deliver?") == [
        say("handoff.queued_failure", "en")
    ]
    assert "the knowledge base did not work" in flow.desk()[0]


async def test_the_whole_hand_over(flow: Flow) -> None:
    await flow.write("how hot must the pan be?")
    assert await flow.write("I want to talk to a human") == [say("handoff.queued_requested", "en")]
    briefing = flow.desk()[0]
    assert "how hot must the pan be?" in briefing
    assert "Heat it to 200 °C" in briefing
    assert flow.desk()[1] == "I want to talk to a human"

    assert await flow.agent("case:claim") == [say("handoff.claimed_desk", "en", agent="Ana")]
    assert flow.last().text == say("handoff.claimed_customer", "en", agent="Ana")
    assert await flow.agent("she sounds upset") == []
    assert await flow.write("are you there?") == []
    assert flow.desk()[-1] == "are you there?"

    await flow.agent("/reply 200 °C, then let it *cool*.")
    assert flow.last().text == "200 °C, then let it *cool*."
    assert flow.last().is_literal
    assert flow.last().speaker == "Ana"
    assert "upset" not in " ".join(flow.adapter.texts(flow.customer))

    await flow.agent("/resolve")
    told, asked = flow.seen_by_customer()[-2:]
    assert told.text == say("handoff.resolved_customer", "en", agent="Ana")
    assert asked.text == say("after.csat_scale", "en")
    assert await flow.write("how long do you need to deliver?") == ["It takes 3 days."]
    assert await flow.agent("/reply too late") == [say("handoff.closed_desk", "en")]


async def test_the_briefing_says_what_the_customer_wants_now(flow: Flow) -> None:
    await flow.write("how hot must the pan be?")
    await flow.write("Mine arrived with a crack in the handle. Can I talk to a person?")
    assert "arrived with a crack" in flow.desk()[0].split("So far")[0]


async def test_exactly_one_agent_wins_and_others_are_told(flow: Flow) -> None:
    await flow.write("agent please")
    await flow.agent("/claim", name="Ana")
    taken = say("handoff.already_claimed_desk", "en", agent="Ana", prefix="/")
    assert await flow.agent("/claim", name="Ben") == [taken]
    assert await flow.agent("/reply hello", name="Ben") == [taken]
    assert await flow.agent("/resolve", name="Ben") == [taken]
    await flow.agent("/release", name="Ben")
    assert flow.last().text == say("handoff.released_customer", "en", agent="Ana")
    await flow.agent("/reply I have it now", name="Ben")
    assert flow.last().text == "I have it now"


async def test_the_customer_may_go_on_with_the_bot(flow: Flow) -> None:
    await flow.write("agent please")
    assert await flow.press("bot") == [say("handoff.cancelled_customer", "en")]
    assert flow.desk()[-1] == say("handoff.customer_left", "en")
    assert await flow.write("how hot must the pan be?") == ["Heat it to 200 °C."]


async def test_a_waiting_customer_is_told_once_that_nobody_came_yet(flow: Flow) -> None:
    await flow.write("agent please")
    assert await flow.write("my order is 123") == [say("handoff.still_queued", "en")]
    assert await flow.write("hello?") == []
    assert flow.desk()[-2:] == ["my order is 123", "hello?"]


async def test_edits_and_deletions_reach_the_agent(flow: Flow) -> None:
    await flow.write("agent please")
    await flow.agent("/claim")
    message = a_message("order 12", conversation=flow.customer)
    await flow.arrive(message)
    await flow.amend(message, "order 123")
    await flow.amend(message, None)
    assert flow.desk()[-2:] == [
        say("handoff.customer_edited", "en", text="order 123"),
        say("handoff.customer_deleted", "en"),
    ]


async def test_an_edit_of_the_last_answered_question_is_answered_once(flow: Flow) -> None:
    message = a_message("how hot must the pot be?", conversation=flow.customer)
    assert await flow.arrive(message) == [say("conversation.unknown", "en")]
    assert await flow.amend(message, "how hot must the pan be?") == ["Heat it to 200 °C."]
    assert await flow.amend(message, "how hot must the pan be??") == []


async def test_what_customers_write_is_shown_to_agents_literally(flow: Flow) -> None:
    await flow.write("agent please")
    await flow.agent("/claim")
    await flow.write("**hi** [click](https://evil.example) <@U1> `x`")
    assert flow.desk()[-1] == "**hi** [click](hxxps[:]//evil[.]example) <@U1> `x`"
    assert flow.seen_by_agents()[-1].is_literal


async def test_a_customer_cannot_press_an_agents_button(flow: Flow) -> None:
    await flow.write("agent please")
    shown = len(flow.desk())
    assert await flow.press("case:claim") == [say("conversation.stale_button", "en")]
    assert len(flow.desk()) == shown
    assert await flow.agent("/release") == [say("handoff.not_claimed_desk", "en")]


async def test_an_unknown_verb_sends_nothing(flow: Flow) -> None:
    await flow.write("agent please")
    shown = len(flow.adapter.texts(flow.customer))
    assert await flow.agent("/repyl hello") == [
        say("handoff.unknown_verb_desk", "en", verb="/repyl", prefix="/")
    ]
    assert await flow.agent("/reply") == [say("handoff.empty_reply_desk", "en", prefix="/")]
    assert len(flow.adapter.texts(flow.customer)) == shown
