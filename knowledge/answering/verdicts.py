"""Questions that want a yes or a no, and texts that begin with one. English and Spanish.

The answers to such questions ("Can I …?") mostly begin so in a FAQ, those to other questions hardly ever.
"""

import re

from knowledge.language.words import fold

_AUXILIARIES = (
    "can|could|is|are|was|were|am|do|does|did|will|would|should|may|must|has|have|had"
    "|cant|couldnt|isnt|arent|wasnt|werent|dont|doesnt|didnt|wont|wouldnt|shouldnt|hasnt|havent"
)
_ENGLISH = re.compile(rf"(^|[.,;:!?] *|\b(and|so|but|or) )({_AUXILIARIES}) ")
_SPANISH_QUESTION = re.compile(r"¿([^?¿]+)\?")
_SPANISH_OPEN = re.compile(
    r"\b(que|como|cuando|donde|adonde|cual|cuales|quien|quienes|cuant[oa]s?|por que)\b"
)
_VERDICT = re.compile(
    r"\W*(yes|no|si|of course|sure|certainly|claro|por supuesto|desde luego"
    r"|not (yet|at (this|the) (time|moment)|currently|necessarily|always)|todavia no|aun no)[.,;:!]"
)


def wants_verdict(question: str) -> bool:
    """Whether a question can be answered by yes or no."""
    asked = " ".join(fold(question).replace("'", "").replace("’", "").split())
    if _ENGLISH.search(asked):
        return True
    spanish = _SPANISH_QUESTION.findall(asked)
    return any(_SPANISH_OPEN.search(part) is None for part in spanish)


def gives_verdict(text: str) -> bool:
    """Whether a text begins with yes or no."""
    return _VERDICT.match(fold(text[:40])) is not None
