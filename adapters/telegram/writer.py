"""CommonMark's tree → a text and Telegram's entities, counted in UTF-16 units (pure).

Telegram allows no entity inside code, no quote inside a quote and nothing but emphasis inside a link;
what would break that is written without an entity.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from telegram import MessageEntity, User
from telegram.constants import MessageEntityType

from adapters.markup.columns import in_columns
from adapters.markup.plain import plain_inline
from adapters.markup.tree import (
    Anchor,
    Block,
    Break,
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Inline,
    Items,
    Paragraph,
    Quote,
    Strike,
    Strong,
    Table,
    Text,
)
from adapters.markup.utf16 import utf16_length
from adapters.telegram.letters import cleaned

BULLET = "• "
BELL = "🔔"
RULE = "———"
WIDEST_TABLE = 44
"""Columns of a table that a phone still shows in one line each."""

_EMPHASIS: Mapping[type, str] = {
    Strong: MessageEntityType.BOLD,
    Emphasis: MessageEntityType.ITALIC,
    Strike: MessageEntityType.STRIKETHROUGH,
}
_NAME = re.compile(r"(?<![A-Za-z0-9_])@(?:[A-Za-z]\w*|\Z)")
"""What may be a name or the beginning of one that goes on in bold; Telegram drops its own entities
where they meet one of ours."""

_ANOTHER_AT = "\N{FULLWIDTH COMMERCIAL AT}"
"""Looks like ``@``, is as long, and begins no name for Telegram."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An entity: what a stretch of the text is, in UTF-16 units."""

    kind: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None
    person: int | None = None

    def entity(self) -> MessageEntity:
        """Return it as the SDK has it."""
        user = None if self.person is None else User(self.person, BELL, is_bot=False)
        return MessageEntity(
            self.kind, self.offset, self.length, url=self.url, language=self.language, user=user
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text with its marks."""

    text: str
    marks: tuple[Mark, ...] = ()

    @property
    def units(self) -> int:
        """Its length as Telegram counts."""
        return utf16_length(self.text)

    def then(self, more: "Written", *, between: str = "\n\n") -> "Written":
        """Return this text and another one below it."""
        text = self.text + between
        moved = utf16_length(text)
        marks = [replace(mark, offset=mark.offset + moved) for mark in more.marks]
        return Written(text=text + more.text, marks=(*self.marks, *marks))


def unnamed(text: str) -> str:
    """Let no name in a text notify anyone where no entity can hide it: by another sign than ``@``."""
    return _NAME.sub(lambda name: name[0].replace("@", _ANOTHER_AT), text)


def takes_link(url: str) -> bool:
    """Whether Telegram takes an address for a link: it wants a dot in the host, or IPv6."""
    host = urlsplit(url).hostname or ""
    return "." in host or ":" in host


def write(blocks: Sequence[Block], *, shield: bool = False) -> Written:
    """Write blocks, an empty line between them; ``shield`` keeps ``@names`` from notifying."""
    writer = _Writer(shield=shield)
    writer.blocks(blocks)
    return writer.written


def write_mentions(people: Sequence[int]) -> Written:
    """Write a bell for each person, which notifies them: ids that the desk itself has named."""
    each = utf16_length(BELL)
    marks = [
        Mark(
            kind=MessageEntityType.TEXT_MENTION,
            offset=number * (each + 1),
            length=each,
            person=person,
        )
        for number, person in enumerate(people)
    ]
    return Written(text=" ".join([BELL] * len(people)), marks=tuple(marks))


def write_words(text: str, *, shield: bool = False) -> Written:
    """Write a text as it stands."""
    writer = _Writer(shield=shield)
    writer.words(text)
    return writer.written


@dataclass
class _Writer:
    parts: list[str] = field(default_factory=list[str])
    marks: list[Mark] = field(default_factory=list[Mark])
    units: int = 0
    indent: str = ""
    in_quote: bool = False
    in_link: bool = False
    shield: bool = False

    @property
    def written(self) -> Written:
        return Written(text="".join(self.parts), marks=tuple(self.marks))

    def words(self, text: str) -> None:
        """Put words; a name that could notify someone is marked as code, in which it can't."""
        # Before names are looked for: what is left out may have stood in the midst of one.
        text = cleaned(text)
        at = 0
        for name in _NAME.finditer(text) if self.shield and not self.in_link else ():
            self.put(text[at : name.start()])
            self.code(name[0])
            at = name.end()
        self.put(text[at:])

    def put(self, text: str) -> None:
        text = cleaned(text)
        if self.shield and self.in_link:
            # Code can't stand in a link, and a link that Telegram drops leaves its words open.
            text = unnamed(text)
        self.parts.append(text)
        self.units += utf16_length(text)

    def line(self) -> None:
        self.put("\n" + self.indent)

    def mark(self, kind: str, start: int, *, url: str | None = None, language: str = "") -> None:
        if self.units > start:
            length = self.units - start
            mark = Mark(kind=kind, offset=start, length=length, url=url, language=language or None)
            self.marks.append(mark)

    def blocks(self, blocks: Sequence[Block], *, tight: bool = False) -> None:
        for number, block in enumerate(blocks):
            if number:
                if not tight:
                    self.put("\n")
                self.line()
            self.block(block)

    def block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self.inlines(block.of)
            case Heading():
                self.inline(Strong(of=block.of))
            case Items():
                self.items(block)
            case Quote():
                self.quote(block)
            case CodeBlock():
                self.pre(block.text.rstrip("\n"), block.language)
            case Table():
                self.table(block)
            case _:
                self.put(RULE)

    def items(self, block: Items) -> None:
        for number, item in enumerate(block.items):
            if number:
                self.line()
            self.put(f"{block.start + number}. " if block.ordered else BULLET)
            outer, self.indent = self.indent, self.indent + "   "
            self.blocks(item, tight=True)
            self.indent = outer

    def quote(self, block: Quote) -> None:
        if self.in_quote:
            outer, self.indent = self.indent, self.indent + "> "
            self.put("> ")
            self.blocks(block.of)
            self.indent = outer
            return
        start, self.in_quote = self.units, True
        self.blocks(block.of)
        self.in_quote = False
        self.mark(MessageEntityType.BLOCKQUOTE, start)

    def pre(self, text: str, language: str = "") -> None:
        """Put text as a block of code; in a quote, which can't hold one, as words."""
        if self.in_quote:
            self.words(text)
            return
        start = self.units
        self.put(text)
        self.mark(MessageEntityType.PRE, start, language=language)

    def table(self, table: Table) -> None:
        written = in_columns(table, gap=" | ", crossing="-+-")
        if len(written.split("\n")[1]) > WIDEST_TABLE:
            self.records(table)
        else:
            self.pre(written)

    def records(self, table: Table) -> None:
        """Write a table that is too wide as a list: each row under its first cell."""
        if not table.rows:
            self.inline(Strong(of=(Text(text=" | ".join(map(plain_inline, table.head))),)))
        for number, row in enumerate(table.rows):
            if number:
                self.line()
            self.put(BULLET)
            self.inline(Strong(of=row[0] or table.head[0]))
            for head, cell in zip(table.head[1:], row[1:], strict=True):
                if cell:
                    self.line()
                    self.put("   ")
                    self.inlines(head)
                    self.put(": ")
                    self.inlines(cell)

    def inlines(self, inlines: Sequence[Inline]) -> None:
        for inline in inlines:
            self.inline(inline)

    def inline(self, inline: Inline) -> None:
        match inline:
            case Text():
                self.words(inline.text)
            case Break():
                self.line()
            case Code():
                self.code(inline.text)
            case Anchor():
                self.anchor(inline)
            case _:
                self.emphasis(_EMPHASIS[type(inline)], inline)

    def anchor(self, anchor: Anchor) -> None:
        """Put a link; one that Telegram would refuse, and the message with it, as words."""
        if not takes_link(anchor.url):
            self.inlines(anchor.of)
            if plain_inline(anchor.of) != anchor.url:
                self.words(f" ({anchor.url})")
            return
        start, self.in_link = self.units, True
        self.inlines(anchor.of)
        self.in_link = False
        self.mark(MessageEntityType.TEXT_LINK, start, url=anchor.url)

    def code(self, text: str) -> None:
        start = self.units
        self.put(text)
        if not self.in_link:
            self.mark(MessageEntityType.CODE, start)

    def emphasis(self, kind: str, inline: Strong | Emphasis | Strike) -> None:
        """Mark what is emphasised, leaving out code, which can't be."""
        at, known = self.units, len(self.marks)
        self.inlines(inline.of)
        end = self.units
        codes = [mark for mark in self.marks[known:] if mark.kind == MessageEntityType.CODE]
        for start, stop in (
            *((mark.offset, mark.offset + mark.length) for mark in codes),
            (end, end),
        ):
            if start > at:
                self.marks.append(Mark(kind=kind, offset=at, length=start - at))
            at = stop
