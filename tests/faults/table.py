"""The figures of a sweep, each with its denominator."""

from collections.abc import Sequence
from dataclasses import fields
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.faults.faults import ALL
from tests.faults.oracle import Verdict
from tests.faults.run import Result

KINDS = tuple(item.name for item in fields(Verdict))
COLUMNS = ("fault", "runs", "accepted", *KINDS, "failed")


def line_of(result: Result) -> str:
    """Say in a line how a run ended; a failed one says how to repeat it."""
    what = f"{result.fault}, seed {result.seed}: {result.accepted} accepted"
    if result.is_good:
        return f"ok    {what}, settled after {result.recovery:.2f} s {_notes([result])}"
    repeat = f"python -m tests.faults --part kills --only '{result.fault}' --seeds 1 --first-seed {result.seed}"
    wrong = [text for text in (result.problem, *result.verdict.complaints) if text]
    return "\n".join([f"WRONG {what}; repeat with {repeat}", *wrong, result.logs])


def table(results: Sequence[Result], *, seconds: float) -> str:
    """Draw the table of all runs, one row a fault, and the sentence below it."""
    drawn = Table(*COLUMNS, "recovery s p50", "max", "notes")
    for fault in ALL:
        if rows := [result for result in results if result.fault == fault.name]:
            drawn.add_row(fault.name, *_cells(rows))
    drawn.add_section()
    drawn.add_row("all", *_cells(results))
    console = Console(width=160)
    with console.capture() as captured:
        console.print(drawn)
    return f"{captured.get()}{_summary(results, seconds)}"


def upper_bound(of: int) -> float:
    """Return the 95 % upper bound of the rate of what was seen in none of so many (rule of three)."""
    return min(1.0, 3 / of) if of else 1.0


def _cells(rows: Sequence[Result]) -> list[str]:
    recovery = [row.recovery for row in rows]
    counts = (
        len(rows),
        sum(row.accepted for row in rows),
        *(sum(len(getattr(row.verdict, kind)) for row in rows) for kind in KINDS),
        sum(not row.is_good for row in rows),
    )
    times = (f"{median(recovery):.2f}", f"{max(recovery):.2f}")
    return [*(f"{count:,}" for count in counts), *times, _notes(rows)]


def _notes(rows: Sequence[Result]) -> str:
    names = sorted({name for row in rows for name in row.notes})
    if len({row.fault for row in rows}) > 1:
        return ""
    worst = {name: [row.notes[name] for row in rows if name in row.notes] for name in names}
    return ", ".join(f"{name} {min(of):.2f}–{max(of):.2f}" for name, of in worst.items())


def _summary(results: Sequence[Result], seconds: float) -> str:
    accepted = sum(result.accepted for result in results)
    repeats = sum(result.repeats for result in results)
    wrong = sum(len(result.verdict.complaints) for result in results)
    failed = sum(not result.is_good for result in results)
    if failed:
        return f"{failed} of {len(results)} runs failed, {wrong} complaints ({seconds:.0f} s)."
    return (
        f"0 of {accepted:,} accepted messages {', '.join(KINDS[:-1])} or {KINDS[-1]} in "
        f"{len(results)} runs (95 % upper bound {upper_bound(accepted):.2%} of messages, "
        f"{upper_bound(len(results)):.1%} of runs); {repeats} were sent once more on purpose "
        f"({seconds:.0f} s)."
    )
