"""What a Word document says elsewhere: the styles of paragraphs and the numbering of lists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from word_xml import read_xml

_HEADING = re.compile(r"heading ?([1-9])")
_CONTENTS = re.compile(r"toc ?(?:[1-9]|heading)|table of (?:figures|authorities)")
_NESTED = re.compile(r"list (?:bullet|number) ([2-5])")
_LONGEST_CHAIN = 20
_NO_MARKER = frozenset({"bullet", "none"})
_BODY_TEXT = 9


@dataclass
class Style:
    """A style of paragraphs; what it leaves open comes from the style it is based on."""

    name: str
    based_on: str = ""
    outline: int | None = None
    list_id: str = ""
    list_level: int | None = None


@dataclass
class Styles:
    """The styles by their ids."""

    known: dict[str, Style] = field(default_factory=dict[str, Style])

    def chain(self, style_id: str) -> list[Style]:
        """The style with those that it builds on, nearest first; circles end."""
        found: list[Style] = []
        while style_id and len(found) < _LONGEST_CHAIN:
            style = self.known.get(style_id, Style(name=style_id.casefold()))
            found.append(style)
            style_id = style.based_on
        return found

    def heading_level(self, style_id: str, outline: int | None) -> int | None:
        """1 for the title and level-1 headings, None for text."""
        chain = self.chain(style_id)
        if outline is None:
            outline = next((s.outline for s in chain if s.outline is not None), None)
        if outline is not None:
            return outline + 1 if outline < _BODY_TEXT else None
        for style in chain:
            if found := _HEADING.fullmatch(style.name):
                return int(found[1])
        return 1 if self.is_title(style_id) else None

    def is_title(self, style_id: str) -> bool:
        """Whether it is the style of the document's title."""
        return any(style.name == "title" for style in self.chain(style_id))

    def is_contents(self, style_id: str) -> bool:
        """Whether it is a line of the table of contents."""
        return any(_CONTENTS.fullmatch(style.name) for style in self.chain(style_id))

    def list_of(self, style_id: str) -> tuple[str, int]:
        """The list that a style belongs to, with its level; ``""`` when it is none."""
        chain = self.chain(style_id)
        list_id = next((style.list_id for style in chain if style.list_id), "")
        return list_id, next((s.list_level for s in chain if s.list_level is not None), 0)

    def nesting(self, style_id: str) -> int:
        """How deep Word's own styles "List Bullet 2" and its like lie: each is a list of its own."""
        found = (_NESTED.fullmatch(style.name) for style in self.chain(style_id))
        return next((int(match[1]) - 1 for match in found if match), 0)


def read_styles(content: bytes) -> Styles:
    """Read ``styles.xml``; names of built-in styles are English in every language of Word."""
    styles = Styles()
    current = Style(name="")

    def start(name: str, values: Mapping[str, str]) -> None:
        nonlocal current
        value = values.get("val", "")
        match name:
            case "w:style":
                current = Style(name=values.get("styleId", "").casefold())
                styles.known[values.get("styleId", "")] = current
            case "w:name":
                current.name = value.casefold()
            case "w:basedOn":
                current.based_on = value
            case "w:outlineLvl":
                current.outline = number(value)
            case "w:numId":
                current.list_id = value
            case "w:ilvl":
                current.list_level = number(value)
            case _:
                pass

    read_xml(content, start, _ignore, _ignore)
    return styles


@dataclass
class Level:
    """How one depth of a list is marked."""

    kind: str = "bullet"
    start: int = 1


@dataclass
class Numbering:
    """The lists: what they look like, and how far each has been counted."""

    shapes: dict[str, dict[int, Level]] = field(default_factory=dict[str, dict[int, Level]])
    shape_of: dict[str, str] = field(default_factory=dict[str, str])
    restarts: dict[tuple[str, int], int] = field(default_factory=dict[tuple[str, int], int])
    counts: dict[str, dict[int, int]] = field(default_factory=dict[str, dict[int, int]])

    def next_marker(self, list_id: str, depth: int) -> str:
        """Count one item on; ``-`` for a list without numbers."""
        shape = self.shape_of.get(list_id, "")
        level = self.shapes.get(shape, {}).get(depth, Level())
        if level.kind in _NO_MARKER:
            return "-"
        counts = self.counts.setdefault(shape, {})
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        restart = self.restarts.pop((list_id, depth), None)
        following = counts.get(depth, level.start - 1) + 1
        counts[depth] = following if restart is None else restart
        return f"{counts[depth]}."


def read_numbering(content: bytes) -> Numbering:
    """Read ``numbering.xml``: a paragraph names a list, the list a shape, the shape its levels."""
    numbering = Numbering()
    shape, list_id, depth = "", "", 0

    def start(name: str, values: Mapping[str, str]) -> None:
        nonlocal shape, list_id, depth
        value = values.get("val", "")
        match name:
            case "w:abstractNum":
                shape, list_id = values.get("abstractNumId", ""), ""
            case "w:num":
                list_id = values.get("numId", "")
            case "w:abstractNumId":
                numbering.shape_of[list_id] = value
            case "w:lvl" | "w:lvlOverride":
                depth = number(values.get("ilvl", ""))
            case "w:startOverride":
                numbering.restarts[list_id, depth] = number(value)
            case "w:numFmt" | "w:start" if not list_id:
                level = numbering.shapes.setdefault(shape, {}).setdefault(depth, Level())
                _describe(level, name, value)
            case _:
                pass

    read_xml(content, start, _ignore, _ignore)
    return numbering


def _describe(level: Level, name: str, value: str) -> None:
    if name == "w:numFmt":
        level.kind = value
    else:
        level.start = number(value)


def number(value: str) -> int:
    """A small number of an attribute; 0 for anything else."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < len("100000") else 0


def _ignore(_: str) -> None:
    pass
