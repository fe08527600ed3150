"""Forms with one text field: how they are built, and what comes back of them (pure)."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from adapters.discord.parse import Payload, clean
from bot.texts import shortened

FIELD = "text"
TITLE_LENGTH = 45
HINT_LENGTH = 100
ANSWER_LENGTH = 4000


def text_form(
    custom_id: str,
    *,
    title: str,
    label: str,
    hint: str = "",
    value: str = "",
    required: bool = True,
) -> dict[str, Any]:
    """Build the answer that opens a form; ``custom_id`` comes back with what is written into it."""
    field: dict[str, Any] = {
        "type": 4,
        "custom_id": FIELD,
        "style": 2,
        "required": required,
        "max_length": ANSWER_LENGTH,
    }
    if value:
        field["value"] = value[:ANSWER_LENGTH]
    shown: dict[str, Any] = {
        "type": 18,
        "label": shortened(label, TITLE_LENGTH),
        "component": field,
    }
    if hint:
        shown["description"] = shortened(hint, HINT_LENGTH)
    data = {
        "custom_id": custom_id,
        "title": shortened(title, TITLE_LENGTH),
        "components": [shown],
    }
    return {"type": 9, "data": data}


def written_into(raw: Payload) -> str:
    """Return what somebody wrote into a form."""
    for part in leaves(raw["data"]):
        if part.get("custom_id") == FIELD:
            return clean(str(part.get("value") or ""))
    return ""


def leaves(holder: Payload) -> Iterator[Mapping[str, Any]]:
    """Go through what stands in rows and behind labels."""
    inside = holder.get("component")
    for part in (*(holder.get("components") or ()), *((inside,) if inside else ())):
        leaf = cast("Mapping[str, Any]", part)
        yield leaf
        yield from leaves(leaf)
