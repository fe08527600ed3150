"""How much each passage matters to a question: a weighed sum of signals that can be read one by one.

The weights are fitted by ``python -m benchmarks.memory --fit`` on questions about long conversations,
each tried on conversations that it was not fitted on.
"""

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from bot.memory.recall.asked import Asked, Reader
from bot.memory.recall.lexicon import NO_TERM, Lexicon, Terms, words
from bot.memory.recall.matches import Matches
from bot.memory.recall.nearness import NearWords
from bot.memory.recall.passages import Passage

_TIME_WORDS = """
    yesterday today tonight tomorrow last next ago recently weekend week month year monday tuesday wednesday
    thursday friday saturday sunday january february march april june july august september october november
    december
    ayer mañana pasado próximo semana mes año lunes martes miércoles jueves viernes sábado domingo enero
    febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
"""
_TIMES = frozenset((*words(_TIME_WORDS), *map(str, range(1900, 2100))))
_NUMBER_WORDS = """
    one two three four five six seven eight nine ten dozen couple several twice
    dos tres cuatro cinco seis siete ocho nueve diez docena par
"""
_NUMBERS = frozenset((*words(_NUMBER_WORDS), *map(str, range(1000))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each signal counts, in the order of ``signals``.

    ``around`` and ``stretch`` are the question's words in and around a passage and anywhere in its
    stretch, ``speaker`` that the person who is asked about says it, ``day`` that it was on a day that is
    named, ``time`` and ``number`` that it holds what kind of answer is asked for, ``length`` (of the
    logarithm of its words) that longer texts tell more, ``asks`` that it only asks itself.
    """

    around: float = 15.0
    stretch: float = 3.0
    speaker: float = 1.25
    day: float = 7.0
    time: float = 2.5
    number: float = 1.2
    length: float = 0.8
    asks: float = -1.0


WEIGHTS = Weights()

IN_STRETCH, ON_DAY = 1, 3
"""The columns of these two signals."""


def relevance(signals: NDArray[np.float64], weights: Weights = WEIGHTS) -> NDArray[np.float64]:
    """Weigh the signals of each passage; the scores compare passages for one question."""
    return signals @ np.array(astuple(weights))


def signals(
    question: str, passages: Sequence[Passage], now: datetime, lexicon: Lexicon, near: NearWords
) -> NDArray[np.float64]:
    """Return a row for each passage and a column for each of ``Weights``."""
    if not passages:
        return np.zeros((0, len(fields(Weights))))
    languages = dict.fromkeys(passage.language for passage in passages)
    speakers = {passage.speaker for passage in passages if passage.speaker}
    reader = Reader(lexicon=lexicon, near=near, languages=tuple(languages), speakers=speakers)
    asked = reader.read(question, now.date())
    told = lexicon.read([one.text for one in passages], [one.language for one in passages])
    matches = Matches(asked.terms, told, [passage.stretch for passage in passages])
    columns = (
        matches.around(),
        matches.in_stretch(),
        np.array([_is_of(asked, passage) for passage in passages]),
        _on_days(asked, passages),
        _holds(_TIMES if asked.wants_time else (), told, lexicon, languages),
        _holds(_NUMBERS if asked.wants_number else (), told, lexicon, languages),
        np.log1p(matches.lengths),
        np.array([passage.text.rstrip().endswith("?") for passage in passages]),
    )
    return np.stack(columns, axis=1).astype(np.float64)


def _is_of(asked: Asked, passage: Passage) -> bool:
    return bool(passage.speaker) and passage.speaker == asked.speaker


def _on_days(asked: Asked, passages: Sequence[Passage]) -> NDArray[np.float64]:
    """How well each passage's day fits the days that the question names."""
    if not asked.days:
        return np.zeros(len(passages))
    days = [passage.at.date() for passage in passages]
    return np.array([max(span.closeness(day) for span in asked.days) for day in days])


def _holds(
    wanted: Collection[str], told: Terms, lexicon: Lexicon, languages: Collection[str]
) -> NDArray[np.bool_]:
    """Whether each passage has one of these words."""
    found = {lexicon.term(word, language) for word in wanted for language in languages}
    weights = np.zeros(len(lexicon))
    weights[list(found - {NO_TERM})] = 1.0
    return told.counted(weights) > 0
