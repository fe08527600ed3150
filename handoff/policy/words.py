"""A ruling in the words of a receipt, in the language that agents read (pure)."""

from collections.abc import Iterator

from bot.texts import say
from bot.vocabulary.handover import Signals
from bot.vocabulary.mood import Feeling, MoodCurve
from bot.vocabulary.turns import Decision
from handoff.policy.decide import Ruling
from handoff.policy.pleas import CALM, Cause

_OF_THE_MOOD = frozenset({"mood_low", "mood_falls_on"})
_BETTER = {feeling: place for place, feeling in enumerate(Feeling)}


def reasons_of(
    ruling: Ruling, signals: Signals, *, needed: float, language: str
) -> tuple[str, ...]:
    """Say why it was decided so: what weighed, what was found, how the customer feels.

    ``needed`` is the confidence that an answer needs here.
    """
    said = (_cause(cause, signals, language) for cause in ruling.causes)
    has_mood = any(cause.name in _OF_THE_MOOD for cause in ruling.causes)
    felt = () if has_mood else _felt(signals.mood or CALM, language)
    return (*said, *_found(ruling, signals, needed, language), *felt)


def _cause(cause: Cause, signals: Signals, language: str) -> str:
    values = dict(cause.values)
    if "count" in values:
        values["ordinal"] = _ordinal(int(str(values.pop("count"))), language)
    if cause.name == "mood_low":
        return f"{_course(signals.mood or CALM, language)} ({values['level']})"
    if cause.name == "mood_falls_on":
        values["course"] = _course(signals.mood or CALM, language)
    return say(f"policy.{cause.name}", language, **values)


def _found(ruling: Ruling, signals: Signals, needed: float, language: str) -> Iterator[str]:
    """Say how sure the answer is, where one was looked for."""
    was_looked_up = signals.confidence is not None or signals.unsure or signals.rejected
    if signals.topic is not None or not was_looked_up:
        return
    confidence = f"{signals.confidence or 0.0:.2f}"
    yield say("policy.confidence", language, confidence=confidence, needed=f"{needed:.2f}")
    if signals.best_source is not None and ruling.decision is not Decision.ANSWER:
        yield say("policy.best_source", language, score=f"{signals.best_source:.2f}")
    if ruling.decision is Decision.CLARIFY:
        yield say("policy.choices", language, count=signals.choices)


def _felt(curve: MoodCurve, language: str) -> tuple[str, ...]:
    """Say how the customer feels, unless it is as ever."""
    is_plain = curve.feeling is Feeling.NEUTRAL
    has_changed = any(point.feeling is not curve.feeling for point in curve.points)
    return () if is_plain and not has_changed else (_course(curve, language),)


def _course(curve: MoodCurve, language: str) -> str:
    """Say how the mood has gone: from the best or the worst that it was to what it is."""
    now = curve.feeling
    earlier = sorted((point.feeling for point in curve.points[:-1]), key=_BETTER.__getitem__)
    if earlier and _BETTER[now] < _BETTER[earlier[-1]]:
        return _moved("mood_fell", earlier[-1], now, language)
    if earlier and _BETTER[now] > _BETTER[earlier[0]]:
        return _moved("mood_rose", earlier[0], now, language)
    return say("policy.mood_is", language, now=_named(now, language))


def _moved(key: str, before: Feeling, now: Feeling, language: str) -> str:
    before_named, now_named = _named(before, language), _named(now, language)
    return say(f"policy.{key}", language, before=before_named, now=now_named)


def _named(feeling: Feeling, language: str) -> str:
    return say(f"policy.feeling_{feeling}", language)


def _ordinal(count: int, language: str) -> str:
    words = say("policy.ordinals", language).split()
    return words[count - 1] if 0 < count <= len(words) else say("policy.later", language)
