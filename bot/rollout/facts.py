"""What two texts must not say differently: figures with what they count, links, and denials."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.rollout.stems import fold, stems

_UNITS = {
    ("h", 1.0): "hour hours hr hrs h hora horas",
    ("h", 1 / 60): "minute minutes min mins minuto minutos",
    ("h", 24.0): "day days dia dias",
    ("h", 168.0): "week weeks semana semanas",
    ("month", 1.0): "month months mes meses",
    ("month", 12.0): "year years ano anos",
    ("%", 1.0): "% percent por_ciento",
    ("€", 1.0): "€ eur euro euros",
    ("$", 1.0): "$ usd dollar dollars dolar dolares",
    ("£", 1.0): "£ gbp pound pounds libra libras",
    ("kg", 1.0): "kg kilo kilos",
    ("kg", 0.001): "g gram grams gramo gramos",
    ("gb", 1.0): "gb gigabyte gigabytes",
    ("gb", 1 / 1024): "mb megabyte megabytes",
}
_UNIT_OF = {name: unit for unit, names in _UNITS.items() for name in names.split()}
_NUMBERS = """one/un/una/uno two/dos three/tres four/cuatro five/cinco six/seis seven/siete eight/ocho
    nine/nueve ten/diez eleven/once twelve/doce thirteen/trece fourteen/catorce fifteen/quince"""
_TENS = {
    "twenty": 20,
    "veinte": 20,
    "thirty": 30,
    "treinta": 30,
    "sixty": 60,
    "sesenta": 60,
    "ninety": 90,
    "noventa": 90,
}
_SPELLED = _TENS | {
    name: number
    for number, names in enumerate(_NUMBERS.split(), start=1)
    for name in names.split("/")
}
"""Numbers in words, which count only before a unit: "three days", but not "one of them"."""

_FIGURE = re.compile(
    r"(?P<sign>[€$£]\s?)?(?P<figure>(?<![\w.,])\d+(?:[.,'’]\d+)*|\b(?:"
    + "|".join(_SPELLED)
    + r")(?=[\s-]))(?:[\s-]?(?:(?:business|working|calendar|full|natural)\s)?(?P<unit>%|€|\$|£|[a-z]+))?"
)
_CLOCK = re.compile(
    r"(?<![\w.,:])(\d{1,2})(?:[:.h](\d\d))?\s?(a\.?m|p\.?m)\b|(?<![\w.,:])(\d{1,2}):(\d\d)(?![\w:])"
)
_NUMBERING = re.compile(r"^\s*\d{1,2}[.)]\s", re.MULTILINE)
_LINK = re.compile(r"https?://([^\s)>\]\"'|]+)", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[.;:!?\n()]+(?:\s|$)|,\s+|\s(?:but|however|although|though|while|and|or|so|because|pero|"
    r"aunque|sino|mientras|y|o|porque)\s"
)
_HEADING = re.compile(r"\s*(?:#{1,6}\s|\*\*[^*]+\*\*\s*$)")
_NO_DENIAL = re.compile(
    r"\b(?:not only|no problem|no later than|no more than|no less than|why not|not until|no solo|"
    r"no mas de|no menos de|no hasta que|sin problemas?|no dudes?|no te preocupes|do not hesitate|"
    r"don't (?:hesitate|worry|forget)|no matter)\b"
)
_DENIAL = re.compile(
    r"\b(?:no|not|never|none|nothing|cannot|can't|cant|won't|wont|don't|dont|doesn't|doesnt|didn't|"
    r"isn't|isnt|aren't|arent|wasn't|weren't|shouldn't|couldn't|haven't|hasn't|without|unable|"
    r"impossible|excluded|except|unless|sin|nunca|jamas|tampoco|ningun|ninguna|imposible|excepto|salvo)\b"
)
_OPPOSITES = """before/after antes/despues minimum/maximum minimo/maximo always/never siempre/nunca
    enable/disable enabled/disabled activar/desactivar activado/desactivado increase/decrease
    aumentar/disminuir open/closed abierto/cerrado allowed/forbidden permitido/prohibido
    optional/required opcional/obligatorio free/paid gratis/pago included/excluded incluido/excluido"""
_PAIRS = tuple((one, other) for one, other in (pair.split("/") for pair in _OPPOSITES.split()))
_ALIKE = 0.6
_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number in the smallest unit of what it counts; ``unit`` is empty where it counts nothing known."""

    value: float
    unit: str


def figures(text: str) -> frozenset[Figure]:
    """Return the numbers of a text: "3 days" and "72 hours" are one, "6 pm" and "18:00" as well."""
    plain = _NUMBERING.sub(" ", _LINK.sub(" ", fold(text)))
    times = frozenset(_times(plain))
    return times | frozenset(_counted(_CLOCK.sub(" ", plain)))


def with_plain_figures(text: str) -> str:
    """Return a text, folded, in which what counts the same is written the same: "three days" as "72h"."""
    return _FIGURE.sub(_written, fold(text))


def _written(found: re.Match[str]) -> str:
    figure = _figure(found)
    return f" {figure.value:g}{figure.unit} " if figure is not None and figure.unit else found[0]


def links(text: str) -> frozenset[str]:
    """Return the addresses of a text without what differs by chance: scheme, ``www.``, last slash."""
    return frozenset(
        found.rstrip("/.,;").casefold().removeprefix("www.") for found in _LINK.findall(text)
    )


def disagreement(draft: str, human: str, language: str) -> str | None:
    """Name what the draft says otherwise than the human, or leaves out of the figures.

    ``figure``, ``link`` or ``denial``; None where there is nothing of it.
    """
    if not _figures_agree(figures(draft), figures(human)):
        return "figure"
    return contradiction(draft, human, language)


def contradiction(draft: str, human: str, language: str) -> str | None:
    """Name what both say and each otherwise, as ``disagreement`` does; what is left out is none."""
    if _figures_clash(figures(draft), figures(human)):
        return "figure"
    shown, given = links(draft), links(human)
    if shown and given and not shown & given:
        return "link"
    return "denial" if _denies(draft, human, language) else None


def _figures_agree(draft: frozenset[Figure], human: frozenset[Figure]) -> bool:
    """Whether all figures of the human that count something are in the draft."""
    return all(figure in draft for figure in human if figure.unit)


def _figures_clash(draft: frozenset[Figure], human: frozenset[Figure]) -> bool:
    """Whether the draft has another figure in the place of one that it lacks."""
    others = {figure.unit for figure in draft - human}
    return any(figure.unit in others for figure in human - draft if figure.unit)


def _times(plain: str) -> Iterator[Figure]:
    for hour, minute, half, whole, part in _CLOCK.findall(plain):
        if whole:
            yield Figure(value=int(whole) + int(part) / 60, unit="clock")
        else:
            at = int(hour) % 12 + (12 if half.startswith("p") else 0)
            yield Figure(value=at + int(minute or 0) / 60, unit="clock")


def _counted(plain: str) -> Iterator[Figure]:
    yield from (figure for found in _FIGURE.finditer(plain) if (figure := _figure(found)))


def _figure(found: re.Match[str]) -> Figure | None:
    """The number that was found; None for one in words that counts nothing known."""
    name = (found["sign"] or "").strip() or found["unit"] or ""
    unit, factor = _UNIT_OF.get(name, ("", 1.0))
    spelled = _SPELLED.get(found["figure"])
    if spelled is not None and not unit:
        return None
    number = _value(found["figure"]) if spelled is None else float(spelled)
    return Figure(value=round(number * factor, 4), unit=unit)


def _value(figure: str) -> float:
    """Read a number as people write it: "1,000" and "1.000" are a thousand, "9,99" and "9.99" are not."""
    plain = re.sub(r"[.,'’](?=\d{3}(?!\d))", "", figure).replace(",", ".").replace("’", "")
    whole, _, fraction = plain.replace("'", "").rpartition(".")
    return float(f"{whole.replace('.', '') or 0}.{fraction}") if whole else float(fraction)


def _denies(draft: str, human: str, language: str) -> bool:
    """Whether a clause of the human's stands in the draft with or without a "not" that it has."""
    said = [(frozenset(stems(one, language)), is_so) for one, is_so in _said(draft)]
    for clause, _ in _said(human):
        words = frozenset(stems(clause, language))
        if len(words) < _FEWEST:
            continue
        near = [(len(words & own) / len(words), is_so) for own, is_so in said]
        best = max((share for share, _ in near), default=0.0)
        ways = {way for share, is_so in near if share == best for way in is_so}
        if best >= _ALIKE and is_denied(clause) not in ways:
            return True
    return _opposed(draft, human)


def _said(text: str) -> Iterator[tuple[str, frozenset[bool]]]:
    """Each clause, and whether it is denied: below a heading that denies ("what we don't do") it may be."""
    is_below = False
    for line in text.splitlines():
        if _HEADING.match(line):
            is_below = is_denied(line)
        for clause in _clauses(line):
            own = is_denied(clause)
            yield clause, frozenset({own, own or is_below})


def _clauses(text: str) -> list[str]:
    return [part for part in _CLAUSE.split(fold(text).replace("’", "'")) if part.strip()]


def is_denied(clause: str) -> bool:
    """Whether a clause denies what it says."""
    return bool(_DENIAL.search(_NO_DENIAL.sub(" ", fold(clause).replace("’", "'"))))


def _opposed(draft: str, human: str) -> bool:
    """Whether one says a word, and the other only its opposite."""
    said, meant = (set(re.findall(r"\w+", fold(text))) for text in (draft, human))
    return any({*pair} & said and {*pair} & meant and not {*pair} & said & meant for pair in _PAIRS)
