"""``relevo kb gaps``: which questions found no good answer, what they cost, and what may help.

Exit codes: 0 also when there are none, 1 when Redis or the index can't be read, 2 for wrong use or
settings.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

if TYPE_CHECKING:
    from bot.vocabulary.gaps import Gap
    from config.settings import Settings
    from knowledge.gaps import GapReport

SHOWN_EXAMPLES = 2


def gaps(
    config: Annotated[Path | None, typer.Option(help="Settings file; default relevo.toml.")] = None,
    days: Annotated[int, typer.Option(min=1, max=36500, help="How far to look back.")] = 30,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to show.")] = 20,
    min_count: Annotated[int, typer.Option(min=1, help="Leave out what was asked less often.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002
) -> None:
    """Show what customers asked and found no good answer to, the dearest first.

    Questions that ask for the same thing are put together, also in two languages.

    Minutes are what it cost: 1 for a question without an answer, 3 for a rejected
    answer, and for a case that came of it as long as it took, at most 60 (10
    while it is open). Personal data is masked.
    """
    from bot.app import read_settings  # noqa: PLC0415 - keeps --help fast

    settings = read_settings(config)
    found = asyncio.run(_read(settings, datetime.now(UTC) - timedelta(days=days)))
    reports = _report(settings, found, limit=limit, min_count=min_count) if found else []
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in reports], ensure_ascii=False))
    elif reports:
        _show(reports)
    else:
        often = f" {min_count} times or more" if min_count > 1 else ""
        typer.echo(f"Good news: in {days} days no question went without a good answer{often}.")


async def _read(settings: "Settings", begin: datetime) -> "Sequence[Gap]":
    """Read the gaps, also while another Relevo runs on the same data."""
    from bot.app.opening import find_state, open_redis  # noqa: PLC0415
    from bot.engine.gaps import Gaps  # noqa: PLC0415

    async with find_state(settings) as url, open_redis(settings, url) as redis:
        return await Gaps(redis, deadline=settings.redis.deadline_seconds).since(begin)


def _report(
    settings: "Settings", found: "Sequence[Gap]", *, limit: int, min_count: int
) -> "list[GapReport]":
    from bot.app.stores import open_knowledge  # noqa: PLC0415
    from knowledge.gaps import report_gaps  # noqa: PLC0415
    from knowledge.guards.masking import Masking  # noqa: PLC0415

    def mask(text: str) -> str:
        return Masking().mask(text, own=False)

    knowledge = open_knowledge(settings)
    try:
        return report_gaps(found, knowledge.search_now, mask, limit=limit, min_count=min_count)
    finally:
        knowledge.close_now()


def _as_json(report: "GapReport") -> dict[str, object]:
    fields = cast("dict[str, object]", asdict(report))
    return fields | {name: getattr(report, name).isoformat() for name in ("first_at", "last_at")}


def _show(reports: "Sequence[GapReport]") -> None:
    """Print a table; what people wrote is shown as it stands, never as markup."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table("Asked", "Minutes", "Question", "What may help", show_lines=True)
    for report in reports:
        table.add_row(
            _came_of_it(report),
            f"{report.cost_minutes:g}",
            Text("\n· ".join((report.question, *report.examples[:SHOWN_EXAMPLES]))),
            Text(report.hint),
        )
    Console().print(table)


def _came_of_it(report: "GapReport") -> str:
    counts = {
        "unanswered": report.unanswered,
        "rejected": report.rejected,
        "handed over": report.handed_over,
    }
    parts = [f"{count} {word}" for word, count in counts.items() if count]
    return "\n".join((f"{report.count} × {'/'.join(report.languages)}", *parts))
