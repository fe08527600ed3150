"""A question with its answer, whatever format it stood in."""

import hashlib
from collections.abc import Mapping

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Block, BlockKind, Document
from knowledge.readers.markdown import read_markdown
from knowledge.readers.shown import shown_text


def read_pair(fields: Mapping[str, object], *, line: int) -> Document:
    """Make a document of ``question``, ``answer`` and, where known, ``id, title, url, lang``.

    Raises:
        DocumentError: One of the two is empty.
    """
    question = shown_text(str(fields["question"])).strip()
    blocks = read_markdown(shown_text(str(fields["answer"])), title="").blocks
    if not question or not blocks:
        raise DocumentError(f"line {line} has an empty question or answer: fill both")
    digest = hashlib.sha256(question.casefold().encode()).hexdigest()[:12]
    heading = Block(kind=BlockKind.HEADING, text=" ".join(question.split()), level=2)
    return Document(
        doc_id=field_text(fields, "doc_id", "id") or f"question-{digest}",
        title=field_text(fields, "title") or heading.text,
        url=field_text(fields, "url"),
        language=field_text(fields, "lang", "language"),
        blocks=(heading, *blocks),
        line=line,
    )


def field_text(fields: Mapping[str, object], *names: str) -> str | None:
    """The first of these fields that holds words or a number."""
    values = (fields.get(name) for name in names)
    return next(
        (shown_text(str(v)).strip() for v in values if isinstance(v, str | int) and v), None
    )
