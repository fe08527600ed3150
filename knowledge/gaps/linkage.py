"""Puts together what is alike: average linkage, from the most alike pair on until none is enough.

Two clusters are as alike as their members are on average, which the sums of the members' vectors tell.
Clusters that are alike enough hold a pair of members that is, so that only such pairs have to be known.
What says almost the same is put together beforehand, so that a thousand who ask with the same words
take no longer than others.
"""

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence

from knowledge.gaps.likeness import VECTOR_SHARE, Questions
from knowledge.gaps.telling import Sparse

ALMOST_SAME = 0.6
_MOST_NEAR = 300
"""Of more clusters than this that are near, the least alike are let go: it bounds the time."""
_PRECISION = 6
"""Decimals that are compared: what differs less is decided by place, not by rounding errors."""

Pair = tuple[int, int, float]


def link(questions: Questions, least: float) -> list[list[int]]:
    """Return the clusters as ordered places; each question is in one, in a fixed order."""
    pairs = sorted(questions.alike(least))
    linking = _Linking(questions, _almost_same(len(questions.words), pairs), least)
    linking.start(pairs)
    while (pair := linking.nearest()) is not None:
        linking.merge(*pair)
    return sorted(sorted(members) for members in linking.members.values())


def _almost_same(count: int, pairs: Sequence[Pair]) -> list[int]:
    """Give each question to the first one that says almost the same and was given to no other."""
    near: defaultdict[int, list[int]] = defaultdict(list)
    for one, other, alike in pairs:
        if alike >= ALMOST_SAME:
            near[one].append(other)
    leaders = list(range(count))
    for place in range(count):
        if leaders[place] == place:
            for other in near[place]:
                if leaders[other] == other:
                    leaders[other] = place
    return leaders


class _Linking:
    """Clusters by the place of one of their members, and which of them are alike enough."""

    def __init__(self, questions: Questions, leaders: Sequence[int], least: float) -> None:
        self._least = least
        self._leaders = leaders
        self.members: dict[int, list[int]] = {}
        self._whole = questions.whole.copy()
        self._words = [dict(row) for row in questions.words]
        self._near: list[dict[int, float]] = [{} for _ in leaders]
        self._heap: list[tuple[float, int, int]] = []
        for place, leader in enumerate(leaders):
            if place == leader:
                self.members[place] = [place]
            else:
                self._take(leader, place, [place])

    def start(self, pairs: Sequence[Pair]) -> None:
        """See which clusters are alike enough, among those that hold a pair which is."""
        candidates: defaultdict[int, set[int]] = defaultdict(set)
        for one, other, _ in pairs:
            first, second = sorted((self._leaders[one], self._leaders[other]))
            if first != second:
                candidates[first].add(second)
        for one in sorted(candidates):
            self._join(one, self._means(one, sorted(candidates[one])))

    def nearest(self) -> tuple[int, int] | None:
        """Take the most alike pair of clusters as they are now."""
        while self._heap:
            alike, one, other = heapq.heappop(self._heap)
            if -round(self._near[one].get(other, -1.0), _PRECISION) == alike:
                return one, other
        return None

    def merge(self, one: int, other: int) -> None:
        """Put the second into the first, and see how alike the rest is to both together."""
        before, others = self._near[one], self._near[other]
        self._near[one], self._near[other] = {}, {}
        share = len(self.members[one]) / (len(self.members[one]) + len(self.members[other]))
        self._take(one, other, self.members.pop(other))
        thirds = (before.keys() | others.keys()) - {one, other}
        for third in thirds:
            self._near[third].pop(one, None)
            self._near[third].pop(other, None)
        both = thirds & before.keys() & others.keys()
        alike = {third: share * before[third] + (1 - share) * others[third] for third in both}
        either = before | others
        unknown = _nearest({third: either[third] for third in thirds - both})
        self._join(one, alike | self._means(one, unknown))

    def _take(self, one: int, other: int, members: Sequence[int]) -> None:
        self.members[one] += members
        self._whole[one] += self._whole[other]
        sums = self._words[one]
        for word, weight in self._words[other].items():
            sums[word] = sums.get(word, 0.0) + weight

    def _join(self, one: int, alike: Mapping[int, float]) -> None:
        """Note how alike a cluster and others are, where that is enough."""
        for other, value in alike.items():
            if value >= self._least:
                self._near[one][other] = self._near[other][one] = value
                first, second = (one, other) if one < other else (other, one)
                heapq.heappush(self._heap, (-round(value, _PRECISION), first, second))

    def _means(self, one: int, others: Sequence[int]) -> dict[int, float]:
        """How alike the members of a cluster are with those of others, on average."""
        whole = (self._whole[others] @ self._whole[one]).tolist()
        size, words = len(self.members[one]), self._words[one]
        return {
            other: (
                VECTOR_SHARE * product + (1 - VECTOR_SHARE) * _product(words, self._words[other])
            )
            / (size * len(self.members[other]))
            for other, product in zip(others, whole, strict=True)
        }


def _nearest(alike: Mapping[int, float]) -> list[int]:
    kept = sorted(alike, key=lambda place: (-round(alike[place], _PRECISION), place))
    return sorted(kept[:_MOST_NEAR])


def _product(one: Sparse, other: Sparse) -> float:
    shorter, longer = (one, other) if len(one) < len(other) else (other, one)
    return sum([weight * longer[word] for word, weight in shorter.items() if word in longer])
