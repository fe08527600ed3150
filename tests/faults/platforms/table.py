"""The figures of the matrix, each with its denominator."""

from collections.abc import Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.faults.platforms.faults import ALL, SITES
from tests.faults.platforms.oracle import KINDS
from tests.faults.platforms.run import Result
from tests.faults.table import upper_bound

COLUMNS = ("fault", "platform", "runs", "messages", *KINDS, "failed", "ambiguous", "open")


def line_of(result: Result) -> str:
    """Say in a line how a run ended; a failed one says how to repeat it."""
    what = (
        f"{result.fault} on {result.site}, seed {result.seed}, {result.workers} at work: "
        f"{result.messages} messages"
    )
    if result.is_good:
        return f"ok    {what}, answered after {result.recovery:.2f} s"
    repeat = (
        f"python -m tests.faults --part platforms --only '{result.fault}' --on '{result.site}' "
        f"--seeds 1 --first-seed {result.seed}"
    )
    wrong = [text for text in (result.problem, *result.verdict.complaints) if text]
    return "\n".join([f"WRONG {what}; repeat with {repeat}", *wrong, result.logs])


def table(results: Sequence[Result], *, seconds: float) -> str:
    """Draw the table of all runs, one row for each fault on each platform, and what it comes to."""
    drawn = Table(*COLUMNS, "recovery s p50", "max")
    for fault in ALL:
        for site in SITES:
            names = (fault.name, site.name)
            if rows := [item for item in results if (item.fault, item.site) == names]:
                drawn.add_row(*names, *_cells(rows))
    drawn.add_section()
    for site in SITES:
        if rows := [item for item in results if item.site == site.name]:
            drawn.add_row("all", site.name, *_cells(rows))
    drawn.add_row("all", "all", *_cells(results))
    console = Console(width=180)
    with console.capture() as captured:
        console.print(drawn)
    return f"{captured.get()}{_summary(results, seconds)}"


def _cells(rows: Sequence[Result]) -> list[str]:
    counts = (
        len(rows),
        sum(row.messages for row in rows),
        *(sum(len(getattr(row.verdict, kind)) for row in rows) for kind in KINDS),
        sum(not row.is_good for row in rows),
        sum(row.verdict.ambiguous for row in rows),
        sum(row.verdict.open for row in rows),
    )
    recovery = [row.recovery for row in rows]
    return [*(f"{count:,}" for count in counts), f"{median(recovery):.2f}", f"{max(recovery):.2f}"]


def _summary(results: Sequence[Result], seconds: float) -> str:
    messages = sum(result.messages for result in results)
    failed = sum(not result.is_good for result in results)
    if failed:
        wrong = sum(len(result.verdict.complaints) for result in results)
        return f"{failed} of {len(results)} runs failed, {wrong} complaints ({seconds:.0f} s)."
    ambiguous = sum(result.verdict.ambiguous for result in results)
    double = sum(result.workers > 1 for result in results)
    return (
        f"0 of {messages:,} messages {', '.join(KINDS[:-1])} or {KINDS[-1]} in {len(results)} runs, "
        f"{double} of them with two processes (95 % upper bound {upper_bound(messages):.3%} of "
        f"messages, {upper_bound(len(results)):.1%} of runs); {ambiguous} replies of unknown "
        f"fate were shown twice by Telegram and counted as such ({seconds:.0f} s)."
    )
