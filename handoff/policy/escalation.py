"""The policy behind the socket: settings in, verdicts with their words out."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.vocabulary.handover import Signals, Verdict
from handoff.policy.decide import decide, is_sure, needed_for
from handoff.policy.rules import EscalationRule, EscalationRules, Thresholds
from handoff.policy.words import reasons_of


class ThresholdPolicy:
    """Implements ``EscalationPolicy``.

    ``language`` is that of the agents, who read the reasons. ``needed`` is asked anew each time for
    the confidence from which on the bot answers, where no rule sets one; without it, it is
    ``Thresholds.answer_above``.
    """

    def __init__(
        self,
        thresholds: Thresholds,
        *,
        rules: Sequence[EscalationRule] = (),
        language: str = "en",
        needed: Callable[[], float] | None = None,
    ) -> None:
        general = Thresholds().answer_above or 0.0
        self._needed = needed or (lambda: general)
        own = thresholds.answer_above if needed is None else None
        self._rules = EscalationRules(
            thresholds=replace(thresholds, answer_above=own), rules=tuple(rules)
        )
        self._language = language

    def is_sure(self, signals: Signals) -> bool:
        """See ``EscalationPolicy.is_sure``."""
        return is_sure(signals, self._rules.limits(signals), self._needed())

    def decide(self, signals: Signals) -> Verdict:
        """See ``EscalationPolicy.decide``."""
        limits, general = self._rules.limits(signals), self._needed()
        ruling = decide(signals, limits, general)
        needed = needed_for(signals, limits, general)
        return Verdict(
            decision=ruling.decision,
            reasons=reasons_of(ruling, signals, needed=needed, language=self._language),
            case_reason=ruling.reason,
            offers=ruling.offers,
        )
