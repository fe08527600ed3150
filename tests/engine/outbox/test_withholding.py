"""The bot's words are shown only while nobody else has the customer."""

from redis.asyncio import Redis

from bot.vocabulary.conversations import Owner, OwnerKind
from tests.engine.outbox.kit import CUSTOMER, LANE, stored
from tests.engine_kit import EchoHandler, build_engine, is_idle, outcome_of
from tests.fakes import RecordingAdapter


async def test_the_bots_words_are_withheld_when_an_agent_took_over_meanwhile(
    redis_client: Redis,
) -> None:
    question = await stored(redis_client, ["an answer of the AI"], fenced=True)
    taken = await stored(redis_client, ["Ana is here"], owner=Owner(kind=OwnerKind.AGENT))
    adapter = RecordingAdapter()
    await build_engine(redis_client, adapter, EchoHandler()).sender.deliver(LANE)

    assert adapter.texts(CUSTOMER) == ["Ana is here"]
    assert await outcome_of(redis_client, question) == "relayed", "an agent has it now"
    assert await outcome_of(redis_client, taken) == "answered"
    assert await is_idle(redis_client, CUSTOMER)


async def test_the_bots_words_are_shown_while_nobody_took_over(redis_client: Redis) -> None:
    await stored(redis_client, ["back with you"], fenced=True, owner=Owner())
    question = await stored(redis_client, ["an answer of the AI"], fenced=True)
    adapter = RecordingAdapter()
    await build_engine(redis_client, adapter, EchoHandler()).sender.deliver(LANE)
    assert adapter.texts(CUSTOMER) == ["back with you", "an answer of the AI"]
    assert await outcome_of(redis_client, question) == "answered"
