"""What is never remembered: secrets, and what is nobody's business (English and Spanish, pure).

What has a form (cards, accounts, passwords, ids, phones, addresses of mail and network) is masked where it
stands. A sentence about health, sexuality, religion, politics, origin, children or where somebody lives
is masked as a whole. Too much is masked rather than too little: it only costs a sentence.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from bot.memory.folded import composed, fold
from bot.texts.personal import find_personal

MASK = "•••"
"""What stands in the place of what is left out."""

_SENTENCE = re.compile(r"[^.!?\n…]+[.!?…]*")
_MASKS = re.compile(rf"{MASK}(?:[\s.,;]*{MASK})+")
_OF_ONESELF = (
    r"(?<!\w)(?:i am|i'?m|i feel|i was|we are|we're|as an?|being|i have|i've got|i've|soy|estoy|somos|estamos|"
    r"tengo|como|me siento|me han)(?: (?:a|an|very|quite|un|una|muy|also|too|tambien)){0,2} "
)
_TOLD_BY_NAME = (
    r"(?<!\w)(?:pin|password|passcode|passphrase|cvv|cvc|otp|contrasena|clave|codigo (?:pin|de seguridad)"
    r"|security code|secret (?:question|answer)|pregunta secreta)(?: \w{1,12}){0,2}"
    r"(?: (?:is|was|es|era)|\s?[:=]) (?!(?:not|no|wrong|incorrect|expired|too|never|still|being|the|asked|weak|"
    r"invalid|incorrecta|erronea|demasiado|rejected|rechazada)(?!\w))\S"
)
_TOKEN = r"(?<!\w)(?:[a-z]{2,8}[_-])[a-z0-9_-]{20,}"  # noqa: S105 - the form of one
_NATIONAL_ID = (
    r"(?<!\w)(?:dni|nie|nif|ssn|passport|pasaporte|social security|seguridad social|national insurance|"
    r"driving licen[cs]e|carnet de conducir|curp|rfc|cedula|tax id|driver'?s licen[cs]e)(?!\w)"
)
_CHILD = (
    r"(?<!\w)(?:my|our|mi|mis|nuestr[ao]s?) (?:\w{1,12} )?(?:son|daughter|kids?|child|children|baby|toddler|"
    r"grand(?:son|daughter|child)|niece|nephew|hij[oa]s?|bebe|nin[oa]s?|niet[oa]s?|sobrin[oa]s?|peque|"
    r"hij[oa] menor)(?!\w)"
)
_STREET = (
    r"(?<!\w)\d{1,5}[a-z]?,? (?:[a-z]{2,20} ){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|"
    r"blvd|court|square|terrace|crescent)(?!\w)"
    r"|(?<!\w)(?:calle|c/|avenida|avda|av|plaza|paseo|camino|carretera|ronda|travesia|urbanizacion)\.? ?"
    r"(?:[a-z]{1,20},? ){1,5}(?:n[o.]{0,2} ?)?\d{1,4}(?!\w)"
    r"|(?<!\w)[a-z]{1,2}\d[a-z\d]? \d[a-z]{2}(?!\w)"
    r"|(?<!\w)(?:my|home|postal|shipping|delivery|mi|la) (?:address|direccion)(?: \w{1,12}){0,2} (?:is|es)(?!\w)"
    r"|(?<!\w)(?:post ?code|zip ?code|zip|codigo postal|c\.p\.) \w{0,3} ?\d"
)
_BORN = r"(?<!\w)(?:i was born|date of birth|my birthday|naci el|fecha de nacimiento|mi cumpleanos)(?!\w)"
_SALARY = r"(?<!\w)(?:my salary|i earn|mi sueldo|mi salario|mi nomina|gano \d)(?!\w)"


def masked(text: str) -> str:
    """Return a text without what is never remembered; ``MASK`` stands where something was."""
    whole = composed(text)
    kept = "".join(_mask_sentences(_mask_forms(whole)))
    return _MASKS.sub(MASK, kept)


def is_secret(text: str) -> bool:
    """Whether a text holds anything that is never remembered."""
    whole = composed(text)
    return bool(find_personal(whole)) or _private().search(fold(whole)) is not None


def _mask_forms(text: str) -> str:
    pieces: list[str] = []
    end = 0
    for found in sorted(find_personal(text)):
        if found.start >= end:
            pieces += [text[end : found.start], MASK]
            end = found.end
    return "".join((*pieces, text[end:]))


def _mask_sentences(text: str) -> Iterator[str]:
    folded, end = fold(text), 0
    for sentence in _SENTENCE.finditer(folded):
        yield text[end : sentence.start()]
        is_private = _private().search(sentence.group()) is not None
        shown = text[slice(*sentence.span())]
        yield f"{shown[: len(shown) - len(shown.lstrip())]}{MASK}" if is_private else shown
        end = sentence.end()
    yield text[end:]


@cache
def _private() -> re.Pattern[str]:
    """Compile all words and forms that make a sentence private, over folded text."""
    file = files("bot.memory") / "private_words.toml"
    topics = tuple(tomllib.loads(file.read_text(encoding="utf-8")).values())
    always = "|".join(_as_pattern(word) for topic in topics for word in topic["always"])
    of_oneself = "|".join(_as_pattern(word) for topic in topics for word in topic["of_oneself"])
    forms = (_TOLD_BY_NAME, _TOKEN, _NATIONAL_ID, _CHILD, _STREET, _BORN, _SALARY)
    return re.compile(
        "|".join((*forms, rf"(?<!\w)(?:{always})", rf"{_OF_ONESELF}(?:{of_oneself})(?!\w)"))
    )


def _as_pattern(word: str) -> str:
    plain = re.escape(fold(word.removesuffix("$")))
    return rf"{plain}(?!\w)" if word.endswith("$") else plain
