"""Whether a sentence stands in its sources: its facts, its yes or no, and most of its words (pure).

Not a proof but a sieve: what it lets through says nothing hard that no source says. How often it errs
is measured by ``benchmarks.claims`` on labelled pairs.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.guards.quantities import Quantity, quantities, rates
from knowledge.guards.support import Support, support_of
from knowledge.language.words import fold, plain_text, words

ENOUGH = 0.65
"""Share of a claim's words that a source must hold; ``benchmarks.claims`` shows what others give."""
ENOUGH_ACROSS = 0.5
"""The same where the source is in another language, and words are compared by their meaning."""

_MONTHS = (
    "january/enero february/febrero march/marzo april/abril may/mayo june/junio july/julio "
    "august/agosto september/septiembre october/octubre november/noviembre december/diciembre"
)
_WEEKDAYS = (
    "monday/lunes tuesday/martes wednesday/miercoles thursday/jueves friday/viernes "
    "saturday/sabado sunday/domingo"
)
_VERBS = {"may", "march"}
_CODE = re.compile(
    r"(?<![\w./-])(?=[\w.-]*\d)(?=[\w.-]*[^\W\d_])\w+(?:[.-]\w+)*|(?<!\w)--?[a-z][\w-]+"
)
_VERSION = re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}")
_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++|(?:https?://|www\.)[^\s<>\"')\]]++"
)


def unsupported_reason(claim: str, sources: Sequence[str], language: str) -> str | None:
    """Say why a sentence is not supported by its sources; None when it is.

    ``language`` is the claim's (ISO 639-1). Sources may be in another one: then facts must still
    agree, and fewer of the words.
    """
    text, source = plain_text(claim), plain_text("\n".join(sources))
    if not source.strip():
        return "it names no source"
    return _wrong_fact(text, source) or _wrong_words(
        text, support_of(source, language.split("-", maxsplit=1)[0].lower())
    )


def wrong_fact(text: str, sources: Sequence[str]) -> str | None:
    """Say which code, day or amount of a text no source holds; None when there is none.

    The sources may be in another language.
    """
    return _wrong_fact(plain_text(text), plain_text("\n".join(sources)))


def _wrong_fact(text: str, source: str) -> str | None:
    return (
        _wrong_code(text, source)
        or _wrong_day(text, source)
        or _wrong_amount(_without_codes(text), source)
    )


def _wrong_code(claim: str, source: str) -> str | None:
    """Look for what must stand in the source letter by letter: addresses, codes, versions."""
    known = fold(source)
    for address in _ADDRESS.findall(claim):
        wanted = re.escape(fold(address).rstrip(".,;:!?/"))
        if not re.search(rf"(?<![\w.+-]){wanted}(?!\w)", known):
            return f"{address} is in no source"
    squeezed = re.sub(r"[\W_]", "", known)
    for code in (*_CODE.findall(_ADDRESS.sub(" ", claim)), *_VERSION.findall(claim)):
        if not _is_amount(code) and re.sub(r"[\W_]", "", fold(code)) not in squeezed:
            return f"{code} is in no source"
    return None


def _is_amount(code: str) -> bool:
    """``14-day`` and ``6pm`` are written like codes."""
    return any(quantity.dimension for quantity in quantities(code))


def _without_codes(claim: str) -> str:
    text = _VERSION.sub(" ", _ADDRESS.sub(" ", claim))
    return _CODE.sub(lambda code: code[0] if _is_amount(code[0]) else " ", text)


def _wrong_day(claim: str, source: str) -> str | None:
    """Look for days of the week and months, in either language; a month may be a number."""
    spoken, said = set(words(source)), set(words(claim))
    for pair in _WEEKDAYS.split():
        names = {name + ending for name in pair.split("/") for ending in ("", "s")}
        if (wrong := said & names) and not spoken & names:
            return f"{min(wrong)} is in no source"
    for number, pair in enumerate(_MONTHS.split(), start=1):
        names = set(pair.split("/"))
        said_so = {name for name in said & names if name not in _VERBS or name.title() in claim}
        in_date = rf"\d[-./]0?{number}(?!\d)|(?<!\d)0?{number}[-./]\d"
        if said_so and not spoken & names and not re.search(in_date, source):
            return f"{min(said_so)} is in no source"
    return None


@lru_cache(maxsize=32)
def _amounts_of(source: str) -> tuple[tuple[Quantity, ...], frozenset[str]]:
    """Quantities and rates of a source, read once for all sentences of an answer."""
    return tuple(quantities(source)), frozenset(rates(source))


def _wrong_amount(claim: str, source: str) -> str | None:
    known, theirs = _amounts_of(source)
    for quantity in quantities(claim):
        if quantity.is_small_count and quantity.thing not in {one.thing for one in known}:
            continue
        if not any(quantity.equals(other) for other in known):
            return f"{quantity.shown} is in no source"
    if theirs and rates(claim) - theirs:
        return "it counts by another period than a source"
    return None


def _wrong_words(claim: str, support: Support) -> str | None:
    missing, count = support.missing(claim)
    enough = ENOUGH_ACROSS if support.is_across else ENOUGH
    if count and count - len(missing) < enough * count:
        return f"too few of its words are in a source: {', '.join(missing[:4])} are missing"
    if name := support.missing_name(claim):
        return f"{name} is in no source"
    return support.contradiction(claim)
