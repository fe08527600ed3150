"""Whether the quality of a topic has fallen since its mode was set (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app.rollout.standing import Standing
from bot.rollout.intervals import share_of
from bot.rollout.watching import FEWEST, base_of, first_alarm, watch_for
from bot.vocabulary.rollout import Arm, Evidence, EvidenceKind, RolloutMode, Share

WATCHED = {RolloutMode.AUTO: RolloutMode.CANARY, RolloutMode.CANARY: RolloutMode.COPILOT}
"""The modes in which the bot answers alone, and to which a topic is taken back."""

BASE_MOST = 1_000
"""Conversations from before the present mode with which it is compared."""

LATELY = timedelta(days=1)
"""An alarm that would have been raised longer ago is none: what it rests on was worked out since."""

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)

_OF_DRAFTS = frozenset({EvidenceKind.DRAFT, EvidenceKind.USED})


@dataclass(frozen=True, slots=True, kw_only=True)
class WentSo:
    """One conversation that the bot answered: when that began, and whether nothing bad came of it."""

    at: datetime
    good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """What was seen up to an alarm, and what it is compared with."""

    now: Share
    base: Share


def fall_of(
    standing: Standing, *, at: datetime, evidence: int, drop: float, false_alarms: float
) -> Fall | None:
    """Look whether a topic has fallen by ``drop``; None while it hasn't, or not enough was seen.

    It is compared with how the bot did before its mode was set, or, where too little is known of
    that, with those since then that are not among the latest.
    """
    least = max(evidence, FEWEST)
    present = outcomes(standing.present)
    shown = {one.id for one in standing.present}
    before = outcomes(one for one in standing.evidence if one.id not in shown)[-BASE_MOST:]
    if len(before) >= least:
        base, watched = before, present
    else:
        cut = base_of(len(present), least)
        base, watched = present[:cut][-BASE_MOST:], present[cut:]
    compared = share_of(sum(one.good for one in base), len(base))
    weekly = weekly_of(watched, at)
    watch = watch_for(compared, drop=drop, false_alarms=false_alarms, weekly=weekly)
    if watch is None:
        return None
    begin = 0
    while (after := first_alarm((one.good for one in watched[begin:]), watch)) is not None:
        end = begin + after
        if at - watched[end - 1].at <= LATELY:
            seen = watched[begin:end][-least:]
            return Fall(now=share_of(sum(one.good for one in seen), len(seen)), base=compared)
        begin = end
    return None


def weekly_of(watched: Sequence[WentSo], at: datetime) -> int:
    """Return how many conversations there are in a week, also where it has been watched for less.

    By those up to now a new topic would seem small all the time, and alarm more often than it may.
    """
    if not watched:
        return 0
    lately = sum(at - one.at <= A_WEEK for one in watched)
    spent = min(max(at - watched[0].at, A_DAY), A_WEEK)
    return round(lately * (A_WEEK / spent))


def outcomes(evidence: Iterable[Evidence]) -> Sequence[WentSo]:
    """Return the conversations that the bot answered, in the order in which they began.

    What it passed on at once is people's, whatever was seen of that.
    """
    began: dict[str, datetime] = {}
    good: dict[str, bool] = {}
    for one in evidence:
        if one.arm is Arm.BOT and one.kind not in _OF_DRAFTS:
            if one.kind is EvidenceKind.ANSWERED:
                began.setdefault(one.id, one.at)
            good[one.id] = good.get(one.id, True) and one.good
    return [WentSo(at=at, good=good[mark]) for mark, at in began.items()]
