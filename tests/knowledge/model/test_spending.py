"""What a call costs is reserved before it and settled after it, however it ends."""

import asyncio
import logging
from dataclasses import dataclass, field

import pytest
from prometheus_client import REGISTRY

from bot.vocabulary.budgets import Reservation
from bot.vocabulary.errors import BudgetExceededError, StateUnavailableError
from config.logs import LIBRARIES
from knowledge import EmbeddedKnowledge
from knowledge.model.calling import used_by
from knowledge.model.failures import REASONS, Failure
from knowledge.model.prompt import Prompt
from knowledge.model.streaming import Heard, Usage
from tests.knowledge.model.kit import Room, citing, reply
from tests.knowledge.model.server import ModelServer, Says

GOOD = "The refund takes 5 days."


@dataclass
class Purse:
    """A budget that remembers; ``error`` is what it answers a reservation with."""

    error: Exception | None = None
    reserved: list[Reservation] = field(default_factory=list[Reservation])
    settled: list[tuple[str, int, float]] = field(default_factory=list[tuple[str, int, float]])
    settles: bool = True

    async def reserve(self, asker: str | None, tokens: int, cost: float) -> Reservation:
        if self.error is not None:
            raise self.error
        name = f"r{len(self.reserved)}"
        held = Reservation(id=name, asker=asker, day="2026-11-27", tokens=tokens, cost=cost)
        self.reserved.append(held)
        return held

    async def settle(self, reservation: Reservation, tokens: int, cost: float) -> None:
        if not self.settles:
            raise StateUnavailableError("It is gone.")
        self.settled.append((reservation.id, tokens, cost))


@pytest.fixture
def purse() -> Purse:
    return Purse()


@pytest.fixture
def room(server: ModelServer, embedded: EmbeddedKnowledge, purse: Purse) -> Room:
    return Room(server, embedded, budget=purse)


async def test_the_most_is_reserved_for_who_asks_and_what_was_used_is_settled(
    room: Room, server: ModelServer, purse: Purse
) -> None:
    server.always = citing(GOOD)
    answer = await room.ask(asker="slack:T1:U1")
    [reserved] = purse.reserved
    assert reserved.asker == "slack:T1:U1"
    assert 900 < reserved.tokens <= 6600
    # 900 read at 1.0 a million, 40 written at 2.0.
    assert purse.settled == [("r0", 940, pytest.approx(0.00098))]
    assert answer.cost == pytest.approx(0.00098)


@pytest.mark.parametrize(
    ("says", "least", "most"),
    [
        (Says(status=500), 0, 0),
        (Says(status=401), 0, 0),
        (Says(status=429), 0, 0),
        (Says(status=400), 0, 0),
        (Says(text="", usage=None), 100, 5000),
        (Says(text=reply((GOOD, "p1")), upto=3, ending="cut"), 100, 5000),
        (Says(text=reply((GOOD, "p1")), usage=None), 100, 5000),
    ],
    ids=["error", "key", "capacity", "request", "empty", "cut", "usage untold"],
)
async def test_what_nobody_told_is_estimated(
    room: Room, server: ModelServer, purse: Purse, says: Says, least: int, most: int
) -> None:
    server.always = says
    await room.ask()
    [(name, tokens, _)] = purse.settled
    assert name == "r0"
    assert least <= tokens <= most


@pytest.mark.parametrize(
    "error", [BudgetExceededError("The day's tokens are used up."), StateUnavailableError("Gone.")]
)
async def test_without_budget_nobody_is_asked(
    room: Room, server: ModelServer, purse: Purse, error: Exception
) -> None:
    purse.error = error
    answer = await room.ask()
    assert f"quoted, for {REASONS[Failure.BUDGET]}" in answer.confidence.reasons
    assert server.asked == []
    assert purse.settled == []


async def test_each_model_is_paid_for_itself(
    server: ModelServer, embedded: EmbeddedKnowledge, purse: Purse
) -> None:
    server.says.append(Says(status=500))
    server.always = citing(GOOD)
    await Room(server, embedded, budget=purse, second=True).ask()
    assert [name for name, _, _ in purse.settled] == ["r0", "r1"]


async def test_an_answer_whose_cost_can_not_be_noted_is_given_all_the_same(
    room: Room, server: ModelServer, purse: Purse
) -> None:
    purse.settles = False
    server.always = citing(GOOD)
    assert (await room.ask()).text == GOOD


async def test_a_turn_that_is_cancelled_hangs_up_and_settles(
    room: Room, server: ModelServer, purse: Purse
) -> None:
    never = asyncio.Event()
    server.always = Says(text=reply((GOOD, "p1")), holds={3: never})
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(room.ask())
        await server.came.wait()
        asking.cancel()
    async with asyncio.timeout(30):
        await server.left.wait()
    assert [name for name, _, _ in purse.settled] == ["r0"]


async def test_calls_and_tokens_are_counted(room: Room, server: ModelServer) -> None:
    def value(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, {"model": "openai:small", **labels}) or 0.0

    def all_of_them() -> list[float]:
        return [
            value("relevo_model_calls_total", outcome="written"),
            value("relevo_model_calls_total", outcome="server"),
            value("relevo_model_tokens_total", kind="input"),
            value("relevo_model_tokens_total", kind="cached"),
            value("relevo_model_first_token_seconds_count"),
        ]

    before = all_of_them()
    server.says.append(citing(GOOD))
    server.says.append(Says(status=503))
    await room.ask()
    after_one = all_of_them()
    await room.ask()
    after_two = all_of_them()
    assert [b - a for a, b in zip(before, after_one, strict=True)] == [1, 0, 900, 700, 1]
    assert [b - a for a, b in zip(after_one, after_two, strict=True)][:2] == [0, 1]
    assert value("relevo_model_breaker") == 0


async def test_nothing_that_people_wrote_is_logged(
    room: Room, server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even by the client's library, on the level that ``config.logs`` leaves it."""
    for name in LIBRARIES:
        caplog.set_level(logging.WARNING, logger=name)
    caplog.set_level(logging.DEBUG)
    server.says.append(Says(status=500, message="we saw: xylophone"))
    server.always = citing("The refund takes 5 days.")
    await room.ask("How long does the refund of my xylophone take?")
    await room.ask("How long does the refund of my xylophone take?")
    logged = caplog.text + str([vars(record) for record in caplog.records])
    assert "xylophone" not in logged


@pytest.mark.parametrize(
    ("adds_up", "told", "used"),
    [
        (False, [(900, 0, 700), (900, 20, 700), (900, 40, 700)], (900, 40, 700)),
        (True, [(900, 0, 700), (0, 20, None), (0, 20, None)], (900, 40, 700)),
    ],
    ids=["the whole again and again", "part by part"],
)
def test_usage_is_told_in_two_ways(
    adds_up: bool,  # noqa: FBT001
    told: list[tuple[int, int, int | None]],
    used: tuple[int, int, int],
) -> None:
    heard = Heard(adds_up=adds_up)
    for part in told:
        heard.use(*part)
    assert heard.usage == Usage(input=used[0], output=used[1], cached=used[2])


@pytest.mark.parametrize(("ending", "written"), [("", 100), ("stop", 1)])
def test_of_a_call_that_was_cut_off_what_was_written_counts(ending: str, written: int) -> None:
    """Some providers tell what was read at once, and what was written at the end alone."""
    told = Usage(input=900, output=1, cached=700)
    heard = Heard(adds_up=True, usage=told, characters=300, ending=ending)
    prompt = Prompt(system="", user="", passages=(), tokens=1000)
    assert used_by(prompt, heard, begun=True) == Usage(input=900, output=written, cached=700)
