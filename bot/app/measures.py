"""Gathers the measures of a period from the stores: for ``relevo stats`` and ``/stats``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from statistics import mean

from redis.asyncio import Redis

from bot.app.library import Lacks, lacks_of
from bot.engine.days import DayCounts, Days, quantile
from bot.engine.ratings import Ratings
from bot.vocabulary.errors import KnowledgeUnavailableError
from bot.vocabulary.library import Lack
from bot.vocabulary.measures import Measures, Satisfaction, Span, Tally
from bot.vocabulary.surveys import SATISFIED, Rating, SurveyKind, nps
from config.settings import Settings

MOST_LACKS = 5


class StoredMeasures:
    """Implements ``Measuring``: what was counted day by day, what customers answered, what was lacking."""

    def __init__(self, redis: Redis, *, settings: Callable[[], Settings], lacks: Lacks) -> None:
        self._redis = redis
        self._settings = settings
        self._lacks = lacks

    async def measures(self, days: int, *, lacks: int = MOST_LACKS) -> Measures:
        """See ``Measuring.measures``."""
        settings, now = self._settings(), datetime.now(UTC)
        since = now.date() - timedelta(days=days - 1)
        deadline = settings.redis.deadline_seconds
        reader = Days(self._redis, deadline=deadline)
        counted = await reader.between(since, now.date())
        ratings = await Ratings(self._redis, deadline=deadline).since(_begin(since))
        counts = counted.counts
        return Measures(
            since=_begin(since),
            until=_begin(now.date()),
            counted_since=None if counted.first is None else _begin(counted.first),
            total=_total(counted),
            outcomes=counted.of("outcome:"),
            conversations=counts.get("conversations", 0),
            with_people=counts.get("with_people", 0),
            opened=counts.get("opened", 0),
            closed=counts.get("closed", 0),
            reopened=counts.get("reopened", 0),
            open_cases=await reader.open_cases(),
            reasons=counted.of("reason:"),
            claim=_span(counted.of("claim:")),
            first_reply=_span(counted.of("reply:")),
            resolution=_span(counted.of("done:")),
            satisfaction=satisfaction(ratings),
            lacks=await self._lacking(days, lacks) if lacks else (),
            platforms=_tallies(counted.of("platform:")),
            topics=_tallies(counted.of("topic:")),
            tokens=counted.tokens,
            cost=counted.cost if settings.llm.input_price or settings.llm.output_price else None,
            actions=counted.of("action:"),
        )

    async def _lacking(self, days: int, limit: int) -> tuple[Lack, ...] | None:
        """Return what was lacking, None where the knowledge can't be read."""
        try:
            return tuple(await self._lacks(days, limit))
        except KnowledgeUnavailableError:
            return None


def open_measures(redis: Redis, settings: Settings) -> StoredMeasures:
    """Build what gathers the measures for a command in a terminal, which answers nothing."""
    return StoredMeasures(
        redis, settings=lambda: settings, lacks=lacks_of(redis, settings=lambda: settings)
    )


def satisfaction(ratings: Sequence[Rating]) -> Satisfaction:
    """Sum up what customers answered."""
    scores = [one.score for one in ratings if one.kind is SurveyKind.CSAT]
    recommended = [one.score for one in ratings if one.kind is SurveyKind.NPS]
    return Satisfaction(
        answers=len(scores),
        mean=round(mean(scores), 2) if scores else None,
        satisfied=_share(scores),
        nps_answers=len(recommended),
        nps=nps(recommended),
    )


def _share(scores: Sequence[int]) -> float | None:
    if not scores:
        return None
    return round(sum(score >= SATISFIED for score in scores) / len(scores), 4)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _total(counted: DayCounts) -> Tally:
    outcomes = counted.of("outcome:")
    return Tally(
        messages=counted.counts.get("messages", 0),
        turns=counted.counts.get("turns", 0),
        answered=outcomes.get("answered", 0),
        handed_over=outcomes.get("handed_over", 0),
    )


def _span(bins: Mapping[str, int]) -> Span:
    return Span(count=sum(bins.values()), p50=quantile(bins, 0.5), p90=quantile(bins, 0.9))


def _tallies(counts: Mapping[str, int]) -> dict[str, Tally]:
    """Return the tallies of what is counted as ``<name>:<what>``; a name may hold colons itself."""
    names = dict.fromkeys(name.rpartition(":")[0] for name in counts)
    return {name: _tally(counts, name) for name in _sorted(names, counts)}


def _sorted(names: Iterable[str], counts: Mapping[str, int]) -> list[str]:
    return sorted(names, key=lambda name: (-counts.get(f"{name}:turns", 0), name))


def _tally(counts: Mapping[str, int], name: str) -> Tally:
    return Tally(
        messages=counts.get(f"{name}:messages", 0),
        turns=counts.get(f"{name}:turns", 0),
        answered=counts.get(f"{name}:answered", 0),
        handed_over=counts.get(f"{name}:handed_over", 0),
    )
