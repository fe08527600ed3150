"""What an admin reads of the gaps: the dearest first, with examples, what is near, and what may help."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.vocabulary.gaps import Gap, GapKind
from bot.vocabulary.knowledge import Audience, Query, Source
from knowledge.gaps.clusters import Cluster, cluster_gaps
from knowledge.gaps.hints import hint_for

MINUTES = {GapKind.UNANSWERED: 1.0, GapKind.REJECTED: 3.0, GapKind.HANDED_OVER: 0.0}
"""What a gap costs by itself: reading that there is no answer, a wrong one and asking again."""
CASE_MINUTES = 10.0
"""What a case costs whose end is not known (yet)."""
MOST_CASE_MINUTES = 60.0
"""A case that waited overnight kept nobody busy that long."""
EXAMPLES = 5
QUESTION_LENGTH = 300

Search = Callable[[Query, int], Sequence[Source]]
Mask = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The document that is nearest to a gap, ``score`` in 0..1."""

    doc_id: str
    title: str
    score: float
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapReport:
    """Questions that ask for the same thing and find no good answer.

    ``count`` is how often it was asked, ``handed_over`` how many cases came of it. ``cost_minutes`` is
    the time of customers and agents. ``languages`` are those of the askers, the most frequent first.
    Personal data is masked in ``question`` (the most central one) and in ``examples`` (others).
    """

    question: str
    count: int
    unanswered: int
    rejected: int
    handed_over: int
    cost_minutes: float
    languages: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    examples: tuple[str, ...]
    nearest: Nearest | None
    hint: str


def report_gaps(
    gaps: Iterable[Gap], search: Search, mask: Mask, *, limit: int, min_count: int = 1
) -> list[GapReport]:
    """Cluster gaps and return the clusters that cost most.

    ``search`` finds documents, of which an admin may see all; ``mask`` takes personal data out.
    """
    clusters = [one for one in cluster_gaps(gaps) if count_of(one) >= min_count]
    clusters.sort(
        key=lambda one: (-cost_of(one), -count_of(one), one.gaps[0].at, one.central.turn_id)
    )
    return [_report(cluster, search, mask) for cluster in clusters[:limit]]


def count_of(cluster: Cluster) -> int:
    """How often a cluster's question was asked: asking for a person adds no question."""
    asked = sum(gap.kind is not GapKind.HANDED_OVER for gap in cluster.gaps)
    return asked or len(cluster.gaps)


def cost_of(cluster: Cluster) -> float:
    """Minutes that a cluster has cost."""
    return round(sum(MINUTES[gap.kind] + _case_minutes(gap) for gap in cluster.gaps), 1)


def _case_minutes(gap: Gap) -> float:
    if gap.case is None:
        return 0.0
    return CASE_MINUTES if gap.case_minutes is None else min(gap.case_minutes, MOST_CASE_MINUTES)


def _report(cluster: Cluster, search: Search, mask: Mask) -> GapReport:
    central, gaps = cluster.central, cluster.gaps
    kinds = Counter(gap.kind for gap in gaps)
    languages = tuple(name for name, _ in Counter(gap.language for gap in gaps).most_common())
    query = Query(text=central.question, language=central.language, audience=Audience.INTERNAL)
    found = next(iter(search(query, 1)), None)
    question = _shown(central.question, mask)
    others = dict.fromkeys(_shown(gap.question, mask) for gap in reversed(gaps))
    return GapReport(
        question=question,
        count=count_of(cluster),
        unanswered=kinds[GapKind.UNANSWERED],
        rejected=kinds[GapKind.REJECTED],
        handed_over=sum(gap.case is not None for gap in gaps),
        cost_minutes=cost_of(cluster),
        languages=languages,
        first_at=gaps[0].at,
        last_at=gaps[-1].at,
        examples=tuple(text for text in others if text != question)[:EXAMPLES],
        nearest=_nearest(found),
        hint=hint_for(found, gaps, languages[0]),
    )


def _nearest(found: Source | None) -> Nearest | None:
    if found is None:
        return None
    return Nearest(doc_id=found.doc_id, title=found.title, score=found.score, url=found.url)


def _shown(question: str, mask: Mask) -> str:
    """A question on one line, without what a terminal would obey."""
    line = " ".join("".join(c if c.isprintable() else " " for c in mask(question)).split())
    return line if len(line) <= QUESTION_LENGTH else line[: QUESTION_LENGTH - 1].rstrip() + "…"
