"""What a customer answers to a survey: a press, a plain score, or a way out (pure)."""

import re
from dataclasses import dataclass

from bot.conversation.understanding import Understanding
from bot.texts.surveys import DONE, HIGHEST, LOWEST, SKIP
from bot.vocabulary.surveys import CsatForm, SurveyKind

LOW = 2
"""Up to this score of 5 a person is offered again."""

HIGH = 4
"""From this score of 5 on a customer counts as satisfied."""

_ACTION = re.compile(r"(?P<kind>csat|nps):(?P<case>[^:]+):(?P<choice>\d{1,2}|skip|done)")

_OF_FIVE = r"(?:\s*(?:/|out of|of|de|sobre)\s*5)?(?:\s*(?:stars?|points?|estrellas?|puntos?))?"
_OF_TEN = r"(?:\s*(?:/|out of|of|de|sobre)\s*10)?(?:\s*(?:points?|puntos?))?"
_PLAIN = {
    SurveyKind.CSAT: re.compile(rf"(?P<score>\w+){_OF_FIVE}[\s.!]*", re.IGNORECASE),
    SurveyKind.NPS: re.compile(rf"(?P<score>\w+){_OF_TEN}[\s.!]*", re.IGNORECASE),
}
_NUMBER = re.compile(
    r"""
    (?:(?P<word>[^\W\d_]+) | [-+]?\d{1,3}(?:[.,]\d{1,2})?)
    (?:\s*(?:/|out\ of|of|de|sobre)\s*\d{1,3})?
    \s*%?(?:\s*(?:stars?|points?|estrellas?|puntos?))?[\s.!]*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_STARS = re.compile("[⭐★🌟]\ufe0f?")
_THUMB = re.compile("(?P<thumb>[👍👎])[\U0001f3fb-\U0001f3ff\ufe0f]*")
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SPANISH = (
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
)
_DIGITS = tuple(map(str, range(11)))
_NUMBERS = {
    word: number for words in (_ENGLISH, _SPANISH, _DIGITS) for number, word in enumerate(words)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A pressed button of a survey: a score, or a way out (``SKIP``, ``DONE``) without one."""

    kind: SurveyKind
    case: str
    score: int | None
    way_out: str = ""


def choice_of(action: str) -> Choice | None:
    """Read a button's action; None when it is no survey's."""
    found = _ACTION.fullmatch(action)
    if found is None:
        return None
    kind, case, choice = SurveyKind(found["kind"]), found["case"], found["choice"]
    if choice in {SKIP, DONE}:
        return Choice(kind=kind, case=case, score=None, way_out=choice)
    score = int(choice)
    is_valid = LOWEST[kind] <= score <= HIGHEST[kind]
    return Choice(kind=kind, case=case, score=score) if is_valid else None


def score_in(
    text: str, meaning: Understanding, kind: SurveyKind, form: CsatForm = "scale"
) -> int | None:
    """Read a score that was written instead of pressed: ``4``, ``5, thanks``, ``cuatro``, stars, a thumb.

    Where a thumb was asked for, a plain yes or no is one as well.
    """
    plain = text.strip()
    if kind is SurveyKind.CSAT and (picture := _picture(plain)) is not None:
        return picture
    is_thumb = kind is SurveyKind.CSAT and form == "thumbs"
    if is_thumb and not (meaning.rest or meaning.thanks) and meaning.affirmation | meaning.refusal:
        return HIGHEST[kind] if meaning.affirmation else LOWEST[kind]
    found = _PLAIN[kind].fullmatch(plain) or _PLAIN[kind].fullmatch(meaning.rest)
    word = found["score"].lower() if found else ""
    score = _NUMBERS.get(word)
    return score if score is not None and LOWEST[kind] <= score <= HIGHEST[kind] else None


def is_a_number(text: str, meaning: Understanding) -> bool:
    """Whether a text is nothing but a number, of whichever scale: ``10/10``, ``3.5``, ``seven``."""
    plain = text.strip()
    found = _NUMBER.fullmatch(plain) or _NUMBER.fullmatch(meaning.rest)
    if found is None:
        return bool(plain) and not _STARS.sub("", plain).strip()
    return found["word"] is None or found["word"].lower() in _NUMBERS


def _picture(text: str) -> int | None:
    """Read stars or a thumb, when there is nothing else."""
    stars = _STARS.findall(text)
    if stars and not _STARS.sub("", text).strip():
        return len(stars) if len(stars) <= HIGHEST[SurveyKind.CSAT] else None
    found = _THUMB.fullmatch(text)
    if found is None:
        return None
    return HIGHEST[SurveyKind.CSAT] if found["thumb"] == "👍" else LOWEST[SurveyKind.CSAT]
