"""The one pure function of the policy: from signals and thresholds to a ruling."""

from dataclasses import dataclass

from bot.vocabulary.cases import CaseReason
from bot.vocabulary.handover import Signals
from bot.vocabulary.turns import Decision
from handoff.policy import pleas
from handoff.policy.moods import mood
from handoff.policy.pleas import Cause, Ground, Plea, Step, Weighing
from handoff.policy.rules import Action, Limits

GROUNDS: tuple[Ground, ...] = (
    pleas.danger,
    pleas.wish,
    pleas.failure,
    pleas.concern,
    pleas.rule,
    pleas.rejections,
    pleas.repeats,
    pleas.again,
    mood,
    pleas.cost,
    pleas.waiting,
    pleas.topic,
    pleas.unsure,
)
"""In the order in which they weigh: the first one that hands over names the case."""

_CHOICES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision and its causes, in no language yet; ``reason`` is the category of a case."""

    decision: Decision
    causes: tuple[Cause, ...] = ()
    reason: CaseReason | None = None
    offers: bool = False


def decide(signals: Signals, limits: Limits, needed: float) -> Ruling:
    """Weigh what speaks for a person against the answer that there is.

    ``needed`` is the confidence from which an answer is sure, where no rule sets another.
    """
    turn = Weighing(signals=signals, limits=limits, is_sure=is_sure(signals, limits, needed))
    found = [plea for ground in GROUNDS for plea in ground(turn) if _counts(plea, limits)]
    causes = tuple(plea.cause for plea in found)
    to_desk = next((plea for plea in found if plea.step is Step.HAND_OVER), None)
    if to_desk is not None:
        others = tuple(cause for cause in causes if cause is not to_desk.cause)
        return Ruling(
            decision=Decision.HAND_OVER, causes=(to_desk.cause, *others), reason=to_desk.reason
        )
    if turn.is_sure:
        return Ruling(decision=Decision.ANSWER, causes=causes, offers=bool(found))
    if found:
        return Ruling(decision=Decision.OFFER_HUMAN, causes=causes)
    return Ruling(decision=Decision.CLARIFY if _can_ask_back(turn) else Decision.UNKNOWN)


def is_sure(signals: Signals, limits: Limits, needed: float) -> bool:
    """Whether what was found is sure enough to be said."""
    enough = needed_for(signals, limits, needed)
    return signals.confidence is not None and signals.confidence >= enough


def needed_for(signals: Signals, limits: Limits, needed: float) -> float:
    """Return the confidence that is needed: a rule's own, else the general one.

    Of a document that the customer has chosen it is enough that it was worth asking about.
    """
    own = limits.thresholds.answer_above
    enough = needed if own is None else own
    return min(enough, limits.thresholds.clarify_above) if signals.chosen else enough


def _counts(plea: Plea, limits: Limits) -> bool:
    return not (plea.is_soft and limits.action is Action.ANSWER)


def _can_ask_back(turn: Weighing) -> bool:
    """Whether several documents are about equally near, and near enough to be worth a question."""
    confidence = turn.signals.confidence
    is_near = confidence is not None and confidence >= turn.thresholds.clarify_above
    return is_near and turn.signals.choices >= _CHOICES
