"""What was seen of a topic as numbers, and the mode that they speak for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.rollout.intervals import NOTHING, difference, share_of
from bot.vocabulary.rollout import Arm, Evidence, EvidenceKind, RolloutMode, Share

TOLERATED = 0.05
"""How much worse than people the bot may be in a canary: no finite sample shows that it isn't at all."""

_DRAFTED = frozenset({EvidenceKind.DRAFT, EvidenceKind.USED})
_CONCLUDED = frozenset({EvidenceKind.ANSWERED, EvidenceKind.SETTLED})
_MODES = tuple(RolloutMode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What was seen of one topic since its mode was set.

    ``seen`` counts conversations and cases of any kind. ``drafts`` were compared with the human's
    words. ``helped`` are drafts that an agent sent, or that said what they wrote instead. ``bot`` and
    ``people`` are conversations of each arm; one is good when nothing bad was seen of it. Of the bot's
    count those that it has answered or, in a canary, people have settled.
    """

    seen: int = 0
    drafts: Share = NOTHING
    helped: Share = NOTHING
    bot: Share = NOTHING
    people: Share = NOTHING


def numbers_by_topic(
    evidence: Iterable[Evidence], since: Mapping[str, datetime] | None = None
) -> dict[str, Numbers]:
    """Fold what was seen, in the order in which it was seen, into the numbers of each topic.

    ``since`` says from when on it counts, for the topics that have such a time. Of one id and kind
    the last counts, whatever topic it names.
    """
    last: dict[tuple[str, EvidenceKind], Evidence] = {}
    for one in evidence:
        last[one.id, one.kind] = one
    topics: defaultdict[str, list[Evidence]] = defaultdict(list)
    for one in last.values():
        begin = since.get(one.topic) if since else None
        if begin is None or one.at >= begin:
            topics[one.topic].append(one)
    return {topic: _numbers(found) for topic, found in topics.items()}


def proposal(
    mode: RolloutMode, numbers: Numbers, *, evidence: int, good_share: float
) -> RolloutMode | None:
    """Return the next mode if the numbers speak for it; None to stay, and after the last one.

    From ``evidence`` seen cases on. The lower end of the interval must reach ``good_share``; a canary
    is compared with the people beside it instead.
    """
    ready = {
        RolloutMode.HUMAN: numbers.seen >= evidence,
        RolloutMode.SHADOW: _is_good(numbers.drafts, evidence, good_share),
        RolloutMode.COPILOT: _is_good(numbers.helped, evidence, good_share),
        RolloutMode.CANARY: _holds_up(numbers, evidence),
        RolloutMode.AUTO: False,
    }
    return _MODES[_MODES.index(mode) + 1] if ready[mode] else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One line on a topic as values for a sentence; ``kind`` names the sentence, the mode it is for.

    Percentages are whole numbers; ``people_*`` are those of the people beside a canary.
    """

    kind: str
    of: int
    percent: int
    low: int
    high: int
    people_of: int = 0
    people_percent: int = 0


def summary(mode: RolloutMode, numbers: Numbers) -> Summary:
    """Say of which numbers ``proposal`` makes up its mind: "212 drafts, 91 % [87–94]"."""
    match mode:
        case RolloutMode.HUMAN:
            return Summary(kind=mode.value, of=numbers.seen, percent=0, low=0, high=0)
        case RolloutMode.SHADOW:
            return _summary(mode, numbers.drafts)
        case RolloutMode.COPILOT:
            return _summary(mode, numbers.helped)
        case RolloutMode.CANARY | RolloutMode.AUTO:
            return _summary(mode, numbers.bot, numbers.people)


def _summary(mode: RolloutMode, share: Share, people: Share = NOTHING) -> Summary:
    return Summary(
        kind=mode.value,
        of=share.of,
        percent=round(100 * share.rate),
        low=round(100 * share.low),
        high=round(100 * share.high),
        people_of=people.of,
        people_percent=round(100 * people.rate),
    )


def _is_good(share: Share, evidence: int, good_share: float) -> bool:
    return share.of >= evidence and share.low >= good_share


def _holds_up(numbers: Numbers, evidence: int) -> bool:
    """Whether the bot is not worse than people by more than is tolerated, with 95 % certainty."""
    _, low, _ = difference(numbers.bot, numbers.people)
    return min(numbers.bot.of, numbers.people.of) >= evidence and low >= -TOLERATED


def _numbers(found: Iterable[Evidence]) -> Numbers:
    drafts: list[bool] = []
    helped: dict[str, bool] = {}
    arms: dict[Arm, dict[str, bool]] = {Arm.BOT: {}, Arm.HUMAN: {}}
    seen: set[str] = set()
    concluded: set[str] = set()
    for one in found:
        seen.add(one.id)
        if one.kind in _CONCLUDED:
            concluded.add(one.id)
        if one.kind is EvidenceKind.DRAFT:
            drafts.append(one.good)
        if one.kind in _DRAFTED:
            helped[one.id] = helped.get(one.id, False) or one.good
        else:
            arm = arms[one.arm]
            arm[one.id] = arm.get(one.id, True) and one.good
    return Numbers(
        seen=len(seen),
        drafts=share_of(sum(drafts), len(drafts)),
        helped=_share(helped),
        bot=_share({mark: good for mark, good in arms[Arm.BOT].items() if mark in concluded}),
        people=_share(arms[Arm.HUMAN]),
    )


def _share(good: Mapping[str, bool]) -> Share:
    return share_of(sum(good.values()), len(good))
