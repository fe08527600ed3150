"""HTML: the page's content without its furniture (navigation, header, footer, asides, scripts).

Built on the parser of the standard library, which works on events: a page nested a hundred thousand
levels deep costs no recursion. The content is ``<main>`` or ``<article>`` where a page has one with
words in it.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from typing_extensions import override

from knowledge.documents import Block, BlockKind, Document
from knowledge.readers.labels import read_labels
from knowledge.readers.tables import table_items
from knowledge.readers.titles import repeats

_FURNITURE_TAGS = """
    nav header footer aside script style noscript template svg form button select iframe object
    canvas audio video dialog head math
"""
_FURNITURE = frozenset(_FURNITURE_TAGS.split())
_BLOCK_TAGS = """
    p div section article main li ul ol dl dt dd table thead tbody tfoot tr td th caption h1 h2
    h3 h4 h5 h6 pre blockquote figure figcaption address hr details summary center body
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_VOID_TAGS = """
    area base br col embed hr img input link meta source track wbr
"""
_VOID = frozenset(_VOID_TAGS.split())
_CLOSED_BY_SIBLING = {
    "p": _BLOCKS,
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": frozenset({"td", "th", "tr"}),
    "th": frozenset({"td", "th", "tr"}),
    "tr": frozenset({"tr"}),
    "head": _BLOCKS | {"body"},
}
_HEADING = re.compile(r"h[1-6]")
_SECTION = re.compile(r"<!\[[^>]*>")
_EMPTY = re.compile(r"\*\*\s{0,99}\*\*|``|\[\s{0,99}\]\([^)]{0,1000}\)")
_DEEPEST_TABLE = 20
_LONGEST_NUMBER = 9
_SPACES = re.compile(r"[ \t\n\r\f\u00a0]+")
_MARKS = {"strong": "**", "b": "**", "code": "`", "kbd": "`", "tt": "`"}
_LEAST_MAIN = 80
_ANCHORED = {"section", "article", "div", "a", "span"}
_NAME = re.compile(r"[^\s\x00-\x1f<>\"'`]{1,100}")


def read_html(text: str, *, title: str) -> Document:
    """Read a page; its first level-1 heading, then ``<title>``, then ``title`` name it."""
    parser = _parse(text, drops_furniture=True)
    if not parser.blocks:
        parser = _parse(text, drops_furniture=False)
    blocks = parser.content()
    named = parser.first_heading or _plain(parser.title) or title
    labels, notes = read_labels(parser.said)
    return Document(
        title=named,
        url=parser.url,
        language=parser.language,
        blocks=tuple(block for block in blocks if not repeats(block, named)),
        labels=labels,
        notes=notes,
    )


def _parse(text: str, *, drops_furniture: bool) -> "_Page":
    parser = _Page(drops_furniture=drops_furniture)
    parser.feed(_finish_markup(text))
    parser.close()
    parser.finish()
    return parser


def _finish_markup(text: str) -> str:
    """Leave the parser nothing unfinished: it would search to the end of the page for each tag.

    Behind the last ``>`` no tag begins, behind the last ``-->`` no comment; ``<![if …]>`` and its
    like, over which the parser fails, are taken out.
    """
    text = _escape_behind(text, ">", "<")
    text = _escape_behind(text, "-->", "<!--")
    return _SECTION.sub(" ", text)


def _escape_behind(text: str, end: str, start: str) -> str:
    last = text.rfind(end) + 1
    return text[:last] + text[last:].replace(start, "&lt;" + start[1:])


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


@dataclass(slots=True)
class _Element:
    """An open tag and what it changed, so that closing it restores the state."""

    tag: str
    is_furniture: bool = False
    is_main: bool = False
    mark: str = ""


@dataclass(slots=True)
class _Table:
    """The rows of an open table."""

    rows: list[list[str]] = field(default_factory=list[list[str]])


class _Page(HTMLParser):
    """Collects blocks from parser events; ``drops_furniture`` leaves navigation and such out."""

    def __init__(self, *, drops_furniture: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._drops = drops_furniture
        self.blocks: list[tuple[Block, bool]] = []
        self.title = ""
        self.url: str | None = None
        self.language: str | None = None
        self.said: dict[str, list[str]] = {}
        self.first_heading: str | None = None
        self._open: list[_Element] = []
        self._words: list[str] = []
        self._hidden = 0
        self._main = 0
        self._lists: list[int] = []
        self._marker = ""
        self._tables: list[_Table] = []
        self._links: list[str | None] = []
        self._anchor = ""

    def content(self) -> list[Block]:
        """The blocks inside main or article when those hold words, else all."""
        main = [block for block, is_main in self.blocks if is_main]
        if sum(len(block.text) for block in main) >= _LEAST_MAIN:
            return main
        return [block for block, _ in self.blocks]

    def finish(self) -> None:
        """Close whatever the page left open."""
        while self._open:
            self._pop()
        self._flush("p")

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "table" and len(self._tables) >= _DEEPEST_TABLE:
            tag = "div"  # the words of each would be copied through all those around it
        self._note_page(tag, values)
        if tag in _VOID:
            self._add_void(tag)
            return
        while self._open and tag in _CLOSED_BY_SIBLING.get(self._open[-1].tag, frozenset()):
            self._pop()
        if tag in _BLOCKS:
            self._flush(self._block_tag())
        self._push(tag, values)

    @override
    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in reversed(self._open[-200:])):
            while self._pop() != tag:
                pass

    @override
    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1].tag == "title" and "svg" not in self._tags():
            self.title += data
        elif not self._hidden:
            self._words.append(data)

    def _note_page(self, tag: str, values: dict[str, str | None]) -> None:
        if tag == "html":
            self.language = values.get("lang") or self.language
        elif tag == "link" and values.get("rel") == "canonical":
            address = values.get("href") or ""
            self.url = address if address.startswith(("https://", "http://")) else self.url
        elif tag == "meta" and values.get("name") and values.get("content"):
            self.said.setdefault(values["name"] or "", []).append(values["content"] or "")

    def _add_void(self, tag: str) -> None:
        if tag == "br":
            self._words.append("\v")
        elif tag == "hr":
            self._flush(self._block_tag())

    def _push(self, tag: str, values: dict[str, str | None]) -> None:
        element = _Element(
            tag=tag,
            is_furniture=self._is_furniture(tag, values),
            is_main=tag in {"main", "article"} or values.get("role") == "main",
            mark=_MARKS.get(tag, "") if "pre" not in self._tags() else "",
        )
        self._open.append(element)
        self._hidden += element.is_furniture
        self._main += element.is_main
        if not self._hidden:
            self._words.append(element.mark)
            self._note_anchor(tag, values)
            self._enter(tag, values)

    def _is_furniture(self, tag: str, values: dict[str, str | None]) -> bool:
        if tag == "header" and self._main:
            return False
        hidden = "hidden" in values or values.get("aria-hidden") == "true"
        landmark = values.get("role") in {"navigation", "banner", "contentinfo", "search"}
        return (
            tag == "head"
            or tag in {"script", "style"}
            or (self._drops and (tag in _FURNITURE or hidden or landmark))
        )

    def _enter(self, tag: str, values: dict[str, str | None]) -> None:
        match tag:
            case "ul" | "dl":
                self._lists.append(0)
            case "ol":
                start = values.get("start") or "1"
                is_number = start.isdecimal() and len(start) <= _LONGEST_NUMBER
                self._lists.append(int(start) if is_number else 1)
            case "li" | "dt":
                self._open_item()
            case "table":
                self._tables.append(_Table())
            case "tr" if self._tables:
                self._tables[-1].rows.append([])
            case "a":
                address = values.get("href") or ""
                is_web = address.startswith(("https://", "http://"))
                self._links.append(address if is_web else None)
                self._words.append("[" if is_web else "")
            case _:
                pass

    def _note_anchor(self, tag: str, values: dict[str, str | None]) -> None:
        """Keep what leads to the heading that follows: its own id before that of its section."""
        name = values.get("id") or (values.get("name") if tag == "a" else None) or ""
        if (_HEADING.fullmatch(tag) or tag in _ANCHORED) and _NAME.fullmatch(name):
            self._anchor = name

    def _open_item(self) -> None:
        number = self._lists[-1] if self._lists else 0
        self._marker = f"{number}." if number else "-"
        if number:
            self._lists[-1] += 1

    def _pop(self) -> str:
        element = self._open[-1]
        tag = element.tag
        if not self._hidden:
            self._words.append(element.mark)
            self._leave(tag)
        self._open.pop()
        self._hidden -= element.is_furniture
        self._main -= element.is_main
        return tag

    def _leave(self, tag: str) -> None:
        if tag == "a" and self._links:
            address = self._links.pop()
            self._words.append(f"]({address})" if address else "")
        elif tag in {"td", "th"} and self._tables:
            self._close_cell()
        elif tag == "table" and self._tables:
            self._close_table()
        elif tag in _BLOCKS:
            self._flush("pre" if "pre" in self._tags() else self._block_tag())
            if tag in {"ul", "ol", "dl"} and self._lists:
                self._lists.pop()

    def _close_cell(self) -> None:
        text = " ".join(self._take().split())
        rows = self._tables[-1].rows
        if not rows:
            rows.append([])
        rows[-1].append(text)

    def _close_table(self) -> None:
        rows = self._tables.pop().rows
        if len(self._tables) or not rows:
            self._words.extend(f" {cell} " for row in rows for cell in row)
            return
        layout = max(len(row) for row in rows) == 1
        for block in table_items(rows, depth=len(self._lists)):
            kind = BlockKind.PARAGRAPH if layout else BlockKind.ITEM
            marker = "" if layout else block.marker
            self._append(Block(kind=kind, text=block.text, level=block.level, marker=marker))

    def _tags(self) -> list[str]:
        return [element.tag for element in self._open[-40:]]

    def _block_tag(self) -> str:
        for tag in reversed(self._tags()):
            if tag in _BLOCKS:
                return tag
        return "p"

    def _take(self, *, keeps_lines: bool = False) -> str:
        text = "".join(self._words)
        self._words = []
        if keeps_lines:
            return text.replace("\v", "\n").strip("\n")
        lines = (_plain(line) for line in text.split("\v"))
        text = "\n".join(line for line in lines if line)
        return _EMPTY.sub("", text).strip()

    def _flush(self, tag: str) -> None:
        if self._hidden or any(name in {"td", "th"} for name in self._tags()):
            self._words.append(" ")
            return
        text = self._take(keeps_lines=tag == "pre")
        if not text:
            return
        if _HEADING.fullmatch(tag):
            self._add_heading(text.replace("**", "").replace("\n", " "), int(tag[1]))
        elif tag == "pre":
            self._append(Block(kind=BlockKind.CODE, text=text, level=len(self._lists)))
        else:
            self._add_text(text)

    def _add_heading(self, text: str, level: int) -> None:
        if level == 1 and self.first_heading is None:
            self.first_heading = text
        self._append(Block(kind=BlockKind.HEADING, text=text, level=level, anchor=self._anchor))

    def _add_text(self, text: str) -> None:
        marker, self._marker = self._marker, ""
        kind = BlockKind.ITEM if marker else BlockKind.PARAGRAPH
        depth = max(len(self._lists) - (1 if marker else 0), 0)
        self._append(Block(kind=kind, text=text, level=depth, marker=marker))

    def _append(self, block: Block) -> None:
        self._anchor = ""
        self.blocks.append((block, self._main > 0))
