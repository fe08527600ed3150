"""What customers do with their memory, by words and buttons, over the real engine."""

import json

import pytest
from redis.asyncio import Redis

from bot.texts import LANGUAGES, say
from bot.vocabulary.errors import UnreadableMemoryError
from bot.vocabulary.memory import Memory
from bot.vocabulary.turns import Outcome
from tests.builders import a_customer, a_message
from tests.flows.remembering import KNOWN, Opening, actions, opening, plain
from tests.memory_commands_kit import (
    CARLA,
    DORA,
    an_episode,
    said_on,
)


@pytest.fixture
def opened(redis_client: Redis) -> Opening:
    return opening(redis_client)


async def test_memory_shows_each_thing_with_a_button_that_forgets_it(opened: Opening) -> None:
    flow = opened()
    [text] = await flow.write("/memory")
    assert f"1. Your plan: **Pro** (you said so on {said_on()})" in text
    assert "2. Your language: **Spanish**" in text
    assert f"3. Since {said_on()}: The refund of order 12" in text
    assert f"4. {said_on()}: The pan arrived broken – solved" in text
    assert [button.label for button in flow.last().buttons][:4] == [
        f"Forget {number}" for number in (1, 2, 3, 4)
    ]
    [again] = await flow.press(actions(flow.last(), "memory:drop:")[0])
    assert "I don't remember that any more" in again
    assert "Pro" not in again
    assert [fact.id for fact in plain(flow).memory_of(CARLA).facts] == ["lang"]


async def test_a_button_of_what_is_gone_is_answered_kindly(opened: Opening) -> None:
    flow = opened()
    await flow.write("/memory")
    drop = actions(flow.last(), "memory:drop:")[0]
    await flow.press(drop)
    [text] = await flow.press(drop)
    assert "I don't remember that any more" in text
    [text] = await flow.press("memory:drop:nothing:99")
    assert "I don't remember that any more" in text
    assert len(plain(flow).memory_of(CARLA).facts) == 1


async def test_a_press_drops_from_the_pressers_own_memory_alone(opened: Opening) -> None:
    flow = opened()
    plain(flow).remember(DORA, Memory(facts=KNOWN.facts[:1]))
    await flow.write("/memory")
    drop = actions(flow.last(), "memory:drop:")[0]
    await flow.press(drop, author=a_customer("Dora"))
    assert plain(flow).memory_of(CARLA) == KNOWN
    assert plain(flow).memory_of(DORA) == Memory()


async def test_a_long_memory_is_shown_in_pages(opened: Opening) -> None:
    flow = opened()
    many = tuple(an_episode(f"Problem {number}", id=f"e{number}") for number in range(20))
    plain(flow).remember(CARLA, Memory(episodes=many))
    [first] = await flow.write("/memory")
    assert f"1. {said_on()}: Problem 19" in first
    assert "Page 1 of 3" in first
    assert len(flow.last().buttons) <= 25
    [second] = await flow.press("memory:page:2")
    assert f"9. {said_on()}: Problem 11" in second
    [third] = await flow.press("memory:page:3")
    assert f"20. {said_on()}: Problem 0" in third
    assert actions(flow.last(), "memory:page:") == ["memory:page:2"]


async def test_the_switch_asks_nothing(opened: Opening) -> None:
    flow = opened()
    [text] = await flow.write("/memory off")
    assert "Memory is off" in text
    [text] = await flow.write("/memory")
    assert text.startswith("**Memory is off**")
    [text] = await flow.press("memory:on")
    assert "Memory is on" in text
    plain(flow).allowed = False
    [text] = await flow.write("/memory on")
    assert "switched off in this help desk" in text


async def test_the_export_is_a_file_written_when_it_is_shown(opened: Opening) -> None:
    flow = opened()
    await flow.write("/memory export")
    shown = flow.adapter.shown[-1]
    [file] = shown.files
    assert (file.name, file.content_type) == ("relevo-memory.json", "application/json")
    assert json.loads(file.content)["facts"] == {"plan": "Pro", "language": "es"}
    assert "⚠" not in shown.message.text
    assert plain(flow).calls == ["export"]


async def test_an_export_that_cannot_be_read_is_said_to_be_missing(opened: Opening) -> None:
    flow = opened()
    plain(flow).error = UnreadableMemoryError("another key")
    [text] = await flow.write("/memory export")
    assert text.endswith("⚠ relevo-memory.json")


@pytest.mark.parametrize("command", ["/memory", "/memory export", "/forget", "/link", "/unlink"])
async def test_in_a_shared_place_nothing_is_said_of_anybody(opened: Opening, command: str) -> None:
    flow = opened()
    message = a_message(command, conversation=flow.customer, is_direct=False)
    [text] = await flow.arrive(message)
    assert "Write to me directly" in text or "write to me directly" in text
    assert plain(flow).calls == []
    [text] = await flow.press("memory:off", is_direct=False)
    assert "write to me directly" in text
    assert plain(flow).calls == []


@pytest.mark.parametrize("command", ["/memory", "/memory off", "/forget", "/link", "/unlink"])
async def test_without_a_memory_it_says_so(opened: Opening, command: str) -> None:
    flow = opened(memories=None)
    [text] = await flow.write(command)
    assert "don't keep a memory" in text


async def test_all_of_it_works_while_an_agent_has_the_word(opened: Opening) -> None:
    flow = opened()
    await flow.write("I want a person")
    await flow.agent("/claim")
    seen = len(flow.desk())
    [text] = await flow.write("/memory")
    assert "**Pro**" in text
    assert [button.action for button in flow.last().buttons][-1] == "bot"
    assert flow.desk()[seen:] == [], "nobody at the desk sees what is between the two"
    [text] = await flow.write("/memory off")
    assert "Memory is off" in text


async def test_what_is_shown_stays_out_of_history_and_receipts(opened: Opening) -> None:
    flow = opened()
    await flow.write("/memory")
    history = (await flow.conversation()).history
    assert [line.text for line in history] == ["/memory", "(showed what is remembered)"]
    receipt = await flow.receipt()
    assert (receipt.question, receipt.outcome) == ("/memory", Outcome.COMMANDED)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("/memoria", "Esto es lo que recuerdo de ti"),
        ("/memoria desactivar", "La memoria está desactivada"),
        ("/olvidar", "Borraría todo"),
        ("/vincular", "Tu código es"),
        ("/desvincular", "no está unida"),
    ],
)
async def test_in_spanish_by_spanish_names(opened: Opening, typed: str, words: str) -> None:
    flow = opened()
    await flow.write("hola, buenos días")
    [text] = await flow.write(typed)
    assert words in text


def test_every_text_of_a_button_fits_every_platform() -> None:
    labels = [
        say(f"memory.{key}", language, number=60)
        for language in LANGUAGES
        for key in ("button_drop", "button_on", "yes_forget", "no_unlink", "button_previous")
    ]
    assert max(map(len, labels)) <= 75
