"""The same problem once more: an earlier episode whose problem says what the question says.

Compared are the words of both, not one's words in the other's: a short question is found in many problems,
and a long problem holds the words of many questions. Wrong here is worse than missed, since the customer
is told "as on 3 May". The thresholds are chosen so that of a thousand pairs of different questions to one
company none to three pass for the same (``python -m benchmarks memory`` measures it on eight sets).
"""

import re
from collections.abc import Sequence

from bot.memory.recall.asked import Reader, Term
from bot.memory.recall.lexicon import NO_TERM, fold, words
from bot.vocabulary.memory import Episode

SAME = 0.65
"""Share of both texts' words that the other has, for the same problem."""

SAME_AS_SAID = 0.5
"""The same where the customer says that it is so: "again", "otra vez"."""

FEWEST_SHARED = 2.0
"""Words that both have, at least; one near in meaning counts less than one."""

_ONCE_MORE = re.compile(
    r"(?<!\w)(?:again|once more|same (?:problem|issue|error|thing)|keeps? happening|still (?:not|doesn|won|isn|can)"
    r"|otra vez|de nuevo|nuevamente|mism[oa] (?:problema|error|fallo|averia)|vuelve a|volvio a|ha vuelto a"
    r"|sigue (?:sin|igual|fallando))(?!\w)"
)


def same_again(question: str, episodes: Sequence[Episode], reader: Reader) -> Episode | None:
    """Return the episode that a question is about once more; None when none is surely."""
    asked = reader.terms(words(question))
    needed = SAME_AS_SAID if _ONCE_MORE.search(fold(question)) else SAME
    scored = [(sameness(asked, problem_terms(one, reader)), one) for one in episodes]
    likeness, latest = max(
        scored, key=lambda pair: (pair[0], pair[1].ended_at, pair[1].id), default=(0.0, None)
    )
    return latest if likeness >= needed else None


def problem_terms(episode: Episode, reader: Reader) -> frozenset[int]:
    """Return the terms of an episode's problem."""
    numbers = (reader.lexicon.term(word, episode.language) for word in words(episode.problem))
    return frozenset(numbers) - {NO_TERM}


def sameness(asked: Sequence[Term], problem: frozenset[int]) -> float:
    """How much (0..1) of a question and of a problem the other one says; 0 when too little is shared."""
    held = [_held(term, problem) for term in asked]
    if sum(held) < FEWEST_SHARED:
        return 0.0
    own = {number for term in asked for number in term.own & problem}
    near: dict[int, float] = {}
    for term in asked:
        for number in term.near.keys() & (problem - own):
            near[number] = max(near.get(number, 0.0), term.near[number])
    return (sum(held) + len(own) + sum(near.values())) / (len(asked) + len(problem))


def _held(term: Term, problem: frozenset[int]) -> float:
    if term.own & problem:
        return 1.0
    return max((term.near[number] for number in term.near.keys() & problem), default=0.0)
