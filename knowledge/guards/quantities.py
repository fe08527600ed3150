"""Numbers of a text with what they count, so that different spellings of one amount are equal (pure).

"3 days", "three days", "72 hours" and "tres días" are one quantity; "1,000", "1.000" and "1 000" may
be; "6 pm" and "18:00" are one time of day.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.language.words import fold

_UNITS = {
    "h": (("hour", "hours", "hr", "hrs", "h", "hora", "horas"), 1.0),
    "h/60": (("minute", "minutes", "min", "mins", "minuto", "minutos"), 1 / 60),
    "h/3600": (("second", "seconds", "sec", "secs", "segundo", "segundos"), 1 / 3600),
    "h*24": (("day", "days", "dia", "dias"), 24.0),
    "h*168": (("week", "weeks", "semana", "semanas"), 168.0),
    "month": (("month", "months", "mes", "meses"), 1.0),
    "month*12": (("year", "years", "ano", "anos"), 12.0),
    "%": (("%", "percent", "per cent", "por ciento"), 1.0),
    "€": (("€", "eur", "euro", "euros"), 1.0),
    "$": (("$", "usd", "dollar", "dollars", "dolar", "dolares", "us$"), 1.0),
    "£": (("£", "gbp", "pound", "pounds", "libra", "libras"), 1.0),
    "g": (("g", "gram", "grams", "gramo", "gramos"), 1.0),
    "g*1000": (("kg", "kilo", "kilos", "kilogram", "kilograms", "kilogramos"), 1000.0),
    "m": (("m", "metre", "metres", "meter", "meters", "metro", "metros"), 1.0),
    "m*1000": (("km", "kilometre", "kilometres", "kilometers", "kilometro", "kilometros"), 1000.0),
    "m/100": (("cm", "centimetre", "centimetres", "centimetro", "centimetros"), 0.01),
    "MB": (("mb", "megabyte", "megabytes", "megas"), 1.0),
    "MB*1024": (("gb", "gigabyte", "gigabytes", "gigas"), 1024.0),
    "MB/1024": (("kb", "kilobyte", "kilobytes"), 1 / 1024),
}
_UNIT_OF = {
    name: (re.split(r"[*/]", key)[0], factor)
    for key, (names, factor) in _UNITS.items()
    for name in names
}
_SMALL = {
    name: number
    for number, names in enumerate(
        """zero/cero one two/dos three/tres four/cuatro five/cinco six/seis seven/siete eight/ocho
        nine/nueve ten/diez eleven/once twelve/doce/dozen/docena thirteen/trece fourteen/catorce
        fifteen/quince sixteen/dieciseis seventeen/diecisiete eighteen/dieciocho nineteen/diecinueve
        twenty/veinte""".split()  # noqa: SIM905 - a list of lists would be three times as long
    )
    for name in names.split("/")
}
_TENS = {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80,
    "noventa": 90, "veintiun": 21, "veintiuno": 21, "veintidos": 22, "veintitres": 23,
    "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26, "veintisiete": 27, "veintiocho": 28,
    "veintinueve": 29, "hundred": 100, "cien": 100, "ciento": 100, "thousand": 1000, "mil": 1000,
}  # fmt: skip
_SPELLED = {**_SMALL, **_TENS}
_ONE = frozenset({"one", "un", "una", "uno", "a", "an"})
_DOUBTFUL = _ONE | {"once", "ten"}
"""They count only before a unit: "one day", but not "one of them", "once paid", "ten cuidado"."""

_NAMES = "|".join(sorted((re.escape(name) for name in _UNIT_OF), key=len, reverse=True))
_AFTER = re.compile(rf"[\s-]?(?:(?:business|working|calendar|natural|full) )?({_NAMES})(?!\w)")
_BEFORE = re.compile(r"(us\$|[€$£]|usd|eur|gbp)\s?$")
_CLOCK = re.compile(
    r"(?<![\w.,:])(\d{1,2})(?:[:.h](\d\d))?\s?(a\.?m\.?|p\.?m\.?)(?!\w)"
    r"|(?<![\w.,:])(\d{1,2}):(\d\d)(?![\w:])"
)
_FIGURE = re.compile(r"(?<![\w.,])\d+(?:[.,'’ ](?=\d)\d+)*(?![^\W\d_]?\d)")
_WORD = re.compile(
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"[- ](?:one|two|three|four|five|six|seven|eight|nine)(?!\w)|[^\W\d_]+"
)
_PERIODS = frozenset({"business", "working", "calendar", "laborable", "laborables", "naturales"})
_TIMES = "hour|day|week|month|year|hora|dia|semana|mes|ano"
_RATE = re.compile(rf"(?:\b(?:per|an?|each|every|al?|por|cada) (?:la )?|/ ?)({_TIMES})(?!\w)")
_PER = re.compile(r"(?:[\d€$£%]|\b(?:once|twice|times|veces|vez|euros?|dollars?)) $")
_RATE_WORDS = {
    "monthly": "month1.0", "mensual": "month1.0", "yearly": "month12.0", "annual": "month12.0",
    " anual": "month12.0", "daily": "h24.0", "diari": "h24.0", "weekly": "h168.0",
    "semanal": "h168.0",
}  # fmt: skip
_RANGE = re.compile(r"\s?(?:-|–|to|a|and|y|or|o)\s?(?=\d)")
_SPELLED_RANGE = re.compile(rf"\s(?:to|a|and|y|or|o)\s(?=(?:{'|'.join(_SPELLED)})(?!\w))")
_GROUPS = re.compile(r"\d{1,3}(?:([.,'’ ])\d{3})(?:\1\d{3})*")
_FOLLOWING = re.compile(r"\s+([^\W\d_]+)")
_STEM = 5
_LISTED = 5
_HALF_A_DAY = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """``values`` are the numbers that it may mean, in the smallest unit of its ``dimension``.

    ``written`` are the same numbers without their unit. ``dimension`` is empty where nothing is
    counted, ``clock`` (minutes) for a time of day. ``shown`` is how it was written, ``thing`` the
    beginning of the word after it.
    """

    values: frozenset[float]
    written: frozenset[float]
    dimension: str
    shown: str
    thing: str = ""

    @property
    def is_small_count(self) -> bool:
        """Whether it may only say how many things a sentence lists: "two plans: A and B"."""
        return self.shown.isalpha() and not self.dimension and max(self.written) <= _LISTED

    def equals(self, other: "Quantity") -> bool:
        """Whether both may mean the same; a number without a unit may count anything."""
        if self.dimension and other.dimension:
            return self.dimension == other.dimension and bool(self.values & other.values)
        return bool(self.written & other.written)


def quantities(text: str) -> Iterator[Quantity]:
    """Find all numbers, in figures and in words, English and Spanish."""
    plain = fold(text)
    rest = list(plain)
    for clock in _CLOCK.finditer(plain):
        at = _minutes(clock)
        yield Quantity(values=at, written=at, dimension="clock", shown=clock[0])
        rest[slice(*clock.span())] = "\0" * len(clock[0])
    plain = "".join(rest)
    for figure in _FIGURE.finditer(plain):
        for piece in _split_list(figure[0]):
            yield _counted(plain, figure.start(), figure.end(), _readings(piece), piece)
    for word in _WORD.finditer(plain):
        number = _spelled(word[0])
        if number is not None:
            found = _counted(plain, word.start(), word.end(), {number}, word[0])
            is_rate = word[0] in _ONE and _PER.search(
                plain[max(0, word.start() - 12) : word.start()]
            )
            if not is_rate and (word[0] not in _DOUBTFUL or found.dimension):
                yield found


def _minutes(clock: re.Match[str]) -> frozenset[float]:
    if clock[4]:
        return frozenset({float(clock[4]) * 60 + float(clock[5])})
    hour = float(clock[1]) % _HALF_A_DAY + (_HALF_A_DAY if clock[3].startswith("p") else 0)
    return frozenset({hour * 60 + float(clock[2] or 0)})


def _split_list(figure: str) -> Iterator[str]:
    """``10 20`` are two numbers, ``1 000`` is one."""
    if " " in figure and not _GROUPS.fullmatch(
        figure.split(",", maxsplit=1)[0].split(".", maxsplit=1)[0]
    ):
        yield from figure.split(" ")
    else:
        yield figure


def _readings(figure: str) -> set[float]:
    """Read ``1.000`` as a thousand and as one: which it is depends on who wrote it."""
    found: set[float] = set()
    for point in ".,":
        whole, _, fraction = figure.rpartition(point) if point in figure else (figure, "", "")
        if not re.search(r"[.,'’ ]", fraction) and (_GROUPS.fullmatch(whole) or whole.isdigit()):
            found.add(float(f"{_digits(whole)}.{fraction or 0}"))
    if _GROUPS.fullmatch(figure):
        found.add(float(_digits(figure)))
    return found or {float(part) for part in re.findall(r"\d+", figure)}


def _digits(figure: str) -> str:
    return "".join(character for character in figure if character.isdigit())


def _counted(plain: str, start: int, end: int, values: set[float], shown: str) -> Quantity:
    after = _AFTER.match(plain, end) or _after_range(plain, end)
    before = _BEFORE.search(plain[max(0, start - 5) : start])
    name = after[1] if after else before[1] if before else ""
    dimension, factor = _UNIT_OF.get(name, ("", 1.0))
    scaled = frozenset(round(value * factor, 6) for value in values)
    return Quantity(
        values=scaled,
        written=frozenset(values),
        dimension=dimension,
        shown=f"{shown} {name}".strip(),
        thing=_thing(plain, end),
    )


def _thing(plain: str, end: int) -> str:
    word = _FOLLOWING.match(plain, end)
    return word[1][:_STEM] if word else ""


def rates(text: str) -> set[str]:
    """Units by which a text counts: "month" for "a month", "per month", "monthly", "al mes"."""
    plain = fold(text)
    named = {_UNIT_OF[name[1]][0] + str(_UNIT_OF[name[1]][1]) for name in _RATE.finditer(plain)}
    return named | {unit for word, unit in _RATE_WORDS.items() if word in plain}


def is_unit(word: str) -> bool:
    """Whether a folded word is a unit or a number in words."""
    first = word.split("-", maxsplit=1)[0]
    return word in _UNIT_OF or first in _SPELLED or word in _PERIODS or word in {"am", "pm"}


def _after_range(plain: str, end: int) -> re.Match[str] | None:
    """The unit behind "3 to 5 days" is that of both."""
    link = _RANGE.match(plain, end) or _SPELLED_RANGE.match(plain, end)
    other = (_FIGURE.match(plain, link.end()) or _WORD.match(plain, link.end())) if link else None
    return _AFTER.match(plain, other.end()) if other else None


def _spelled(word: str) -> float | None:
    if word in _ONE:
        return 1.0
    tens, _, ones = word.replace("-", " ").partition(" ")
    return float(_SPELLED[tens] + _SPELLED.get(ones, 0)) if tens in _SPELLED else None
