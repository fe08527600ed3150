"""What a reader makes of a file: a document as a row of blocks, whatever its format was."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.labels import NO_LABELS, Labels


class BlockKind(StrEnum):
    """What a block is; a chunk never begins with a heading alone."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of a document. ``text`` is CommonMark without the marks of the block itself.

    ``level`` is 1..6 for a heading and the nesting depth (0 = outermost) for anything inside a
    list. ``marker`` is ``-`` or ``3.`` for an item and the info string for code. ``page`` counts
    from 1 and is None for formats without pages. Rows of a table are items whose cells name their
    columns, because no chat app draws tables. ``anchor`` is what leads to a heading on its page.
    """

    kind: BlockKind
    text: str
    level: int = 0
    marker: str = ""
    page: int | None = None
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it was read.

    ``doc_id`` is None when the document does not name itself: ingest then derives one from where
    it was found. ``language`` is an ISO 639-1 code, None when the document does not say. ``line``
    is where it stands in a file of many documents, ``inside`` the path of its file in an archive.
    ``labels`` are what it says of its audience, tags and review date itself, ``notes`` a sentence
    on each of them that could not be understood.
    """

    doc_id: str | None = None
    title: str
    url: str | None = None
    language: str | None = None
    blocks: tuple[Block, ...]
    line: int | None = None
    inside: str | None = None
    labels: Labels = NO_LABELS
    notes: tuple[str, ...] = ()
