"""A question with its answer, whatever format it stood in."""

import hashlib
from collections.abc import Mapping

from bot.vocabulary.errors import DocumentError
from knowledge.documents import Block, BlockKind, Document
from knowledge.labels import combine_stated
from knowledge.readers.labels import read_labels
from knowledge.readers.markdown import read_markdown
from knowledge.readers.shown import shown_text


def read_pair(fields: Mapping[str, object], *, line: int) -> Document:
    """Make a document of ``question``, ``answer`` and, where known, ``id, title, url, lang`` and labels.

    Raises:
        DocumentError: One of the two is empty.
    """
    question = shown_text(str(fields["question"])).strip()
    answer = read_markdown(shown_text(str(fields["answer"])), title="")
    labels, notes = read_labels(fields, where=f"line {line}: ")
    if not question or not answer.blocks:
        raise DocumentError(f"line {line} has an empty question or answer: fill both")
    digest = hashlib.sha256(question.casefold().encode()).hexdigest()[:12]
    heading = Block(kind=BlockKind.HEADING, text=" ".join(question.split()), level=2)
    return Document(
        doc_id=field_text(fields, "doc_id", "id") or f"question-{digest}",
        title=field_text(fields, "title") or heading.text,
        url=field_text(fields, "url"),
        language=field_text(fields, "lang", "language"),
        blocks=(heading, *answer.blocks),
        line=line,
        labels=combine_stated(labels, answer.labels),
        notes=(*notes, *answer.notes),
    )


def field_text(fields: Mapping[str, object], *names: str) -> str | None:
    """The first of these fields that holds words or a number."""
    values = (fields.get(name) for name in names)
    return next(
        (shown_text(str(v)).strip() for v in values if isinstance(v, str | int) and v), None
    )
