"""How a replay is shown in a terminal; what people wrote is shown as it stands, never as markup."""

from rich.bar import Bar
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.replay.judging import Result
from bot.replay.lines import Mask
from bot.replay.report import CAVEATS, NAMES, Report, in_words
from bot.texts import shortened

_COLOURS = {
    Result.AS_GOOD: "green",
    Result.UNCOMPARED: "green",
    Result.DIFFERENT: "yellow",
    Result.WRONG: "red",
    Result.ASKED_BACK: "blue",
    Result.OFFERED: "magenta",
    Result.HANDED_OVER: "magenta",
    Result.UNKNOWN: "bright_black",
    Result.COURTESY: "bright_black",
}
_BAR = 16
_EXAMPLE = 60
HOUR = 60


def show_report(report: Report, mask: Mask) -> None:
    """Print results, topics, reasons, gaps, and what can't be known."""
    console = Console()
    console.print(_heading(report), highlight=False)
    console.print(_results(report))
    console.print(_key_figures(report))
    if report.topics:
        console.print(_topics(report, mask))
    if report.figures.reasons:
        reasons = report.figures.reasons.most_common()
        said = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in reasons)
        console.print(f"Handed over because of: {said}.", highlight=False)
    if report.gaps:
        console.print(_gaps(report, mask))
    console.print("What this can't tell:", style="dim")
    for sentence in CAVEATS:
        console.print(f"· {sentence}", style="dim", highlight=False)


def _heading(report: Report) -> Text:
    counts = report.counts
    languages = ", ".join(f"{k} {n:,}" for k, n in report.figures.languages.most_common(5))
    pace = counts.turns.total() / max(report.seconds, 1e-9)
    return Text(
        f"{report.source}: {counts.conversations.total():,} conversations, {counts.turns.total():,} "
        f"turns ({languages}) in {report.seconds:.0f} s, {pace:.0f} turns a second"
    )


def _results(report: Report) -> Table:
    table = Table("Today's bot would have", "Turns", "%", "", "Conversations", box=None)
    for column in (1, 2, 4):
        table.columns[column].justify = "right"
    table.columns[0].no_wrap = True
    counts = report.counts
    total = max(1, counts.turns.total())
    for result, name in NAMES.items():
        turns = counts.turns[result]
        table.add_row(
            name,
            f"{turns:,}",
            f"{100 * turns / total:.1f}",
            Bar(total, 0, turns, width=_BAR, color=_COLOURS[result]),
            f"{counts.conversations[result]:,}",
        )
    if left := report.figures.turns_left:
        table.add_row("after a hand-over: people's", f"{left:,}", "", "", "", style="dim")
    return table


def _key_figures(report: Report) -> Table:
    counts = report.counts
    table = Table(box=None, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_row("Answered, of what was asked", in_words(counts.answered))
    table.add_row("As good as the human, of those compared", in_words(counts.as_good))
    table.add_row("Contradicts the human, of those compared", in_words(counts.contradicting))
    table.add_row("Conversations that needed nobody", in_words(counts.alone))
    saved, spent = counts.minutes_saved / HOUR, counts.minutes / HOUR
    table.add_row("People's time saved", f"{saved:,.1f} h of {spent:,.1f} h")
    cost = f"{counts.cost:,.4f}" if report.priced else "– (no model with prices is set)"
    table.add_row("Cost of models", cost)
    return table


def _topics(report: Report, mask: Mask) -> Table:
    table = Table("Topic", "Conversations", "Answered", "As good [95 %]", "Handed over")
    for column in (1, 2, 4):
        table.columns[column].justify = "right"
    for row in report.topics:
        table.add_row(
            Text(mask(row.name), style="italic" if row.found else ""),
            f"{row.count:,}",
            f"{100 * row.answered.rate:.0f} %" if row.answered.of else "–",
            in_words(row.as_good),
            f"{row.handed_over:,}",
        )
    return table


def _gaps(report: Report, mask: Mask) -> Table:
    table = Table("The knowledge lacks", "Asked", "Such as")
    for gap in report.gaps:
        example = shortened(mask(gap.examples[0]), _EXAMPLE)
        table.add_row(Text(mask(gap.name)), f"{gap.count:,}", Text(example))
    return table
