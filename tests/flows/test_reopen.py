"""A case that goes on where it was, over the real engine: by the customer, by an agent, in two processes."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.texts import say
from bot.vocabulary.cases import CaseEvent, CaseStatus
from bot.vocabulary.conversations import OwnerKind
from bot.vocabulary.messages import Author
from handoff.aftercare import Aftercare
from handoff.desk.chat import ChatDesk
from handoff.desk.flooding import OFTEN
from tests.builders import a_message
from tests.fakes import RecordingAdapter, ScriptedKnowledge
from tests.flows.kit import Flow

ANSWERS = {"pan": [("p1", "Heat it to 200 °C.", 0.9)]}


def a_flow(redis: Redis, *, hours: float = 72, adapter: RecordingAdapter | None = None) -> Flow:
    aftercare = Aftercare(reopen_hours=hours, csat="off")
    return Flow(
        redis=redis,
        knowledge=ScriptedKnowledge(answers=ANSWERS),
        adapter=adapter or RecordingAdapter(),
        chat_desk=ChatDesk(language="en", undo_seconds=0, aftercare=aftercare),
    )


async def served(flow: Flow, wish: str = "agent please") -> str:
    """Let Ana look after the customer, and return the id of the case."""
    await flow.write(wish)
    await flow.agent("/claim")
    await flow.agent("/reply All sorted out.")
    await flow.agent("/resolve")
    case = (await flow.conversation()).case
    assert case is not None
    return case.id


@pytest.mark.parametrize(
    ("language", "wish"), [("en", "agent please"), ("es", "quiero hablar con una persona")]
)
async def test_the_same_case_and_thread_and_agent_come_back(
    redis_client: Redis, language: str, wish: str
) -> None:
    flow = a_flow(redis_client)
    case_id = await served(flow, wish)
    await flow.write("how hot must the pan be" if language == "en" else "hola")
    threads = flow.adapter.threads()
    before = len(flow.desk())
    [told] = await flow.write(wish)
    assert told.startswith(say("after.asked_again_customer", language, agent="Ana"))
    conversation = await flow.conversation()
    case = conversation.case
    assert case is not None
    assert (case.id, case.reopened, case.status) == (case_id, 1, CaseStatus.QUEUED)
    assert conversation.owner.kind is OwnerKind.QUEUE
    assert conversation.past == ()
    assert flow.adapter.threads() == threads
    news = flow.desk()[before:]
    assert news[0].startswith("↻ **Opened again** because:")
    assert news[1] == wish
    assert flow.adapter.marks[-1] == (flow.thread, CaseStatus.QUEUED)
    shown = flow.seen_by_agents()[before]
    assert shown.notifies == ("ana",)
    assert await flow.agent("case:claim") == [say("handoff.claimed_desk", "en", agent="Ana")]
    await flow.agent("/reply Here again.")
    assert flow.last().text == "Here again."


async def test_an_agent_takes_a_closed_case_up_again(redis_client: Redis) -> None:
    flow = a_flow(redis_client)
    case_id = await served(flow)
    button = flow.seen_by_agents()[-1].buttons[0].action
    assert button == "case:reopen"
    told = say("after.reopened_desk", "en", agent="Ben")
    assert await flow.agent(button, name="Ben") == [told]
    assert flow.last().text == say("after.reopened_customer", "en", agent="Ben")
    conversation = await flow.conversation()
    case = conversation.case
    assert case is not None
    assert case.agent is not None
    assert (case.id, case.agent.name, case.reopened) == (case_id, "Ben", 1)
    await flow.write("thank you")
    assert flow.desk()[-1] == "thank you"


async def test_two_who_open_it_at_once_do_not_both_have_it(redis_client: Redis) -> None:
    adapter = RecordingAdapter()
    flow = a_flow(redis_client, adapter=adapter)
    await served(flow)
    other = a_flow(redis_client, adapter=adapter)
    before = len(flow.desk())
    await asyncio.gather(flow.agent("/reopen", name="Ana"), other.agent("/reopen", name="Ben"))
    case = (await flow.conversation()).case
    assert case is not None
    assert case.reopened == 1
    news = flow.desk()[before:]
    assert news.count(say("after.reopen_first_desk", "en")) == 1


async def test_after_the_window_a_new_case_begins(redis_client: Redis) -> None:
    flow = a_flow(redis_client, hours=0)
    case_id = await served(flow)
    [said] = await flow.agent("/reopen")
    assert said == say("after.reopen_late_desk", "en", hours="0")
    await flow.write("agent please")
    case = (await flow.conversation()).case
    assert case is not None
    assert case.id != case_id
    assert len(flow.adapter.threads()) == 2


async def test_an_old_thread_cannot_take_the_customer_from_a_newer_case(
    redis_client: Redis,
) -> None:
    flow = a_flow(redis_client, hours=0)
    await served(flow)
    old = flow.thread
    await flow.write("agent please")
    before = await flow.conversation()
    await flow.agent("/reopen", conversation=old)
    after = await flow.conversation()
    assert (after.case, after.owner) == (before.case, before.owner)


async def test_somebody_else_in_the_channel_gets_a_case_of_their_own(redis_client: Redis) -> None:
    flow = a_flow(redis_client)
    case_id = await served(flow)
    dani = Author(user_id="dani", display_name="Dani")
    await flow.arrive(
        a_message("agent please", conversation=flow.customer, author=dani, is_direct=False)
    )
    case = (await flow.conversation()).case
    assert case is not None
    assert (case.customer_id, case.is_shared) == ("dani", True)
    assert case.id != case_id


async def test_who_goes_back_and_forth_opens_one_thread_and_soon_pings_nobody(
    redis_client: Redis,
) -> None:
    flow = a_flow(redis_client)
    await served(flow)
    for _ in range(2 * OFTEN):
        await flow.write("agent please")
        assert (await flow.conversation()).owner.kind is OwnerKind.QUEUE
        await flow.press("bot")
        case = (await flow.conversation()).case
        assert case is not None
        assert case.closed_by is CaseEvent.CANCEL
    assert len(flow.adapter.threads()) == 1
    pings = [message for message in flow.seen_by_agents() if message.notifies]
    assert len(pings) < OFTEN
    [told] = await flow.write("agent please")
    assert told.startswith(say("after.asked_often", "en"))
