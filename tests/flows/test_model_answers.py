"""A language model writes: what a customer sees of it, with the real engine and client in between."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.engine.engine import EngineOptions
from bot.engine.keys import ConversationKeys
from bot.vocabulary.turns import Decision, Outcome
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow
from tests.knowledge.model.kit import QUESTION, Room, asked_of, citing, fill, passages_of
from tests.knowledge.model.server import Json, Says, running_server

SECONDS = count(60.0)
FIRST, SECOND = "The refund takes 5 days.", "You can send anything back within 30 days."


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    embedded = fill(tmp_path)
    async with running_server() as server:
        # LangChain keeps connections by address and timeout, beyond the loop that they belong to.
        yield Room(server, embedded, spec={"timeout_seconds": next(SECONDS)})
    embedded.close_now()


@pytest.fixture
def flow(redis_client: Redis, room: Room) -> Flow:
    flow = Flow(redis_client, ScriptedKnowledge())
    flow.use(room.knowledge, EngineOptions(join=0, lease=1.0, draft=0))
    return flow


async def test_an_answer_grows_and_stands_there_with_its_sources(flow: Flow, room: Room) -> None:
    room.server.always = citing(FIRST, SECOND)
    [shown] = await flow.write(QUESTION)
    assert shown.startswith(f"{FIRST} {SECOND}")
    drafts = [text for _, text in flow.adapter.previews]
    assert len(drafts) == 2
    assert FIRST in drafts[0]
    assert SECOND not in drafts[0]
    assert flow.adapter.drafts == {}
    receipt = await flow.receipt()
    assert receipt.outcome is Outcome.ANSWERED
    assert [source.title for source in receipt.sources] == ["Returns"]
    assert "2 of 2 sentences of the model stand in 1 document" in receipt.reasons


async def test_a_follow_up_and_a_spanish_question_are_understood(flow: Flow, room: Room) -> None:
    room.server.always = citing("Parcels to Spain need three days.")
    await flow.write("How long do parcels to Spain need?")
    room.server.always = citing("Express parcels need one day.")
    [shown] = await flow.write("and with express?")
    assert shown.startswith("Express parcels need one day.")
    assert '"How long do parcels to Spain need?"' in asked_of(room.server.asked[1])
    room.server.always = citing("El reembolso tarda 5 días.")
    [shown] = await flow.write("¿Cuánto tarda en llegar el reembolso de mi compra?")
    assert shown.startswith("El reembolso tarda 5 días.")
    assert any("refund" in one["text"] for one in passages_of(room.server.asked[2]))


async def test_a_rejected_answer_is_not_written_from_the_same_document_again(
    flow: Flow, room: Room
) -> None:
    room.server.always = citing(FIRST)
    await flow.write(QUESTION)
    room.server.always = citing(FIRST)
    await flow.write("no, that's not it")
    assert passages_of(room.server.asked[0])[0]["title"].startswith("Returns")
    again = [one["title"] for body in room.server.asked[1:] for one in passages_of(body)]
    assert not any(title.startswith("Returns") for title in again)


async def test_what_is_being_written_when_the_word_changes_hands_is_void_and_hung_up(
    flow: Flow, room: Room
) -> None:
    goes_on, never = asyncio.Event(), asyncio.Event()

    def write(body: Json) -> Says:
        says = citing(FIRST, SECOND, FIRST, size=1)(body)
        second, third = says.text.index(SECOND), says.text.rindex(FIRST)
        says.holds = {second: goes_on, third: never}
        return says

    room.server.says.append(write)
    room.server.always = citing(SECOND)
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(flow.write(QUESTION))
        while not flow.adapter.drafts:  # noqa: ASYNC110 - the engine tells nobody
            await asyncio.sleep(0.01)
        # What a claim does to the state, whoever makes it.
        await flow.redis.hincrby(ConversationKeys(flow.customer).state, "version", 1)
        goes_on.set()
        await room.server.left.wait()
    [shown] = writing.result()
    assert shown.startswith(SECOND), "the turn ran again; the first answer is nowhere"
    assert flow.adapter.drafts == {}


async def test_when_the_model_fails_the_customer_gets_the_quotation_and_the_receipt_says_why(
    flow: Flow, room: Room
) -> None:
    room.server.always = Says(status=503)
    [shown] = await flow.write(QUESTION)
    assert "The refund takes 5 days" in shown
    receipt = await flow.receipt()
    assert receipt.decision is Decision.ANSWER
    assert "quoted, for the model's provider failed" in receipt.reasons
