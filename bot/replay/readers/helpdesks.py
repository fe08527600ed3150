"""Tickets of Zendesk and conversations of Intercom, as their exports and APIs write them."""

from collections.abc import Iterator

from bot.replay.past import Line, PastConversation, Role
from bot.replay.readers.fields import (
    Record,
    kept,
    listed,
    record,
    role_of,
    text_of,
    time_of,
    words_of_html,
)


def is_zendesk(fields: Record) -> bool:
    """Whether an object looks like a ticket of Zendesk."""
    return "requester_id" in fields or ("comments" in fields and "description" in fields)


def is_intercom(fields: Record) -> bool:
    """Whether an object looks like a conversation of Intercom."""
    return "conversation_parts" in fields or (
        "source" in fields and fields.get("type") == "conversation"
    )


def read_zendesk(fields: Record, number: int) -> PastConversation:
    """Read a ticket with its public comments; without any, its description alone."""
    said = kept(_comments(fields))
    if not said:
        text = text_of(fields, "description", "subject")
        said = kept([Line(role=Role.CUSTOMER, text=text, at=time_of(fields.get("created_at")))])
    return PastConversation(id=text_of(fields, "id") or str(number), lines=said)


def _comments(fields: Record) -> Iterator[Line]:
    requester = fields.get("requester_id") or record(fields.get("requester")).get("id")
    listing = fields.get("comments")
    for place, one in enumerate(listed(record(listing).get("comments") or listing)):
        comment = record(one)
        if comment.get("public") is False:
            continue
        author = comment.get("author_id") or record(comment.get("author")).get("id")
        named = role_of(record(comment.get("author")).get("role"))
        is_theirs = author == requester if requester and author else place == 0
        role = named or (Role.CUSTOMER if is_theirs else Role.HUMAN)
        text = text_of(comment, "plain_body", "body", "html_body")
        yield Line(role=role, text=words_of_html(text), at=time_of(comment.get("created_at")))


def read_intercom(fields: Record, number: int) -> PastConversation:
    """Read a conversation with what was said to the customer; notes and assignments are left out."""
    return PastConversation(
        id=text_of(fields, "id") or str(number),
        lines=kept(_parts(fields)),
        language=text_of(record(fields.get("custom_attributes")), "Language")[:2].casefold()
        or None,
    )


def _parts(fields: Record) -> Iterator[Line]:
    source = record(fields.get("source"))
    parts = record(fields.get("conversation_parts")).get("conversation_parts")
    begun = {**source, "created_at": fields.get("created_at"), "part_type": "comment"}
    for one in (begun, *listed(parts or fields.get("conversation_parts"))):
        part = record(one)
        role = role_of(record(part.get("author")).get("type"))
        if part.get("part_type") in {"comment", "open", "close", None} and role is not None:
            text = words_of_html(text_of(part, "body") or text_of(part, "subject"))
            yield Line(role=role, text=text, at=time_of(part.get("created_at")))
