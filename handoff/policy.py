"""When a human is asked in: one pure function from signals to a verdict with its reasons."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.texts import say
from bot.vocabulary.cases import CaseReason
from bot.vocabulary.handover import Signals, Verdict
from bot.vocabulary.turns import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """``answer_above`` in 0..1; the limits count turns in a row."""

    answer_above: float = 0.4
    unsure_limit: int = 2
    rejection_limit: int = 2


class ThresholdPolicy:
    """Weighs, in this order: a wish, a failure, rejections, a forbidden topic, confidence.

    ``language`` is that of the agents, who read the reasons. ``needed`` is asked anew each time for
    the confidence from which on the bot answers; without it, it is ``answer_above``.
    """

    def __init__(
        self,
        thresholds: Thresholds,
        *,
        language: str = "en",
        needed: Callable[[], float] | None = None,
    ) -> None:
        self._thresholds = thresholds
        self._language = language
        self._needed = needed or (lambda: thresholds.answer_above)

    def is_sure(self, confidence: float) -> bool:
        """See ``EscalationPolicy.is_sure``."""
        return confidence >= self._needed()

    def decide(self, signals: Signals) -> Verdict:
        """See ``EscalationPolicy.decide``."""
        if signals.wish is not None:
            return _hand_over(CaseReason.REQUESTED, self._reason("wish", words=signals.wish))
        if signals.failure is not None:
            failed = say(f"handoff.reason_failure_{signals.failure}", self._language)
            return _hand_over(CaseReason.FAILURE, failed)
        if signals.rejections >= self._thresholds.rejection_limit:
            counted = self._reason("rejections", count=signals.rejections)
            return _hand_over(CaseReason.REJECTED, counted)
        if signals.topic is not None:
            forbidden = self._reason("topic", topic=signals.topic)
            return Verdict(decision=Decision.OFFER_HUMAN, reasons=(forbidden,))
        return self._by_confidence(signals)

    def _by_confidence(self, signals: Signals) -> Verdict:
        confidence = signals.confidence or 0.0
        needed = self._needed()
        compared = self._reason(
            "confidence", confidence=f"{confidence:.2f}", needed=f"{needed:.2f}"
        )
        if signals.confidence is not None and self.is_sure(confidence):
            return Verdict(decision=Decision.ANSWER, reasons=(compared,))
        if signals.rejected:
            reasons = (self._reason("no_other"), compared)
            return Verdict(decision=Decision.OFFER_HUMAN, reasons=reasons)
        if signals.unsure >= self._thresholds.unsure_limit:
            counted = self._reason("unsure", count=signals.unsure)
            return _hand_over(CaseReason.LOW_CONFIDENCE, counted, compared)
        return Verdict(decision=Decision.UNKNOWN, reasons=(compared,))

    def _reason(self, reason: str, **values: object) -> str:
        return say(f"handoff.reason_{reason}", self._language, **values)


def _hand_over(reason: CaseReason, *reasons: str) -> Verdict:
    return Verdict(decision=Decision.HAND_OVER, reasons=reasons, case_reason=reason)
