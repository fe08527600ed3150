"""What speaks for a person in one turn: each ground is a small pure function (pure)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from bot.vocabulary.cases import CaseReason
from bot.vocabulary.handover import Signals
from bot.vocabulary.mood import MoodCurve
from handoff.policy.rules import Action, Limits, Thresholds

CALM = MoodCurve()


class Step(IntEnum):
    """How far towards a person something leads."""

    OFFER = 1
    HAND_OVER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One reason, by the name of its sentence in the catalogue's room ``policy``, and what fills it."""

    name: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plea:
    """A ground to offer a person or to hand over; ``reason`` is the category of the case then.

    ``is_soft`` says that it gives way where a rule wants the bot alone.
    """

    step: Step
    reason: CaseReason
    cause: Cause
    is_soft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One turn on the scales; ``is_sure`` says that there is an answer that may be given."""

    signals: Signals
    limits: Limits
    is_sure: bool

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds of this turn."""
        return self.limits.thresholds

    @property
    def mood(self) -> MoodCurve:
        """How the customer feels; calm where nobody has read it."""
        return self.signals.mood or CALM

    @property
    def may_offer(self) -> bool:
        """Whether another offer beside an answer is no nagging."""
        mood = self.mood
        return mood.offers < self.thresholds.most_offers and not mood.silent and not mood.stands


def danger(turn: Weighing) -> Iterator[Plea]:
    """Somebody's life or safety: at once."""
    heard = turn.signals.concern
    if heard is not None and heard.is_urgent:
        cause = Cause(name=f"concern_{heard.concern}", values={"words": heard.words})
        yield Plea(step=Step.HAND_OVER, reason=CaseReason(heard.concern), cause=cause)


def wish(turn: Weighing) -> Iterator[Plea]:
    """The customer wants a person."""
    if turn.signals.wish is not None:
        cause = Cause(name="wish", values={"words": turn.signals.wish})
        yield Plea(step=Step.HAND_OVER, reason=CaseReason.REQUESTED, cause=cause)


def failure(turn: Weighing) -> Iterator[Plea]:
    """Something on our side does not work."""
    if turn.signals.failure is not None:
        cause = Cause(name=f"failure_{turn.signals.failure}")
        yield Plea(step=Step.HAND_OVER, reason=CaseReason.FAILURE, cause=cause)


def concern(turn: Weighing) -> Iterator[Plea]:
    """Lawyers, need, complaints, leaving: as the settings want it."""
    heard = turn.signals.concern
    if heard is None or heard.is_urgent:
        return
    step = _step_of(turn.thresholds.concerns.get(heard.concern, Action.ANSWER), turn)
    if step is not None:
        cause = Cause(name=f"concern_{heard.concern}", values={"words": heard.words})
        yield Plea(step=step, reason=CaseReason(heard.concern), cause=cause, is_soft=True)


def rule(turn: Weighing) -> Iterator[Plea]:
    """A rule for this topic, team, tier or language."""
    step = _step_of(turn.limits.action, turn)
    if step is not None:
        cause = Cause(name="rule", values={"about": turn.limits.rule})
        yield Plea(step=step, reason=CaseReason.TOPIC, cause=cause)


def rejections(turn: Weighing) -> Iterator[Plea]:
    """Answers that the customer did not want."""
    count = turn.signals.rejections
    if count >= turn.thresholds.rejection_limit:
        cause = Cause(name="rejections", values={"count": count})
        yield Plea(step=Step.HAND_OVER, reason=CaseReason.REJECTED, cause=cause)
    elif turn.signals.rejected and not turn.is_sure:
        cause = Cause(name="no_other")
        yield Plea(step=Step.OFFER, reason=CaseReason.REJECTED, cause=cause)


def repeats(turn: Weighing) -> Iterator[Plea]:
    """The same question again: an offer one time before the limit, then a person."""
    count, limit = turn.signals.repeats, turn.thresholds.repeat_limit
    cause = Cause(name="repeats", values={"count": count + 1})
    if count >= limit:
        yield Plea(step=Step.HAND_OVER, reason=CaseReason.REPEATED, cause=cause)
    elif count and count == limit - 1 and (turn.may_offer or not turn.is_sure):
        yield Plea(step=Step.OFFER, reason=CaseReason.REPEATED, cause=cause)


def again(turn: Weighing) -> Iterator[Plea]:
    """The same as in an earlier conversation: a person is offered sooner.

    What was not left unsolved may simply be answered once more.
    """
    earlier = turn.signals.again
    if earlier is None:
        return
    if turn.is_sure and (earlier.is_solved is not False or not turn.may_offer):
        return
    name = "again_unsolved" if earlier.is_solved is False else "again"
    cause = Cause(name=name, values={"day": earlier.ended_at.date().isoformat()})
    yield Plea(step=Step.OFFER, reason=CaseReason.REPEATED, cause=cause)


def cost(turn: Weighing) -> Iterator[Plea]:
    """Models have cost enough; a sure answer is paid for, so it is given all the same."""
    limit, spent = turn.thresholds.cost_limit, turn.signals.cost
    if not limit or spent < limit:
        return
    cause = Cause(name="cost", values={"cost": f"{spent:.2f}", "limit": f"{limit:.2f}"})
    if not turn.is_sure:
        yield Plea(step=Step.HAND_OVER, reason=CaseReason.COST, cause=cause)
    elif turn.may_offer:
        yield Plea(step=Step.OFFER, reason=CaseReason.COST, cause=cause)


def waiting(turn: Weighing) -> Iterator[Plea]:
    """The customer has been at it for long without a good answer."""
    limit, minutes = turn.thresholds.wait_limit, turn.signals.waited_minutes
    if limit and minutes >= limit and not turn.is_sure:
        cause = Cause(name="waited", values={"minutes": round(minutes)})
        yield Plea(step=Step.HAND_OVER, reason=CaseReason.LOW_CONFIDENCE, cause=cause)


def topic(turn: Weighing) -> Iterator[Plea]:
    """What the bot may not talk about."""
    if turn.signals.topic is None:
        return
    step = Step.HAND_OVER if turn.thresholds.topic is Action.HAND_OVER else Step.OFFER
    cause = Cause(name="topic", values={"topic": turn.signals.topic})
    yield Plea(step=step, reason=CaseReason.TOPIC, cause=cause)


def unsure(turn: Weighing) -> Iterator[Plea]:
    """No good answer, more than once."""
    count = turn.signals.unsure
    if count >= turn.thresholds.unsure_limit and turn.signals.topic is None and not turn.is_sure:
        cause = Cause(name="unsure", values={"count": count})
        yield Plea(step=Step.HAND_OVER, reason=CaseReason.LOW_CONFIDENCE, cause=cause)


def _step_of(action: Action | None, turn: Weighing) -> Step | None:
    """What an action leads to; an offer beside an answer must be no nagging."""
    if action is Action.HAND_OVER:
        return Step.HAND_OVER
    is_fitting = not turn.is_sure or turn.may_offer
    return Step.OFFER if action is Action.OFFER and is_fitting else None


Ground = Callable[[Weighing], Iterator[Plea]]
