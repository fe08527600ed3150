"""The figures of a replay as values for JSON, and what can't be known from it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.replay.figures import MOST_QUESTIONS, Counts, Figures
from bot.replay.judging import ANSWERED, Result
from bot.replay.lines import Mask
from bot.replay.topics import TopicRow, top_gaps, topic_rows
from bot.texts import shortened
from bot.vocabulary.rollout import FoundTopic, Share

_LONGEST_EXAMPLE = 200

CAVEATS = (
    (
        "Whether an answer is as good is told by its words beside the human's, without reading either: a good "
        "answer in other words counts as different, and a wrong one in the same words as good."
    ),
    "The human of then may have been wrong, or have known what no document says.",
    (
        "Customers wrote on after the human's words, not the bot's: how they would have taken its answers can't "
        "be known."
    ),
    "The knowledge is today's: it may have been written from these very conversations.",
    "Intervals take turns for independent of each other, which those of one conversation are not.",
    (
        f"Topics that no setting names, and what the knowledge lacks, are told from the first "
        f"{MOST_QUESTIONS:,} conversations and questions."
    ),
    "Rollout modes are left aside: all is run as if the bot answered by itself.",
)
NAMES = {
    Result.AS_GOOD: "answered as well as the human",
    Result.UNCOMPARED: "answered, nothing to compare with",
    Result.DIFFERENT: "answered otherwise: look at it",
    Result.WRONG: "answered, contradicts the human",
    Result.ASKED_BACK: "asked back",
    Result.OFFERED: "offered a human",
    Result.HANDED_OVER: "handed over",
    Result.UNKNOWN: "did not know",
    Result.COURTESY: "courtesies",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a replay came to. ``seconds`` is how long it ran, ``priced`` whether models have prices."""

    source: str
    at: datetime
    seconds: float
    figures: Figures
    topics: tuple[TopicRow, ...]
    gaps: tuple[FoundTopic, ...]
    priced: bool
    minutes_a_message: float

    @property
    def counts(self) -> Counts:
        """All turns and conversations."""
        return self.figures.overall


def report_of(
    figures: Figures, *, source: str, seconds: float, priced: bool, minutes_a_message: float
) -> Report:
    """Close a replay: find its topics and its gaps."""
    return Report(
        source=source,
        at=datetime.now(UTC),
        seconds=seconds,
        figures=figures,
        topics=tuple(topic_rows(figures)),
        gaps=tuple(top_gaps(figures)),
        priced=priced,
        minutes_a_message=minutes_a_message,
    )


def as_dict(report: Report, mask: Mask) -> dict[str, object]:
    """Write the report as one object of JSON; shares are objects with their 95 % interval."""
    counts, figures = report.counts, report.figures
    return {
        "source": report.source,
        "at": report.at.isoformat(timespec="seconds"),
        "seconds": round(report.seconds, 2),
        "conversations": counts.conversations.total(),
        "turns": counts.turns.total(),
        "turns_after_hand_over": figures.turns_left,
        "asked": counts.asked,
        "results": {
            "turns": {one.value: counts.turns[one] for one in Result},
            "conversations": {one.value: counts.conversations[one] for one in Result},
        },
        "answered": share_as_dict(counts.answered),
        "as_good": share_as_dict(counts.as_good),
        "contradicting": share_as_dict(counts.contradicting),
        "without_people": share_as_dict(counts.alone),
        "answered_turns": sum(counts.turns[one] for one in ANSWERED),
        "differences": dict(figures.differences.most_common()),
        "hand_over_reasons": dict(figures.reasons.most_common()),
        "languages": dict(figures.languages.most_common()),
        "minutes_saved": round(counts.minutes_saved, 1),
        "minutes_of_people": round(counts.minutes, 1),
        "minutes_a_message": report.minutes_a_message,
        "cost": round(counts.cost, 6) if report.priced else None,
        "topics": [_topic(row, mask) for row in report.topics],
        "gaps": [_gap(gap, mask) for gap in report.gaps],
        "not_known": list(CAVEATS),
    }


def share_as_dict(share: Share) -> dict[str, object]:
    """Write a share with its interval; without anything seen, the rate is None."""
    return {
        "count": share.good,
        "of": share.of,
        "rate": round(share.rate, 4) if share.of else None,
        "low": round(share.low, 4),
        "high": round(share.high, 4),
    }


def in_words(share: Share) -> str:
    """Say a share with its interval: ``91 % [87–94] of 212``."""
    if not share.of:
        return "–"
    low, high = round(100 * share.low), round(100 * share.high)
    return f"{100 * share.rate:.0f} % [{low}–{high}] of {share.of:,}"


def _gap(gap: FoundTopic, mask: Mask) -> dict[str, object]:
    examples = [shortened(mask(one), _LONGEST_EXAMPLE) for one in gap.examples]
    return {"name": mask(gap.name), "count": gap.count, "examples": examples}


def _topic(row: TopicRow, mask: Mask) -> dict[str, object]:
    return {
        "name": mask(row.name),
        "found": row.found,
        "conversations": row.count,
        "answered": share_as_dict(row.answered),
        "as_good": share_as_dict(row.as_good),
        "handed_over": row.handed_over,
    }
