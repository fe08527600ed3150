"""Names that can be recognised: languages, places and their time zones, plans, devices, systems.

The tables are in ``names.toml``, folded: what is written in them is looked for without case and accents.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

from bot.memory.folded import fold

_CONTINENT_NAMES = """
Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific
"""
_CONTINENTS = frozenset(_CONTINENT_NAMES.split())


@cache
def _tables() -> Mapping[str, Any]:
    file = files("bot.memory") / "names.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def languages() -> Mapping[str, str]:
    """Return ISO 639-1 by each name of a language, English, Spanish and its own."""
    return {fold(name): code for code, names in _tables()["language"].items() for name in names}


@cache
def time_zones() -> Mapping[str, str]:
    """Return the IANA name by each name of a time zone: its own, or an abbreviation that is common."""
    own = {fold(zone): zone for zone in available_timezones() if "/" in zone}
    return own | {
        fold(name): zone for zone, names in _tables()["time_zone"].items() for name in names
    }


@cache
def places() -> Mapping[str, str]:
    """Return the IANA name of the time zone by each place that can only have one."""
    named = {
        fold(zone.rpartition("/")[2].replace("_", " ")): zone
        for zone in sorted(available_timezones())
        if zone.partition("/")[0] in _CONTINENTS
    }
    return named | {
        fold(name): zone for zone, names in _tables()["place"].items() for name in names
    }


@cache
def plans() -> frozenset[str]:
    """Return what plans are commonly called, folded."""
    return frozenset(map(fold, (*_tables()["plan"]["clear"], *_tables()["plan"]["common"])))


@cache
def clear_plans() -> frozenset[str]:
    """Return those names of plans that are no everyday words."""
    return frozenset(map(fold, _tables()["plan"]["clear"]))


@cache
def access_needs() -> frozenset[str]:
    """Return the closed list of what people need to take part."""
    return frozenset(_tables()["access"]["needs"])


@cache
def device_pattern() -> str:
    """Return the regular expression of devices in a folded text."""
    return "|".join(_tables()["device"]["forms"])


@cache
def system_pattern() -> str:
    """Return the regular expression of operating systems and browsers in a folded text."""
    return "|".join(_tables()["system"]["forms"])


@cache
def spellings() -> Mapping[str, str]:
    """Return how a word of a name is written, by its folded form."""
    return {fold(word): word for word in _tables()["spelling"]["words"]}


@cache
def everyday_names() -> frozenset[str]:
    """Return folded words that are written like the name of a product and are none of ours."""
    return frozenset(map(fold, _tables()["product"]["never"]))


@cache
def everyday_systems() -> frozenset[str]:
    """Return systems whose name is an everyday word unless it is written as a name."""
    return frozenset(_tables()["system"]["everyday"])
