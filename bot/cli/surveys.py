"""``relevo surveys``: how customers were served and whether they recommend us, in their own words too.

Exit codes: 0 also when nobody answered, 1 when Redis can't be read, 2 for wrong use or settings.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

import typer

from bot.vocabulary.surveys import SATISFIED, Rating, SurveyKind, nps

if TYPE_CHECKING:
    from config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The scores of one team, or of everybody; shares are in 0..1, None without answers."""

    team: str | None
    answers: int
    mean: float | None
    satisfied: float | None

    @classmethod
    def of(cls, team: str | None, scores: Sequence[int]) -> "Group":
        """Sum up scores of 1 to 5."""
        if not scores:
            return cls(team=team, answers=0, mean=None, satisfied=None)
        satisfied = sum(score >= SATISFIED for score in scores) / len(scores)
        return cls(
            team=team,
            answers=len(scores),
            mean=round(mean(scores), 2),
            satisfied=round(satisfied, 3),
        )


def show_surveys(*, days: int, config: Path | None, as_json: bool) -> None:
    """Print what customers answered in the last days."""
    from bot.app import read_settings  # noqa: PLC0415 - keeps --help fast

    settings = read_settings(config)
    begin = datetime.now(UTC) - timedelta(days=days)
    ratings = asyncio.run(_read(settings, begin))
    if as_json:
        typer.echo(json.dumps(report(ratings), ensure_ascii=False))
    elif ratings:
        _show(ratings)
    else:
        typer.echo(f"Nobody has answered a survey in {days} days.")


def report(ratings: Sequence[Rating]) -> dict[str, object]:
    """Sum up ratings: all cases, by team, the recommendations, and the words, newest last."""
    recommended = [one.score for one in ratings if one.kind is SurveyKind.NPS]
    words = [
        {"kind": one.kind, "case": one.case, "score": one.score, "word": one.word}
        for one in ratings
        if one.word
    ]
    overall, *teams = groups(ratings)
    return {
        "csat": {"answers": overall.answers, "mean": overall.mean, "satisfied": overall.satisfied},
        "teams": [
            {
                "team": one.team,
                "answers": one.answers,
                "mean": one.mean,
                "satisfied": one.satisfied,
            }
            for one in teams
        ],
        "nps": {"answers": len(recommended), "score": nps(recommended)},
        "words": words,
    }


def groups(ratings: Sequence[Rating]) -> list[Group]:
    """Return the scores of all cases, then those of each team by name."""
    cases = [one for one in ratings if one.kind is SurveyKind.CSAT]
    names = sorted({one.team for one in cases if one.team})
    teams = [Group.of(name, [one.score for one in cases if one.team == name]) for name in names]
    return [Group.of(None, [one.score for one in cases]), *teams]


async def _read(settings: "Settings", begin: datetime) -> Sequence[Rating]:
    """Read the ratings, also while another Relevo runs on the same data."""
    from bot.app.opening import find_state, open_redis  # noqa: PLC0415
    from bot.engine.ratings import Ratings  # noqa: PLC0415

    async with find_state(settings) as url, open_redis(settings, url) as redis:
        return await Ratings(redis, deadline=settings.redis.deadline_seconds).since(begin)


def _show(ratings: Sequence[Rating]) -> None:
    """Print tables; what people wrote is shown as it stands, never as markup."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    table = Table("Team", "Answers", "Mean of 5", "Satisfied")
    for one in groups(ratings):
        satisfied = "–" if one.satisfied is None else f"{one.satisfied:.0%}"
        shown = "–" if one.mean is None else f"{one.mean:.2f}"
        table.add_row(Text(one.team or "all"), str(one.answers), shown, satisfied)
    console.print(table)
    recommended = [one.score for one in ratings if one.kind is SurveyKind.NPS]
    if recommended:
        console.print(f"NPS {nps(recommended):+g} from {len(recommended)} answers")
    words = [one for one in ratings if one.word]
    if words:
        said = Table("Case", "Score", "Word", show_lines=True)
        for one in words:
            said.add_row(Text(one.case), str(one.score), Text(one.word))
        console.print(said)
