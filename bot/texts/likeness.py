"""What a text is about, as words that can be compared with another text's (English and Spanish)."""

import re
import unicodedata

STEM = 5
"""Letters by which words are compared: ``arrive`` and ``arriving``, ``llega`` and ``llegará``."""

_WORD = re.compile(r"\w+")
_SHORTEST = 4

_COMMON_WORDS = """
    about after again also because been before being could does doing done dont from give going have
    hello help here into just know like made make many more most much need only other over please
    said same should some still such sure tell than thank thanks that their them then there these they
    thing this those till told very want well were what when where which while whom whose will with
    would your yours yesterday today tomorrow

    ahora algo alguien antes aqui aquel aquella aunque ayer cada como cosa creo cual cuales cuando cuanta
    cuanto cuantos debe debo decir dejo desde dice dicho dijo donde ella ellas ellos entonces entre eres
    esas esos esta estaba estan estas este esto estos estoy favor fue fueron gracias hace hacer hacia hago
    hasta haya hola hoy luego manana mejor menos mientras mucho muchas muchos nada necesito ninguna ninguno
    nuestra nuestro nunca otra otras otro otros para pero poco pone porque puede puedo pues quien quiere
    quiero sabe sera siempre sino sobre solo soy suya suyo tambien tampoco tanto tengo tiene tienen todas
    todavia todo todos tras tuya tuyo usted ustedes vale vamos
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def content_words(text: str) -> frozenset[str]:
    """Return the beginnings of the words that say what a text is about."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    words = _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
    return frozenset(
        word[:STEM] for word in words if len(word) >= _SHORTEST and word not in _COMMON
    )


def share(text: str, known: frozenset[str]) -> float:
    """Return how much (0..1) of what a text is about is among known words; 0 when it says nothing."""
    words = content_words(text)
    return len(words & known) / len(words) if words else 0.0
