"""How ``relevo kb`` shows long work and what it did."""

import json
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

import typer

if TYPE_CHECKING:
    from knowledge import IngestReport
    from knowledge.loading.ingest import OnProgress

_SHOWN = 10
_NAME_WIDTH = 40


@contextmanager
def show_progress() -> "Generator[OnProgress]":
    """A bar with rate and time left on stderr; nothing of it when that is no terminal."""
    from rich.progress import (  # noqa: PLC0415 - keeps --help fast
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    from bot.cli.progress import progress_bar  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with progress_bar(*columns) as bar:
        task, pace = bar.add_task("Loading", total=None, rate=""), Pace()

        def on_progress(done: int, total: int, name: str) -> None:
            rate = pace.rate(done, time.monotonic())
            shown = f"Loading {name}"[:_NAME_WIDTH].ljust(_NAME_WIDTH)
            if not done:
                bar.reset(task, total=total)
            bar.update(task, completed=done, total=total, description=shown, rate=rate)

        yield on_progress


class Pace:
    """Documents a second since the last zero; fetching and reading each begin with one."""

    def __init__(self) -> None:
        self._began = 0.0

    def rate(self, done: int, now: float) -> str:
        """Words for the rate; nothing before the first is done."""
        if not done:
            self._began = now
        spent = now - self._began
        return f"{done / spent:.1f}/s" if done and spent > 0 else ""


def print_report(report: "IngestReport", *, as_json: bool) -> None:
    """Say what was done on stdout, and what was left out, failed or is said twice on stderr."""
    for what, why in report.skipped:
        typer.echo(f"Skipped {what}: {why}.", err=True)
    for what, why in report.failed:
        typer.echo(f"{what}: {why}.", err=True)
    for what, why in report.noted[:_SHOWN]:
        typer.echo(f"Look at {what}: {why}.", err=True)
    if len(report.noted) > _SHOWN:
        typer.echo(f"{len(report.noted) - _SHOWN} more notes of that kind: see --json.", err=True)
    for what, why in report.alike[:_SHOWN]:
        typer.echo(f"Said twice: {what}: {why}.", err=True)
    if len(report.alike) > _SHOWN:
        typer.echo(f"{len(report.alike) - _SHOWN} more documents say what others say.", err=True)
    typer.echo(
        json.dumps(_as_json(report), ensure_ascii=False) if as_json else "\n".join(_summary(report))
    )


def _as_json(report: "IngestReport") -> dict[str, object]:
    fields = cast("dict[str, object]", asdict(report))
    return fields | {
        "skipped": [{"path": what, "reason": why} for what, why in report.skipped],
        "noted": [{"path": what, "reason": why} for what, why in report.noted],
        "alike": [{"doc_id": what, "reason": why} for what, why in report.alike],
        "failed": [{"path": what, "error": why} for what, why in report.failed],
    }


def _summary(report: "IngestReport") -> list[str]:
    done = {"added": report.added, "changed": report.changed, "removed": report.removed}
    counts = (
        f"{len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.unchanged)} unchanged, {len(report.removed)} removed, "
        f"{len(report.skipped)} skipped, {len(report.failed)} failed."
    )
    return [counts, *(f"{what}: {_names(names)}" for what, names in done.items() if names)]


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
