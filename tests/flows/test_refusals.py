"""What a platform refuses for good in a case: the desk is told in the thread, in its language."""

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.texts import LANGUAGES, say
from bot.texts.literal import literal
from bot.vocabulary.messages import MessageKind
from handoff.desk.chat import ChatDesk
from tests.builders import DESK, a_message, an_agent
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """The agents' language."""
    return request.param


@pytest.fixture
async def flow(redis_client: Redis, language: str) -> Flow:
    """A customer whose case Ana has, and who has blocked the bot since."""
    flow = Flow(
        redis=redis_client,
        knowledge=ScriptedKnowledge(),
        chat_desk=ChatDesk(language=language, undo_seconds=0),
    )
    await flow.write("agent please")
    await flow.agent("/claim")
    flow.adapter.refuses.add(flow.customer)
    return flow


async def told(flow: Flow, text: str) -> str:
    """Let Ana write; returns what the thread says in the end."""
    await flow.agent(text)
    await flow.deliver()
    return flow.desk()[-1]


async def refused(flow: Flow, language: str, words: str) -> str:
    return say("handoff.undelivered_desk", language, case=await case_of(flow), words=words)


async def case_of(flow: Flow) -> str:
    case = (await flow.conversation()).case
    assert case is not None
    return literal(case.id)


@pytest.mark.parametrize(
    ("verb", "words"), [("/reply It is on its way.", "It is on its way"), ("/resolve", "Ana has")]
)
async def test_the_desk_is_told_which_words_did_not_arrive(
    flow: Flow, language: str, verb: str, words: str
) -> None:
    await told(flow, verb)
    expected = await refused(flow, language, words)
    assert sum(said.startswith(expected) for said in flow.desk()) == 1


async def test_it_is_told_once_and_the_next_reply_arrives(flow: Flow, language: str) -> None:
    await told(flow, "/reply One.")
    flow.adapter.refuses.clear()
    await told(flow, "/reply Two.")
    assert flow.desk().count(await refused(flow, language, "One\\.")) == 1
    assert flow.adapter.texts(flow.customer)[-1] == "Two."


async def test_long_words_are_named_by_their_beginning_and_stay_literal(flow: Flow) -> None:
    said = await told(flow, "/reply **no** " + "long " * 200)
    assert "\\*\\*no\\*\\*" in said
    assert len(said) < 300


@pytest.mark.parametrize("kind", [MessageKind.EDITED, MessageKind.DELETED])
async def test_a_change_that_is_refused_is_told_as_such(
    flow: Flow, language: str, kind: MessageKind
) -> None:
    flow.adapter.refuses.clear()
    message = a_message("/reply 20 °C", conversation=flow.thread, author=an_agent())
    await flow.act(message)
    flow.adapter.refuses.add(flow.customer)
    await flow.act(replace(message, event_key="x", kind=kind, text="/reply 200 °C"))
    await flow.deliver()
    assert "20 °C" in flow.adapter.texts(flow.customer)
    change = say("handoff.change_undelivered_desk", language, case=await case_of(flow))
    assert flow.desk()[-1] == change


async def test_the_bots_own_words_in_a_case_are_named_too(flow: Flow) -> None:
    await flow.press("human")
    await flow.deliver()
    words = say("conversation.already_with_people", "en")[:20]
    assert words in flow.desk()[-1]


def refuse_once_in_the_thread(flow: Flow) -> None:
    """Let the desk refuse what comes next, and nothing after it."""
    flow.adapter.refuses = {flow.thread}
    refused: list[str] = []

    async def refuse_once(key: str) -> None:
        refused.append(key)
        if len(refused) > 1:
            flow.adapter.refuses.clear()

    flow.adapter.before_send = refuse_once


async def test_a_customers_message_that_the_desk_refuses_is_not_silent(
    flow: Flow, language: str
) -> None:
    refuse_once_in_the_thread(flow)
    await flow.write("half of a message")
    assert flow.desk()[-1] == say(
        "handoff.relay_undelivered_desk", language, case=await case_of(flow)
    )


async def test_a_deletion_that_the_desk_refuses_is_told_as_such(flow: Flow, language: str) -> None:
    message = a_message("my card is 1234", conversation=flow.customer)
    await flow.arrive(message)
    refuse_once_in_the_thread(flow)
    await flow.amend(message, None)
    assert flow.desk()[-1] == say(
        "handoff.relayed_deletion_undelivered_desk", language, case=await case_of(flow)
    )


async def test_a_thumb_that_the_desk_refuses_asks_nobody_to_write_again(flow: Flow) -> None:
    before = flow.desk()
    refuse_once_in_the_thread(flow)
    await flow.press("rate:up")
    await flow.deliver()
    assert flow.desk() == before


async def test_a_thread_that_cannot_be_opened_is_told_in_the_channel(redis_client: Redis) -> None:
    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge())
    refused: list[str] = []

    async def refuse_the_opening(key: str) -> None:
        refused.append(key)
        flow.adapter.refuses = {DESK} if len(refused) == 2 else set()

    flow.adapter.before_send = refuse_the_opening
    await flow.write("agent please")
    await flow.deliver()
    assert flow.adapter.texts(DESK)[-1] == say(
        "handoff.opening_undelivered_desk", "en", case=await case_of(flow), customer="Carla"
    )


async def test_a_refusal_outside_a_case_is_nobodys_news(redis_client: Redis) -> None:
    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge())
    flow.adapter.refuses.add(flow.customer)
    await flow.write("hi")
    await flow.deliver()
    assert flow.adapter.shown == []
