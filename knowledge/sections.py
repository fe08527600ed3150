"""Which sections of a help article answer: solutions and steps, not lists of versions or links."""

import re
from collections.abc import Sequence

from knowledge.words import fold

_ANSWERS = re.compile(
    r"\b(solution|resolution|answer|fix|workaround|how to|steps to (fix|resolve|solve)|what to do"
    r"|solucion|respuesta|resolucion|como|que hacer|losung|antwort|reponse|soluzione|solucao)\b"
)
_FURNITURE = re.compile(
    r"^(affected (products|versions).*|applies to|related (reading|information|articles|content"
    r"|topics|links)|see also|more information|further reading|contents|table of contents"
    r"|next steps|feedback|prerequisites|"
    r"(productos y versiones|versiones|productos) afectad[oa]s?.*|lecturas? relacionadas?"
    r"|informacion relacionada|vea tambien|ver tambien|mas informacion|contenido|se aplica a"
    r"|articulos relacionados|temas relacionados|enlaces relacionados|requisitos previos)$"
)

_STEP = re.compile(r"^ *\d{1,3}\. ", re.MULTILINE)
_ANSWER_BONUS = 0.12
_STEPS_BONUS = 0.25


def section_bonus(headings: Sequence[str], text: str, *, wants_steps: bool) -> float:
    """How much likelier a section holds the answer, added to a score in 0..1."""
    bonus = _STEPS_BONUS if wants_steps and len(_STEP.findall(text)) > 1 else 0.0
    for heading in map(fold, headings):
        if _FURNITURE.match(heading.strip(" :.")):
            return -0.4
        if _ANSWERS.search(heading):
            bonus = max(bonus, _ANSWER_BONUS)
    return bonus
