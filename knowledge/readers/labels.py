"""What a document says of its audience, tags and review date, under the names that people write.

Front matter, JSON lines, columns of a spreadsheet and ``<meta>`` of a page are all read by this. Who
says for whom a document is but can't be understood means fewer people rather than everybody.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import cast

from bot.vocabulary.knowledge import Audience
from knowledge.labels import Labels, narrowest
from knowledge.readers.shown import shown_line

LABEL_NAMES = {
    "audience": "audience", "audiencia": "audience", "público": "audience", "publico": "audience",
    "tags": "tags", "tag": "tags", "etiquetas": "tags", "etiqueta": "tags",
    "product": "product", "products": "product", "producto": "product", "productos": "product",
    "version": "version", "versions": "version", "versión": "version", "versiones": "version",
    "review_by": "review_by", "review_date": "review_by", "reviewby": "review_by",
    "revisar_antes_de": "review_by", "fecha_de_revisión": "review_by",
    "fecha_de_revision": "review_by", "próxima_revisión": "review_by",
}  # fmt: skip
"""How a label may be called, in lower case with ``_`` for spaces and hyphens."""

_AUDIENCES = {
    Audience.PUBLIC: """
        public everyone everybody anyone all general customer customers external
        público publico pública publica todos todas cliente clientes externo externa
    """,
    Audience.MEMBERS: "member members miembro miembros socio socios socia socias",
    Audience.INTERNAL: """
        internal private confidential staff employees team agent agents
        interno interna internos internas privado privada confidencial personal empleados equipo
        agente agentes
    """,
}
_MEANINGS = {word: audience for audience, words in _AUDIENCES.items() for word in words.split()}
_NOTHING = {"", "~", "null", "[]"}
_NESTED = "{…}"
"""Stands for what is no plain value."""
_LONGEST_TAG = 60
_MOST_TAGS = 32
_SHOWN = 40
_LONGEST = 1_000
_DATE = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?:[T ].{0,40})?"
)
_LOCAL_DATE = re.compile(
    r"(?P<one>\d{1,2})(?P<mark>[-/.])(?P<other>\d{1,2})(?P=mark)(?P<year>\d{4})"
)
_LAST_MONTH = 12


def label_name(name: str) -> str | None:
    """Which label a field, column or ``<meta>`` of this name is; None when it is none."""
    plain = shown_line(name).casefold().removeprefix("relevo:")
    return LABEL_NAMES.get(re.sub(r"[\s-]+", "_", plain))


def read_labels(fields: Mapping[str, object], *, where: str = "") -> tuple[Labels, tuple[str, ...]]:
    """Read the labels among fields, and say in a sentence what could not be understood.

    Values may be lists, numbers or texts of several values. ``where`` begins each sentence.
    """
    found: dict[str, list[str]] = {}
    for name, value in fields.items():
        if (label := label_name(name)) is not None:
            found.setdefault(label, []).extend(_texts(value))
    notes: list[str] = []
    labels = Labels(
        audience=_audience(found.get("audience", []), notes),
        tags=tuple(sorted(set(_tags(found)))[:_MOST_TAGS]),
        review_by=_review_by(found.get("review_by", []), notes),
    )
    return labels, tuple(f"{where}{note}" for note in notes)


def parse_tag(text: str) -> str | None:
    """A tag as it is kept (``product:shop``); None when nothing is left of it."""
    key, colon, value = shown_line(text).casefold().partition(":")
    parts = [" ".join(part.split()) for part in (key, value)]
    tag = f"{parts[0]}:{parts[1]}" if colon and all(parts) else "".join(parts)
    return tag[:_LONGEST_TAG].strip() or None


def parse_audience(text: str) -> Audience | None:
    """The audience that a word stands for, in English or Spanish; None for any other."""
    return _MEANINGS.get(" ".join(text.split()).casefold())


def parse_date(text: str) -> date | None:
    """A date, year first or with a day that can be no month; None for what may mean two dates."""
    text = text.strip()
    if (found := _DATE.fullmatch(text)) is not None:
        return _date_of(int(found["year"]), int(found["month"]), int(found["day"]))
    if (found := _LOCAL_DATE.fullmatch(text)) is None:
        return None
    year, one, other = int(found["year"]), int(found["one"]), int(found["other"])
    if one == other or other <= _LAST_MONTH < one:
        return _date_of(year, other, one)
    return _date_of(year, one, other) if one <= _LAST_MONTH < other else None


def _date_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _audience(said: Iterable[str], notes: list[str]) -> Audience | None:
    audiences: list[Audience] = []
    for text in _split(said):
        audience = parse_audience(text)
        if audience is None:
            notes.append(
                f"its audience {text[:_SHOWN]!r} is none of public, members and internal, so that "
                "it is taken for internal: write one of them"
            )
        audiences.append(audience or Audience.INTERNAL)
    return narrowest(audiences)


def _review_by(said: Iterable[str], notes: list[str]) -> date | None:
    dates: list[date] = []
    for text in said:
        found = parse_date(text)
        if found is None:
            notes.append(
                f"its review date {text[:_SHOWN]!r} is ignored, because it is no date or may mean "
                "two: write it like 2027-01-31"
            )
        else:
            dates.append(found)
    return min(dates, default=None)


def _tags(found: Mapping[str, Iterable[str]]) -> Iterator[str]:
    for key in ("tags", "product", "version"):
        for text in _split(found.get(key, ())):
            tag = parse_tag(text if key == "tags" else f"{key}:{text}")
            if tag is not None and text != _NESTED:
                yield tag


def _split(texts: Iterable[str]) -> Iterator[str]:
    """Several values in one text, with or without the brackets of a list."""
    for text in texts:
        parts = (part.strip(" \t'\"") for part in re.split(r"[,;|]", text.strip(" []")))
        yield from (part for part in parts if part)


def _texts(value: object) -> Iterator[str]:
    """The texts of a value, or of each member of a list."""
    members = cast("list[object]", value) if isinstance(value, list) else [value]
    for member in members:
        is_plain = isinstance(member, str | int | float)
        text = shown_line(str(member)[:_LONGEST]).strip("'\"") if is_plain else _NESTED
        if member is not None and text.casefold() not in _NOTHING:
            yield text
