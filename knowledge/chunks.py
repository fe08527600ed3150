"""Documents to passages: along headings, paragraphs, lists and code, in bounded sizes.

A passage belongs to one section and carries its heading path and position. Neighbours within a
section are merged while they fit; what is longer than a passage may be is cut between sentences,
and only a single sentence longer than that is cut between words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from knowledge.documents import Block, BlockKind, Document
from knowledge.language.sentences import split_sentences

MAX_CHARACTERS = 2_000
"""About 500 tokens. Sections of help articles are mostly shorter; cutting long plain text at 1,200
cost 1.3 points of MRR on the dev questions (``benchmarks.knowledge``)."""
_INDENT = "   "


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a document. ``text`` is CommonMark; ``position`` counts from 0 in its document.

    ``headings`` is the path to its section, outermost first, without the document's title;
    ``page`` is that of its first word, ``anchor`` what leads to the section on its page.
    """

    headings: tuple[str, ...]
    text: str
    position: int
    page: int | None = None
    anchor: str = ""


def split_document(document: Document, *, max_characters: int = MAX_CHARACTERS) -> list[Passage]:
    """Cut a document into passages, in order; all text stands in exactly one of them.

    A heading without text below it and below its sub-headings becomes a passage of its own.
    """
    passages: list[Passage] = []
    for section in _sections(document.blocks):
        for group in _groups(section.blocks, max_characters):
            passages.append(
                Passage(
                    headings=section.headings,
                    text=render_blocks(group),
                    position=len(passages),
                    page=group[0].page,
                    anchor=section.anchor,
                )
            )
    return passages


def render_blocks(blocks: Sequence[Block]) -> str:
    """Write blocks as CommonMark: items on lines of their own, all else parted by empty lines."""
    parts: list[str] = []
    for index, block in enumerate(blocks):
        tight = index > 0 and block.kind is blocks[index - 1].kind is BlockKind.ITEM
        parts.append("" if index == 0 else "\n" if tight else "\n\n")
        parts.append(_render(block))
    return "".join(parts)


def _render(block: Block) -> str:
    indent = _INDENT * block.level if block.kind is not BlockKind.HEADING else ""
    if block.kind is BlockKind.CODE:
        fence = "````" if "```" in block.text else "```"
        text = f"{fence}{block.marker}\n{block.text}\n{fence}"
        return "\n".join(indent + line for line in text.split("\n"))
    if block.kind is BlockKind.ITEM:
        hanging = indent + " " * (len(block.marker) + 1)
        return f"{indent}{block.marker} " + block.text.replace("\n", f"\n{hanging}")
    return indent + block.text.replace("\n", f"\n{indent}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """Blocks under one heading path; ``anchor`` is that of the innermost heading that has one."""

    headings: tuple[str, ...]
    blocks: list[Block]
    anchor: str


@dataclass(slots=True)
class _Path:
    """The open headings while walking through a document."""

    headings: list[Block] = field(default_factory=list[Block])
    is_used: bool = True

    def enter(self, block: Block) -> None:
        while self.headings and self.headings[-1].level >= block.level:
            self.headings.pop()
        self.headings.append(block)
        self.is_used = False

    def section(self, blocks: list[Block]) -> _Section:
        return _Section(headings=self.texts(), blocks=blocks, anchor=self._anchor())

    def leading_nowhere(self) -> _Section:
        """The innermost heading as the text of a section."""
        *above, last = self.texts()
        text = Block(kind=BlockKind.PARAGRAPH, text=last)
        return _Section(headings=tuple(above), blocks=[text], anchor=self._anchor())

    def texts(self) -> tuple[str, ...]:
        return tuple(" ".join(block.text.split()) for block in self.headings)

    def _anchor(self) -> str:
        return next((block.anchor for block in reversed(self.headings) if block.anchor), "")


def _sections(blocks: Sequence[Block]) -> Iterator[_Section]:
    """Group blocks under their heading path; a heading that leads nowhere is kept as text."""
    path, section = _Path(), list[Block]()
    for block in blocks:
        if block.kind is not BlockKind.HEADING:
            section.append(block)
            path.is_used = True
            continue
        if section:
            yield path.section(section)
            section = []
        elif not path.is_used and path.headings[-1].level >= block.level:
            yield path.leading_nowhere()
        path.enter(block)
    if section:
        yield path.section(section)
    elif not path.is_used:
        yield path.leading_nowhere()


def _groups(blocks: Sequence[Block], limit: int) -> Iterator[list[Block]]:
    """Merge neighbours up to the limit; an intro that ends with a colon goes with what follows."""
    group: list[Block] = []
    for block in chain.from_iterable(_fit(block, limit) for block in blocks):
        if group and len(render_blocks([*group, block])) > limit:
            carried = [group.pop()] if len(group) > 1 and _introduces(group[-1], block) else []
            if carried and len(render_blocks([*carried, block])) > limit:
                group.extend(carried)
                carried = []
            yield group
            group = carried
        group.append(block)
    if group:
        yield group


def _introduces(block: Block, following: Block) -> bool:
    is_intro = block.kind is BlockKind.PARAGRAPH and block.text.rstrip("*_ ").endswith(":")
    return is_intro and following.kind is not BlockKind.PARAGRAPH


def _fit(block: Block, limit: int) -> list[Block]:
    """Cut one block into pieces that fit: code by lines, everything else by sentences.

    The pieces of a cut block are not indented, so that the limit holds for nested ones too.
    """
    if len(_render(block)) <= limit:
        return [block]
    flat = replace(block, level=0)
    room = limit - len(_render(replace(flat, text="")))
    if block.kind is BlockKind.CODE:
        pieces = _pack(block.text.split("\n"), room, "\n")
    else:
        pieces = _pack(split_sentences(block.text), room, " ")
    first, *rest = (piece for piece in pieces if piece.strip())
    follower = replace(flat, kind=BlockKind.PARAGRAPH, marker="")
    if block.kind is BlockKind.CODE:
        follower = flat
    return [replace(flat, text=first), *(replace(follower, text=piece) for piece in rest)]


def _pack(pieces: Sequence[str], room: int, glue: str) -> list[str]:
    packed: list[str] = []
    current = ""
    for piece in chain.from_iterable(_cut(piece, room) for piece in pieces):
        joined = f"{current}{glue}{piece}" if current else piece
        if current and len(joined) > room:
            packed.append(current)
            current = piece
        else:
            current = joined
    return [*packed, current]


def _cut(text: str, room: int) -> Iterator[str]:
    """Cut an overlong sentence at the last space that fits, or hard where there is none."""
    while len(text) > room:
        space = text.rfind(" ", room // 2, room + 1)
        end = space if space > 0 else room
        yield text[:end]
        text = text[end:].lstrip(" ")
    if text:
        yield text
