"""Word documents (DOCX): their text by a limited child process (``workers/word_text``)."""

from collections.abc import Iterator, Mapping
from typing import cast

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Block, BlockKind, Document
from knowledge.readers.sandbox import WORKERS, WorkerError, run_worker
from knowledge.readers.tables import table_items
from knowledge.readers.titles import first_heading, own_title, repeats

_ERRORS = {
    "password": "it is protected by a password: save it without one and add it again",
    "damaged": "it is a damaged ZIP archive or Office file: open it, save it again and add that",
    "limits": "it needs too much memory or time to read: split it or save it as text",
}


class OtherKindError(Exception):
    """Raised for a zip file that is no Word document; ``kind`` is what it is instead."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def read_docx(data: bytes, *, title: str, time_limit: float = 30.0) -> Document:
    """Read a Word document; its own title, else its first level-1 heading, else ``title`` names it.

    Raises:
        DocumentError: Password, damage, no text in it, or more than the limits of the child.
        OtherKindError: It is another kind of zip file.
    """
    try:
        (found,) = run_worker(WORKERS / "word_text.py", data, seconds=time_limit)
    except WorkerError as error:
        if str(error) == "kind":
            raise OtherKindError(str(error.details["kind"])) from None
        raise DocumentError(_ERRORS[str(error)]) from None
    answer = found.header
    blocks = list(_blocks(cast("list[dict[str, object]]", answer["blocks"])))
    own = own_title(str(answer["title"])) or str(answer["heading"])
    named = own or first_heading(blocks) or title
    return Document(title=named, blocks=tuple(b for b in blocks if not repeats(b, named)))


def _blocks(found: list[dict[str, object]]) -> Iterator[Block]:
    for one in found:
        if one["kind"] == "table":
            yield from _table(cast("list[list[str]]", one["rows"]))
        else:
            yield _block(one)


def _block(found: Mapping[str, object]) -> Block:
    return Block(
        kind=BlockKind(str(found["kind"])),
        text=str(found["text"]),
        level=cast("int", found.get("level", 0)),
        marker=str(found.get("marker", "")),
    )


def _table(rows: list[list[str]]) -> Iterator[Block]:
    """A table of one column is a frame around text, as pages of forms and notes have it."""
    if max(len(row) for row in rows) == 1:
        texts = (cell for row in rows for cell in row if cell)
        yield from (Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)
    else:
        yield from table_items(rows)
