"""Which threads were solved: somebody else answered, and the asker said so or a ✅ stands there."""

import re
from collections.abc import Sequence
from itertools import groupby

from knowledge.readers.exports.values import Said, Thread

_THANKS = re.compile(
    r"\b(?:thanks|thank you|thx|ty|cheers|solved|fixed(?: it)?|resolved|perfect|sorted"
    r"|(?:it |that |this )?works?(?: now| fine| perfectly| great)|(?:that|it|this) worked"
    r"|that did it|that was it|gracias|solucionado|resuelto|arreglado|perfect[oa]|genial|listo"
    r"|(?:ya |ahora |me )+funciona|funcion[oó])\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\?|\bin advance\b|de antemano|\b(?:still|but|however|not|doesn.?t|didn.?t|isn.?t|can.?t"
    r"|won.?t|will try|pero|sigue|siguen|tampoco|todav[ií]a|a[uú]n|no (?:me )?(?:funciona|va)"
    r"|voy a probar)\b",
    re.IGNORECASE,
)


def question_and_answer(thread: Thread) -> tuple[str, str] | None:
    """Return both, or None for a thread that was not solved."""
    runs = [(author, list(said)) for author, said in groupby(thread.said, lambda one: one.author)]
    if len(runs) < len(("question", "answer")):
        return None
    asker = runs[0][0]
    if (solution := _solution(runs, asker)) is None:
        return None
    question, answer = _words(runs[0][1]), _words(solution)
    return (question, answer) if question and answer else None


def _solution(runs: Sequence[tuple[str, list[Said]]], asker: str) -> list[Said] | None:
    """The answer that bears a ✅, else the last one before the asker was content."""
    answers = [said for author, said in runs if author != asker]
    if checked := [said for said in answers if any(one.is_checked for one in said)]:
        return checked[-1]
    if any(one.is_checked for author, said in runs if author == asker for one in said):
        return _last_before(runs, len(runs), asker)
    for place in range(len(runs) - 1, 1, -1):
        author, said = runs[place]
        if author == asker:
            is_content = any(_THANKS.search(one.text) for one in said)
            has_doubt = any(_DOUBT.search(one.text) for one in said)
            return _last_before(runs, place, asker) if is_content and not has_doubt else None
    return None


def _last_before(
    runs: Sequence[tuple[str, list[Said]]], place: int, asker: str
) -> list[Said] | None:
    """The last answer before a place that is more than thanks in return."""
    for author, said in reversed(runs[1:place]):
        if author != asker:
            return said
    return None


def _words(said: Sequence[Said]) -> str:
    return "\n\n".join(one.text for one in said if one.text)
