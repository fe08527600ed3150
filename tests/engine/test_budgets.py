"""Caps of language models hold across processes: nothing passes one, and nothing is counted twice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import cast

import pytest
from redis.asyncio import Redis

from bot.engine.client.connection import connect
from bot.engine.tools.budgets import SharedBudget
from bot.vocabulary.budgets import Budget, Caps, NoBudget, Prices, Reservation
from bot.vocabulary.errors import BudgetExceededError
from tests.servers import RealServer

ANA, LUIS, EVA = "slack:T1:U1", "slack:T1:U2", "discord:G1:U3"


@pytest.fixture
async def two_clients(any_redis_server: RealServer) -> AsyncIterator[list[Redis]]:
    """As two processes would have them, on each server that is here."""
    clients = [connect(any_redis_server.url, pool_size=32, deadline_seconds=5) for _ in range(2)]
    await clients[0].flushall()  # pyright: ignore[reportUnknownMemberType]
    yield clients
    for client in clients:
        await client.aclose()


def capped(redis: Redis, caps: Mapping[str, float], *, held_seconds: int = 900) -> SharedBudget:
    chosen = replace(Caps(), **dict(caps))
    return SharedBudget(redis, chosen, deadline=5, held_seconds=held_seconds)


async def granted(budget: Budget, *askers: str | None, tokens: int = 100, cost: float = 0) -> int:
    """How many calls are granted when all of them are asked for at once."""
    asked = (budget.reserve(asker, tokens, cost) for asker in askers)
    results = await asyncio.gather(*asked, return_exceptions=True)
    others = [one for one in results if not isinstance(one, Reservation | BudgetExceededError)]
    assert others == []
    return sum(isinstance(one, Reservation) for one in results)


async def test_a_hundred_at_once_from_two_processes_do_not_pass_a_cap(
    two_clients: list[Redis],
) -> None:
    budgets = [capped(client, {"tokens_per_day": 5_050}) for client in two_clients]
    halves = (granted(budget, *[f"slack:T:U{n}" for n in range(50)]) for budget in budgets)
    assert sum(await asyncio.gather(*halves)) == 50


@pytest.mark.parametrize(
    ("caps", "askers", "fit", "said"),
    [
        ({"calls_per_minute": 2}, [ANA, ANA, ANA, LUIS], 3, "one person's calls in a minute"),
        ({"person_tokens_per_day": 250}, [ANA, ANA, ANA, LUIS], 3, "one person's tokens in a day"),
        ({"tenant_tokens_per_day": 250}, [ANA, LUIS, ANA, EVA], 3, "one workspace's tokens"),
        ({"tokens_per_day": 250}, [ANA, EVA, None, ANA], 2, "cap of tokens in a day"),
        ({"cost_per_day": 0.5}, [ANA, EVA, None, ANA], 2, "cost in a day"),
        ({"cost_per_minute": 0.4}, [ANA, EVA, None, ANA], 2, "cost in a minute"),
        ({}, [ANA, ANA, None, None], 4, ""),
    ],
)
async def test_each_cap_holds_and_is_named(
    redis_client: Redis, caps: dict[str, float], askers: list[str | None], fit: int, said: str
) -> None:
    budget = capped(redis_client, caps)
    assert await granted(budget, *askers, cost=0.2) == fit
    if said:
        with pytest.raises(BudgetExceededError, match=said) as caught:
            await budget.reserve(ANA, 100, 0.2)
        assert str(caught.value).endswith(f"raise llm.{next(iter(caps))}.")


async def test_what_was_not_used_is_given_back_once(redis_client: Redis) -> None:
    budget = capped(redis_client, {"tokens_per_day": 1000, "cost_per_minute": 1.0})
    first = await budget.reserve(ANA, 900, 0.9)
    await budget.settle(first, 100, 0.1)
    await budget.settle(first, 0, 0.0)
    assert await granted(budget, ANA, tokens=901) == 0, "100 tokens are used, whatever came later"
    assert await granted(budget, ANA, tokens=900, cost=0.9) == 1


async def test_more_than_was_set_aside_counts_as_well(redis_client: Redis) -> None:
    budget = capped(redis_client, {"tokens_per_day": 1000})
    await budget.settle(await budget.reserve(ANA, 100, 0), 950, 0)
    assert await granted(budget, ANA, tokens=51) == 0
    assert await granted(budget, ANA, tokens=50) == 1


async def test_what_a_dead_process_set_aside_lapses(redis_client: Redis) -> None:
    dead = capped(
        redis_client, {"tokens_per_day": 1000, "person_tokens_per_day": 1000}, held_seconds=0
    )
    lost = await dead.reserve(ANA, 1000, 0)
    assert await granted(dead, ANA, tokens=1000) == 1, "the first one has lapsed"
    await dead.settle(lost, 1000, 0)
    assert await redis_client.zcard("rv:{budget}:lapses") == 1, "a lapsed one is settled no more"


async def test_counts_are_those_of_a_plain_sum(redis_client: Redis, seed: int) -> None:
    """Whatever is reserved and settled in whatever order, the counts say what is held and used."""
    chance, budget = random.Random(seed), capped(redis_client, {"tokens_per_day": 20_000})
    open_ones: list[Reservation] = []
    counts: Counter[str] = Counter()
    for _ in range(150):
        if open_ones and chance.random() < 0.5:
            reservation, used = (
                open_ones.pop(chance.randrange(len(open_ones))),
                chance.randrange(400),
            )
            await budget.settle(reservation, used, 0)
            _count(counts, reservation.asker, used - reservation.tokens)
            continue
        asker, tokens = chance.choice([ANA, LUIS, EVA, None]), chance.randrange(1, 600)
        fits = counts["tokens"] + tokens <= 20_000
        assert await granted(budget, asker, tokens=0) == 1
        try:
            open_ones.append(await budget.reserve(asker, tokens, 0))
            _count(counts, asker, tokens)
        except BudgetExceededError:
            assert not fits
        else:
            assert fits
    stored = {name: int(number) for name, number in (await _stored(redis_client)).items()}
    assert {name: number for name, number in stored.items() if number} == {
        name: number for name, number in counts.items() if number
    }


def _count(counts: Counter[str], asker: str | None, tokens: int) -> None:
    counts["tokens"] += tokens
    if asker is not None:
        counts[f"person:{asker}"] += tokens
        counts[f"tenant:{asker.rpartition(':')[0]}"] += tokens


async def _stored(redis: Redis) -> dict[str, str]:
    fields = cast("dict[str, str]", await redis.hgetall("rv:{budget}:counts"))
    return {name: value for name, value in fields.items() if name not in {"day", "cost"}}


async def test_every_key_has_an_end(redis_client: Redis) -> None:
    budget = capped(redis_client, {"cost_per_minute": 10})
    await budget.settle(await budget.reserve(ANA, 10, 0.1), 5, 0.05)
    await budget.reserve(ANA, 10, 0.1)
    keys = cast("list[str]", await redis_client.keys("rv:{budget}:*"))  # pyright: ignore[reportUnknownMemberType]
    assert len(keys) == 6
    assert all([await redis_client.ttl(key) > 0 for key in keys])


async def test_a_command_in_a_terminal_is_not_counted() -> None:
    budget = NoBudget()
    await budget.settle(await budget.reserve(None, 10**9, 10.0**6), 1, 1)


def test_prices_are_for_a_million_tokens() -> None:
    assert Prices(input=2.0, output=8.0).cost(input_tokens=500_000, output_tokens=250_000) == 3.0
