"""What the knowledge lacked is kept with the turn that showed it, once, and nothing else is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from bot.conversation.flood import FloodLimit
from bot.conversation.manners import Manners
from bot.engine.client.connection import run_command
from bot.engine.gaps import Gaps
from bot.engine.keys import GAPS_KEPT, ConversationKeys, gapped
from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.gaps import Gap, GapKind
from bot.vocabulary.knowledge import Answer, OnDraft, Query
from bot.vocabulary.turns import Decision
from tests.builders import a_conversation, a_message
from tests.engine_kit import build_engine
from tests.fakes import RecordingAdapter, ScriptedKnowledge
from tests.flows.kit import Flow

BICYCLES = "do you sell bicycles for children?"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def flow(redis_client: Redis) -> Flow:
    answers = {
        "deliver": [("d1", "It takes 3 days.", 0.9), ("d2", "Islands take 6 days.", 0.8)],
        "warranty": [("w1", "Perhaps two years.", 0.3)],
    }
    return Flow(redis=redis_client, knowledge=ScriptedKnowledge(answers=answers))


async def gaps_of(flow: Flow) -> list[Gap]:
    return list(await Gaps(flow.redis, deadline=5).since(LONG_AGO))


async def test_a_question_without_an_answer_is_a_gap(flow: Flow) -> None:
    await flow.write(BICYCLES)
    (gap,) = await gaps_of(flow)
    assert (gap.kind, gap.question, gap.language) == (GapKind.UNANSWERED, BICYCLES, "en")
    assert (gap.confidence, gap.nearest, gap.case) == (0.05, None, None)
    receipt = await flow.receipt()
    assert (gap.turn_id, gap.at) == (receipt.turn_id, receipt.at)
    assert gap.conversation == str(flow.customer)


async def test_what_was_found_but_not_sure_enough_is_named(flow: Flow) -> None:
    await flow.write("how long is the warranty?")
    (gap,) = await gaps_of(flow)
    assert (gap.nearest, gap.confidence) == ("w1", 0.3)


async def test_a_case_for_want_of_an_answer_is_named_and_timed_at_its_end(flow: Flow) -> None:
    await flow.write(BICYCLES)
    await flow.write("and unicycles for adults?")
    case = (await flow.conversation()).case
    assert case is not None
    asked, led = await gaps_of(flow)
    assert (asked.case, led.kind, led.case) == (None, GapKind.UNANSWERED, case.id)
    assert led.case_minutes is None
    await flow.agent("/claim")
    await flow.agent("/resolve")
    ended = (await flow.conversation()).case
    assert ended is not None
    minutes = (ended.changed_at - ended.opened_at).total_seconds() / 60
    _, led = await gaps_of(flow)
    assert led.case_minutes == pytest.approx(minutes, abs=0.01)


@pytest.mark.parametrize("way", ["yes please", "/human", "button"])
async def test_a_person_asked_for_after_no_answer_belongs_to_that_gap(flow: Flow, way: str) -> None:
    await flow.write(BICYCLES)
    await (flow.press("human") if way == "button" else flow.write(way))
    case = (await flow.conversation()).case
    assert case is not None
    asked, led = await gaps_of(flow)
    assert (asked.kind, led.kind) == (GapKind.UNANSWERED, GapKind.HANDED_OVER)
    assert (led.question, led.case) == (BICYCLES, case.id)


@pytest.mark.parametrize("way", ["words", "thumb"])
async def test_a_rejected_answer_is_a_gap_whatever_comes_next(flow: Flow, way: str) -> None:
    await flow.write("how long do you need to deliver?")
    for _ in range(2):
        await (flow.rate("down") if way == "thumb" else flow.write("that doesn't help"))
    case = (await flow.conversation()).case
    assert case is not None
    first, second = await gaps_of(flow)
    assert {first.kind, second.kind} == {GapKind.REJECTED}
    assert first.question == second.question == "how long do you need to deliver?"
    assert (first.nearest, second.nearest) == ("d1", "d2")
    assert (first.case, second.case) == (None, case.id)


@pytest.mark.parametrize(
    "text",
    [
        "hi!",
        "thanks a lot",
        "are you a bot?",
        "???",
        "I want to talk to a human",
        "/human",
        "/help",
    ],
)
async def test_courtesies_and_wishes_are_no_gaps(flow: Flow, text: str) -> None:
    await flow.write(text)
    assert await gaps_of(flow) == []


async def test_what_is_answered_well_is_no_gap(flow: Flow) -> None:
    await flow.write("how long do you need to deliver?")
    await flow.rate("up")
    await flow.write("I want to talk to a human")
    assert await gaps_of(flow) == []


async def test_failures_and_floods_are_no_gaps(redis_client: Redis) -> None:
    broken = ScriptedKnowledge(error=KnowledgeUnavailableError("It is away."))
    failing = Flow(redis=redis_client, knowledge=broken)
    await failing.write(BICYCLES)
    flooded = Flow(
        redis=redis_client,
        knowledge=ScriptedKnowledge(),
        customer=a_conversation("c2"),
        manners=Manners(flood=FloodLimit(turns=1)),
    )
    await flooded.write("hi!")
    await flooded.write(BICYCLES)
    assert flooded.knowledge.queries == []
    assert await gaps_of(failing) == []


class Declining(ScriptedKnowledge):
    """Has a rule that forbids whatever it is asked."""

    @override
    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        return replace(await super().answer(query, on_draft), declined="weapons")


async def test_what_an_operator_wants_declined_is_no_gap(redis_client: Redis) -> None:
    flow = Flow(redis=redis_client, knowledge=Declining())
    await flow.write(BICYCLES)
    assert (await flow.receipt()).decision is Decision.OFFER_HUMAN
    await flow.write("yes please")
    assert await gaps_of(flow) == []


class Stumbling(ScriptedKnowledge):
    """Breaks at the first try, as a worker that is killed does."""

    tries = 0

    @override
    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        found = await super().answer(query, on_draft)
        self.tries += 1
        if self.tries == 1:
            raise RuntimeError("The worker ends here.")
        return found


class Stalling(ScriptedKnowledge):
    """Waits for something before it answers."""

    def __init__(self, wait: Callable[[], Awaitable[None]]) -> None:
        super().__init__()
        self._wait = wait

    @override
    async def answer(self, query: Query, on_draft: OnDraft | None = None) -> Answer:
        await self._wait()
        return await super().answer(query, on_draft)


async def test_a_turn_that_runs_again_counts_once(redis_client: Redis) -> None:
    flow = Flow(redis=redis_client, knowledge=Stumbling())
    message = a_message(BICYCLES)
    await flow.arrive(message)
    await flow.arrive(message)
    assert [gap.question for gap in await gaps_of(flow)] == [BICYCLES]


@pytest.mark.parametrize("when", ["before it is stored", "before it is shown"])
async def test_a_worker_that_ends_in_the_midst_of_a_turn_doubles_and_loses_none(
    redis_client: Redis, when: str
) -> None:
    reached, never = asyncio.Event(), asyncio.Event()

    async def stall(*_: object) -> None:
        reached.set()
        await never.wait()

    flow = Flow(redis=redis_client, knowledge=ScriptedKnowledge())
    successor = build_engine(redis_client, RecordingAdapter(), flow.engine.worker._handler)
    if when == "before it is shown":
        flow.adapter.before_send = stall
    else:
        flow.use(Stalling(stall))
    await flow.engine.inbox.accept(a_message(BICYCLES))
    dying = asyncio.create_task(flow.engine.worker.serve(str(flow.customer)))
    await reached.wait()
    dying.cancel()
    await asyncio.wait([dying])
    async with asyncio.timeout(30):
        await successor.worker.serve(str(flow.customer))
    assert [gap.question for gap in await gaps_of(flow)] == [BICYCLES]


async def test_two_workers_count_each_turn_once(flow: Flow) -> None:
    handler = flow.engine.worker._handler
    other = build_engine(flow.redis, flow.adapter, handler)
    customers = [a_conversation(f"c{number}") for number in range(20)]
    for customer in customers:
        await flow.engine.inbox.accept(a_message(BICYCLES, conversation=customer))
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for customer in customers:
            for engine in (flow.engine, other):
                tasks.create_task(engine.worker.serve(str(customer)))
    assert sorted(gap.conversation for gap in await gaps_of(flow)) == sorted(map(str, customers))


async def test_gaps_end_with_the_conversation_and_are_bounded(flow: Flow) -> None:
    await flow.write(BICYCLES)
    keys = ConversationKeys(flow.customer)
    assert await flow.redis.ttl(keys.gaps) == await flow.redis.ttl(keys.receipts) > 0
    assert await flow.redis.ttl(keys.gapped) > 0
    text = (await flow.redis.lrange(keys.gaps, 0, -1))[0]
    await flow.redis.rpush(keys.gaps, *[text] * 2 * GAPS_KEPT)
    await flow.write("and unicycles for adults?")
    assert await flow.redis.llen(keys.gaps) == GAPS_KEPT
    assert len(await gaps_of(flow)) == 2


async def test_ends_of_cases_are_bounded_with_the_gaps(flow: Flow) -> None:
    await flow.write(BICYCLES)
    keys = ConversationKeys(flow.customer)
    text = (await flow.redis.lrange(keys.gaps, 0, -1))[0]
    await flow.redis.rpush(keys.gaps, *[text] * GAPS_KEPT)
    await flow.write("I want to talk to a person")
    await flow.write("/bot")
    assert await flow.redis.llen(keys.gaps) == GAPS_KEPT


async def test_an_erased_conversation_takes_its_gaps_with_it(flow: Flow) -> None:
    await flow.write(BICYCLES)
    await flow.redis.delete(ConversationKeys(flow.customer).gaps)
    assert await gaps_of(flow) == []


async def test_what_another_version_wrote_hides_no_other(flow: Flow) -> None:
    await flow.write(BICYCLES)
    await flow.redis.rpush(ConversationKeys(flow.customer).gaps, '{"kind": "unheard of"}')
    assert [gap.question for gap in await gaps_of(flow)] == [BICYCLES]


async def test_only_what_is_asked_for_is_read_and_old_places_are_forgotten(flow: Flow) -> None:
    keys = ConversationKeys(flow.customer)
    old = (datetime.now(UTC) - timedelta(days=400)).timestamp()
    await flow.redis.zadd(keys.gapped, {"playground:demo:gone": old})
    await flow.write(BICYCLES)
    assert await run_command(flow.redis, "ZRANGE", gapped(keys.partition), 0, -1) == [
        str(flow.customer)
    ]
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert await Gaps(flow.redis, deadline=5).since(later) == []
