"""The kinds of values that phrases hold: how each looks in a folded text, and what it is in the real one."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.memory.folded import fold
from bot.memory.names import (
    clear_plans,
    device_pattern,
    everyday_names,
    everyday_systems,
    languages,
    places,
    plans,
    system_pattern,
    time_zones,
)

_END = r"(?![\w-])"
_UNITS = (
    "%|€|percent|per cent|por ciento|euros?|eur|dollars?|usd|pounds?|libras|gb|mb|tb|ghz|kg|g|m|cm|mm|inch(?:es)?|stars?|estrellas|"
    "hours?|horas?|days?|dias?|litros?|lit(?:er|re)s?"
)
_NO_AMOUNT = rf"(?!\.\d|[\w%€$-]| ?(?:{_UNITS})(?!\w))"
_SHORT_VERSION = r"v?\d{1,5}(?:\.\d{1,6}){0,3}"
_LONG_VERSION = r"v?\d{1,5}(?:\.\d{1,6}){1,3}"
_PLAN = r"[a-z]{2,20}(?: plus)?"
_PRODUCT = r"[a-z]\w{1,24}(?: \w{1,15}){0,3}"
_OFFSET = r"(?:gmt|utc) ?[+-] ?\d{1,2}"
_PRODUCT_NAME = re.compile(r"[^\W\d_][\w]*[a-zà-ÿ]\w*(?: (?:[A-Z]\w*|\d\w*))*(?!\w)")
_HUMPS = re.compile(r"[A-Z][a-z]+[A-Z]|[A-Z]{2,}[a-z]+[A-Z]")
_MODEL = re.compile(r" [A-Z]{0,6}\d\w*")
_TITLE = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ]+(?: [A-ZÀ-Þ][a-zß-ÿ]+){0,2}(?![\w]| [A-ZÀ-Þ][a-zß-ÿ])")
_NAME_WORDS = r"[a-z]\w{2,24}(?: [a-z]\w{1,15}){0,2}"
_PLACED = r"(?= (?:on|at|in|for|since|with|installed|en|para|desde|con|instalad[oa])(?!\w))"
_INSTALLED = r"(?= (?:installed|instalad[oa])(?!\w))"
_APP = (
    r"(?= (?:app|apps|application|software|installation|workspace|subscription|user|users)(?!\w))"
)
_SHORTEST_PLAN = 3
_SHORTEST_NAME = 4
_NO_PLANS = """
the this that my your new first old same what which el la mi tu este ese nuevo mejor
"""
_COMMON_CAPITALS = frozenset(_NO_PLANS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a value is found and read.

    ``pattern`` matches it in a folded text, ``end`` is what must come behind it. ``read`` takes the
    same characters as they were written and returns the value; None when they are none.
    """

    pattern: Callable[[], str]
    read: Callable[[str], str | None]
    end: str = _END


def _as_written(text: str) -> str | None:
    return text


def _read_plan(text: str) -> str | None:
    """Without the word "plan" beside it, it must be a common name, and clear or written as a name."""
    plain = fold(text)
    if plain in clear_plans() or (plain in plans() and text[:1].isupper()):
        return text
    return _read_plan(text.partition(" ")[0]) if " " in text else None


def _read_named_plan(text: str) -> str | None:
    plain = fold(text)
    if plain in plans():
        return text
    is_name = text[:1].isupper() and len(text) >= _SHORTEST_PLAN and plain not in _COMMON_CAPITALS
    return text if is_name and " " not in text else None


def _read_bare_plan(text: str) -> str | None:
    return text if fold(text) in plans() else None


def _read_system(text: str) -> str | None:
    return None if fold(text) in everyday_systems() and not text[:1].isupper() else text


def _read_product(text: str) -> str | None:
    """A name has humps (PhotoForge) or a model (Nimbus AX30), and is none that everybody knows."""
    found = _PRODUCT_NAME.match(text)
    if found is None or not found.group()[0].isupper():
        return None
    name = found.group()
    if not _everyday_words(name).isdisjoint(everyday_names()):
        return None
    return name if _HUMPS.search(name) or _MODEL.search(name) else None


def _read_title(text: str) -> str | None:
    """A name in plain words (Nimbus Backup) counts beside a verb of using alone, and is none of another thing."""
    found = _TITLE.match(text)
    if found is None or len(found.group()) < _SHORTEST_NAME or _is_known(found.group()):
        return _read_product(text)
    return found.group()


def _read_long_title(text: str) -> str | None:
    name = _read_title(text)
    return name if name is not None and " " in name else None


def _is_known(name: str) -> bool:
    """Whether a name has a word of the everyday ones, or is a language, place, plan, device or system."""
    plain = fold(name)
    others = (languages(), places(), plans(), time_zones())
    return not (
        everyday_names().isdisjoint((*plain.split(), plain))
        and _everyday_words(name).isdisjoint(everyday_names())
        and not any(word in table for table in others for word in (plain, *plain.split()))
    )


def _everyday_words(name: str) -> frozenset[str]:
    plain = fold(name)
    is_known = re.match(rf"(?:{device_pattern()}|{system_pattern()})(?!\w)", plain) is not None
    return frozenset(plain.split()) if not is_known else everyday_names()


def _names(names: Callable[[], Iterable[str]], more: str = "") -> Callable[[], str]:
    def pattern() -> str:
        longest_first = sorted(names(), key=len, reverse=True)
        return "|".join((*map(re.escape, longest_first), *filter(None, [more])))

    return pattern


KINDS: dict[str, Kind] = {
    "version": Kind(pattern=lambda: _LONG_VERSION, read=_as_written, end=_NO_AMOUNT),
    "number": Kind(pattern=lambda: _SHORT_VERSION, read=_as_written, end=_NO_AMOUNT),
    "device": Kind(pattern=device_pattern, read=_as_written),
    "system": Kind(pattern=system_pattern, read=_read_system),
    "plan": Kind(pattern=lambda: _PLAN, read=_read_plan),
    "named_plan": Kind(pattern=lambda: _PLAN, read=_read_named_plan),
    "bare_plan": Kind(pattern=lambda: _PLAN, read=_read_bare_plan),
    "product": Kind(pattern=lambda: _PRODUCT, read=_read_product, end=r"(?!\w)"),
    "used_product": Kind(pattern=lambda: _NAME_WORDS, read=_read_title, end=r"(?!\w)"),
    "held_product": Kind(pattern=lambda: f"{_NAME_WORDS}?", read=_read_long_title, end=_PLACED),
    "installed_product": Kind(pattern=lambda: f"{_NAME_WORDS}?", read=_read_title, end=_INSTALLED),
    "app_product": Kind(pattern=lambda: f"{_NAME_WORDS}?", read=_read_title, end=_APP),
    "language": Kind(pattern=_names(languages), read=_as_written),
    "place": Kind(pattern=_names(places), read=_as_written),
    "zone": Kind(
        pattern=_names(time_zones, _OFFSET), read=_as_written, end=r"(?![\w-]| ?[+-] ?\d)"
    ),
}
"""Every kind by the name under which phrases know it."""
