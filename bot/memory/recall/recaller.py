"""Chooses what of a memory matters to a question, within a budget of tokens.

Relevance decides which episodes matter at all, and being recent among those that matter alike. The latest
one is added where room is left, since people refer to what they spoke of last without saying so.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from bot.memory.recall.again import same_again
from bot.memory.recall.asked import Reader
from bot.memory.recall.budget import Purse
from bot.memory.recall.lexicon import Lexicon
from bot.memory.recall.nearness import NearWords, nothing_near
from bot.memory.recall.passages import passages_of
from bot.memory.recall.relevance import IN_STRETCH, ON_DAY, relevance, signals
from bot.memory.threads import due_to_raise
from bot.vocabulary.memory import Episode, Memory, Recalled

MOST_TERMS = 50_000
"""Terms after which the lexicon begins anew, so that a process does not grow with what people write."""

MOST_EPISODES, MOST_COMPARED = 5, 20
"""Episodes that are recalled at most; and that are compared whether they are the same problem."""

MATTERS = 0.25
"""Share of a question's words, weighed by how telling they are, that an episode it is about holds."""

RECENT_WEIGHT, RECENT = 1.5, timedelta(days=60)
"""What having just happened counts beside the signals of ``relevance``; half of it after so long."""

_Scores = NDArray[np.float64]


class Recaller:
    """Reads the memory that it is given, and keeps nothing of it but numbers of single words.

    ``near`` are words near in meaning; without them only a question's own are looked for. Not for several
    threads at once.
    """

    def __init__(self, budget_tokens: int = 400, near: NearWords = nothing_near) -> None:
        self._budget = budget_tokens
        self._near = near
        self._lexicon = Lexicon()

    def recall(self, memory: Memory, question: str, now: datetime) -> Recalled:
        """Return what matters: facts as they stand, threads and episodes with what matters most first.

        Facts are all there as long as the budget holds them, and what does not fit is left out or cut.
        ``again`` and ``to_raise`` are whole and beside the budget: for decisions, no texts for a prompt.
        """
        if len(self._lexicon) > MOST_TERMS:
            self._lexicon = Lexicon()
        about = self._about(memory.episodes, question, now)
        again = same_again(question, about[:MOST_COMPARED], self._reader(memory.episodes))
        to_raise = due_to_raise(memory, now)
        purse = Purse(self._budget)
        return Recalled(
            facts=purse.facts(memory.facts, now),
            threads=purse.threads(memory.threads, to_raise, about),
            episodes=purse.episodes(_wanted(memory.episodes, about, again)),
            again=again,
            to_raise=to_raise,
        )

    def _reader(self, episodes: Sequence[Episode]) -> Reader:
        languages = tuple(dict.fromkeys(episode.language for episode in episodes))
        return Reader(lexicon=self._lexicon, near=self._near, languages=languages, speakers=())

    def _about(self, episodes: Sequence[Episode], question: str, now: datetime) -> list[Episode]:
        """Return the episodes that a question is about, those that matter most first."""
        told = [(place, one) for place, other in enumerate(episodes) for one in passages_of(other)]
        found = signals(question, [one for _, one in told], now, self._lexicon, self._near)
        rows = np.array([place for place, _ in told], dtype=np.intp)
        scores = _best(relevance(found), rows, len(episodes))
        scores += RECENT_WEIGHT * _recent([episode.ended_at for episode in episodes], now)
        shown = np.maximum(found[:, IN_STRETCH], found[:, ON_DAY])
        matters = _best(shown, rows, len(episodes)) >= MATTERS
        newest_first = np.arange(len(episodes))[::-1]
        ranked = newest_first[np.argsort(-scores[newest_first], kind="stable")]
        return [episodes[place] for place in ranked if matters[place]]


def _best(scores: _Scores, rows: NDArray[np.intp], episodes: int) -> _Scores:
    """Return the highest score of each episode's passages; of one without any the lowest there is."""
    best = np.full(episodes, -np.inf)
    np.maximum.at(best, rows, scores)
    return best


def _recent(ends: Sequence[datetime], now: datetime) -> _Scores:
    """How recent (0..1) each end is: 1 now, and half of that after ``RECENT``."""
    ages = np.array([(now - end) / RECENT for end in ends])
    return 0.5 ** np.maximum(ages, 0.0)


def _wanted(
    episodes: Sequence[Episode], about: Sequence[Episode], again: Episode | None
) -> list[Episode]:
    """Return the same problem of before, what else the question is about, and the latest."""

    def by_worth() -> Iterator[Episode]:
        if again is not None:
            yield again
        yield from about[:MOST_EPISODES]
        yield from episodes[-1:]

    return list({episode.id: episode for episode in by_worth()}.values())[:MOST_EPISODES]
