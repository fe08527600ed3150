"""Takes people out of a text: mentions, names, e-mail addresses, and numbers to call or to pay with."""

import re
from functools import lru_cache

from knowledge.language.stopwords import stop_words

NAME, EMAIL, NUMBER = "[name]", "[e-mail]", "[number]"

# A run of characters is taken whole, an address or not: one that is none is not looked through anew.
_EMAIL = re.compile(r"[\w.+-]++(@[\w-]++(?:\.[\w-]++)++)?")
_HANDLE = re.compile(r"(?<![\w/])@(?:\[name\]|[\w.-]*\w)(?!/)")
_NUMBER = re.compile(
    r"(?<![\w/.:#-])(?!\d{4}-\d\d-\d\d|\d{1,3}(?:\.\d{1,3}){3}(?!\d))\+?\(?\d(?:[ ().-]{0,2}\d){7,}(?!\w)"
)
_INTRODUCED = re.compile(
    r"\b((?:[Mm]y name is|I am|I['’]m|[Mm]e llamo|[Mm]i nombre es|[Ss]oy)\s+)"
    r"((?:[A-ZÁÉÍÓÚÑÜ][\w'’-]+\s?)+)"
)
_TOKEN = re.compile(r"[^\W\d_][\w.'’-]*[^\W_]|[^\W\d_]")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`|https?://[^\s)>\]]+)", re.DOTALL)
_SEVERAL = re.compile(r"\[name\](?:[ ]*\[name\])+")
_ADDRESSED = (
    re.compile(
        r"\b(hi|hello|hey|dear|thanks|thank you|hola|buenas|gracias)(?: there)?,? \[name\]",
        re.IGNORECASE,
    ),
    re.compile(r"^()\[name\][,:!][ ]+(?=\S)", re.MULTILINE),
    re.compile(r"(),[ ]\[name\](?=[.!?\n]|$)", re.MULTILINE),
)
_LEAST = 3
_SHORT = 2
_SHORT_WORDS = stop_words("en") | stop_words("es") | {"oh", "mr"}
_ROLE_WORDS = """
    support team teams admin admins bot help helpdesk service sales info the and de la del los las
    soporte equipo ayuda ventas servicio relevo slack discord user users customer guest staff mod
"""
_ROLES = frozenset(_ROLE_WORDS.split())
_WORDS_AND_NAMES = """
    will mark may bill rose grant art pat hope joy grace faith summer april june august dawn drew
    chase chip don max rich rob sky star van sol luz paz mar rosa angel consuelo dolores pilar
    reyes cruz leon page price young long short white black brown green king hall hill wood day
"""
_ALSO_WORDS = frozenset(_WORDS_AND_NAMES.split())
"""Names that are words as well: they count as names only where they have a capital letter."""


class Privacy:
    """Knows the names of an export's people; ``people`` took part, ``others`` are all the rest.

    Names of those who took part go in any spelling, names of the others where they have a capital
    letter, so that words stay words.
    """

    def __init__(self, people: frozenset[str], others: frozenset[str] = frozenset()) -> None:
        self._people, self._others = _parts(people), _parts(others)

    def clean(self, text: str) -> str:
        """Return the text without people; code and addresses of pages keep their words."""
        pieces = _CODE.split(_EMAIL.sub(_mail, text))
        text = "".join(
            piece if index % 2 else self._clean(piece) for index, piece in enumerate(pieces)
        )
        for pattern in _ADDRESSED:
            text = pattern.sub(r"\1", text)
        lines = (re.sub(r"[ \t]{2,}", " ", line).rstrip() for line in text.split("\n"))
        return "\n".join(lines).strip()

    def _clean(self, text: str) -> str:
        text = _HANDLE.sub(NAME, text)
        text = _NUMBER.sub(NUMBER, text)
        text = _INTRODUCED.sub(lambda found: found[1] + NAME + _tail(found[2]), text)
        text = _TOKEN.sub(self._replace, text)
        return _SEVERAL.sub(NAME, text)

    def _replace(self, found: re.Match[str]) -> str:
        word = found[0].removesuffix("'s").removesuffix("’s")
        return NAME + found[0][len(word) :] if self._is_name(word) else found[0]

    def _is_name(self, word: str) -> bool:
        folded = word.casefold()
        if len(word) < _LEAST and not _is_written_as_name(word):
            return False
        if not word[0].islower():
            return folded in self._people or folded in self._others
        return folded in self._people and folded not in _ALSO_WORDS


@lru_cache(maxsize=4)  # the others are the same for every thread of an export
def _parts(names: frozenset[str]) -> frozenset[str]:
    """Whole handles (``ana.lopez``) and the single words of names (``Ana López``)."""
    words = (
        word.strip("().,'’-")
        for name in names
        for word in (*name.split(), *re.split(r"[\s._-]+", name))
    )
    long_enough = (word for word in words if len(word) >= _LEAST or _is_short_name(word))
    return frozenset({word.casefold() for word in long_enough} - _ROLES)


def _is_short_name(word: str) -> bool:
    """Whether two letters are more likely a name (``Li``, ``王伟``) than a word or an acronym."""
    return _is_written_as_name(word) and word.casefold() not in _SHORT_WORDS


def _is_written_as_name(word: str) -> bool:
    has_case = word.lower() != word.upper()
    return len(word) == _SHORT and word.isalpha() and (word.istitle() or not has_case)


def _mail(found: re.Match[str]) -> str:
    return EMAIL if found[1] else found[0]


def _tail(text: str) -> str:
    return text[len(text.rstrip()) :]
