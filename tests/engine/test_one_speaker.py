"""P5: no word of the bot is stored after an agent has taken over, whatever the timing.

Both workers lose their leases in the middle of answers (their renewals come too late, as those of a
frozen process would), so that stale answers, hand-overs and claims really cross each other.
``python -m benchmarks.desk_races`` lets far more happen at once, tens of thousands of times.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

import pytest
from redis.asyncio import Redis
from typing_extensions import override

from bot.engine import codec
from bot.engine.client.connection import run_command
from bot.engine.engine import Engine, EngineOptions
from bot.engine.keys import ConversationKeys
from bot.vocabulary.conversations import HistoryLine, Speaker
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.turns import Plan, ShowDraft, Turn, unseen
from tests.builders import a_conversation, a_customer, a_message, an_agent
from tests.engine_kit import EchoHandler, build_engine, is_idle, outcome_of
from tests.fakes import RecordingAdapter

SCHEDULES = 2000
AT_ONCE = 25
FROZEN = EngineOptions(join=0, lease=0.002, renew=60)


class Dice(Protocol):
    """The part of ``random.Random`` that is used here."""

    def random(self) -> float: ...


class Dawdling(EchoHandler):
    """Answers after a random while, so that claims fall before, within and after the answer."""

    def __init__(self, dice: Dice) -> None:
        super().__init__()
        self._dice = dice

    @override
    async def customer_turn(self, turn: Turn, show: ShowDraft = unseen) -> Plan:
        plan = await super().customer_turn(turn, show)
        await asyncio.sleep(self._dice.random() * 0.008)
        return plan


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Two workers' engines on one Redis, as two processes would be, and what customers see."""

    engines: tuple[Engine, Engine]
    handler: EchoHandler
    adapter: RecordingAdapter
    redis: Redis
    dice: random.Random

    async def later(self, most_milliseconds: float) -> None:
        await asyncio.sleep(self.dice.random() * most_milliseconds / 1000)

    @property
    def worker(self) -> Engine:
        return self.dice.choice(self.engines)


@pytest.mark.timeout(300)  # it computes for a minute on a quiet machine
async def test_the_bot_is_silent_from_the_claim_on(redis_client: Redis, seed: int) -> None:
    dice = random.Random(seed)
    adapter = RecordingAdapter()
    handler = Dawdling(dice)
    first, second = (build_engine(redis_client, adapter, handler, options=FROZEN) for _ in "ab")
    stage = Stage(
        engines=(first, second), handler=handler, adapter=adapter, redis=redis_client, dice=dice
    )
    seen: Counter[str] = Counter()
    for start in range(0, SCHEDULES, AT_ONCE):
        numbers = range(start, start + AT_ONCE)
        for result in await asyncio.gather(*(schedule(stage, number) for number in numbers)):
            seen += result
        adapter.shown.clear()
        handler.turns.clear()
        await run_command(redis_client, "FLUSHDB")
    # A race that never happens proves nothing: stale answers and crossed claims must have occurred.
    assert seen["claims"] == SCHEDULES
    assert seen["answers before the claim"] > SCHEDULES // 20
    assert seen["answers thrown away"] > SCHEDULES // 20


async def schedule(stage: Stage, number: int) -> Counter[str]:
    """One customer asks, asks for a human and goes on asking; an agent claims at any moment."""
    customer = a_conversation(f"race{number}")
    messages = [
        a_message(text, conversation=customer, author=a_customer(customer.channel_id))
        for text in stage.dice.choice(
            (["q1", "human"], ["q1", "q2", "human"], ["q1", "human", "q2"])
        )
    ]
    before = len(stage.adapter.shown)

    async def ask() -> None:
        async with asyncio.TaskGroup() as serving:
            for message in messages:
                await stage.later(4)
                await stage.worker.inbox.accept(message)
                serving.create_task(stage.worker.worker.serve(str(customer)))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ask())
        tasks.create_task(claim(stage, customer))
    for engine in stage.engines:
        await engine.worker.serve(str(customer))
    assert before <= len(stage.adapter.shown)
    assert await is_idle(stage.redis, customer)
    for message in messages:
        assert await outcome_of(stage.redis, message) not in {None, "accepted"}
    return await judge(stage, customer)


async def claim(stage: Stage, customer: ConversationRef) -> None:
    """Claim the case soon after its thread appears, then say something."""
    while (thread := thread_of(stage, customer)) is None:
        await stage.later(2)
    await stage.later(4)
    for text in ("/claim", "/reply I am here"):
        await stage.worker.inbox.accept(a_message(text, conversation=thread, author=an_agent()))
        await stage.worker.worker.serve(str(thread))


def thread_of(stage: Stage, customer: ConversationRef) -> ConversationRef | None:
    """Find a customer's case by the name in its briefing."""
    for item in stage.adapter.shown:
        if item.conversation.thread_id and f"· {customer.channel_id} ·" in item.message.text:
            return item.conversation
    return None


async def judge(stage: Stage, customer: ConversationRef) -> Counter[str]:
    """Check the stored order and what was shown; counts what the schedule came to."""
    history = await lines_of(stage, customer)
    claims = [i for i, line in enumerate(history) if line.text == "Ana took over"]
    words = [i for i, line in enumerate(history) if line.text.startswith("bot: ")]
    assert len(claims) == 1
    late = [history[i].text for i in words if i > claims[0]]
    assert not late, f"the bot spoke after the claim: {late}"
    asked = [line.text for line in history if line.speaker is Speaker.CUSTOMER]
    assert len(asked) == len(set(asked)), "a message was handled twice"
    shown = stage.adapter.texts(customer)
    assert shown.count("I am here") == 1
    after = shown[shown.index("I am here") :]
    assert not [text for text in after if text.startswith("bot: ")]
    return Counter(
        {
            "claims": 1,
            "answers before the claim": len(words),
            "answers thrown away": thrown_away(stage, customer, len(words)),
        }
    )


def thrown_away(stage: Stage, customer: ConversationRef, kept: int) -> int:
    """Answers that were made for the customer but never stored."""
    made = [turn for turn in stage.handler.turns if turn.conversation.ref == customer]
    return max(0, len(made) - kept - 1)


async def lines_of(stage: Stage, customer: ConversationRef) -> list[HistoryLine]:
    texts = await stage.redis.lrange(ConversationKeys(customer).history, 0, -1)
    return [codec.history_line.validate_json(text) for text in texts]
