"""What one person's memory costs stays flat over the years, whatever is said."""

from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from typing_extensions import override

from bot.memory.learning import PatternLearner
from bot.memory.profile import Scope, with_end, with_fact, without_message
from bot.memory.retention import FULL_EPISODES, Keeping, kept
from bot.memory.slots import RULES, lifetime
from bot.memory.threads import with_threads_of
from bot.vocabulary.memory import Commitment, Episode, Fact, FactOrigin, Memory, Slot
from tests.memory.kit import CARLA, CARLO, HERE, NOON, later

SMALL = Keeping(most_facts=8, most_replaced=5, most_episodes=6, most_threads=4)

VALUES = {
    Slot.PLAN: ("Free", "Basic", "Pro"),
    Slot.SYSTEM: ("Windows 10", "Windows 11", "Linux", "Firefox", "Chrome"),
    Slot.DEVICE: tuple(f"iPhone {number}" for number in range(8, 16)),
    Slot.PRODUCT: tuple(f"Nimbus AX{number}" for number in range(20)),
    Slot.LANGUAGE: ("en", "es"),
}


def a_fact(number: int, slot: Slot, value: str, **fields: object) -> Fact:
    values: dict[str, object] = {
        "id": f"{slot}-{number}",
        "slot": slot,
        "value": value,
        "origin": FactOrigin.STATED,
        "source": f"m{number}",
        "place": HERE,
        "author_id": CARLA,
        "at": later(number),
    }
    return Fact(**(values | fields))  # pyright: ignore[reportArgumentType]


def an_episode(number: int, at: datetime, **fields: object) -> Episode:
    values: dict[str, object] = {
        "id": f"e{number}",
        "place": HERE,
        "began_at": at,
        "ended_at": at,
        "language": "en",
        "problem": f"part {number} of the machine makes noises " * 10,
        "tried": ("oil it", "turn it off"),
        "resolution": "a new one was sent " * 20,
    }
    return Episode(**(values | fields))  # pyright: ignore[reportArgumentType]


class AMemoryOverTheYears(RuleBasedStateMachine):
    """Says, takes back, ends and concludes at random while time goes by."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory()
        self.now = NOON
        self.number = 0

    @rule(
        slot=st.sampled_from(list(VALUES)),
        pick=st.integers(0, 99),
        origin=st.sampled_from(list(FactOrigin)),
        author=st.sampled_from([CARLA, CARLO]),
        is_direct=st.booleans(),
    )
    def say(
        self, slot: Slot, pick: int, origin: FactOrigin, author: str, *, is_direct: bool
    ) -> None:
        self.number += 1
        value = VALUES[slot][pick % len(VALUES[slot])]
        expires = self.now + lifetime(slot, SMALL.fact_days)
        fact = a_fact(
            self.number,
            slot,
            value,
            origin=origin,
            author_id=author,
            at=self.now,
            expires_at=expires,
        )
        self.memory = with_fact(self.memory, fact, Scope(author_id=None if is_direct else author))

    @rule(back=st.integers(0, 20))
    def take_back(self, back: int) -> None:
        self.memory = without_message(self.memory, HERE, f"m{self.number - back}")

    @rule(pick=st.integers(0, 99))
    def end(self, pick: int) -> None:
        names = VALUES[Slot.SYSTEM]
        self.memory = with_end(
            self.memory, Slot.SYSTEM, names[pick % len(names)], self.now, Scope()
        )

    @rule(is_solved=st.sampled_from([True, False, None]), promises=st.integers(0, 3))
    def conclude(self, promises: int, *, is_solved: bool | None) -> None:
        self.number += 1
        made = tuple(Commitment(text=f"promise {one}", by="Ana") for one in range(promises))
        episode = an_episode(self.number, self.now, is_solved=is_solved, commitments=made)
        memory = Memory(
            facts=self.memory.facts,
            replaced=self.memory.replaced,
            episodes=(*self.memory.episodes, episode),
            threads=self.memory.threads,
        )
        self.memory = with_threads_of(memory, episode)

    @rule(days=st.sampled_from([0.01, 1, 40, 400]))
    def wait(self, days: float) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def is_within_its_share(self) -> None:
        memory = kept(self.memory, self.now, SMALL)
        assert len(memory.facts) <= SMALL.most_facts
        assert len(memory.replaced) <= SMALL.most_replaced
        assert len(memory.episodes) <= SMALL.most_episodes
        assert len(memory.threads) <= SMALL.most_threads
        assert kept(memory, self.now, SMALL) == memory
        assert all(fact.expires_at is None or fact.expires_at > self.now for fact in memory.facts)
        assert all(fact.replaced_at is None for fact in memory.facts)
        assert all(fact.replaced_at is not None for fact in memory.replaced)
        ids = [fact.id for fact in (*memory.facts, *memory.replaced)]
        assert len(ids) == len(set(ids))
        for slot in Slot:
            mine = [one for one in memory.facts if (one.slot, one.author_id) == (slot, CARLA)]
            assert len(mine) <= RULES[slot].most
        self.memory = memory

    @override
    def teardown(self) -> None:
        forever = kept(self.memory, self.now + timedelta(days=4_000), SMALL)
        assert forever == Memory()


AMemoryOverTheYears.TestCase.settings = settings(max_examples=40, stateful_step_count=40)
test_a_memory_over_the_years = AMemoryOverTheYears.TestCase


def test_what_was_only_inferred_is_forgotten_before_what_was_said() -> None:
    facts = tuple(a_fact(number, Slot.PRODUCT, f"Nimbus AX{number}") for number in range(8))
    inferred = a_fact(99, Slot.LEVEL, "expert", origin=FactOrigin.INFERRED)
    memory = kept(Memory(facts=(*facts, inferred)), later(), Keeping(most_facts=8))
    assert memory.facts == facts


def test_old_episodes_are_kept_short_and_late_ones_whole() -> None:
    episodes = tuple(an_episode(number, later(number)) for number in range(FULL_EPISODES + 5))
    memory = kept(Memory(episodes=episodes), later(days=1), Keeping())
    assert len(memory.episodes) == len(episodes)
    assert memory.episodes[5:] == episodes[5:]
    assert all(len(episode.problem) < len(episodes[0].problem) for episode in memory.episodes[:5])
    assert all(len(episode.tried) == 1 for episode in memory.episodes[:5])


def test_an_episode_that_people_worked_on_outlives_a_younger_chat() -> None:
    case = an_episode(
        0, later(days=-10), case="case-1", commitments=(Commitment(text="x", by="A"),)
    )
    chats = tuple(an_episode(number, later(number)) for number in range(1, 6))
    memory = kept(Memory(episodes=(case, *chats)), later(days=1), Keeping(most_episodes=5))
    assert memory.episodes == (case, *chats[1:])


@pytest.mark.parametrize("days", [0, 500])
async def test_a_learner_keeps_by_its_settings(days: float) -> None:
    learner = PatternLearner(Keeping(fact_days=400))
    fact = a_fact(1, Slot.LANGUAGE, "es", expires_at=later(days=400))
    assert learner.kept(Memory(facts=(fact,)), later(days=days)).facts == (
        (fact,) if not days else ()
    )
