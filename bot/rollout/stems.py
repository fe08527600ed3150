"""The words of a text that say what it is about, by their stems (English and Spanish)."""

import re
import unicodedata
from functools import cache, lru_cache
from threading import Lock
from typing import Protocol, cast

import snowballstemmer  # pyright: ignore[reportMissingTypeStubs]

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_ALGORITHMS = {"en": "english", "es": "spanish"}
_SUFFIX = re.compile(r"(c|s)ion$")

_STOP_WORDS = {
    "en": """a about after again all also am an and any anything are as at back be because been being
        both but by can cannot can't cant could day did didn't do does doesn't doing done don't during each
        either else ever every few for from get gets getting give go going got had has hasn't have haven't
        having he hello help her here hey hi him his how however i i'd i'll i'm i've if in into is
        isn't it its it's itself just know let let's like ll look looking make many may maybe me might more
        most much must my myself need needs no not now of off oh ok okay on once one only or other our out over
        own per please possible question questions re really right same say see seem shall she should
        so some something soon still such sure tell than thank thanks that thats that's the their them
        then there these they thing things this those through to too try trying up us use using ve very
        want wanted wants was way we we're well were what whats what's when where which while who whom whose
        why will with within without won't would wouldn't yes yet you you'd you'll you're you've your
        yours yourself welcome happy glad hope kind regards best great sorry apologies pleasure dear""",
    "es": """a acerca ahi ahora al algo alguien alguna algunas alguno algunos alli ambos ante antes aquel
        aquella aqui asi aun aunque ayuda ayudar ayudarte bajo bien bueno buenas buenos cada casi como con
        conmigo contra cosa cosas cual cuales cualquier cuando cuanta cuantas cuanto cuantos claro de debe
        debemos deben debes debo decir del desde despues dice donde dos durante e el ella ellas ello ellos
        en encantado entonces entre era eran eres es esa esas ese eso esos esta estaba estamos estan estar
        estas este esto estos estoy etc favor forma fue fueron gracias ha haber habia hace hacen hacer hacia
        hago han has hasta hay haya he hola la las le les lo los luego mas me mediante mejor mi mia mientras
        mio mis misma mismo momento mucha muchas mucho muchos muy nada nadie necesita necesitas necesito ni no
        nos nosotros nuestra nuestras nuestro nuestros o os otra otras otro otros para pero poco podemos poder
        podria por porque posible pregunta puede pueden puedes puedo pues que quiere quieres quiero quien
        quienes quisiera saber saludos se sea sean segun ser si sido siempre siento sin sino sobre sois solo
        somos son soy su sus suya suyo tal tambien tampoco tan tanto te tenemos tener tengo ti tiene tienen
        tienes toda todas todavia todo todos tras tu tus u un una unas uno unos usar usted ustedes va vale
        vamos van varias varios vez voy vuestra vuestras vuestro vuestros y ya yo perdona disculpa""",
}


class _Algorithm(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - snowballstemmer's name


class _Stemmer:
    """One Snowball stemmer; it keeps its word in itself, so threads must take turns."""

    def __init__(self, algorithm: _Algorithm) -> None:
        self._algorithm = algorithm
        self._turn = Lock()

    def stem(self, word: str) -> str:
        with self._turn:
            return self._algorithm.stemWord(word)


def fold(text: str) -> str:
    """Lower-case and without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def stems(text: str, language: str) -> list[str]:
    """Return the stems of the words that carry a meaning, in their order."""
    found = (_stem(word, language) for word in _WORD.findall(fold(text)))
    return [stem for stem in found if stem]


def spelled_stems(text: str, language: str) -> list[tuple[str, str]]:
    """Return each word that carries a meaning as it is spelled (lower-case), with its stem."""
    words = ((word.casefold(), _stem(fold(word), language)) for word in _WORD.findall(text))
    return [(word, stem) for word, stem in words if stem]


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str) -> str:
    """The stem of a folded word, empty for one that says nothing of its own."""
    plain = word.replace("’", "'")
    if plain in _stop_words(language) or len(plain) == 1:
        return ""
    if any(sign.isdigit() for sign in plain):
        return plain
    stemmer = _stemmer(language)
    return fold(stemmer.stem(_SUFFIX.sub(r"\1ión", plain) if language == "es" else plain))


@cache
def _stop_words(language: str) -> frozenset[str]:
    return frozenset(_STOP_WORDS.get(language, _STOP_WORDS["en"]).split())


@cache
def _stemmer(language: str) -> _Stemmer:
    name = _ALGORITHMS.get(language, "english")
    algorithm = cast("_Algorithm", snowballstemmer.stemmer(name))  # pyright: ignore[reportUnknownMemberType]
    return _Stemmer(algorithm)
