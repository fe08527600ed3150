"""What the mood alone speaks for: an offer first, a person when it goes on falling (pure)."""

from collections.abc import Iterator

from bot.vocabulary.cases import CaseReason
from handoff.policy.pleas import Cause, Plea, Step, Weighing


def mood(turn: Weighing) -> Iterator[Plea]:
    """Look at the level over the conversation, never at one message alone.

    Whoever has said no, or felt better since, is offered a person once more before the mood hands
    over; a sure answer reaches the customer with an offer before it may give way to a person.
    """
    curve, limits = turn.mood, turn.thresholds
    if curve.level <= limits.mood_offer:
        return
    has_lapsed = curve.offered_at is not None and not curve.stands
    if not has_lapsed and (_falls_on(turn) or _is_grave_enough(turn)):
        yield _plea(Step.HAND_OVER, "mood_falls_on" if curve.stands else "mood_low", turn)
    elif _may_offer(turn):
        yield _plea(Step.OFFER, "mood_low", turn)


def _falls_on(turn: Weighing) -> bool:
    return turn.mood.stands and _has_fallen_since(turn)


def _is_grave_enough(turn: Weighing) -> bool:
    """Whether it is too bad to wait, and no answer would be lost unseen."""
    is_grave = turn.mood.level > turn.thresholds.mood_hand_over or _is_angry(turn)
    return is_grave and (turn.mood.stands or not turn.is_sure)


def _is_angry(turn: Weighing) -> bool:
    """Whether the last two messages were both full of anger."""
    last = turn.mood.points[-2:]
    return len(last) > 1 and min(point.mood.anger for point in last) >= turn.thresholds.anger_limit


def _may_offer(turn: Weighing) -> bool:
    curve = turn.mood
    is_over = curve.offers >= turn.thresholds.most_offers or curve.silent > 0
    return not is_over and (curve.offered_at is None or _has_fallen_since(turn))


def _has_fallen_since(turn: Weighing) -> bool:
    offered_at = turn.mood.offered_at or 0.0
    return turn.mood.level >= offered_at + turn.thresholds.mood_margin


def _plea(step: Step, name: str, turn: Weighing) -> Plea:
    cause = Cause(name=name, values={"level": f"{turn.mood.level:.2f}"})
    return Plea(step=step, reason=CaseReason.MOOD, cause=cause, is_soft=True)
