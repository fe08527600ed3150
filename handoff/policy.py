"""When a human is asked in: one pure function from signals to a verdict with its reasons."""

from dataclasses import dataclass

from bot.vocabulary.cases import CaseReason
from bot.vocabulary.handover import Signals, Verdict
from bot.vocabulary.turns import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """``answer_above`` in 0..1; the limits count turns in a row."""

    answer_above: float = 0.5
    unsure_limit: int = 2
    rejection_limit: int = 2


class ThresholdPolicy:
    """Weighs, in this order: a wish, a failure, rejections, confidence."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds

    def is_sure(self, confidence: float) -> bool:
        """See ``EscalationPolicy.is_sure``."""
        return confidence >= self._thresholds.answer_above

    def decide(self, signals: Signals) -> Verdict:
        """See ``EscalationPolicy.decide``."""
        if signals.wish is not None:
            return _hand_over(CaseReason.REQUESTED, f"asked for a human ({signals.wish})")
        if signals.failure is not None:
            return _hand_over(CaseReason.FAILURE, f"{signals.failure} did not work")
        if signals.rejections >= self._thresholds.rejection_limit:
            return _hand_over(CaseReason.REJECTED, _times(signals.rejections, "rejection"))
        return self._by_confidence(signals)

    def _by_confidence(self, signals: Signals) -> Verdict:
        confidence = signals.confidence or 0.0
        compared = f"confidence {confidence:.2f}, needed {self._thresholds.answer_above:.2f}"
        if self.is_sure(confidence):
            return Verdict(decision=Decision.ANSWER, reasons=(compared,))
        if signals.rejected:
            return Verdict(
                decision=Decision.OFFER_HUMAN, reasons=("no other source fits", compared)
            )
        if signals.unsure >= self._thresholds.unsure_limit:
            times = _times(signals.unsure, "unsure answer")
            return _hand_over(CaseReason.LOW_CONFIDENCE, times, compared)
        return Verdict(decision=Decision.UNKNOWN, reasons=(compared,))


def _hand_over(reason: CaseReason, *reasons: str) -> Verdict:
    return Verdict(decision=Decision.HAND_OVER, reasons=reasons, case_reason=reason)


def _times(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''} in a row"
