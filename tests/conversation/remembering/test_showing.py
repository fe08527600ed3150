"""What is remembered, in words and pages: everything once, nothing as markup, never too many buttons."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.remembering.showing import PAGE, Shown
from bot.conversation.remembering.wording import items_of
from bot.memory.names import access_needs, languages
from bot.memory.slots import RULES
from bot.texts import LANGUAGES, say
from bot.texts.plain import plain
from bot.vocabulary.memory import FactOrigin, Memory, MemoryView, Slot
from bot.vocabulary.messages import Platform, Principal
from tests.memory_commands_kit import CARLA, a_fact, a_thread, an_episode

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def shown(memory: Memory, *, language: str = "en", **fields: Any) -> Shown:
    values: dict[str, Any] = {"is_on": True, "memory": memory}
    view = MemoryView(**(values | fields))
    return Shown(view, language=language, prefix="/", now=NOW)


def a_memory(facts: int, episodes: int, threads: int) -> Memory:
    return Memory(
        facts=tuple(a_fact(value=f"P{number}", id=f"f{number}") for number in range(facts)),
        episodes=tuple(an_episode(f"E{number}", id=f"e{number}") for number in range(episodes)),
        threads=tuple(a_thread(f"T{number}", id=f"t{number}") for number in range(threads)),
    )


COUNTS = st.integers(0, 12)


@given(facts=COUNTS, episodes=COUNTS, threads=COUNTS, language=st.sampled_from(LANGUAGES))
def test_pages_show_everything_once_with_buttons_that_fit(
    facts: int, episodes: int, threads: int, language: str
) -> None:
    memory = a_memory(facts, episodes, threads)
    whole = shown(memory, language=language)
    pages = max(1, -(-len(whole.items) // PAGE))
    found: list[str] = []
    for number in range(1, pages + 1):
        _, buttons = whole.page(number, CARLA)
        assert len(buttons) < 25, "Discord takes 25, and the way to a person comes on top"
        assert len({button.action for button in buttons}) == len(buttons)
        assert all(len(button.action.encode()) <= 64 for button in buttons)
        drops = [button.action for button in buttons if button.action.startswith("memory:drop:")]
        items = [whole.found(action.split(":")[2]) for action in drops]
        found += [item.id for item in items if item is not None]
    every = (*memory.facts, *memory.threads, *memory.episodes)
    assert sorted(found) == sorted(item.id for item in every)


@given(number=st.integers(-5, 500))
def test_a_page_that_is_not_there_is_the_nearest(number: int) -> None:
    whole = shown(a_memory(0, 20, 0))
    assert whole.page(number, CARLA) == whole.page(min(max(number, 1), 3), CARLA)


@given(words=st.text(min_size=1, max_size=60))
def test_words_of_people_are_shown_as_they_stand(words: str) -> None:
    text, _ = shown(Memory(facts=(a_fact(value=f"x{words}y"),))).page(1, CARLA)
    assert "\n" not in text.split("1. ", 1)[1].split("you said", 1)[0]
    clean = " ".join(f"x{words}y".split())
    if clean.isascii() and clean.isprintable():
        assert f"Your plan: {clean} (you said so on 3 May)" in plain(text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slot", Slot)
@pytest.mark.parametrize("origin", FactOrigin)
def test_each_fact_says_what_it_is_and_how_it_came(
    slot: Slot, origin: FactOrigin, language: str
) -> None:
    memory = Memory(facts=(a_fact(slot, "en", origin=origin),))
    text, _ = shown(memory, language=language).page(1, CARLA)
    assert say(f"memory.slot_{slot}", language) in text
    assert say(f"memory.how_{origin}", language, day="3")[:6] in text


def test_each_value_of_a_closed_list_is_read_in_both_languages() -> None:
    listed = {Slot.LANGUAGE: languages().values(), Slot.ACCESS: access_needs()}
    listed |= {Slot.TONE: ("formal", "informal"), Slot.LENGTH: ("short", "detailed")}
    listed |= {Slot.LEVEL: ("beginner", "expert")}
    for slot, values in listed.items():
        for value in values:
            assert RULES[slot].write(value) == value
            fact = a_fact(slot, value)
            english, spanish = (
                items_of(Memory(facts=(fact,)), language, NOW)[0].words for language in LANGUAGES
            )
            assert f"**{value}**" not in spanish or slot in {Slot.TONE}, value
            assert english != spanish


def test_a_promise_names_who_gave_it_and_until_when() -> None:
    thread = a_thread(by="Ana", due=datetime(2027, 1, 2, tzinfo=UTC))
    text, _ = shown(Memory(threads=(thread,))).page(1, CARLA)
    assert "Promised by Ana on 3 May: The refund of order 12 (until 2 January 2027)" in plain(text)


def test_what_people_wrote_links_nowhere_and_is_no_command() -> None:
    words = "see https://shop.example or send /forget"
    memory = Memory(episodes=(an_episode(words),), threads=(a_thread(words),))
    for text in (shown(memory).page(1, CARLA)[0], shown(memory).all("slack:T1:U1")):
        assert plain(text).count("hxxps[:]//shop[.]example or send / forget") == 2


def test_nothing_remembered_offers_nothing_to_erase() -> None:
    text, buttons = shown(Memory()).page(1, CARLA)
    assert "don't remember anything" in text
    assert [button.action for button in buttons] == ["memory:off"]
    _, buttons = shown(Memory(), is_on=False).page(1, CARLA)
    assert [button.action for button in buttons] == ["memory:on"]


def test_joined_accounts_are_named_by_their_platforms() -> None:
    linked = ("playground:demo:carla", "telegram:1:2", "slack:T1:U1")
    text, _ = shown(Memory(), linked=linked).page(1, CARLA)
    assert "Your accounts on Playground, Slack, Telegram share this memory" in text
    alone = Principal(platform=Platform.SLACK, tenant_id="T1", user_id="U1")
    text, _ = shown(Memory(), linked=("slack:T1:U1",)).page(1, alone)
    assert "share this memory" not in text


def test_an_admin_sees_it_without_buttons_and_bounded() -> None:
    text = shown(a_memory(0, 70, 0)).all("slack:T1:U1")
    assert "60. 3 May: E10" in text
    assert "E9" not in text
    assert "And 10 more" in text
