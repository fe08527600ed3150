"""How agents sort a case: priority and tags."""

from datetime import timedelta

import pytest

from bot.texts import say
from bot.vocabulary.cases import Priority, Promise
from bot.vocabulary.turns import Lane
from tests.handoff.kit import ANA, NOW, a_case, changes_nothing, in_lane, told_to_thread
from tests.handoff.world import does


@pytest.mark.parametrize(
    ("word", "priority"),
    [
        ("urgent", "urgent"),
        ("URGENTE", "urgent"),
        ("alta", "high"),
        ("Low", "low"),
        ("baja", "low"),
    ],
)
def test_a_priority_is_set_in_both_languages(word: str, priority: str) -> None:
    plan = does(f"/priority {word}", a_case(ANA, team="support"))
    assert plan.case is not None
    assert plan.case.priority is Priority(priority)
    assert in_lane(plan, Lane.CUSTOMER) == []
    assert plan.audit is not None
    assert (plan.audit.action, plan.audit.detail) == ("priority", priority)


def test_what_is_promised_follows_and_counts_from_the_same_time() -> None:
    begun = NOW - timedelta(minutes=10)
    case = a_case(ANA, team="support", promised_at=begun)
    plan = does("/prioridad urgente", case)
    assert plan.case is not None
    assert plan.case.due == {Promise.FIRST_REPLY: begun + timedelta(minutes=15)}


@pytest.mark.parametrize("words", ["", "very", "urgent please"])
def test_another_word_is_no_priority(words: str) -> None:
    plan = does(f"/priority {words}", a_case(ANA))
    assert changes_nothing(plan)
    assert say("verbs.asks_priority", "en").split(":")[0] in told_to_thread(plan)[0]


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        ("+refund", ("vip", "refund")),
        ("refund, #Late", ("vip", "refund", "late")),
        ("-vip +new", ("new",)),
        ("-nothing", ("vip",)),
        ("+vip", ("vip",)),
        ("-#VIP", ()),
        ("envío", ("vip", "envío")),
    ],
)
def test_tags_are_put_on_and_taken_off(words: str, tags: tuple[str, ...]) -> None:
    plan = does(f"/tag {words}", a_case(ANA, tags=("vip",)))
    assert plan.case is not None
    assert plan.case.tags == tags
    assert plan.audit is not None


def test_tags_are_few_and_short() -> None:
    many = " ".join(f"+t{number}" for number in range(21))
    assert changes_nothing(does(f"/tag {many}", a_case(ANA)))
    plan = does(f"/tag {'x' * 100}", a_case(ANA))
    assert plan.case is not None
    assert [len(tag) for tag in plan.case.tags] == [32]
