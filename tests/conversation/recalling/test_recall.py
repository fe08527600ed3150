"""The memory is asked once a turn, for whoever acts, and never holds a turn up."""

from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from bot.conversation.recalling.recall import NOTHING, Recalling
from bot.vocabulary.conversations import Memo
from bot.vocabulary.errors import StateUnavailableError, UnreadableMemoryError
from bot.vocabulary.memory import Memory, Slot, identity_of
from bot.vocabulary.messages import IncomingMessage, MessageKind, Principal
from tests.builders import a_conversation, a_press
from tests.conversation.recalling.kit import RememberingAll, a_turn, group, knowing, said, version
from tests.memory_commands_kit import CARLA, DORA, a_fact


def counted(result: str) -> float:
    return REGISTRY.get_sample_value("relevo_recalls_total", {"result": result}) or 0.0


async def recalled(memories: RememberingAll, *messages: IncomingMessage) -> tuple[str, ...]:
    found = await Recalling(memories).recall(a_turn(*messages))
    return tuple(fact.value for fact in found.facts)


async def test_what_was_heard_in_private_is_recalled_in_private_alone() -> None:
    memories = knowing(version("4"))
    memories.groups[group(a_conversation())] = Memory(facts=(a_fact(Slot.PRODUCT, "shop"),))
    assert await recalled(memories, said("How do I pay?")) == ("4",)
    assert await recalled(memories, said("How do I pay?", is_direct=False)) == ("shop",)
    assert await recalled(memories, said("How do I pay?", principal=DORA)) == ()
    assert memories.calls == ["recall"] * 3


async def test_nobody_is_recalled_where_it_is_not_plain_who_acts() -> None:
    memories = knowing(version())
    assert await recalled(memories, said("hi", principal=None)) == ()
    both = (said("hi"), said("and how do I pay?", principal=DORA))
    assert await recalled(memories, *both) == ()
    assert await recalled(memories) == ()
    assert memories.calls == []


@pytest.mark.parametrize(
    ("message", "is_asked"),
    [
        (said("/help"), False),
        (said("   "), False),
        (said("/human"), True),
        (a_press("rate:down", principal=CARLA), True),
        (a_press("rate:up", principal=CARLA), False),
        (said("gone", kind=MessageKind.DELETED), False),
    ],
)
async def test_it_is_asked_where_something_is(message: IncomingMessage, *, is_asked: bool) -> None:
    memories = knowing(version())
    turn = a_turn(message, memo=Memo(question="How do I pay?"))
    found = await Recalling(memories).recall(turn)
    assert (memories.calls == ["recall"], found != NOTHING) == (is_asked, is_asked)


@pytest.mark.parametrize(
    "error", [StateUnavailableError("no Redis"), UnreadableMemoryError("another key")]
)
async def test_a_turn_goes_on_without_a_memory_that_fails(error: Exception) -> None:
    memories, before = replace(knowing(version()), error=error), counted("failed")
    assert await recalled(memories, said("How do I pay?")) == ()
    assert counted("failed") == before + 1


async def test_a_turn_does_not_wait_for_a_slow_memory() -> None:
    memories, before = replace(knowing(version()), seconds=30), counted("failed")
    recalling = Recalling(memories, seconds=0.01)
    assert await recalling.recall(a_turn(said("How do I pay?"))) == NOTHING
    assert counted("failed") == before + 1


async def test_without_a_memory_nothing_is_recalled() -> None:
    assert await Recalling().recall(a_turn(said("How do I pay?"))) == NOTHING
    assert await Recalling().begin(a_turn(said("How do I pay?")), is_bots=True) == NOTHING


@pytest.mark.parametrize(
    ("messages", "is_bots", "is_recalled", "noted"),
    [
        ((said("How do I pay?"),), True, True, []),
        ((said("How do I pay?"),), False, False, [CARLA]),
        ((said("/help"),), True, False, [CARLA]),
        ((said(""),), True, False, [CARLA]),
        (
            (said("hi", is_direct=False, principal=DORA), said("?", is_direct=False)),
            True,
            True,
            [DORA],
        ),
        ((said("hi", principal=None),), True, False, []),
    ],
)
async def test_it_is_noted_of_everybody_that_they_wrote_there(
    messages: tuple[IncomingMessage, ...],
    noted: list[Principal],
    *,
    is_bots: bool,
    is_recalled: bool,
) -> None:
    """A recall notes it itself; else nobody would find there what is to be erased."""
    memories = knowing(version())
    await Recalling(memories).begin(a_turn(*messages), is_bots=is_bots)
    assert memories.calls == ["recall"] * is_recalled
    assert memories.visitors == [identity_of(who) for who in noted]


async def test_what_was_found_is_counted() -> None:
    before = counted("found"), counted("nothing")
    await recalled(knowing(version()), said("How do I pay?"))
    await recalled(knowing(), said("How do I pay?"))
    assert (counted("found"), counted("nothing")) == (before[0] + 1, before[1] + 1)
