"""Questions that belong together, and a name for them: average linkage over the stems of their words.

A stem counts the more the fewer questions hold it. Questions in different languages meet only where
words are spelled alike. ``benchmarks.topics`` chose the constants on labelled questions of others.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log1p

import numpy as np
from numpy.typing import NDArray

from bot.rollout.stems import spelled_stems
from bot.vocabulary.rollout import FoundTopic

ALIKE = 0.15
"""Mean cosine from which two groups ask for the same."""
MOST = 1500
"""So many different questions are grouped; each one more joins the group that it is most like."""
_RARITY = 1.0
_EXAMPLES = 3
_WORDS = 5
_TOLD = 0.4
"""A word or pair names a topic when this much of its questions holds it."""

Matrix = NDArray[np.float32]
Row = NDArray[np.float32]
Places = NDArray[np.intp]
Question = tuple[str, str]
"""Language (ISO 639-1) and words of a question."""
Read = tuple[tuple[str, str], ...]
"""The words of a question as they are spelled, each with its stem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question by its stems; ``texts`` are all spellings of it, ``text`` the first of them."""

    text: str
    texts: frozenset[str]
    read: Read
    count: int


def clusters(
    questions: Iterable[Question], *, limit: int = 10, least: int = 3, alike: float = ALIKE
) -> Sequence[FoundTopic]:
    """Return topics of at least ``least`` questions, largest first; a question is in one at most.

    The order in which the questions come makes no difference.
    """
    return [topic for topic, _ in gathered(questions, limit=limit, least=least, alike=alike)]


def gathered(
    questions: Iterable[Question], *, limit: int = 10, least: int = 3, alike: float = ALIKE
) -> Sequence[tuple[FoundTopic, frozenset[str]]]:
    """Return topics as ``clusters`` does, each with all questions that are of it."""
    asked = _asked(questions)
    groups = grouped([[stem for _, stem in one.read] for one in asked], alike)
    topics = [[asked[place] for place in group] for group in groups]
    large = [group for group in topics if sum(one.count for one in group) >= least]
    large.sort(key=lambda group: (-sum(one.count for one in group), group[0].text))
    named = _named(large[:limit], asked)
    return [
        (topic, frozenset[str]().union(*(one.texts for one in group)))
        for topic, group in zip(named, large, strict=False)
    ]


def grouped(texts: Sequence[Sequence[str]], alike: float = ALIKE) -> list[list[int]]:
    """Put texts (their stems) together; each place is in exactly one group, none in two."""
    vectors = _vectors(texts)
    groups = _link(vectors[:MOST], alike)
    sums = np.array([vectors[group].mean(axis=0) for group in groups], dtype=np.float32)
    for place in range(MOST, len(texts)):
        near = sums @ vectors[place]
        best = int(np.argmax(near))
        if near[best] >= alike:
            groups[best].append(place)
        else:
            groups.append([place])
    return groups


def _asked(questions: Iterable[Question]) -> list[_Asked]:
    """Each different question once, those asked most often first."""
    count: Counter[Read] = Counter()
    texts: defaultdict[Read, set[str]] = defaultdict(set)
    for language, text in questions:
        read = tuple(spelled_stems(text, language))
        if read:
            count[read] += 1
            texts[read].add(text)
    order = sorted(count, key=lambda read: (-count[read], min(texts[read])))
    return [
        _Asked(text=min(texts[one]), texts=frozenset(texts[one]), read=one, count=count[one])
        for one in order
    ]


def _vectors(texts: Sequence[Sequence[str]]) -> Matrix:
    """A row of length 1 for each text; columns are the stems that at least two of them hold."""
    held = Counter(stem for text in texts for stem in set(text))
    columns = {stem: place for place, stem in enumerate(sorted(s for s in held if held[s] > 1))}
    rows = np.zeros((len(texts), len(columns)), dtype=np.float32)
    for place, text in enumerate(texts):
        for stem in set(text) & columns.keys():
            rows[place, columns[stem]] = log1p(len(texts) / held[stem]) ** _RARITY
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(lengths, 1e-9)


def _link(vectors: Matrix, alike: float) -> list[list[int]]:
    """Average linkage, from the most alike pair on until none is alike enough."""
    members: dict[int, list[int]] = {place: [place] for place in range(len(vectors))}
    near = vectors @ vectors.T
    np.fill_diagonal(near, -1.0)
    nearest = near.argmax(axis=1) if members else np.zeros(0, dtype=np.intp)
    best = near[np.arange(len(near)), nearest]
    while len(members) > 1:
        one = int(np.argmax(best))
        if best[one] < alike:
            break
        one, other = sorted((one, int(nearest[one])))
        _merge(near, members, one, other)
        _refresh(near, best, nearest, (one, other))
    return [sorted(group) for _, group in sorted(members.items())]


def _merge(near: Matrix, members: dict[int, list[int]], one: int, other: int) -> None:
    own, added = len(members[one]), len(members[other])
    row = (own * near[one] + added * near[other]) / (own + added)
    row[near[one] < 0] = -1.0  # itself, and what is in another group by now
    row[[one, other]] = -1.0
    near[one], near[:, one] = row, row
    near[other], near[:, other] = -1.0, -1.0
    members[one] += members.pop(other)


def _refresh(near: Matrix, best: Row, nearest: Places, merged: tuple[int, int]) -> None:
    """Find again what is nearest to each, where that may have changed by putting two together."""
    one, other = merged
    nearer = near[one] > best
    best[nearer], nearest[nearer] = near[one][nearer], one
    lost = np.isin(nearest, merged) & ~nearer
    lost[[one, other]] = True
    nearest[lost] = near[lost].argmax(axis=1)
    best[lost] = near[lost].max(axis=1)


def _named(groups: Sequence[Sequence[_Asked]], asked: Sequence[_Asked]) -> list[FoundTopic]:
    total = sum(one.count for one in asked)
    overall = _held(asked)
    taken: set[str] = set()
    return [_topic(group, overall, total, taken) for group in groups]


def _topic(
    group: Sequence[_Asked], overall: Mapping[str, int], total: int, taken: set[str]
) -> FoundTopic:
    words = _telling(group, overall, total)
    name = _name(group, words)
    if name in taken:
        name = next((f"{name} {word}" for word in words if word not in name), name)
    while name in taken:
        name += " +"
    taken.add(name)
    return FoundTopic(
        name=name,
        words=tuple(words),
        count=sum(one.count for one in group),
        examples=tuple(one.text for one in group[:_EXAMPLES]),
    )


def _telling(group: Sequence[_Asked], overall: Mapping[str, int], total: int) -> list[str]:
    """The words that tell a group from all others, each as it is mostly spelled."""
    own, size = _held(group), sum(one.count for one in group)
    worth = {stem: number / size * log1p(total / overall[stem]) for stem, number in own.items()}
    stems = sorted(worth, key=lambda stem: (-worth[stem], stem))[:_WORDS]
    return [_spelling(group, stem) for stem in stems]


def _name(group: Sequence[_Asked], words: Sequence[str]) -> str:
    """The pair of neighbouring words that most questions of a group have, else its telling words."""
    size = sum(one.count for one in group)
    pairs: Counter[tuple[str, str]] = Counter()
    for one in group:
        for pair in {(a, b) for (_, a), (_, b) in pairwise(one.read) if a != b}:
            pairs[pair] += one.count
    if pairs:
        (first, second), often = min(pairs.items(), key=lambda item: (-item[1], item[0]))
        if often >= _TOLD * size:
            return f"{_spelling(group, first)} {_spelling(group, second)}"
    return " ".join(_as_asked(group, words[:2]))


def _as_asked(group: Sequence[_Asked], words: Sequence[str]) -> list[str]:
    """Words in the order in which they mostly stand in questions."""
    places: dict[str, list[float]] = {word: [] for word in words}
    for one in group:
        for place, (word, _) in enumerate(one.read):
            if word in places:
                places[word].append((place + 1) / len(one.read))
    return sorted(words, key=lambda word: (sum(places[word]) / max(1, len(places[word])), word))


def _held(group: Sequence[_Asked]) -> Mapping[str, int]:
    held: defaultdict[str, int] = defaultdict(int)
    for one in group:
        for stem in {stem for _, stem in one.read}:
            held[stem] += one.count
    return held


def _spelling(group: Sequence[_Asked], stem: str) -> str:
    spelled: Counter[str] = Counter()
    for one in group:
        for word in {word for word, own in one.read if own == stem}:
            spelled[word] += one.count
    return min(spelled, key=lambda word: (-spelled[word], word))
