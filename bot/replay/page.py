"""The report of a replay as one HTML file: no script, nothing fetched, everything that people wrote escaped."""

from collections.abc import Iterable
from html import escape

from bot.replay import plots
from bot.replay.judging import Result, TurnFinding
from bot.replay.lines import Mask
from bot.replay.report import CAVEATS, NAMES, Report, in_words
from bot.replay.style import CLASSES, STYLE
from bot.replay.topics import TopicRow
from bot.texts import shortened
from bot.vocabulary.rollout import FoundTopic, Share

_SHOWN = 1_200
_ONE_LINE = 110
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_DIFFERS = {
    "figure": "another figure",
    "link": "another link",
    "denial": "says yes where the other says no",
    "words": "other words",
}
HOUR = 60


def page(report: Report, mask: Mask) -> str:
    """Write the report; ``mask`` takes personal data out of what people wrote."""
    sections = (
        _head(report),
        _cards(report),
        _results(report),
        _topics(report.topics, mask),
        _hand_overs(report),
        _gaps(report.gaps, mask),
        _examples(report, Result.WRONG, "Answers that contradict the human", mask),
        _examples(report, Result.DIFFERENT, "Answers in other words: right or wrong?", mask),
        _caveats(),
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Replay of {escape(report.source)}</title><style>{STYLE}</style></head><body>"
        f"{''.join(sections)}</body></html>\n"
    )


def _head(report: Report) -> str:
    counts = report.counts
    languages = ", ".join(
        f"{escape(name)} {count:,}" for name, count in report.figures.languages.most_common(6)
    )
    return (
        f"<h1>What today's bot would have done</h1><p class='soft'>{escape(report.source)}: "
        f"{_many(counts.conversations.total(), 'conversation')}, {_many(counts.turns.total(), 'turn')} of customers "
        f"({languages}). Replayed on {report.at:%Y-%m-%d %H:%M} UTC.</p>"
    )


def _cards(report: Report) -> str:
    counts = report.counts
    cards = [
        ("of what was asked would have been answered", counts.answered),
        ("of the answers that can be compared are as good as the human's", counts.as_good),
        ("contradict the human", counts.contradicting),
        ("of conversations needed nobody, as far as is known", counts.alone),
    ]
    drawn = "".join(_card(_rate(share), text, _spread(share)) for text, share in cards)
    how = (
        f"of {_duration(counts.minutes)} spent on these conversations; a message without a time counts "
        f"{report.minutes_a_message:g} min"
    )
    drawn += _card(_duration(counts.minutes_saved), "of people's time saved", how)
    if report.priced:
        each = counts.cost / max(1, counts.conversations.total())
        drawn += _card(f"{counts.cost:,.2f}", "cost of models", f"{each:.4f} a conversation")
    return f'<div class="cards">{drawn}</div>'


def _card(figure: str, text: str, small: str) -> str:
    return f'<div class="card"><b>{figure}</b>{text}<br><small>{small}</small></div>'


def _rate(share: Share) -> str:
    return f"{100 * share.rate:.0f} %" if share.of else "–"


def _spread(share: Share) -> str:
    if not share.of:
        return "nothing to compare"
    low, high = 100 * share.low, 100 * share.high
    return f"{share.good:,} of {share.of:,}; {low:.0f}–{high:.0f} % with 95 % certainty"


def _results(report: Report) -> str:
    counts = report.counts
    legend = "".join(
        f'<li><i class="{CLASSES[one]}"></i>{NAMES[one]}: {counts.turns[one]:,} turns, '
        f"{counts.conversations[one]:,} conversations</li>"
        for one in CLASSES
        if counts.turns[one]
    )
    left = report.figures.turns_left
    more = (
        f"<p class='soft'>{left:,} turns came after a hand-over and are people's.</p>"
        if left
        else ""
    )
    return (
        f"<h2>Turns</h2>{plots.parts(counts.turns, 'turns by result')}"
        "<h2>Conversations, by the gravest of their turns</h2>"
        f"{plots.parts(counts.conversations, 'conversations by result')}"
        f'<ul class="legend">{legend}</ul>{more}'
    )


def _topics(rows: Iterable[TopicRow], mask: Mask) -> str:
    body = "".join(_topic(row, mask) for row in rows)
    if not body:
        return ""
    return (
        "<h2>Topics</h2><table><tr><th>Topic</th><th class='number'>Conversations</th>"
        "<th class='number'>Answered</th><th class='plot'>As good as the human, 0–100 %</th>"
        f"<th class='number'>Of compared</th><th class='number'>Handed over</th></tr>{body}</table>"
        "<p class='soft'>Topics in italics are not in the settings: they were found in the questions.</p>"
    )


def _topic(row: TopicRow, mask: Mask) -> str:
    name = escape(mask(row.name))
    shown = f"<i>{name}</i>" if row.found else name
    return (
        f"<tr><td>{shown}</td><td class='number'>{row.count:,}</td>"
        f"<td class='number'>{_rate(row.answered)}</td>"
        f"<td class='plot'>{plots.interval(row.as_good, in_words(row.as_good))}</td>"
        f"<td class='number'>{in_words(row.as_good)}</td>"
        f"<td class='number'>{row.handed_over:,}</td></tr>"
    )


def _hand_overs(report: Report) -> str:
    reasons = report.figures.reasons.most_common()
    if not reasons:
        return ""
    rows = [(escape(name.replace("_", " ")), count) for name, count in reasons]
    return f"<h2>Why people are asked in</h2>{plots.bars(rows, 'hand')}"


def _gaps(gaps: Iterable[FoundTopic], mask: Mask) -> str:
    rows = "".join(
        f"<tr><td>{escape(mask(gap.name))}</td><td class='number'>{gap.count:,}</td>"
        f"<td>{escape(shortened(mask(gap.examples[0]), _ONE_LINE))}</td></tr>"
        for gap in gaps
    )
    head = "<tr><th>About</th><th class='number'>Asked</th><th>Such as</th></tr>"
    return f"<h2>What the knowledge lacks</h2><table>{head}{rows}</table>" if rows else ""


def _examples(report: Report, result: Result, title: str, mask: Mask) -> str:
    turns = report.figures.examples[result]
    shown = "".join(_example(turn, mask) for turn in turns)
    return f"<h2>{title}</h2>{shown}" if shown else ""


def _example(turn: TurnFinding, mask: Mask) -> str:
    human, asked = _words(turn.human, mask), shortened(mask(turn.asked), _ONE_LINE)
    return (
        f"<details><summary><span class='tag'>{_DIFFERS.get(turn.differs, turn.differs)}</span>"
        f"{escape(asked)}</summary><div class='sides'>"
        f"<div><small>The human of then</small><p>{human}</p></div>"
        f"<div><small>Today's bot</small><p>{_words(turn.bot, mask)}</p></div></div></details>"
    )


def _words(text: str, mask: Mask) -> str:
    masked = mask(text)
    return escape(masked if len(masked) <= _SHOWN else f"{masked[:_SHOWN]}…")


def _caveats() -> str:
    items = "".join(f"<li>{escape(one)}</li>" for one in CAVEATS)
    return f"<h2>What this can't tell</h2><ul>{items}</ul>"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _duration(minutes: float) -> str:
    if minutes < HOUR:
        return f"{minutes:.0f} min"
    return f"{minutes / HOUR:,.1f} h"
