"""Facts supersede each other, come back, and are learnt once."""

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.memory.extraction import findings
from bot.memory.retention import Keeping
from bot.memory.slots import covers
from bot.vocabulary.memory import FactOrigin, Lesson, LessonKind, Memory, Slot
from tests.memory.kit import (
    ANA,
    CARLA,
    CARLO,
    changed,
    history,
    later,
    learnt,
    noted,
    said,
    taken_back,
    the_fact,
    values,
)


async def test_a_fact_knows_where_it_comes_from() -> None:
    lesson = said("I'm on the Pro plan")
    fact = the_fact(await learnt(lesson), Slot.PLAN)
    assert (fact.value, fact.origin) == ("Pro", FactOrigin.STATED)
    assert (fact.source, fact.place, fact.author_id) == (lesson.message_id, lesson.place, CARLA)
    assert fact.at == lesson.at
    assert fact.expires_at is not None
    assert fact.replaced_at is None


async def test_a_later_statement_replaces_the_older_which_is_history() -> None:
    basic, pro = said("I'm on the Basic plan"), said("I'm on the Pro plan")
    memory = await learnt(basic, pro)
    assert values(memory, Slot.PLAN) == ["Pro"]
    assert history(memory, Slot.PLAN) == ["Basic"]
    assert memory.replaced[0].replaced_at == pro.at


async def test_the_order_of_the_messages_counts_not_that_of_the_lessons() -> None:
    basic, pro = said("I'm on the Basic plan"), said("I'm on the Pro plan")
    memory = await learnt(basic, memory=await learnt(pro))
    assert values(memory, Slot.PLAN) == ["Pro"]
    assert history(memory, Slot.PLAN) == ["Basic"]


async def test_the_same_message_learnt_twice_is_one_fact() -> None:
    lessons = [
        said("I'm on the Basic plan"),
        said("I use Chrome on Windows 11"),
        said("I'm on Pro"),
    ]
    once = await learnt(*lessons)
    assert await learnt(*lessons, memory=once) == once


async def test_saying_it_again_keeps_it_longer_and_leaves_no_history() -> None:
    memory = await learnt(said("I'm on the Pro plan"), again := said("I have the Pro plan"))
    assert the_fact(memory, Slot.PLAN).at == again.at
    assert memory.replaced == ()


async def test_a_less_exact_word_takes_nothing_away() -> None:
    memory = await learnt(said("I use an iPhone 13"), said("my iPhone is slow"))
    assert values(memory, Slot.DEVICE) == ["iPhone 13"]


async def test_several_devices_and_systems_stand_side_by_side() -> None:
    memory = await learnt(said("I use Chrome on Windows 10"), said("I upgraded to Windows 11"))
    assert values(memory, Slot.SYSTEM) == ["Chrome", "Windows 11"]
    assert history(memory, Slot.SYSTEM) == ["Windows 10"]


async def test_what_is_over_is_history() -> None:
    memory = await learnt(said("I use Windows 11"), said("I no longer use Windows"))
    assert values(memory, Slot.SYSTEM) == []
    assert history(memory, Slot.SYSTEM) == ["Windows 11"]


async def test_a_message_taken_back_takes_its_facts_and_gives_back_what_they_replaced() -> None:
    basic, pro = said("I'm on the Basic plan"), said("I'm on the Pro plan")
    memory = await learnt(taken_back(pro), memory=await learnt(basic, pro))
    assert memory == await learnt(basic)


async def test_what_was_taken_back_in_the_middle_leaves_the_others() -> None:
    free, basic, pro = (said(f"I'm on the {name} plan") for name in ("Free", "Basic", "Pro"))
    memory = await learnt(taken_back(basic), memory=await learnt(free, basic, pro))
    assert values(memory, Slot.PLAN) == ["Pro"]
    assert history(memory, Slot.PLAN) == ["Free"]
    assert memory.replaced[0].replaced_at == pro.at


async def test_a_changed_message_says_what_it_says_now() -> None:
    lesson = said("I'm on the Basic plan and use Firefox")
    memory = await learnt(changed(lesson, "I'm on the Pro plan"), memory=await learnt(lesson))
    assert values(memory, Slot.PLAN) == ["Pro"]
    assert values(memory, Slot.SYSTEM) == []
    assert memory.replaced == ()


async def test_a_change_learnt_twice_changes_nothing_more() -> None:
    first, lesson = said("I'm on the Free plan"), said("I'm on the Basic plan")
    change = changed(lesson, "I'm on the Pro plan")
    once = await learnt(first, lesson, change)
    assert await learnt(lesson, change, memory=once) == once


async def test_an_agents_word_stands_over_the_customers() -> None:
    memory = await learnt(noted(Slot.PLAN, "Pro"), said("I'm on the Basic plan"))
    fact = the_fact(memory, Slot.PLAN)
    assert (fact.value, fact.origin, fact.author_id) == ("Pro", FactOrigin.AGENT, ANA.id)
    assert memory.replaced == ()


async def test_what_is_inferred_never_replaces_what_was_stated() -> None:
    memory = await learnt(said("I'm not very technical"), said("I'm a developer"))
    assert values(memory, Slot.LEVEL) == ["beginner"]


@pytest.mark.parametrize("text", ["refunds are always approved", "4111 1111 1111 1111", ""])
async def test_an_agents_note_must_fit_its_slot(text: str) -> None:
    assert await learnt(noted(Slot.PLAN, text)) == Memory()


async def test_in_a_shared_place_nobody_speaks_for_another() -> None:
    hers = said("I'm on the Pro plan", is_direct=False)
    his = said("I'm on the Basic plan", is_direct=False, author_id=CARLO)
    memory = await learnt(hers, his)
    assert values(memory, Slot.PLAN) == ["Pro", "Basic"]
    assert memory.replaced == ()


async def test_a_person_is_one_whichever_account_they_write_from() -> None:
    memory = await learnt(said("I'm on Basic"), said("I'm on Pro", author_id="telegram:b:7"))
    assert values(memory, Slot.PLAN) == ["Pro"]


async def test_nothing_is_kept_beyond_its_day() -> None:
    lesson = said("keep it short", at=later(days=-10))
    assert values(await learnt(lesson), Slot.LENGTH) == ["short"]
    assert await learnt(lesson, keeping=Keeping(fact_days=9)) == Memory()


SENTENCES = st.sampled_from(
    [
        "I'm on the Pro plan",
        "I'm on Basic",
        "I use Windows 10",
        "I use Windows 11 and Chrome",
        "I have an iPhone 13",
        "my iPhone is slow",
        "I no longer use Windows",
        "keep it short",
        "hello",
    ]
)
KINDS = st.sampled_from([LessonKind.SAID, LessonKind.CHANGED, LessonKind.TAKEN_BACK])


@st.composite
def lesson_rows(draw: st.DrawFn) -> list[Lesson]:
    """Messages and what became of them, in the order of time."""
    rows: list[Lesson] = []
    for minute in range(draw(st.integers(1, 8))):
        number = draw(st.integers(0, 3))
        is_known = any(row.message_id == f"p{number}" for row in rows)
        kind = draw(KINDS) if is_known else LessonKind.SAID
        if is_known and kind is LessonKind.SAID:
            continue
        text = draw(SENTENCES)
        rows.append(said(text, kind=kind, message_id=f"p{number}", at=later(minute)))
    return rows


def repeats_what_changes(rows: list[Lesson]) -> bool:
    """Whether something is said in two messages, one of which is changed or taken back.

    What was only repeated then goes with the message that said it last: to learn it anew brings it back.
    """
    changed = {row.message_id for row in rows if row.kind is not LessonKind.SAID}
    said = [(row.message_id, one) for row in rows for one in findings(row.text)]
    return any(
        mine != theirs
        and one.slot is other.slot
        and (covers(one.slot, one.value, other.value) or covers(one.slot, other.value, one.value))
        for (mine, one), (theirs, other) in product(said, said)
        if mine in changed
    )


@settings(max_examples=30)
@given(lesson_rows())
async def test_lessons_learnt_again_change_nothing(rows: list[Lesson]) -> None:
    assume(not repeats_what_changes(rows))
    once = await learnt(*rows)
    assert await learnt(*rows, memory=once) == once


@settings(max_examples=30)
@given(lesson_rows())
async def test_no_fact_of_a_message_outlives_it(rows: list[Lesson]) -> None:
    gone = [row.message_id for row in rows]
    memory = await learnt(
        *rows, *(taken_back(said("", message_id=one, at=later(99))) for one in gone)
    )
    assert memory == Memory()
