"""The phrase files of the package, compiled: all languages together, for people mix them."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.memory.extraction.notation import Groups, Phrase, read_phrase
from bot.memory.folded import fold
from bot.vocabulary.memory import FactOrigin, Slot

INFERRED_CONFIDENCE = 0.8
"""How sure we are of what somebody did not say in so many words; own judgement."""

_NOT_SINCE = r"(?<!\w)(?<!desde )"
"""Words begin here, and do not tell since when something is so: "desde hace años"."""

_SECTIONS = ("stated", "wished", "inferred", "mentioned", "ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactPhrase:
    """A phrase that says something of its speaker.

    ``value`` is what it says, None where the phrase holds it. With ``ends`` that is over. ``may_ask``
    counts in questions too ("could you keep it short?"), ``needs_clock`` only beside words about time.
    ``is_mention`` names a thing without saying whose it is ("it freezes on the iPad"): the writer's, where
    a sentence speaks of nobody else.
    """

    phrase: Phrase
    slot: Slot
    value: str | None = None
    origin: FactOrigin = FactOrigin.STATED
    may_ask: bool = False
    needs_clock: bool = False
    ends: bool = False
    is_mention: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """Words around a phrase that show whether it states anything (see ``sentences``)."""

    denied: re.Pattern[str]
    conditional: re.Pattern[str]
    unreal: re.Pattern[str]
    told: re.Pattern[str]
    over: re.Pattern[str]
    contrast: re.Pattern[str]
    others: re.Pattern[str]
    joints: re.Pattern[str]
    clock: re.Pattern[str]
    asking: re.Pattern[str]
    surely_asking: re.Pattern[str]
    fillers: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasebook:
    """All phrases and signs. ``joining`` leads from one value to the next, ``labels`` names one."""

    phrases: tuple[FactPhrase, ...]
    signs: Signs
    joining: str
    labels: str


@cache
def phrasebook() -> Phrasebook:
    """Read every phrase file."""
    folder = files("bot.memory.extraction") / "phrases"
    texts = sorted(
        file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".toml")
    )
    books = [tomllib.loads(text) for text in texts]
    return Phrasebook(
        phrases=tuple(phrase for book in books for phrase in _phrases(book)),
        signs=_signs([book["signs"] for book in books]),
        joining=_any_of(word for book in books for word in book["signs"]["joining"]),
        labels=_any_of(word for book in books for word in book["signs"]["labels"]),
    )


def _phrases(book: Mapping[str, Any]) -> Iterator[FactPhrase]:
    for section, slots in book.items():
        if section in _SECTIONS:
            for slot, lines in slots.items():
                yield from _filed(lines, book["groups"], section, Slot(slot))


def _filed(
    lines: Sequence[str] | Mapping[str, Sequence[str]], groups: Groups, section: str, slot: Slot
) -> Iterator[FactPhrase]:
    """Compile the phrases of a slot: with their value in a group of fixed ones, or holding it."""
    named = lines.items() if isinstance(lines, Mapping) else [(None, lines)]
    is_sure = section not in {"inferred", "mentioned"}
    for value, texts in named:
        for text in texts:
            yield FactPhrase(
                phrase=read_phrase(text, groups),
                slot=slot,
                value=value and value.replace("-", " "),
                origin=FactOrigin.STATED if is_sure else FactOrigin.INFERRED,
                may_ask=section == "wished",
                needs_clock=section == "inferred" and slot is Slot.TIME_ZONE,
                ends=section == "ended",
                is_mention=section == "mentioned",
            )


def _signs(tables: Sequence[Mapping[str, Sequence[str]]]) -> Signs:
    def words(*names: str) -> str:
        return _any_of(word for table in tables for name in names for word in table[name])

    return Signs(
        denied=re.compile(rf"(?<!\w)(?:{words('denied')})(?!\w)"),
        conditional=re.compile(rf"(?<!\w)(?:{words('conditional')})(?!\w)"),
        unreal=re.compile(rf"{_NOT_SINCE}(?:{words('unreal', 'conditional')})(?!\w)"),
        told=re.compile(rf"(?<!\w)(?:{words('told')})(?!\w)"),
        over=re.compile(rf"{_NOT_SINCE}(?:{words('over')})(?!\w)"),
        contrast=re.compile(rf"(?<!\w)(?:{words('contrast')})(?!\w)"),
        others=re.compile(rf"(?<!\w)(?:{words('others')})(?!\w)"),
        joints=re.compile(rf"(?<!\w)(?:{words('joints')})(?!\w)"),
        clock=re.compile(rf"(?<!\w)(?:{words('clock')}|\d{{1,2}} ?(?:am|pm|h))(?!\w)"),
        asking=re.compile(
            rf"[\s\W]{{0,9}}(?:(?!no\s)(?:{words('fillers')})\W{{1,3}}){{0,3}}(?:{words('asking', 'surely_asking')})(?!\w)"
        ),
        surely_asking=re.compile(
            rf"[\s\W]{{0,9}}(?:(?!no\s)(?:{words('fillers')})\W{{1,3}}){{0,3}}(?:{words('surely_asking')})(?!\w)"
        ),
        fillers=re.compile(rf"\W{{0,9}}(?:(?:{words('fillers')})\W{{1,9}}){{0,5}}"),
    )


def _any_of(words: Iterator[str]) -> str:
    longest_first = sorted(set(map(fold, words)), key=lambda word: (-len(word), word))
    return "|".join(
        re.escape(word).replace("'", "'?").replace(r"\ ", r"\s{1,3}") for word in longest_first
    )
