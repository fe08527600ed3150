"""``relevo stats``: the measures of some days, also without a running Relevo.

Exit codes: 0 also when nothing was counted, 1 when Redis or the index can't be read, 2 for wrong use or
settings.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from bot.vocabulary.measures import Measures, Span, Tally
    from config.settings import Settings

NOT_KNOWN = "not known"


def show_stats(*, days: int, config: Path | None, as_json: bool) -> None:
    """Print what was counted in the last days, today among them."""
    from bot.app import read_settings  # noqa: PLC0415 - keeps --help fast

    measures = asyncio.run(_read(read_settings(config), days))
    if as_json:
        typer.echo(json.dumps(as_fields(measures), ensure_ascii=False))
    else:
        _show(measures, days)


def as_fields(measures: "Measures") -> dict[str, object]:
    """Return the measures for scripts; what is not known is null."""
    rated = measures.satisfaction
    first = measures.counted_since
    return {
        "since": f"{measures.since:%Y-%m-%d}",
        "until": f"{measures.until:%Y-%m-%d}",
        "counted_since": None if first is None else f"{first:%Y-%m-%d}",
        "messages": measures.total.messages,
        "turns": measures.total.turns,
        "outcomes": dict(measures.outcomes),
        "conversations": {
            "count": measures.conversations,
            "with_people": measures.with_people,
            "bot_alone": _rounded(measures.alone),
        },
        "cases": {
            "opened": measures.opened,
            "reopened": measures.reopened,
            "closed": measures.closed,
            "open_now": measures.open_cases,
            "reasons": dict(measures.reasons),
        },
        "seconds": {
            "claim": _span(measures.claim),
            "first_reply": _span(measures.first_reply),
            "resolution": _span(measures.resolution),
        },
        "csat": {"answers": rated.answers, "mean": rated.mean, "satisfied": rated.satisfied},
        "nps": {"answers": rated.nps_answers, "score": rated.nps},
        "models": {"tokens": measures.tokens, "cost": measures.cost},
        "platforms": _tallies(measures.platforms),
        "topics": _tallies(measures.topics),
        "actions": dict(measures.actions),
        "gaps": None if measures.lacks is None else [asdict(one) for one in measures.lacks],
    }


def _span(span: "Span") -> dict[str, object]:
    return {"count": span.count, "p50": _rounded(span.p50, 1), "p90": _rounded(span.p90, 1)}


def _tallies(parts: "Mapping[str, Tally]") -> dict[str, object]:
    return {name: asdict(one) for name, one in parts.items()}


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


async def _read(settings: "Settings", days: int) -> "Measures":
    """Read the measures as they count here, also while another Relevo runs on the same data."""
    from bot.app.live import open_live  # noqa: PLC0415
    from bot.app.measures import open_measures  # noqa: PLC0415
    from bot.app.opening import find_state, open_redis  # noqa: PLC0415

    async with find_state(settings) as url, open_redis(settings, url) as redis:
        live = await open_live(settings, redis)
        return await open_measures(redis, live.settings).measures(days)


def _show(measures: "Measures", days: int) -> None:
    """Print tables; what people wrote is shown as it stands, never as markup."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    first = measures.counted_since
    console.print(
        f"{days} days, {measures.since:%Y-%m-%d} to {measures.until:%Y-%m-%d} (UTC); "
        + ("nothing was counted" if first is None else f"counted since {first:%Y-%m-%d}")
    )
    table = Table("Measure", "Value", show_header=False)
    for name, value in _rows(measures):
        table.add_row(name, Text(value))
    console.print(table)
    for title, parts in (("Platform", measures.platforms), ("Topic", measures.topics)):
        if parts:
            console.print(_parts(title, parts))
    if measures.lacks:
        lacking = Table("Asked", "Minutes", "Question without a good answer")
        for one in measures.lacks:
            lacking.add_row(str(one.count), f"{one.minutes:g}", Text(one.question))
        console.print(lacking)


def _parts(title: str, parts: "Mapping[str, Tally]") -> "Table":
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(title, "Turns", "Messages", "Answered", "Handed over")
    for name, one in parts.items():
        numbers = (one.turns, one.messages, one.answered, one.handed_over)
        table.add_row(Text(name), *map(str, numbers))
    return table


def _rows(measures: "Measures") -> Iterator[tuple[str, str]]:
    """What is shown of all, in words."""
    rated, total = measures.satisfaction, measures.total
    yield "Messages, turns", f"{total.messages}, {total.turns}"
    yield "Turns by outcome", _counts(measures.outcomes)
    alone = NOT_KNOWN if measures.alone is None else f"{measures.alone:.0%}"
    yield "Conversations", f"{measures.conversations}, {measures.with_people} with people"
    yield "With the bot alone", alone
    changes = f"{measures.opened} opened, {measures.reopened} reopened, {measures.closed} closed"
    yield "Cases", f"{changes}, {measures.open_cases} open now"
    yield "Why people were asked in", _counts(measures.reasons)
    yield "Taken by an agent", _words(measures.claim)
    yield "First reply", _words(measures.first_reply)
    yield "Solved", _words(measures.resolution)
    satisfied = (
        "" if rated.satisfied is None else f"{rated.satisfied:.0%}, mean {rated.mean:.2f} of 5, "
    )
    yield "Satisfied", f"{satisfied}{rated.answers} answers"
    nps = "" if rated.nps is None else f"{rated.nps:+g}, "
    yield "NPS", f"{nps}{rated.nps_answers} answers"
    cost = NOT_KNOWN if measures.cost is None else f"{measures.cost:.2f}"
    yield "Language models", f"{measures.tokens} tokens, cost {cost}"
    yield "What agents and admins did", _counts(measures.actions)


def _counts(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{name} {count}" for name, count in ordered) or NOT_KNOWN


def _words(span: "Span") -> str:
    if span.p50 is None or span.p90 is None:
        return NOT_KNOWN
    return f"p50 {_time(span.p50)}, p90 {_time(span.p90)} ({span.count})"


def _time(seconds: float) -> str:
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"  # noqa: PLR2004
