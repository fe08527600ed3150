"""Thresholds, and rules that change them for some topics, teams, tiers and languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.vocabulary.handover import Signals
from bot.vocabulary.mood import Concern


class Action(StrEnum):
    """What a rule wants: a person at once, a person offered, or the bot alone as far as it can."""

    HAND_OVER = "hand_over"
    OFFER = "offer"
    ANSWER = "answer"


CONCERN_ACTIONS: Mapping[Concern, Action] = {
    Concern.LEGAL: Action.HAND_OVER,
    Concern.VULNERABLE: Action.OFFER,
    Concern.COMPLAINT: Action.OFFER,
    Concern.CANCELLATION: Action.ANSWER,
}
"""What the other concerns lead to unless the settings say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When what weighs enough.

    ``answer_above`` is the confidence (0..1) from which the bot answers, None for the general one;
    between ``clarify_above`` and that it asks back when several documents are equally near. The limits
    count in a row: unsure answers, rejected ones, and how often the same was asked again.

    Above the level ``mood_offer`` a person is offered, above ``mood_hand_over`` handed over to, and
    offered again once the level has risen by ``mood_margin``. ``anger_limit`` is the anger of two
    messages in a row that counts like ``mood_hand_over``. ``most_offers`` bounds the offers that come
    with answers. ``cost_limit`` is in the currency of the settings, ``wait_limit`` in minutes; 0 is none.
    """

    answer_above: float | None = 0.4
    clarify_above: float = 0.25
    unsure_limit: int = 2
    rejection_limit: int = 2
    repeat_limit: int = 2
    mood_offer: float = 0.55
    mood_hand_over: float = 0.8
    mood_margin: float = 0.15
    anger_limit: float = 0.8
    most_offers: int = 3
    cost_limit: float = 0.0
    wait_limit: float = 30.0
    topic: Action = Action.OFFER
    concerns: Mapping[Concern, Action] = field(default_factory=lambda: CONCERN_ACTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRule:
    """What differs where one of each of these is named; an empty one names all.

    ``changes`` are fields of ``Thresholds``. ``action`` is taken whatever the thresholds say, except
    that nothing holds back a person who was asked for or is needed at once.
    """

    topics: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    changes: Mapping[str, object] = field(default_factory=dict[str, object])
    action: Action | None = None

    def fits(self, signals: Signals) -> bool:
        """Whether the rule is about a turn."""
        pairs = (
            (self.topics, {signals.subject, signals.topic}),
            (self.teams, {signals.team}),
            (self.tiers, {signals.tier}),
            (self.languages, {signals.language}),
        )
        return all(not named or not named.isdisjoint(given) for named, given in pairs)

    @property
    def about(self) -> str:
        """Name what it is about, for a receipt."""
        named = (self.topics, self.teams, self.tiers, self.languages)
        return ", ".join(name for group in named for name in sorted(group))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What holds for one turn: the thresholds after all rules, and the action that a rule wants."""

    thresholds: Thresholds
    action: Action | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRules:
    """The thresholds of an installation and its rules; of two that fit the later one counts."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    rules: tuple[EscalationRule, ...] = ()

    def limits(self, signals: Signals) -> Limits:
        """Return what holds for a turn."""
        limits = Limits(thresholds=self.thresholds)
        for rule in (rule for rule in self.rules if rule.fits(signals)):
            thresholds = replace(limits.thresholds, **rule.changes)
            limits = replace(limits, thresholds=thresholds)
            if rule.action is not None:
                limits = replace(limits, action=rule.action, rule=rule.about)
        return limits
