"""What the settings say of hand-overs: where it counts, and what is said of wrong ones."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.escalation import build_policy, escalation_findings, tiers_of
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.handover import Signals
from bot.vocabulary.mood import Concern, Heard
from bot.vocabulary.platforms import Health
from bot.vocabulary.turns import Decision
from config.escalation import EscalationSettings
from config.settings import ConfigurationProblem, load
from handoff.policy import Thresholds
from handoff.policy.rules import CONCERN_ACTIONS

NAMED = """
[[topics]]
name = "refunds"
words = ["refund*"]

[[teams]]
name = "billing"

[[tiers]]
name = "gold"
members = ["slack:T1", "telegram:5550001", "slack:T2:U9"]
"""


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str) -> Path:
    path = Path("relevo.toml")
    path.write_text(text, encoding="utf-8")
    return path


def complaint(text: str) -> str:
    with pytest.raises(ConfigurationProblem) as caught:
        load(written(text))
    return str(caught.value)


def test_the_defaults_of_the_settings_are_those_of_the_policy() -> None:
    settings, policy = EscalationSettings(), Thresholds()
    own = {"topic", "concerns", "wait_limit"}
    for name in set(Thresholds.__dataclass_fields__) - own:
        assert getattr(settings, name) == getattr(policy, name), name
    assert settings.wait_minutes == policy.wait_limit
    assert settings.forbidden_topic == policy.topic
    for concern, action in CONCERN_ACTIONS.items():
        assert getattr(settings, concern) == action


def test_settings_and_rules_reach_the_policy() -> None:
    text = f"""{NAMED}
[escalation]
answer_above = 0.5
legal = "answer"

[[escalation.rules]]
topics = ["refunds"]
teams = ["billing"]
tiers = ["gold"]
answer_above = 0.9
legal = "hand_over"
wait_minutes = 5

[[escalation.rules]]
languages = ["es"]
action = "hand_over"
"""
    policy = build_policy(load(written(text)))
    sued = Signals(confidence=0.8, concern=Heard(concern=Concern.LEGAL, words="my lawyer"))
    assert policy.decide(sued).decision is Decision.ANSWER
    assert policy.is_sure(Signals(confidence=0.8))
    gold = Signals(confidence=0.8, subject="refunds", team="billing", tier="gold")
    assert not policy.is_sure(gold)
    assert policy.decide(replace(gold, concern=sued.concern)).case_reason is CaseReason.LEGAL
    waited = replace(gold, unsure=1, waited_minutes=6)
    assert policy.decide(waited).case_reason is CaseReason.LOW_CONFIDENCE
    assert policy.decide(Signals(confidence=0.8, language="es")).case_reason is CaseReason.TOPIC


def test_tiers_have_their_customers() -> None:
    members = frozenset({"slack:T1", "telegram:5550001", "slack:T2:U9"})
    assert tiers_of(load(written(NAMED))) == {"gold": members}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[escalation]\nmood_offer = 0.4", "escalation.mood_offer (input should be greater"),
        (
            "[escalation]\nmood_offer = 0.9",
            "mood_hand_over is below mood_offer, so that nobody would be offered a person first",
        ),
        ('[escalation]\nlegal = "ignore"', "escalation.legal (input should be 'hand_over'"),
        (
            '[[escalation.rules]]\naction = "offer"',
            "a rule needs topics, teams, tiers or languages",
        ),
        (
            '[[escalation.rules]]\ntiers = ["gold"]',
            "a rule needs an action or a setting that differs",
        ),
        (
            '[[escalation.rules]]\nlanguages = ["Spanish"]\naction = "offer"',
            "'spanish' is no language: write codes such as 'en' or 'es'",
        ),
        ('[[escalation.rules]]\ntopic = ["x"]', "escalation.rules.0.topic (there is no such"),
        (
            '[[tiers]]\nname = "gold"\nmembers = ["U1"]',
            "'u1' is no customer: write a place ('slack:t0123abcd')",
        ),
        ('[[tiers]]\nname = "gold"\nmembers = []', "tiers.0.members (tuple should have at least"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(text: str, sentence: str) -> None:
    assert sentence in complaint(text)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ('topics = ["refund"]', "names refund, which [[topics]] does not have (there: refunds)"),
        ('teams = ["night"]', "names night, which [[teams]] does not have (there: billing)"),
        ('tiers = ["iron"]', "names iron, which [[tiers]] does not have (there: gold)"),
    ],
)
def test_a_rule_for_what_does_not_exist_is_refused(rule: str, sentence: str) -> None:
    settings = load(written(f'{NAMED}\n[[escalation.rules]]\n{rule}\naction = "offer"\n'))
    with pytest.raises(ConfigurationError, match=re.escape(sentence)):
        build_policy(settings)


@pytest.mark.parametrize(
    ("text", "health", "sentence"),
    [
        (NAMED, Health.GOOD, "0 rules and 1 tiers are set up."),
        (
            f'{NAMED}\n[[escalation.rules]]\ntiers = ["iron"]\naction = "offer"\n',
            Health.BROKEN,
            "which [[tiers]] does not have",
        ),
        (
            f'{NAMED}\n[timing]\nraised_tiers = ["platinum"]\n',
            Health.WARNING,
            "timing.raised_tiers names platinum",
        ),
    ],
)
def test_the_doctor_sees_it(text: str, health: Health, sentence: str) -> None:
    [finding] = escalation_findings(load(written(text)))
    assert finding.health is health
    assert sentence in finding.text
    assert escalation_findings(load(written(""))) == []


def test_a_forbidden_topic_may_have_a_rule() -> None:
    text = """
[[answers.rules]]
forbidden = ["taxes"]

[[escalation.rules]]
topics = ["taxes"]
action = "hand_over"
"""
    policy = build_policy(load(written(text)))
    assert policy.decide(Signals(topic="taxes")).case_reason is CaseReason.TOPIC
