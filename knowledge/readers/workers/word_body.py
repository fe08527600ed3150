"""The body of a Word document as blocks: what its readers see, without what only its authors do.

Left out are comments, tracked deletions, hidden text, marks of notes, and tables of contents;
headers, footers and notes lie in files of their own that nobody opens.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from word_styles import Numbering, Styles, number

MAX_CHARACTERS = 20_000_000
_UNSEEN = frozenset(
    {"w:del", "w:moveFrom", "mc:Fallback", "w:pPrChange", "w:rPrChange", "w:tblPrChange",
     "w:trPrChange", "w:tcPrChange", "w:sectPrChange", "w:numberingChange", "w:rt"}
)  # fmt: skip
_OFF = frozenset({"0", "false", "off"})
_SPACES = re.compile(r"[ \t\r\u00a0]+")
_IN_RUN = frozenset(
    {"w:r", "w:vanish", "w:footnoteReference", "w:endnoteReference", "w:commentReference"}
)
_LETTERS = {"w:tab": "\t", "w:cr": "\n", "w:noBreakHyphen": "-"}


@dataclass
class Paragraph:
    """A paragraph that is being read."""

    style: str = ""
    outline: int | None = None
    list_id: str | None = None
    list_level: int | None = None
    words: list[str] = field(default_factory=list[str])


@dataclass
class Cell:
    """A cell that is being read; ``span`` counts its columns, ``goes_on`` the one above it."""

    words: list[str] = field(default_factory=list[str])
    span: int = 1
    goes_on: bool = False


@dataclass
class Table:
    """A table that is being read."""

    rows: list[list[str]] = field(default_factory=list[list[str]])
    cells: list[Cell] = field(default_factory=list[Cell])
    drops_row: bool = False


@dataclass
class Body:
    """Collects blocks from the events of ``document.xml``; paragraphs and tables may nest."""

    styles: Styles
    numbering: Numbering
    blocks: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    title: str = ""
    characters: int = 0
    _open: list[str] = field(default_factory=list[str])
    _unseen: int = 0
    _paragraphs: list[Paragraph] = field(default_factory=list[Paragraph])
    _tables: list[Table] = field(default_factory=list[Table])
    _is_hidden: bool = False

    def start(self, name: str, values: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "w:del" and self._open and self._open[-1] == "w:trPr" and self._tables:
            self._tables[-1].drops_row = True
        self._open.append(name)
        self._unseen += name in _UNSEEN
        if not self._unseen:
            self._enter(name, values)

    def end(self, name: str) -> None:
        """An element ends."""
        if not self._unseen:
            self._leave(name)
        self._unseen -= name in _UNSEEN
        self._open.pop()

    def text(self, words: str) -> None:
        """Words between elements; only those of ``w:t`` are the document's."""
        if self._open and self._open[-1] == "w:t":
            self._say(words)

    def _say(self, words: str) -> None:
        if self._paragraphs and not self._unseen and not self._is_hidden:
            self._paragraphs[-1].words.append(words)
            self._count(words)

    def _count(self, words: str) -> None:
        self.characters += len(words)
        if self.characters > MAX_CHARACTERS:
            raise MemoryError

    def _enter(self, name: str, values: Mapping[str, str]) -> None:
        if name in _LETTERS or name == "w:br":
            self._say(_letters(name, values))
        elif name == "w:p":
            self._paragraphs.append(Paragraph())
        elif name in _IN_RUN:
            self._enter_run(name, values)
        elif name.startswith(("w:tbl", "w:tc", "w:gridSpan", "w:vMerge")):
            self._enter_table(name, values)
        elif self._paragraphs:
            self._describe(self._paragraphs[-1], name, values.get("val", ""))

    def _enter_run(self, name: str, values: Mapping[str, str]) -> None:
        if name == "w:r":
            self._is_hidden = False
        elif name == "w:vanish":
            self._is_hidden = self._is_in_run() and values.get("val", "") not in _OFF
        else:
            self._is_hidden = True  # what follows in this run is the mark itself

    def _is_in_run(self) -> bool:
        return self._open[-3:-1] == ["w:r", "w:rPr"]

    def _describe(self, paragraph: Paragraph, name: str, value: str) -> None:
        match name:
            case "w:pStyle":
                paragraph.style = value
            case "w:outlineLvl":
                paragraph.outline = number(value)
            case "w:numId":
                paragraph.list_id = value
            case "w:ilvl":
                paragraph.list_level = number(value)
            case _:
                pass

    def _enter_table(self, name: str, values: Mapping[str, str]) -> None:
        if name == "w:tbl":
            self._tables.append(Table())
        elif not self._tables:
            return
        elif name == "w:tc":
            self._tables[-1].cells.append(Cell())
        elif not self._tables[-1].cells:
            return
        elif name == "w:gridSpan":
            self._tables[-1].cells[-1].span = min(max(number(values.get("val", "")), 1), 100)
        elif name == "w:vMerge":
            self._tables[-1].cells[-1].goes_on = values.get("val", "continue") == "continue"

    def _leave(self, name: str) -> None:
        if name == "w:p" and self._paragraphs:
            self._close_paragraph(self._paragraphs.pop())
        elif name == "w:r":
            self._is_hidden = False
        elif name == "w:tr" and self._tables:
            self._close_row(self._tables[-1])
        elif name == "w:tbl" and self._tables:
            self._close_table(self._tables.pop())

    def _close_paragraph(self, paragraph: Paragraph) -> None:
        lines = (_SPACES.sub(" ", line).strip() for line in "".join(paragraph.words).split("\n"))
        text = "\n".join(line for line in lines if line)
        if self._tables and self._tables[-1].cells:
            self._tables[-1].cells[-1].words.append(text)
        elif text and not self.styles.is_contents(paragraph.style):
            self._add(paragraph, text)

    def _add(self, paragraph: Paragraph, text: str) -> None:
        level = self.styles.heading_level(paragraph.style, paragraph.outline)
        if level is not None:
            heading = " ".join(text.split())
            if self.styles.is_title(paragraph.style):
                self.title = self.title or heading
            self.blocks.append({"kind": "heading", "level": min(level, 6), "text": heading})
            return
        list_id, depth = self._list_of(paragraph)
        if list_id:
            marker = self.numbering.next_marker(list_id, depth)
            depth += self.styles.nesting(paragraph.style)
            self.blocks.append({"kind": "item", "level": depth, "marker": marker, "text": text})
        else:
            self.blocks.append({"kind": "paragraph", "text": text})

    def _list_of(self, paragraph: Paragraph) -> tuple[str, int]:
        """The list by the paragraph itself, else by its style; list 0 is Word's "no list"."""
        by_style, depth = self.styles.list_of(paragraph.style)
        list_id = by_style if paragraph.list_id is None else paragraph.list_id
        depth = depth if paragraph.list_level is None else paragraph.list_level
        return ("" if list_id == "0" else list_id), min(depth, 8)

    def _close_row(self, table: Table) -> None:
        above = table.rows[-1] if table.rows else []
        row: list[str] = []
        for cell in table.cells:
            text = " ".join(" ".join(cell.words).split())
            if cell.goes_on and len(row) < len(above):
                text = above[len(row)]
                self._count(text)
            row.extend([text, *[""] * (cell.span - 1)])
        if not table.drops_row:
            table.rows.append(row)
        table.cells, table.drops_row = [], False

    def _close_table(self, table: Table) -> None:
        if self._tables and self._tables[-1].cells:
            cells = (cell for row in table.rows for cell in row if cell)
            self._tables[-1].cells[-1].words.append(" ".join(cells))
        elif table.rows:
            self.blocks.append({"kind": "table", "rows": table.rows})


def _letters(name: str, values: Mapping[str, str]) -> str:
    if name != "w:br":
        return _LETTERS[name]
    return "\n" if values.get("type", "textWrapping") == "textWrapping" else ""
