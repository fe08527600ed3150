"""What customers do with their memory, by words and buttons, over the real engine."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.conversation.escalating.listening import Listening
from bot.engine.audit import AuditTrail
from bot.engine.client.connection import run_command
from bot.engine.keys import ConversationKeys
from bot.texts import LANGUAGES, say
from bot.vocabulary.errors import UnreadableMemoryError
from bot.vocabulary.memory import ConsentRule, Memory, Slot
from bot.vocabulary.messages import OutgoingMessage
from bot.vocabulary.turns import Outcome, Turn
from handoff.mood import DefaultMoodReader
from tests.builders import a_conversation, a_customer, a_message
from tests.engine_kit import ADMIN
from tests.fakes import ScriptedKnowledge
from tests.flows.kit import Flow
from tests.memory_commands_kit import (
    CARLA,
    DORA,
    PlainMemories,
    a_fact,
    a_thread,
    an_episode,
)

Opening = Callable[..., Flow]
KNOWN = Memory(
    facts=(a_fact(), a_fact(Slot.LANGUAGE, "es", id="lang")),
    episodes=(an_episode(is_solved=True),),
    threads=(a_thread(),),
)


@pytest.fixture
def opened(redis_client: Redis) -> Opening:
    def build(**fields: Any) -> Flow:
        memories = PlainMemories()
        memories.remember(CARLA, KNOWN)
        knowledge = ScriptedKnowledge({"ship": [("d1", "We ship to Spain.", 0.9)]})
        values: dict[str, Any] = {
            "redis": redis_client,
            "knowledge": knowledge,
            "memories": memories,
        }
        return Flow(**(values | fields))

    return build


def plain(flow: Flow) -> PlainMemories:
    assert isinstance(flow.memories, PlainMemories)
    return flow.memories


def actions(message: OutgoingMessage, beginning: str) -> list[str]:
    return [button.action for button in message.buttons if button.action.startswith(beginning)]


async def test_memory_shows_each_thing_with_a_button_that_forgets_it(opened: Opening) -> None:
    flow = opened()
    [text] = await flow.write("/memory")
    assert "1. Your plan: **Pro** (you said so on 3 May)" in text
    assert "2. Your language: **Spanish**" in text
    assert "3. Since 3 May: The refund of order 12" in text
    assert "4. 3 May: The pan arrived broken – solved" in text
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
    assert "1. 3 May: Problem 19" in first
    assert "Page 1 of 3" in first
    assert len(flow.last().buttons) <= 25
    [second] = await flow.press("memory:page:2")
    assert "9. 3 May: Problem 11" in second
    [third] = await flow.press("memory:page:3")
    assert "20. 3 May: Problem 0" in third
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
    assert "2 things about you, 1 earlier conversation and 1 open matter" in text
    assert not await erasures(redis_client)
    [text] = await YES[way](flow)
    assert "erasing it all" in text or "borrando todo" in text
    [asked] = await erasures(redis_client)
    assert "playground:demo:carla" in asked


async def erasures(redis: Redis) -> list[str]:
    """Read who is to be erased."""
    return await run_command(redis, "ZRANGE", ConversationKeys(a_conversation()).erasures, 0, -1)


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


async def everything(redis: Redis) -> str:
    """Read all that is stored, but what may still be shown under its key."""
    texts: list[str] = []
    reading = {
        "hash": ("HGETALL",),
        "list": ("LRANGE", 0, -1),
        "string": ("GET",),
        "stream": ("XRANGE", "-", "+"),
        "zset": ("ZRANGE", 0, -1),
    }
    for key in await run_command(redis, "KEYS", "rv:*"):
        command, *arguments = reading[await run_command(redis, "TYPE", key)]
        texts.append(str(await run_command(redis, str(command), key, *arguments)))
    return "\n".join(texts)


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


async def test_the_first_answer_says_once_that_there_is_a_memory(opened: Opening) -> None:
    flow = opened()
    [text] = await flow.write("do you ship?")
    assert text.startswith("We ship to Spain.")
    assert "`/memory off` stops it" in text
    history = (await flow.conversation()).history
    assert history[-1].text == "We ship to Spain."
    [text] = await flow.write("and do you ship to France?")
    assert "/memory" not in text


async def test_it_is_said_before_anything_is_learnt_but_not_to_whoever_is_upset(
    opened: Opening,
) -> None:
    flow = opened(listening=Listening(reader=DefaultMoodReader()))
    assert "/memory" not in (await flow.write("hello"))[0]
    upset = "This is ridiculous, I have been waiting for three weeks. Will you ever ring?"
    assert "/memory" not in (await flow.write(upset))[0]
    shy = opened(customer=replace(flow.customer, channel_id="c2"), consent=ConsentRule.OPT_IN)
    plain(shy).is_on = False
    assert "remember" not in (await shy.write("I'm on the Pro plan"))[0]
    calm = opened(customer=replace(flow.customer, channel_id="c3"))
    [text] = await calm.write("I'm on the Pro plan")
    assert "`/memory off` stops it" in text


async def test_no_notice_for_who_knows_it_or_has_switched_it_off(opened: Opening) -> None:
    flow = opened()
    await flow.write("/memory off")
    assert "/memory" not in (await flow.write("do you ship?"))[0]
    shared = opened(customer=replace(flow.customer, channel_id="c2"))
    message = a_message("do you ship?", conversation=shared.customer, is_direct=False)
    assert "/memory" not in (await shared.arrive(message))[0]
    for rule in (ConsentRule.OPT_OUT, ConsentRule.OPT_IN):
        late = opened(customer=replace(flow.customer, channel_id=f"c-{rule}"), consent=rule)
        plain(late).error = UnreadableMemoryError("another key")
        assert "remember" not in (await late.write("do you ship?"))[0]


async def test_where_consent_is_asked_for_a_button_offers_it_once(opened: Opening) -> None:
    flow = opened(memories=PlainMemories(is_on=False), consent=ConsentRule.OPT_IN)
    [text] = await flow.write("do you ship?")
    assert "I can remember such things" in text
    assert actions(flow.last(), "memory:") == ["memory:on"]
    [text] = await flow.press("memory:on")
    assert "Memory is on" in text
    assert (await flow.memories.view(CARLA)).is_on  # pyright: ignore[reportOptionalMemberAccess]
    [text] = await flow.write("do you ship?")
    assert "remember" not in text


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


class TestAdmins:
    ADMIN = a_customer(ADMIN)

    async def says(self, flow: Flow, text: str, **fields: Any) -> str:
        message = a_message(text, author=self.ADMIN, conversation=flow.customer, **fields)
        return (await flow.arrive(message))[0]

    async def test_they_see_take_and_erase_by_name_and_each_is_audited(
        self, opened: Opening, redis_client: Redis
    ) -> None:
        flow = opened()
        text = await self.says(flow, "/memory show playground:demo:carla")
        assert "What is remembered of** `playground:demo:carla`" in text
        assert "**Pro**" in text
        assert actions(flow.last(), "memory:") == []
        await self.says(flow, "/memory export playground:demo:carla")
        [file] = flow.adapter.shown[-1].files
        assert json.loads(file.content)["facts"]["plan"] == "Pro"
        await self.says(flow, "/memory erase playground:demo:carla")
        text = await self.says(flow, "yes")
        assert "everything of `playground:demo:carla` is being erased" in text
        assert len(await erasures(redis_client)) == 1
        entries = await AuditTrail(redis_client, deadline=1).latest(10)
        assert [(one.action, one.detail) for one in entries] == [
            ("memory_erase", "playground:demo:carla"),
            ("memory_export", "playground:demo:carla"),
            ("memory_show", "playground:demo:carla"),
        ]

    async def test_nobody_else_may(self, opened: Opening, redis_client: Redis) -> None:
        flow = opened()
        for verb in ("show", "export", "erase"):
            [text] = await flow.write(f"/memory {verb} playground:demo:dora")
            assert "Only administrators" in text
        assert plain(flow).calls == []
        entries = await AuditTrail(redis_client, deadline=1).latest(10)
        assert {one.action for one in entries} == {"memory_refused"}

    async def test_a_name_that_is_none_is_explained(self, opened: Opening) -> None:
        flow = opened()
        for named in ("carla", "icq:1:2", "playground::x", "a:b:c:d"):
            assert "Name the account" in await self.says(flow, f"/memory show {named}")
        text = await self.says(flow, "/memory show playground:demo:nobody")
        assert "Nothing is remembered" in text


def test_every_text_of_a_button_fits_every_platform() -> None:
    labels = [
        say(f"memory.{key}", language, number=60)
        for language in LANGUAGES
        for key in ("button_drop", "button_on", "yes_forget", "no_unlink", "button_previous")
    ]
    assert max(map(len, labels)) <= 75
