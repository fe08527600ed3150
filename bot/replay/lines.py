"""One conversation as a line of JSON, for whoever wants to look at each."""

import json
from collections.abc import Callable

from bot.replay.judging import Finding, TurnFinding

Mask = Callable[[str], str]
"""Takes personal data out of a text."""


def as_line(finding: Finding, mask: Mask) -> str:
    """Write what became of a conversation and of each of its turns; people's words are masked."""
    fields: dict[str, object] = {
        "id": finding.id,
        "result": finding.result.value,
        "language": finding.language,
        "topic": finding.topic,
        "turns_after_hand_over": finding.left,
        "minutes_after_hand_over": round(finding.left_minutes, 2),
        "turns": [_turn(turn, mask) for turn in finding.turns],
    }
    return json.dumps(fields, ensure_ascii=False)


def _turn(turn: TurnFinding, mask: Mask) -> dict[str, object]:
    return {
        "result": turn.result.value,
        "asked": mask(turn.asked),
        "bot": turn.bot,
        "human": mask(turn.human),
        "likeness": None if turn.near is None else round(turn.near, 4),
        "differs": turn.differs or None,
        "reason": turn.reason or None,
        "confidence": None if turn.confidence is None else round(turn.confidence, 4),
        "sources": list(turn.sources),
        "topic": turn.topic or None,
        "cost": round(turn.cost, 6),
        "minutes": round(turn.minutes, 2),
        "gap": turn.gap,
    }
