"""Conversations in a form of our own: one object a line, ``{"id", "turns": [{"role", "text", "at"?}], "lang"?}``.

A turn may also be a list ``[role, text, …]``, where ``u`` is the customer and ``b`` who answered; other
fields are left alone.
"""

from collections.abc import Iterator
from typing import cast

from bot.replay.past import Line, PastConversation
from bot.replay.readers.fields import Record, kept, listed, record, role_of, text_of, time_of
from bot.vocabulary.errors import DocumentError

_NEEDS = (
    '{where} is no conversation: it needs an object with "turns", a list of {{"role", "text"}} with '
    "customer, agent or bot as role"
)


def is_plain(fields: Record) -> bool:
    """Whether an object looks like a conversation of this form."""
    return isinstance(fields.get("turns"), list)


def read_plain(fields: Record, number: int) -> PastConversation:
    """Read one conversation, the ``number``th of its file.

    Raises:
        DocumentError: It has another form.
    """
    if not is_plain(fields):
        raise DocumentError(_NEEDS.format(where=f"line {number}"))
    lines = kept(_lines(fields, number))
    return PastConversation(
        id=text_of(fields, "id") or str(number),
        lines=lines,
        language=text_of(fields, "lang", "language") or None,
    )


def _lines(fields: Record, number: int) -> Iterator[Line]:
    for turn in listed(fields["turns"]):
        named = record(turn) or _by_place(turn)
        role = role_of(named.get("role"))
        if role is None:
            raise DocumentError(_NEEDS.format(where=f"line {number}"))
        yield Line(role=role, text=text_of(named, "text"), at=time_of(named.get("at")))


def _by_place(turn: object) -> Record:
    parts = cast("list[object]", turn) if isinstance(turn, list) else []
    return dict(zip(("role", "text"), parts, strict=False))
