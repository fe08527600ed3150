"""A passage's text taken apart into what can be shown alone: sentences, list items, code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from knowledge.language.sentences import split_sentences

_ITEM = re.compile(r"^(?P<indent> *)(?:-|(?P<number>\d{1,4})\.) \S")
_ROW = re.compile(r"^ *- (\*\*[^*\n]+\*\*: |\*\*[^*\n]+:\*\* )")
_FENCE = re.compile(r"^ *(`{3,})")


class UnitKind(StrEnum):
    """What a unit is."""

    SENTENCE = "sentence"
    STEP = "step"
    BULLET = "bullet"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A sentence, an item with what is indented under it, or a code block.

    ``block`` numbers the paragraph, list or code block that it is part of.
    """

    kind: UnitKind
    text: str
    block: int

    @property
    def is_item(self) -> bool:
        """Whether it is part of a list."""
        return self.kind in {UnitKind.STEP, UnitKind.BULLET}

    @property
    def is_row(self) -> bool:
        """Whether it says of a named thing what holds for it, as the rows of tables do."""
        return self.kind is UnitKind.BULLET and _ROW.match(self.text) is not None


def split_units(text: str) -> list[Unit]:
    """Take the text of a passage (as ``chunks`` writes it) apart, in order."""
    units: list[Unit] = []
    number = 0
    for block in _blocks(text):
        is_more = bool(units) and units[-1].is_item and block.startswith(" ")
        is_list = _ITEM.match(block) is not None
        if is_more and not is_list:
            last = units.pop()
            joined = f"{last.text}\n\n{block}"
            units.append(Unit(kind=last.kind, text=joined, block=last.block))
            continue
        number += 0 if is_list and units and units[-1].is_item else 1
        units.extend(_split_block(block, number, is_list=is_list))
    return units


def join_units(units: list[Unit]) -> str:
    """Write units, which are in order, as CommonMark again."""
    parts: list[str] = []
    for index, unit in enumerate(units):
        if index:
            same = unit.block == units[index - 1].block
            parts.append("\n\n" if not same else "\n" if unit.is_item else " ")
        parts.append(unit.text)
    return _dedent("".join(parts))


def _blocks(text: str) -> Iterator[str]:
    """Split at empty lines, but never inside a code fence."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        if (found := _FENCE.match(line)) is not None and fence in {"", found[1]}:
            fence = "" if fence else found[1]
        if line.strip() or fence:
            lines.append(line)
        elif lines:
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)


def _split_block(block: str, number: int, *, is_list: bool) -> Iterator[Unit]:
    if is_list:
        for item in _items(block):
            found = _ITEM.match(item)
            is_step = found is not None and found["number"] is not None
            kind = UnitKind.STEP if is_step else UnitKind.BULLET
            yield Unit(kind=kind, text=item, block=number)
    elif _FENCE.match(block):
        yield Unit(kind=UnitKind.CODE, text=block, block=number)
    else:
        for sentence in split_sentences(block):
            yield Unit(kind=UnitKind.SENTENCE, text=sentence, block=number)


def _items(block: str) -> Iterator[str]:
    lines: list[str] = []
    for line in block.split("\n"):
        if lines and _ITEM.match(line):
            yield "\n".join(lines)
            lines = []
        lines.append(line)
    yield "\n".join(lines)


def _dedent(text: str) -> str:
    """Take away the indentation of a part of a nested list that is shown without its parent."""
    lines = text.split("\n")
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    shown = [line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in lines]
    return "\n".join(shown)
