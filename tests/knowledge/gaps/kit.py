"""Builds gaps in one line each."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.vocabulary.gaps import Gap, GapKind
from knowledge.gaps import Cluster

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
_numbers = itertools.count(1)


def a_gap(question: str, language: str = "en", **fields: Any) -> Gap:
    number = next(_numbers)
    values: dict[str, Any] = {
        "turn_id": f"t{number:06}",
        "conversation": f"playground:demo:c{number}",
        "at": BEGIN + timedelta(minutes=number),
        "kind": GapKind.UNANSWERED,
    }
    return Gap(question=question, language=language, **(values | fields))


def questions_of(clusters: list[Cluster]) -> list[set[str]]:
    return [{gap.question for gap in cluster.gaps} for cluster in clusters]
