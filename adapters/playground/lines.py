"""A line of the playground's transcript, as a value and as JSON text."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.vocabulary.messages import Button, Link


class LineRole(StrEnum):
    """Who put a line there: a person in the page, or Relevo."""

    CUSTOMER = "customer"
    AGENT = "agent"
    ADMIN = "admin"
    RELEVO = "relevo"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFile:
    """A file of a message; ``id`` is what its content is fetched by, None when it is not kept."""

    id: str | None
    name: str
    content_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message as the page shows it.

    ``text`` is what was typed, or CommonMark when ``role`` is RELEVO and it is not ``literal``.
    ``author_id`` is the person's id, empty for Relevo; ``name`` is the person's name, or the human for
    whom Relevo speaks, empty when it speaks for itself. ``accepted`` turns true once the core has
    stored a person's message. ``pressed`` is the action of the button that was pressed last.
    ``draft`` marks the beginning of a reply that is still being written. ``notifies`` are the ids of
    agents who are pinged; ``seen`` says that an agent has a customer's message, or a customer an
    agent's.
    """

    id: str
    role: LineRole
    author_id: str
    name: str
    text: str
    at: datetime
    buttons: tuple[Button, ...] = ()
    sources: tuple[Link, ...] = ()
    files: tuple[LineFile, ...] = ()
    literal: bool = False
    draft: bool = False
    accepted: bool = True
    edited: bool = False
    deleted: bool = False
    pressed: str | None = None
    notifies: tuple[str, ...] = ()
    seen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLine:
    """A line in its place: ``sequence`` orders lines, ``revision`` grows with each change."""

    sequence: int
    revision: int
    line: Line


def dump_line(line: Line) -> str:
    """Write a line as JSON text, ASCII only, so that half a surrogate pair can't break a store."""
    return json.dumps(asdict(line) | {"at": line.at.isoformat()}, separators=(",", ":"))


def load_line(text: str) -> Line:
    """Read what ``dump_line`` wrote, now or in an earlier version."""
    fields: dict[str, Any] = json.loads(text)
    fields["role"] = LineRole(fields["role"])
    fields["at"] = datetime.fromisoformat(fields["at"])
    fields["buttons"] = tuple(Button(**button) for button in fields["buttons"])
    fields["sources"] = tuple(Link(**link) for link in fields["sources"])
    fields["notifies"] = tuple(fields.get("notifies", ()))
    fields["files"] = tuple(LineFile(**file) for file in fields.get("files", ()))
    return Line(**fields)


def load_stored(text: str) -> StoredLine:
    """Read a stored value: ``sequence|revision|line``."""
    sequence, revision, line = text.split("|", 2)
    return StoredLine(sequence=int(sequence), revision=int(revision), line=load_line(line))
