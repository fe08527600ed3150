"""What a recall holds whatever is remembered: facts, the budget, one order, nothing of before."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from bot.memory.recall.budget import (
    AROUND_ITEM,
    episode_tokens,
    fact_tokens,
    text_tokens,
    thread_tokens,
)
from bot.memory.recall.recaller import MOST_TERMS, Recaller
from bot.vocabulary.memory import Commitment, Episode, Fact, Memory, OpenThread, Recalled, Slot
from tests.memory.recall.kit import NOW, ago, episode, fact, recalled, thread

SPOKEN = """
    printer refund parcel app login sync error 4.2 invoice router slow broken impresora factura devolución
    pedido the my is la no me when cuándo how many yesterday 3 May Ana ¿? 😀
"""
WORDS = [*SPOKEN.split(), "\x01", "\x00"]
DAYS = st.integers(-2, 500)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
QUESTIONS = TEXTS | st.text(max_size=60)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    made = fact(draw(st.sampled_from(list(Slot))), draw(TEXTS)[:200], draw(DAYS))
    ends = draw(st.none() | DAYS.map(ago))
    replaced = draw(st.none() | st.just(ago(1)))
    return replace(made, id=f"f{draw(st.integers())}", expires_at=ends, replaced_at=replaced)


@st.composite
def episodes(draw: st.DrawFn) -> Episode:
    promise = st.builds(Commitment, text=TEXTS, by=st.sampled_from(["Ana", "Ana López", ""]))
    return episode(
        draw(TEXTS),
        draw(DAYS),
        id=f"e{draw(st.integers())}",
        tried=tuple(draw(st.lists(TEXTS, max_size=2))),
        resolution=draw(TEXTS),
        commitments=tuple(draw(st.lists(promise, max_size=2))),
        language=draw(st.sampled_from(["en", "es", "fr"])),
        is_solved=draw(st.sampled_from([True, False, None])),
    )


@st.composite
def threads(draw: st.DrawFn) -> OpenThread:
    due = draw(st.none() | DAYS.map(ago))
    by = draw(st.sampled_from(["Ana", None]))
    return thread(draw(TEXTS), draw(DAYS), id=f"t{draw(st.integers())}", due=due, by=by)


def by_id(one: Fact | Episode | OpenThread) -> str:
    return one.id


MEMORIES = st.builds(
    Memory,
    facts=st.lists(facts(), max_size=6, unique_by=by_id).map(tuple),
    replaced=st.lists(facts(), max_size=2, unique_by=by_id).map(tuple),
    episodes=st.lists(episodes(), max_size=6, unique_by=by_id)
    .map(lambda found: sorted(found, key=lambda one: one.ended_at))
    .map(tuple),
    threads=st.lists(threads(), max_size=3, unique_by=by_id).map(tuple),
)


def tokens(found: Recalled) -> int:
    costs = [*map(fact_tokens, found.facts), *map(thread_tokens, found.threads)]
    return sum(costs) + sum(map(episode_tokens, found.episodes))


def is_true(one: Fact, now: datetime) -> bool:
    return one.replaced_at is None and (one.expires_at is None or one.expires_at > now)


@hypothesis(max_examples=60, deadline=None)
@given(memory=MEMORIES, question=QUESTIONS, budget=st.integers(0, 900))
def test_whatever_is_remembered(memory: Memory, question: str, budget: int) -> None:
    found = Recaller(budget).recall(memory, question, NOW)
    assert tokens(found) <= budget
    true = tuple(one for one in memory.facts if is_true(one, NOW))
    assert [one for one in true if one in found.facts] == list(found.facts)
    if sum(map(fact_tokens, true)) <= budget:
        assert found.facts == true
    assert {one.id for one in found.episodes} <= {one.id for one in memory.episodes}
    assert len({one.id for one in found.episodes}) == len(found.episodes)
    assert set(found.threads) <= set(memory.threads)
    assert found.again is None or found.again in memory.episodes
    # What was recalled for others before, and the lexicon that grew with it, changes nothing.
    used = Recaller(budget)
    used.recall(Memory(episodes=(episode("printer 4.2 router", 1),)), "my printer again", NOW)
    assert used.recall(memory, question, NOW) == found


@hypothesis(max_examples=25, deadline=None)
@given(
    memory=MEMORIES,
    other=st.lists(facts(), max_size=4, unique_by=by_id).map(tuple),
    question=QUESTIONS,
)
def test_facts_of_before_are_never_recalled(
    memory: Memory, other: tuple[Fact, ...], question: str
) -> None:
    dead = tuple(replace(one, expires_at=NOW) for one in other)
    known = replace(memory, replaced=other, facts=memory.facts + dead)
    without = replace(memory, replaced=())
    assert Recaller(900).recall(known, question, NOW) == Recaller(900).recall(
        without, question, NOW
    )


def test_an_empty_memory_gives_nothing() -> None:
    for question in ("", "my printer again", "¿otra vez?", "\x01"):
        assert Recaller().recall(Memory(), question, NOW) == Recalled()


def test_where_not_all_facts_fit_those_for_every_answer_do_and_then_the_newest() -> None:
    stated = (
        fact(Slot.LANGUAGE, "es", 400),
        fact(Slot.PRODUCT, "Nimbus AX2", 30),
        fact(Slot.PRODUCT, "Nimbus AX9", 2),
    )
    found = Recaller(2 * AROUND_ITEM + 4).recall(Memory(facts=stated), "hello", NOW)
    assert found.facts == (stated[0], stated[2])


def test_an_episode_that_is_too_long_is_recalled_in_short() -> None:
    long = episode("My printer shows error 12. " * 14, resolution="A new one was sent. " * 20)
    tried = replace(long, tried=("Turn it off. " * 12,))
    [short] = recalled("printer error 12", tried, budget=200).episodes
    assert short.id == long.id
    assert short.problem.endswith("…")
    assert short.tried == ()
    assert recalled("printer error 12", long, budget=20).episodes == ()


def test_the_thread_to_ask_about_comes_first_then_those_of_what_is_asked() -> None:
    asked = episode("The parcel with the lamp is lost", 40)
    lost = thread("The parcel is lost", 40, episode=asked.id)
    promised = thread("I will send a new one", 20, by="Ana", due=ago(1))
    others = [thread("Something else", days) for days in (60, 1)]
    memory = Memory(episodes=(asked,), threads=(others[0], lost, promised, others[1]))
    found = Recaller(800).recall(memory, "where is the parcel with my lamp", NOW).threads
    assert found == (promised, lost, others[1], others[0])


def test_a_second_one_on_the_same_day_is_not_raised_however_few_fit() -> None:
    waiting = tuple(thread("Something is not settled " * 5, days) for days in range(13, 2, -1))
    asked = thread("The parcel is lost " * 5, 20, raised_at=ago(0.1))
    raised_today = Recaller(200).recall(Memory(threads=(asked, *waiting)), "hello", NOW)
    assert asked not in raised_today.threads
    assert raised_today.to_raise is None
    assert Recaller(200).recall(Memory(threads=waiting), "hello", NOW).to_raise == waiting[0]


def test_threads_leave_room_for_episodes() -> None:
    many = tuple(thread("Something is not settled " * 5, days) for days in range(1, 20))
    memory = Memory(episodes=(episode("My printer is broken"),), threads=many)
    found = Recaller(200).recall(memory, "broken printer", NOW)
    assert found.episodes
    assert found.threads


def test_tokens_are_counted_by_the_characters() -> None:
    assert [text_tokens(text) for text in ("", "abcd", "abcde", "ñandú", "你好")] == [0, 1, 2, 2, 1]


def test_the_lexicon_begins_anew_before_it_grows_too_large() -> None:
    recaller = Recaller()
    memory = Memory(episodes=(episode(" ".join(f"{number}x" for number in range(MOST_TERMS))),))
    assert recaller.recall(memory, "7x", NOW) == recaller.recall(memory, "7x", NOW)
    recaller.recall(Memory(episodes=(episode("printer"),)), "printer", NOW)
    assert len(recaller._lexicon) < MOST_TERMS
