"""Which sections of a help article answer: solutions and steps, not problems, versions or links."""

import re
from collections.abc import Sequence

from knowledge.answering.kinds import Wish, wanted_kind
from knowledge.language.words import fold

_ANSWERS = re.compile(
    r"\b(solution|resolution|answer|fix|workaround|how to|steps to (fix|resolve|solve)|what to do"
    r"|solucion|respuesta|resolucion|como|que hacer|losung|antwort|reponse|soluzione|solucao)\b"
)
_PROBLEMS = re.compile(
    r"^(issues?|problems?|questions?|description|symptoms?|causes?|background|overview"
    r"|introduction|problemas?|preguntas?|descripcion|sintomas?|causas?|introduccion"
    r"|vision general|informacion general)$"
)
_FURNITURE = re.compile(
    r"^(affected (products|versions).*|applies to|related (reading|information|articles|content"
    r"|topics|links)|see also|more information|further reading|contents|table of contents"
    r"|next steps|feedback|prerequisites|"
    r"(productos y versiones|versiones|productos) afectad[oa]s?.*|lecturas? relacionadas?"
    r"|informacion relacionada|vea tambien|ver tambien|mas informacion|contenido|se aplica a"
    r"|articulos relacionados|temas relacionados|enlaces relacionados|requisitos previos)$"
)
_ABOUT_ITSELF = re.compile(
    r"(this (article|topic|page|guide|document)|"
    r"(este|esta|el presente) (articulo|tema|pagina|guia|documento))\b"
)
_ANSWER_BONUS = 0.12
_STEPS_BONUS = 0.25
_PROBLEM_MALUS = -0.2
_FURNITURE_MALUS = -0.5
_KIND_BONUS = 0.2
_NEGATION_MALUS = -0.2
_SAME_KIND_BONUS = 0.1


def section_bonus(headings: Sequence[str], text: str, wish: Wish) -> float:
    """How much likelier a section holds the answer, added to a score in 0..1.

    Customers describe problems, so that sections which describe them too look best by their words;
    what helps stands in the section after them.
    """
    names = [fold(heading).strip(" :.?¿") for heading in headings]
    if any(_FURNITURE.match(name) for name in names):
        return _FURNITURE_MALUS
    bonus = (_STEPS_BONUS if wish.prefers_steps else _KIND_BONUS) * wish.amount(text)
    bonus += _about(names, wish)
    bonus += _NEGATION_MALUS if wish.contradicts(headings) else 0.0
    if any(_ANSWERS.search(name) for name in names):
        return bonus + _ANSWER_BONUS
    if _ABOUT_ITSELF.match(fold(text[:40])) or (names and _PROBLEMS.match(names[-1])):
        return _PROBLEM_MALUS
    return bonus


def _about(names: Sequence[str], wish: Wish) -> float:
    """Whether a heading asks for the same kind of answer as the question, or for another one."""
    kind = wanted_kind(names[-1]) if names else None
    if kind is None or kind is wish.kind:
        return _SAME_KIND_BONUS if kind else 0.0
    return -_SAME_KIND_BONUS
