"""Gaps that ask for the same thing, put together: each gap is in exactly one cluster."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.vocabulary.gaps import Gap
from knowledge.gaps.likeness import Questions
from knowledge.gaps.linkage import link
from knowledge.gaps.telling import Text
from knowledge.language.words import fold

ALIKE = 0.25
"""Mean likeness from which two clusters ask for the same thing; ``benchmarks.gaps`` shows others."""

_LONG_NUMBER = re.compile(r"\b[\w-]*\d{5}[\w-]*")
"""Of an order, a parcel, a phone; codes of errors are shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Gaps that ask for the same thing, oldest first; ``central`` is the one that says it best."""

    central: Gap
    gaps: tuple[Gap, ...]


def cluster_gaps(gaps: Iterable[Gap], *, alike: float = ALIKE) -> list[Cluster]:
    """Put gaps together by what they ask; in which order they come makes no difference."""
    asked: defaultdict[Text, list[Gap]] = defaultdict(list)
    for gap in sorted(gaps, key=lambda gap: (gap.at, gap.turn_id)):
        asked[gap.language, _said(gap.question)].append(gap)
    texts = sorted(asked)
    questions = Questions.of(texts)
    return [
        _cluster(questions, members, [asked[texts[place]] for place in members])
        for members in link(questions, alike)
    ]


def _said(question: str) -> str:
    """A question as it is compared: without letter case, accents and numbers of orders."""
    return " ".join(_LONG_NUMBER.sub(" ", fold(question)).split())


def _cluster(
    questions: Questions, members: Sequence[int], groups: Sequence[Sequence[Gap]]
) -> Cluster:
    gaps = sorted((gap for group in groups for gap in group), key=lambda gap: (gap.at, gap.turn_id))
    central = questions.central(members, [len(group) for group in groups])
    return Cluster(central=groups[central][0], gaps=tuple(gaps))
