"""Forms as Slack shows them and sends them back."""

from collections.abc import Mapping
from typing import Any

SHOWN = ("id", "hash", "team_id", "type", "title", "private_metadata", "callback_id")


def shown_view(view: Mapping[str, Any]) -> dict[str, Any]:
    """A view as the payload of a gesture in it has it."""
    return {key: view[key] for key in SHOWN}


def fields(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields of a form by their names, each with its label, its hint and its element."""
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


def state_of(view: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """What a form holds when it is sent; what the person did not touch is as it began."""
    return {
        name: {field["element"]["action_id"]: _held(field["element"], values.get(name))}
        for name, field in fields(view).items()
    }


def _held(element: Mapping[str, Any], value: str | None) -> dict[str, Any]:
    kind = element["type"]
    if kind == "users_select":
        return {"type": kind, "selected_user": value or element.get("initial_user")}
    if kind in {"static_select", "external_select"}:
        chosen = {"text": {"type": "plain_text", "text": value}, "value": value} if value else None
        return {"type": kind, "selected_option": chosen or element.get("initial_option")}
    return {"type": kind, "value": element.get("initial_value") if value is None else value}
