"""What customers do with their memory, over the encrypted stores of persons in Redis."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from bot.vocabulary.memory import Memory
from bot.vocabulary.messages import Author, IncomingMessage
from bot.vocabulary.turns import Turn
from tests.builders import a_message, a_press
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow
from tests.memory_commands_kit import CARLA, a_fact, a_thread, an_episode
from tests.memory_kit import everything_in, learn, memories_of, stores_on

PHONE = Author(user_id="4711", display_name="Carla")
"""Carla's other account."""


ON_PHONE = replace(CARLA, user_id=PHONE.user_id)


@pytest.fixture
async def flow(redis_client: Redis) -> Flow:
    stores = await stores_on(redis_client)
    known = Memory(facts=(a_fact(),), episodes=(an_episode(),), threads=(a_thread(),))
    await learn(stores, CARLA, known)
    return Flow(redis=redis_client, knowledge=ScriptedKnowledge(), memories=memories_of(stores))


Says = Callable[[str], Awaitable[str]]


@pytest.fixture
def phone(flow: Flow) -> Says:
    """Write from the other account."""
    there = replace(flow.customer, channel_id="phone")

    async def say(text: str) -> str:
        before = len(flow.adapter.texts(there))
        await flow.engine.inbox.accept(a_message(text, author=PHONE, conversation=there))
        await flow.engine.worker.serve(str(there))
        return flow.adapter.texts(there)[before]

    return say


async def test_things_are_shown_and_forgotten_one_by_one(flow: Flow) -> None:
    [text] = await flow.write("/memory")
    for number in (3, 2, 1):
        assert f"\n{number}. " in text
        drop = next(it.action for it in flow.last().buttons if it.action.startswith("memory:drop"))
        [text] = await flow.press(drop)
    assert "don't remember anything of you yet" in text


async def test_the_switch_holds(flow: Flow) -> None:
    await flow.write("/memory off")
    assert (await flow.write("/memory"))[0].startswith("**Memory is off**")
    await flow.write("/memory on")
    assert (await flow.write("/memory"))[0].startswith("**This is what I remember")


async def test_the_file_has_the_persons_own_things(flow: Flow) -> None:
    await flow.write("/memory export")
    [file] = flow.adapter.shown[-1].files
    assert b"Pro" in file.content


async def test_a_code_joins_and_unlink_parts_and_no_code_is_kept(
    flow: Flow, phone: Says, redis_client: Redis
) -> None:
    [text] = await flow.write("/link")
    found = re.search(r"\*\*(\d{4}) (\d{4})\*\*", text)
    assert found is not None, text
    assert "doesn't work" in await phone("/link 0000 0000")
    assert "this very account" in (await flow.write(f"/link {found[1]} {found[2]}"))[0]
    assert "Joined!" in await phone(f"/link {found[1]}-{found[2]}")
    assert "Pro" in await phone("/memory")
    stored = await everything_in(redis_client)
    for form in (f"{found[1]}{found[2]}", f"{found[1]} {found[2]}", f"{found[1]}-{found[2]}"):
        assert form.encode() not in stored
    assert "Shall I separate it?" in await phone("/unlink")
    assert "stands on its own" in await phone("yes")
    assert "isn't joined" in await phone("/unlink")
    assert "Pro" in (await flow.write("/memory"))[0]


async def test_codes_are_bounded(flow: Flow, phone: Says) -> None:
    texts = [(await flow.write("/link"))[0] for _ in range(5)]
    assert "several codes already" in texts[-1]
    texts = [await phone(f"/link 1234 000{number}") for number in range(8)]
    assert "too many tries" in texts[-1]


AGAIN = {
    "off": "switched_off",
    "link": "link_linked",
    "unlink": "done_unlink",
    "drop": "shown",
    "forget": "done_forget",
}


@pytest.mark.parametrize("what", AGAIN)
async def test_a_turn_that_runs_again_says_the_same(
    flow: Flow, what: str, redis_client: Redis
) -> None:
    memories = memories_of(await stores_on(redis_client))
    if what in {"link", "unlink"}:
        code = await memories.offer_code(ON_PHONE)
        message = a_message(f"/link {code}")
        if what == "unlink":
            await flow.arrive(message)
            await flow.write("/unlink")
            message = a_message("yes")
    elif what == "drop":
        await flow.write("/memory")
        message = a_press(flow.last().buttons[0].action)
    elif what == "forget":
        await flow.write("/forget")
        message = a_message("yes")
    else:
        message = a_message("/memory off")
    plans = [await flow.dispatcher.customer_turn(await a_turn(flow, message)) for _ in range(2)]
    assert [plan.receipt.reasons for plan in plans] == [(f"memory: {AGAIN[what]}",)] * 2
    texts = [plan.deliveries[0].message.text for plan in plans]
    assert texts[0] == texts[1]
    assert plans[0].erases == plans[1].erases == (CARLA if what == "forget" else None)


async def a_turn(flow: Flow, message: IncomingMessage) -> Turn:
    """A turn as the worker begins it, of a message that the inbox has taken."""
    stamped = replace(message, conversation=flow.customer, principal=CARLA)
    return Turn(
        id="t",
        conversation=await flow.conversation(),
        messages=(stamped,),
        started_at=datetime.now(UTC),
    )
