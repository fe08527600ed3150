"""Whether words are denied, so that "you can" does not pass for "you can't" (pure)."""

import re
from collections.abc import Iterator

from knowledge.language.words import fold

_NO_DENIAL = re.compile(
    r"\b(?:not only|no problem|no later than|no more than|no less than|no longer than|why not|"
    r"not until|(?:as|so) long as (?:[\w']+ ){1,6}?(?:not|hasn't|isn't|haven't|aren't)|mientras no|"
    r"no solo|no mas de|no menos de|no mas tarde de|no hasta que|sin problemas?|"
    r"if not|si no|(?:do not|don't) (?:hesitate|worry|forget)|no dudes?|no te preocupes|no olvides?|"
    r"no matter|without (?:any )?(?:problems?|delay)|whether or not)\b"
)
_DENIAL = re.compile(
    r"\b(?:no|not|never|none|nothing|nobody|neither|nor|cannot|can't|won't|don't|doesn't|didn't|"
    r"isn't|aren't|wasn't|weren't|shouldn't|mustn't|couldn't|wouldn't|haven't|hasn't|hadn't|"
    r"cant|wont|dont|doesnt|isnt|arent|without|unable|impossible|forbidden|prohibited|"
    r"excluded?|excludes|excluding|except|unless|non|unavailable|invalid|refuses?|refused|"
    r"rejects?|rejected|denied|unsupported|lacks?|"
    r"sin|imposible|prohibid[oa]s?|excluid[oa]s?|excluye|excluyen|excepto|salvo|rechaza|"
    r"rechazad[oa]s?|denegad[oa]s?|carece)\b"
)
_NEGATION = re.compile(r"not|never|cannot|[a-z]+n['’]t")
_CONCORD = re.compile(r"\b(?:nunca|jamas|nada|nadie|ningun|ninguna|ninguno|tampoco|ni)\b")
"""In Spanish they strengthen a "no" that stands beside them, and deny where there is none."""

_CLAUSE = re.compile(
    r"[.;:!?\n()–—]+(?:\s|$)|,\s+|\s(?:but|however|although|though|while|whereas|and|or|so|because|"
    r"when|pero|aunque|sino|mientras|y|o|u|e|porque|cuando)\s"
)
_PAIRS = """
    before/after antes/despues minimum/maximum minimo/maximo minima/maxima always/never siempre/nunca
    enable/disable enabled/disabled activar/desactivar activa/desactiva activado/desactivado
    increase/decrease aumenta/disminuye open/closed abierto/cerrado abierta/cerrada
    refundable/nonrefundable allowed/forbidden permitido/prohibido optional/mandatory
    optional/required opcional/obligatorio opcional/obligatoria free/paid free/charged gratis/pago
    more/less earlier/later first/last on/off included/excluded incluido/excluido incluida/excluida
    yes/no upgrade/downgrade add/remove anadir/quitar online/offline sender/recipient buyer/seller
    comprador/vendedor remitente/destinatario
"""
_OPPOSITES: dict[str, set[str]] = {}
for _one, _, _other in (pair.partition("/") for pair in _PAIRS.split()):
    _OPPOSITES.setdefault(_one, set()).add(_other)
    _OPPOSITES.setdefault(_other, set()).add(_one)


def is_negation(word: str) -> bool:
    """Whether a folded word denies and says nothing else."""
    return _NEGATION.fullmatch(word) is not None


def clauses(text: str) -> list[str]:
    """Split a text where what is denied on one side need not be on the other."""
    return [part for part in _CLAUSE.split(text) if part and part.strip()]


def is_denied(clause: str) -> bool:
    """Whether a clause denies what it says: an odd number of words that do."""
    plain = _NO_DENIAL.sub(" ", fold(clause).replace("’", "'"))
    count = len(_DENIAL.findall(plain))
    return count % 2 == 1 or (count == 0 and _CONCORD.search(plain) is not None)


def opposites_of(words: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Return each folded word that has an opposite, with that."""
    for word in sorted(words):
        yield from ((word, other) for other in sorted(_OPPOSITES.get(word, ())))
