"""Drawings of a replay as SVG inside of the page: parts of a whole, a share with its interval, bars."""

from collections.abc import Mapping, Sequence

from bot.replay.judging import Result
from bot.replay.style import CLASSES
from bot.vocabulary.rollout import Share

_WIDE = 1000
_LEAST_SHOWN = 45


def parts(counts: Mapping[Result, int], label: str) -> str:
    """Draw how often which result was had, as one bar; ``label`` says it to who can't see it."""
    total = max(1, sum(counts.values()))
    drawn: list[str] = []
    at = 0.0
    for result, name in CLASSES.items():
        width = _WIDE * counts.get(result, 0) / total
        if width:
            drawn.append(
                f'<rect class="{name}" x="{at:.1f}" y="0" width="{width:.1f}" height="30"/>'
            )
        if width >= _LEAST_SHOWN:
            share = f"{100 * width / _WIDE:.0f} %"
            drawn.append(f'<text x="{at + 6:.1f}" y="20" class="on">{share}</text>')
        at += width
    return _svg("".join(drawn), height=30, label=label)


def interval(share: Share, label: str) -> str:
    """Draw a share as a point, with its interval as a line, on a scale from 0 to 100 %."""
    if not share.of:
        return ""
    low, high, rate = (300 * one for one in (share.low, share.high, share.rate))
    return (
        f'<svg viewBox="0 0 300 18" role="img" aria-label="{label}">'
        '<rect class="rest" x="0" y="8" width="300" height="2"/>'
        f'<rect class="good" x="{low:.1f}" y="6" width="{max(1.0, high - low):.1f}" height="6" opacity=".45"/>'
        f'<circle class="good" cx="{min(max(rate, 5), 295):.1f}" cy="9" r="5"/></svg>'
    )


def bars(rows: Sequence[tuple[str, int]], name: str) -> str:
    """Draw counts as bars, each with its (escaped) label; ``name`` is their colour."""
    most = max((count for _, count in rows), default=1)
    drawn = "".join(
        f'<text x="0" y="{place * 26 + 17}">{label}</text>'
        f'<rect class="{name}" x="230" y="{place * 26 + 4}" width="{600 * count / most:.1f}" height="18" rx="3"/>'
        f'<text x="{240 + 600 * count / most:.1f}" y="{place * 26 + 17}">{count:,}</text>'
        for place, (label, count) in enumerate(rows)
    )
    return _svg(drawn, height=26 * len(rows), label="bars")


def _svg(drawn: str, *, height: int, label: str) -> str:
    return f'<svg viewBox="0 0 {_WIDE} {height}" role="img" aria-label="{label}">{drawn}</svg>'
