"""What happens to a memory only after a yes, and codes that join accounts."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis

from bot.vocabulary.errors import UnreadableMemoryError
from bot.vocabulary.turns import Outcome, Turn
from tests.builders import a_customer, a_message
from tests.flows.kit import Flow
from tests.flows.remembering import KNOWN, Opening, actions, erasures, everything, opening, plain
from tests.memory_commands_kit import (
    DORA,
)


@pytest.fixture
def opened(redis_client: Redis) -> Opening:
    return opening(redis_client)


YES: dict[str, Callable[[Flow], Awaitable[list[str]]]] = {
    "a button": lambda flow: flow.press(actions(flow.last(), "memory:answer:yes")[0]),
    "a yes": lambda flow: flow.write("yes"),
    "its words": lambda flow: flow.write("yes, erase everything!"),
    "Spanish": lambda flow: flow.write("sí"),
}


@pytest.mark.parametrize("way", YES)
async def test_forget_says_what_it_erases_and_wants_a_yes(
    opened: Opening, way: str, redis_client: Redis
) -> None:
    flow = opened()
    [text] = await flow.write("/forget")
    assert "my memory (2 things about you, 1 earlier conversation, 1 open matter)" in text
    assert not await erasures(redis_client)
    [text] = await YES[way](flow)
    assert "erasing it all" in text or "borrando todo" in text
    [asked] = await erasures(redis_client)
    assert "playground:demo:carla" in asked


async def test_a_no_and_anything_else_erase_nothing(opened: Opening, redis_client: Redis) -> None:
    flow = opened()
    await flow.write("/forget")
    [text] = await flow.write("no")
    assert "nothing is erased" in text
    await flow.write("/forget")
    await flow.write("do you ship?")
    await flow.write("yes")
    await flow.write("/forget")
    [text] = await flow.press(actions(flow.last(), "memory:answer:no")[0])
    assert "nothing is erased" in text
    assert not await erasures(redis_client)


async def test_a_yes_to_an_agent_is_no_yes_to_the_bot(opened: Opening, redis_client: Redis) -> None:
    flow = opened()
    await flow.write("I want a person")
    await flow.agent("/claim")
    await flow.write("/forget")
    question = flow.last()
    await flow.agent("/reply Is it the blue one?")
    await flow.write("yes")
    assert "yes" in flow.desk()[-1]
    assert not await erasures(redis_client)
    [text] = await flow.press(actions(question, "memory:answer:yes")[0])
    assert "erasing it all" in text


async def test_a_yes_in_words_counts_while_an_agent_listens(
    opened: Opening, redis_client: Redis
) -> None:
    flow = opened()
    await flow.write("I want a person")
    await flow.agent("/claim")
    seen = len(flow.desk())
    await flow.write("/forget")
    [text] = await flow.write("Yes")
    assert "erasing it all" in text
    assert len(await erasures(redis_client)) == 1
    assert flow.desk()[seen:] == []


async def test_an_old_question_and_somebody_elses_are_over(
    opened: Opening, redis_client: Redis
) -> None:
    flow = opened()
    await flow.write("/forget")
    yes = actions(flow.last(), "memory:answer:yes")[0]
    [text] = await flow.press(yes, author=a_customer("Dora"))
    assert "no longer open" in text
    [text] = await flow.press(yes)
    assert "no longer open" in text, "whatever comes in between ends it"
    await flow.write("/forget")
    [text] = await flow.press("memory:answer:yes:0")
    assert "no longer open" in text
    assert not await erasures(redis_client)


async def test_a_code_joins_two_accounts_and_stays_out_of_all_that_is_kept(
    opened: Opening, redis_client: Redis
) -> None:
    flow = opened()
    [text] = await flow.write("/link")
    assert "`/link 1234 5678`" in text
    other = opened(memories=flow.memories)
    dora = a_customer("Dora")
    [text] = await other.arrive(a_message("/link 1234 5678", author=dora))
    assert "Joined!" in text
    assert plain(flow).memory_of(DORA) == KNOWN
    [text] = await other.arrive(a_message("/link 1234-5678", author=dora))
    assert "doesn't work" in text
    for form in ("12345678", "1234 5678", "1234-5678"):
        assert form not in await everything(redis_client)
    [text] = await other.arrive(a_message("/memory", author=dora))
    assert "**Pro**" in text


async def test_codes_that_do_not_work_are_explained(opened: Opening) -> None:
    flow = opened()
    await flow.write("/link")
    [text] = await flow.write("/link 1234 5678")
    assert "this very account" in text
    [text] = await flow.write("/link hello")
    assert "eight digits" in text
    for _ in range(4):
        [text] = await flow.write("/link 8765 4321")
    assert "too many tries" in text
    [text] = await flow.write("/link")
    assert "several codes already" in text


async def test_unlink_asks_first(opened: Opening) -> None:
    flow = opened()
    [text] = await flow.write("/unlink")
    assert "isn't joined" in text
    code = await plain(flow).offer_code(DORA)
    await flow.write(f"/link {code}")
    await flow.write("/unlink")
    [text] = await flow.write("no")
    assert "stay joined" in text
    assert "Playground" in (await flow.write("/memory"))[0]
    await flow.write("/unlink")
    [text] = await flow.press(actions(flow.last(), "memory:answer:yes")[0])
    assert "stands on its own" in text


async def test_a_yes_to_what_cannot_be_read_is_answered(opened: Opening) -> None:
    flow = opened()
    code = await plain(flow).offer_code(DORA)
    await flow.write(f"/link {code}")
    await flow.write("/unlink")
    plain(flow).error = UnreadableMemoryError("another key")
    [text] = await flow.write("yes")
    assert "can't read what is kept" in text
    assert (await flow.receipt()).outcome is Outcome.COMMANDED


async def test_a_code_that_others_can_read_is_not_taken(opened: Opening) -> None:
    flow = opened()
    code = await plain(flow).offer_code(DORA)
    message = a_message(f"/link {code}", conversation=flow.customer, is_direct=False)
    [text] = await flow.arrive(message)
    assert "Others can read that code" in text
    assert "redeem" not in plain(flow).calls


async def test_what_cannot_be_read_can_be_erased(opened: Opening) -> None:
    flow = opened()
    plain(flow).error = UnreadableMemoryError("another key")
    [text] = await flow.write("/memory")
    assert "can't read what is kept" in text
    [text] = await flow.write("/forget")
    assert "Shall I erase it?" in text
    [text] = await flow.write("yes")
    assert "erasing it all" in text


async def test_an_edited_code_is_hidden_too(opened: Opening, redis_client: Redis) -> None:
    flow = opened()
    message = a_message("/link 1111 2222", conversation=flow.customer)
    await flow.arrive(message)
    await flow.amend(message, "/link 3333 4444")
    stored = await everything(redis_client)
    assert "1111 2222" not in stored
    assert "3333 4444" not in stored


async def test_a_code_that_could_not_be_handled_reaches_nobody(opened: Opening) -> None:
    flow = opened()
    await flow.write("hello")
    message = a_message("/link 1111 2222", conversation=flow.customer)
    turn = Turn(
        id="t",
        conversation=await flow.conversation(),
        messages=(message,),
        started_at=datetime.now(UTC),
    )
    plan = flow.dispatcher.dead_letter(turn, "3 tries failed")
    assert plan.outcome is Outcome.HANDED_OVER
    assert "1111" not in str(plan)
