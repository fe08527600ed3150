"""Values in a row: "version 4.2 on Windows 11", and messages that begin with nothing else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.memory.extraction.notation import GAP
from bot.memory.extraction.phrasebook import phrasebook
from bot.memory.extraction.sentences import Sentence
from bot.memory.extraction.values import KINDS

MOST_IN_A_ROW = 6

_ARTICLES = "a|an|the|my|our|un|una|el|la|los|mi|mis|nuestro|nuestra"
_PLAN_WORDS = "plan|subscription|licen[cs]e|tier|suscripcion|licencia|tarifa"
_END_OF_CLAUSE = re.compile(r"\s*(?:$|[.!…,;:()\[\]|—–\n]|-\s)")
_HEADING = re.compile(
    r"\s{0,3}(?:(?:my|our|mi|mis|nuestros?|some|for|your|the|a|los|para) ){0,3}(?:data|details|info|information|"
    r"set-?up|specs|config|configuration|environment|system|equipment|fyi|datos|detalles|informacion|equipo|entorno|"
    r"configuracion|sistema|aparatos|versiones|versions)\s?: ?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where in a sentence a value of a kind stands."""

    kind: str
    start: int
    end: int


def row_after(text: str, place: int) -> Iterator[Span]:
    """Find the values that a value before ``place`` is joined with."""
    for _ in range(MOST_IN_A_ROW):
        joint = _joint().match(text, place)
        item = _item().match(text, joint.end()) if joint else None
        if item is None:
            return
        yield _span(item)
        place = item.end()


def opening_row(sentence: Sentence) -> list[Span]:
    """Find the values that a sentence consists of, or begins with, as in "iPhone 12, iOS 17.2, no sound"."""
    text = sentence.text
    place = phrasebook().signs.fillers.match(text)
    start = place.end() if place else 0
    heading = _HEADING.match(text, start)
    found = _row_at(text, start)
    return found or (_row_at(text, heading.end()) if heading else [])


def _row_at(text: str, place: int) -> list[Span]:
    found: list[Span] = []
    while len(found) < MOST_IN_A_ROW and (item := _item().match(text, place)):
        joint = _joint().match(text, item.end())
        if not (joint and _item().match(text, joint.end())) and not _END_OF_CLAUSE.match(
            text, item.end()
        ):
            break
        found.append(_span(item))
        if joint is None:
            break
        place = joint.end()
    return found


def _span(item: re.Match[str]) -> Span:
    name = item.lastgroup or ""
    return Span(kind=name.rstrip("_"), start=item.start(name), end=item.end(name))


@cache
def _joint() -> re.Pattern[str]:
    return re.compile(rf"\s?[,+&/]\s{{0,3}}|\s{{1,3}}(?:{phrasebook().joining})\s{{1,3}}")


@cache
def _item() -> re.Pattern[str]:
    """Compile one value, with what it is called in front: "phone: Pixel 7"."""
    number, device, system, plan = (
        KINDS[name] for name in ("number", "device", "system", "bare_plan")
    )
    return re.compile(
        rf"(?:(?:{phrasebook().labels}){GAP})?(?:(?:{_ARTICLES})\s{{1,3}})?(?:"
        rf"(?:version|release|v\.?){GAP}(?P<number>{number.pattern()}){number.end}"
        rf"|(?P<device>{device.pattern()}){device.end}|(?P<system>{system.pattern()}){system.end}"
        rf"|(?:{_PLAN_WORDS}){GAP}(?P<bare_plan>{plan.pattern()}){plan.end}"
        rf"|(?P<bare_plan_>{plan.pattern()})\s{{1,3}}(?:{_PLAN_WORDS})(?!\w))"
    )
