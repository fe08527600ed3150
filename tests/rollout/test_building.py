"""Settings become modes, shares and thresholds: of a topic, of all else, and under an operator's rules."""

from typing import Any

import pytest

from bot.app.escalation import build_policy
from bot.app.live.checks import check_together
from bot.app.rollout.building import build_rules, threshold_of
from bot.vocabulary.handover import Signals
from bot.vocabulary.rollout import OTHER, RolloutMode
from config.settings import Settings, load

NAMES = ("Returns", "Delivery")


def settings(*rows: dict[str, Any], topics: tuple[str, ...] = NAMES, **fields: Any) -> Settings:
    """Settings with some topics, and rows of the rollout."""
    known = [{"name": name, "words": [name.lower()]} for name in topics]
    rollout = {"mode": "shadow", "share": 0.2, "topics": rows}
    return load(None, topics=known, rollout=rollout, **fields)


def needed(base: Settings, subject: str | None, **fields: Any) -> float:
    """Find the confidence from which the policy is sure, in hundredths."""
    policy = build_policy(base)
    sure = (
        number / 100
        for number in range(101)
        if policy.is_sure(Signals(subject=subject, confidence=number / 100, **fields))
    )
    return next(sure)


def test_a_topic_without_a_row_has_what_holds_for_all() -> None:
    rules = build_rules(settings({"name": "Returns", "mode": "canary"}))
    assert (rules.of("Returns").mode, rules.of("Returns").share) == (RolloutMode.CANARY, 0.2)
    assert (rules.of("Delivery").mode, rules.of(OTHER).mode) == (RolloutMode.SHADOW,) * 2


def test_all_else_can_have_a_row_unless_a_topic_has_its_name() -> None:
    row = {"name": "other", "mode": "human", "threshold": 0.9}
    base = settings(row)
    check_together(base)
    assert build_rules(base).of(OTHER).mode is RolloutMode.HUMAN
    assert build_rules(base).of("Returns").mode is RolloutMode.SHADOW
    assert (needed(base, None), threshold_of(OTHER, base)) == (0.9, 0.9)
    assert needed(base, "Returns") == threshold_of("Returns", base) == 0.4
    named = settings(row, topics=("other",))
    assert build_rules(named).of(OTHER).mode is RolloutMode.SHADOW
    assert build_rules(named).of("other").mode is RolloutMode.HUMAN
    assert (needed(named, None), needed(named, "other")) == (0.4, 0.9)


@pytest.mark.parametrize(("tier", "expected"), [(None, 0.7), ("vip", 0.1)])
def test_a_topics_threshold_beats_the_general_one_and_rules_beat_it(
    tier: str | None, expected: float
) -> None:
    base = settings(
        {"name": "Returns", "threshold": 0.7},
        tiers=[{"name": "vip", "members": ["slack:U1"]}],
        escalation={"answer_above": 0.5, "rules": [{"tiers": ["vip"], "answer_above": 0.1}]},
    )
    assert needed(base, "Returns", tier=tier) == expected
    assert needed(base, "Delivery") == 0.5
