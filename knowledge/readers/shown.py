"""What may be shown of a file that a stranger wrote.

No character that steers a terminal, and none that no file can hold: lone surrogates, which JSON,
YAML, PDF and names of files can smuggle in.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Block, Document

_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_ENDS = re.compile(r"[\t\n\u2028\u2029]+")
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""They turn the direction of writing, so that a name reads as another one."""


def shown_text(text: str) -> str:
    """Drop control characters, but line ends and tabs, and lone surrogates."""
    return _HIDDEN.sub("", text)


def shown_line(text: str) -> str:
    """The same as one line, for titles, ids and addresses."""
    return _LINE_ENDS.sub(" ", shown_text(text)).strip()


def can_be_shown(name: str) -> bool:
    """Whether a name of a file shows as what it is."""
    return not any(pattern.search(name) for pattern in (_HIDDEN, _LINE_ENDS, _TURNS))


def shown_document(document: Document, *, title: str) -> Document | DocumentError:
    """A document as it may be shown; ``title`` names one whose own title has nothing to show."""
    blocks = tuple(_shown_blocks(document.blocks))
    if not blocks:
        where = "it" if document.line is None else f"line {document.line}"
        return DocumentError(f"{where} holds no words: write something into it or take it away")
    return replace(
        document,
        doc_id=shown_line(document.doc_id or "") or None,
        title=shown_line(document.title) or (title if document.title else ""),
        url=shown_line(document.url or "") or None,
        language=shown_line(document.language or "") or None,
        blocks=blocks,
    )


def _shown_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        text, marker = shown_text(block.text), shown_text(block.marker)
        if text.strip() or text == block.text:
            yield replace(block, text=text, marker=marker)
