"""Fields of records that may be missing or of another kind: nothing of them is trusted."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import cast

from bot.replay.past import Line, Role
from bot.replay.readers.limits import MOST_LINES, MOST_TEXT

Record = Mapping[str, object]

_ROLES = {
    Role.CUSTOMER: "u user customer client cliente usuario end-user end_user enduser requester lead contact visitor",
    Role.HUMAN: "b a agent human admin staff support operator teammate agente soporte humano",
    Role.BOT: "bot assistant system automation ai asistente sistema",
}
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names.split()}
_BREAKS = re.compile(r"<\s*(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_TAGS = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""What steers a terminal, or can't be written to a file."""
_LATEST = 4_102_444_800
_YEARS = range(1970, 2100)
_MILLISECONDS = 100_000_000_000


def record(value: object) -> Record:
    """Return an object's fields; none where it is something else."""
    return cast("Record", value) if isinstance(value, dict) else {}


def listed(value: object) -> Iterable[object]:
    """Return what a list holds; nothing where it is something else."""
    return cast("list[object]", value) if isinstance(value, list) else ()


def text_of(fields: Record, *names: str) -> str:
    """Return the first of these fields that holds words or a number, empty without."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return clean(str(value))
    return ""


def clean(text: str) -> str:
    """Return the beginning of a text, without what no person writes."""
    return _UNPRINTABLE.sub(" ", text[:MOST_TEXT])


def role_of(name: object) -> Role | None:
    """Read the name of a role in any of the words that exports have for it."""
    return _ROLE_OF.get(str(name).strip().casefold()) if isinstance(name, str) else None


def time_of(value: object) -> datetime | None:
    """Read a time: ISO 8601, or seconds or milliseconds since 1970; None where it is neither."""
    if isinstance(value, bool):
        return None
    with suppress(ValueError, TypeError, OverflowError):
        if isinstance(value, int | float) or (isinstance(value, str) and value.isdigit()):
            seconds = float(value) / (1000 if float(value) > _MILLISECONDS else 1)
            return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST else None
        at = datetime.fromisoformat(str(value).strip().replace(" UTC", "+00:00"))
        return likely(at if at.tzinfo is not None else at.replace(tzinfo=UTC))
    return None


def likely(at: datetime | None) -> datetime | None:
    """Return a time at which people may have chatted; None for any other."""
    return at if at is not None and at.year in _YEARS else None


def words_of_html(text: str) -> str:
    """Return the words of HTML as it comes from help desks; of plain text, the text."""
    if "<" not in text:
        return html.unescape(text).strip()
    lines = html.unescape(_TAGS.sub("", _BREAKS.sub("\n", text))).splitlines()
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def kept(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines that say something, the first ones of very many."""
    return tuple(_first(line for line in lines if line.text.strip()))


def _first(lines: Iterable[Line]) -> Iterator[Line]:
    for count, line in enumerate(lines):
        if count == MOST_LINES:
            return
        yield line
