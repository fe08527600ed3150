"""What fits into a budget of tokens: facts first, then what is open, then episodes, in short if need be.

Which tokens: a token is taken for four characters of plain Latin text and for two of any other, rounded up,
and each item for some more that say what it is and when. No tokenizer of any model is asked.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import TypeVar

from bot.memory.retention import SHORT_PROBLEM, SHORT_RESOLUTION
from bot.texts import shortened
from bot.vocabulary.memory import Episode, Fact, OpenThread, Slot

CHARACTERS, OTHER_CHARACTERS = 4, 2
AROUND_ITEM = 6
"""Tokens for an item's label, date and separators."""

THREADS_SHARE = 0.25
"""The part of what facts leave that open threads may take."""

_FIRST = frozenset({Slot.LANGUAGE, Slot.ACCESS, Slot.TONE, Slot.LENGTH, Slot.LEVEL})
"""What bears on every answer; where not all facts fit, these do."""

Item = TypeVar("Item")


@dataclass(slots=True)
class Purse:
    """The tokens that are left."""

    left: int

    def facts(self, facts: Sequence[Fact], now: datetime) -> tuple[Fact, ...]:
        """Take the facts that are still true, as they stand; if too many, those for all answers, the newest."""
        live = [(place, fact) for place, fact in enumerate(facts) if _is_true(fact, now)]
        by_worth = sorted(live, key=lambda pair: (pair[1].slot not in _FIRST, -pair[0]))
        taken = self._take(by_worth, lambda pair: fact_tokens(pair[1]))
        return tuple(fact for _, fact in sorted(taken, key=lambda pair: pair[0]))

    def threads(
        self, threads: Sequence[OpenThread], first: OpenThread | None, about: Sequence[Episode]
    ) -> tuple[OpenThread, ...]:
        """Take open threads: first the one to ask about, then of episodes that matter, then the newest."""
        matter = {episode.id for episode in about}
        ranked = list(reversed(threads))
        ranked.sort(key=lambda thread: (thread is not first, thread.episode not in matter))
        share = Purse(int(self.left * THREADS_SHARE))
        taken = share._take(ranked, thread_tokens)
        self.left -= sum(map(thread_tokens, taken))
        return tuple(taken)

    def episodes(self, ranked: Sequence[Episode]) -> tuple[Episode, ...]:
        """Take episodes in this order, each whole if that fits, else in short."""
        versions = ((episode, _in_short(episode)) for episode in ranked)
        chosen = (self._take(pair, episode_tokens, most=1) for pair in versions)
        return tuple(episode for taken in chosen for episode in taken)

    def _take(
        self, items: Iterable[Item], cost: Callable[[Item], int], most: int | None = None
    ) -> list[Item]:
        """Take in this order what fits, so many at most."""
        taken: list[Item] = []
        for item in items:
            tokens = cost(item)
            if tokens <= self.left and (most is None or len(taken) < most):
                self.left -= tokens
                taken.append(item)
        return taken


def text_tokens(text: str) -> int:
    """Estimate the tokens of a text."""
    others = 0 if text.isascii() else sum(not character.isascii() for character in text)
    return ceil((len(text) - others) / CHARACTERS + others / OTHER_CHARACTERS)


def fact_tokens(fact: Fact) -> int:
    """Estimate what a fact costs."""
    return AROUND_ITEM + text_tokens(fact.value)


def thread_tokens(thread: OpenThread) -> int:
    """Estimate what an open thread costs."""
    return AROUND_ITEM + text_tokens(thread.about) + text_tokens(thread.by or "")


def episode_tokens(episode: Episode) -> int:
    """Estimate what an episode costs."""
    promised = (f"{promise.by}: {promise.text}" for promise in episode.commitments)
    texts = (episode.problem, *episode.tried, episode.resolution, *promised)
    return AROUND_ITEM + sum(map(text_tokens, texts))


def _is_true(fact: Fact, now: datetime) -> bool:
    return fact.replaced_at is None and (fact.expires_at is None or fact.expires_at > now)


def _in_short(episode: Episode) -> Episode:
    """Leave the problem and how it ended."""
    return replace(
        episode,
        problem=shortened(episode.problem, SHORT_PROBLEM),
        tried=(),
        resolution=shortened(episode.resolution, SHORT_RESOLUTION),
        commitments=(),
    )
