"""What is remembered, in whole conversations: in answers, briefings and routing, and when it is said."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.conversation.escalating.listening import Listening
from bot.texts import LANGUAGES, say
from bot.texts.days import day_in_words
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.memory import Memory, OpenThread, Slot, identity_of
from bot.vocabulary.turns import Decision
from handoff.mood import DefaultMoodReader
from knowledge import ingest, open_embedded
from tests.builders import a_message
from tests.conversation.recalling.kit import (
    LAST_WEEK,
    NOW,
    RememberingAll,
    an_earlier,
    an_open,
    knowing,
    version,
)
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow
from tests.knowledge.test_known import DOCUMENTS, QUESTION
from tests.memory_commands_kit import CARLA, a_fact

ANSWERS = {
    "heat": [
        ("d1", "Unplug the pan for a minute and plug it in.", 0.9),
        ("d2", "Try a fuse.", 0.9),
    ],
    "deliver": [("d3", "It takes 3 days.", 0.9)],
}
ASKED = "why does the pan not heat up?"
PROBLEM = "The pan does not heat up"
DAY = day_in_words(LAST_WEEK.date(), NOW.date(), "en")


def a_flow(redis: Redis, memories: RememberingAll, **fields: Any) -> Flow:
    return Flow(redis, ScriptedKnowledge(answers=ANSWERS), memories=memories, **fields)


async def test_the_knowledge_hears_what_is_known_and_asks_the_memory_once(
    redis_client: Redis,
) -> None:
    memories = knowing(version(), a_fact(Slot.LANGUAGE, "en"))
    flow = a_flow(redis_client, memories)
    await flow.write(ASKED)
    [query] = flow.knowledge.queries
    assert [(one.slot, one.value) for one in query.known] == [("version", "4")]
    assert memories.calls.count("recall") == 1


async def test_who_talks_with_people_alone_is_known_to_have_written_there(
    redis_client: Redis,
) -> None:
    memories = RememberingAll()
    flow = a_flow(redis_client, memories)
    await flow.write("/human")
    memories.calls.clear()
    await flow.write("My order is lost.")
    assert "recall" not in memories.calls
    assert memories.visitors == [identity_of(CARLA)]


async def test_an_answer_is_for_their_version_and_says_so(
    redis_client: Redis, tmp_path: Path
) -> None:
    (tmp_path / "help").mkdir()
    for name, text in DOCUMENTS.items():
        (tmp_path / "help" / f"{name}.md").write_text(text, encoding="utf-8")
    embedded = open_embedded(tmp_path / "data")
    ingest(embedded, [tmp_path / "help"])
    memories = knowing(version("4"))
    flow = a_flow(redis_client, memories)
    flow.use(embedded)
    lead = say("recalled.for_yours", "en", named=say("recalled.tag_version", "en", value="4"))
    [said] = await flow.write(QUESTION)
    assert said.startswith(lead)
    assert "Press the export button" in said
    assert f"knows: version 4, since {DAY}" in (await flow.receipt()).reasons
    memories.remember(CARLA, Memory(facts=(version("9"),)))
    [other] = await flow.write(f"{QUESTION} I really want to know")
    named = say("recalled.tag_version", "en", value="9")
    assert say("recalled.not_for_yours", "en", named=named) in other
    embedded.close_now()


async def test_in_a_shared_place_nothing_of_the_person_is_known(redis_client: Redis) -> None:
    flow = a_flow(redis_client, knowing(version()))
    await flow.arrive(a_message(ASKED, is_direct=False))
    assert flow.knowledge.queries[0].known == ()


async def test_without_its_memory_the_bot_answers_all_the_same(redis_client: Redis) -> None:
    memories = knowing(version())
    memories.error = StateUnavailableError("no Redis")
    flow = a_flow(redis_client, memories)
    [said] = await flow.write(ASKED)
    assert "Unplug the pan" in said


async def test_what_failed_the_last_time_is_not_said_again_and_a_person_is_offered(
    redis_client: Redis,
) -> None:
    earlier = an_earlier(PROBLEM, is_solved=False, tried=(ANSWERS["heat"][0][1],))
    flow = a_flow(redis_client, knowing(episodes=(earlier,)))
    [said] = await flow.write(ASKED)
    lead = say("recalled.again_unsolved", "en", when=f"on {DAY}")
    offer = say("conversation.offered_as_well", "en")
    assert said.startswith(f"{lead}\n\nTry a fuse.\n\n{offer}")
    receipt = await flow.receipt()
    assert receipt.decision is Decision.ANSWER
    assert f"the same as on {LAST_WEEK.date()}, which was not solved" in receipt.reasons
    assert lead not in (await flow.write("why does it not heat?"))[0]


async def test_rejected_documents_are_passed_over(redis_client: Redis) -> None:
    earlier = an_earlier(PROBLEM, is_solved=True, resolution="a new fuse", rejected=("d1",))
    flow = a_flow(redis_client, knowing(episodes=(earlier,)))
    [said] = await flow.write(ASKED)
    lead = say("recalled.again_helped", "en", when=f"on {DAY}", words="a new fuse")
    assert said.startswith(f"{lead}\n\nTry a fuse.")
    assert say("conversation.offered_as_well", "en") not in said


async def test_the_same_again_without_an_answer_brings_the_offer_at_once(
    redis_client: Redis,
) -> None:
    earlier = an_earlier("The bicycle has a flat tyre", is_solved=None)
    flow = a_flow(redis_client, knowing(episodes=(earlier,)))
    [said] = await flow.write("the bicycle has a flat tyre, what now?")
    assert said.startswith(say("recalled.again", "en", when=f"on {DAY}"))
    assert (await flow.receipt()).decision is Decision.OFFER_HUMAN


async def test_people_read_what_is_remembered_here(redis_client: Redis) -> None:
    earlier = an_earlier(
        PROBLEM, is_solved=True, resolution="a new fuse", solved_by="Ana", tried=("a reset",)
    )
    promise = an_open("a call", by="Ben", due=NOW + timedelta(days=900))
    flow = a_flow(redis_client, knowing(version(), episodes=(earlier,), threads=(promise,)))
    await flow.write(ASKED)
    await flow.press("human")
    card = flow.desk()[0]
    assert "**Remembered**" in card
    assert f"Version: 4 (said, {DAY})" in card
    assert f"{PROBLEM} · tried: a reset · solved by Ana: a new fuse" in card
    assert "Ben promised until" in card
    assert any(reason.startswith("knows: version 4") for reason in (await flow.receipt()).reasons)


async def test_a_public_case_shows_the_group_s_memory_alone(redis_client: Redis) -> None:
    memories = knowing(version("4"), episodes=(an_earlier(PROBLEM),))
    memories.groups["playground:demo:c1"] = Memory(facts=(a_fact(Slot.PRODUCT, "shop"),))
    flow = a_flow(redis_client, memories)
    await flow.arrive(a_message("/human", is_direct=False))
    assert "Product: shop" in flow.desk()[0]
    assert "Version" not in flow.desk()[0]
    assert PROBLEM not in flow.desk()[0]


async def test_a_wished_language_counts_where_a_text_is_too_short_to_tell(
    redis_client: Redis,
) -> None:
    flow = a_flow(redis_client, knowing(a_fact(Slot.LANGUAGE, "es")))
    await flow.write("ok")
    assert (await flow.conversation()).memo.language == "es"
    await flow.write("I would like to know how long you need to deliver my parcel")
    assert (await flow.conversation()).memo.language == "en"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_greeting_brings_up_what_was_left_open_once(
    redis_client: Redis, language: str
) -> None:
    thread = an_open("el reembolso", by="Ana") if language == "es" else an_open("the refund")
    memories = knowing(threads=(thread,))
    flow = a_flow(redis_client, memories)
    key = "recalled.raise_promise" if language == "es" else "recalled.raise_problem"
    hello = {"en": "hello", "es": "hola, buenos días"}[language]
    [said] = await flow.write(hello)
    asked = say(key, language, by=thread.by, about=thread.about)
    assert said == f"{say('conversation.greeting', language)}\n\n{asked}"
    assert memories.calls.count("raised") == 1
    assert asked not in (await flow.write(hello))[0]


async def test_a_yes_settles_what_was_open(redis_client: Redis) -> None:
    memories = knowing(threads=(an_open(),))
    flow = a_flow(redis_client, memories)
    await flow.write("hello")
    assert await flow.write("yes") == [say("conversation.open_settled", "en")]
    assert memories.memory_of(CARLA).threads == ()


async def test_a_no_offers_a_person(redis_client: Redis) -> None:
    flow = a_flow(redis_client, knowing(threads=(an_open(),)))
    await flow.write("hello")
    assert await flow.write("no") == [say("conversation.not_solved", "en")]
    assert (await flow.conversation()).memo.offered


async def test_a_yes_to_something_else_settles_nothing(redis_client: Redis) -> None:
    memories = knowing(threads=(an_open(),))
    flow = a_flow(redis_client, memories)
    await flow.write("hello")
    await flow.press("human")
    await flow.agent("/claim")
    await flow.agent("/resolve")
    await flow.write("yes")
    assert memories.memory_of(CARLA).threads


async def test_whoever_asks_something_else_is_answered_first(redis_client: Redis) -> None:
    flow = a_flow(redis_client, knowing(threads=(an_open("the refund"),)))
    [said] = await flow.write("how long do you need to deliver?")
    answer, *others = said.split("\n\n")
    assert answer == "It takes 3 days."
    assert say("recalled.raise_problem", "en", about="the refund") in others


@pytest.mark.parametrize(
    "text",
    [
        "hello, I want to talk to a human",
        "I want to kill myself",
        "do you sell bicycles?",
        "this is ridiculous, you useless liars, how long do you need to deliver???",
        "thanks",
    ],
)
async def test_nothing_is_brought_up_when_something_else_presses(
    redis_client: Redis, text: str
) -> None:
    memories = knowing(threads=(an_open("the refund"),))
    listening = Listening(reader=DefaultMoodReader())
    flow = a_flow(redis_client, memories, listening=listening)
    said = await flow.write(text)
    assert "the refund" not in "\n".join(said)
    assert "raised" not in memories.calls


@pytest.mark.parametrize(
    "threads",
    [
        (an_open("the call", by="Ben", due=NOW + timedelta(days=2)),),
        (an_open("the call", by="Ben", since=NOW - timedelta(days=2)),),
        (an_open("the invoice", since=NOW),),
        (an_open("the invoice", since=NOW - timedelta(days=80)),),
        (an_open("the refund", raised_at=LAST_WEEK),),
        (an_open("the refund", raised_at=NOW - timedelta(hours=2)), an_open("the call")),
    ],
)
async def test_what_is_not_due_and_what_was_asked_is_left_in_peace(
    redis_client: Redis, threads: tuple[OpenThread, ...]
) -> None:
    flow = a_flow(redis_client, knowing(threads=threads))
    assert await flow.write("hello") == [say("conversation.greeting", "en")]


async def test_a_shared_place_is_asked_about_nothing(redis_client: Redis) -> None:
    memories = RememberingAll()
    memories.groups["playground:demo:c1"] = Memory(threads=(an_open("the refund"),))
    flow = a_flow(redis_client, memories)
    said = await flow.arrive(a_message("hello", is_direct=False))
    assert said == [say("conversation.greeting", "en")]
