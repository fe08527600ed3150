"""Compares what is said over the wire with the published descriptions, where they are at hand.

``../shared/specs`` holds samples of Slack's events, payloads and answers: their keys are real. What
our server sends has to have no other keys and the same kinds of values. What the adapter asks has
to be arguments that the SDK documents, in blocks that the samples know.

Where the samples are not at hand nothing is compared with them; ``test_slack_spec`` is skipped then, so
that the report says so.
"""

import inspect
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

SPECS = Path(__file__).parents[4] / "shared/specs"

Fields = dict[str, Any]

UNDOCUMENTED = {
    "chat.update": {"mrkdwn", "unfurl_links", "unfurl_media"},
    "assistant.threads.setSuggestedPrompts": {"thread_ts"},
}
"""Arguments that Slack takes and the SDK does not name."""

NEWER_BLOCKS = {
    "context_actions",
    "feedback_buttons",
    "header",
    "modal",
    "plain_text_input",
    "input",
}
"""Blocks that are documented (facts: tried with the SDK's own models) but in no sample."""


@cache
def sample(folder: str, name: str) -> Any:
    file = SPECS / folder / f"{name}.json"
    return json.loads(file.read_text()) if file.exists() else None


@cache
def events() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in (SPECS / "slack_events").glob("*.json")))


@cache
def known_shapes() -> Mapping[str, frozenset[str]]:
    """The type of a block or element → all keys that it has in any sample."""
    shapes: dict[str, set[str]] = {}
    for folder in ("slack_api", "slack_events", "slack_backend"):
        for file in (SPECS / folder).glob("*.json"):
            for found in _dicts(json.loads(file.read_text())):
                if isinstance(found.get("type"), str):
                    shapes.setdefault(found["type"], set()).update(found)
    return {kind: frozenset(keys) for kind, keys in shapes.items()}


@cache
def backend() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in (SPECS / "slack_backend").glob("*.json")))


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield cast("dict[str, Any]", value)
        for inner in cast("dict[str, Any]", value).values():
            yield from _dicts(inner)
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from _dicts(inner)


def unlike(value: Any, known: Any, path: str = "") -> Iterator[str]:
    """Say where a value differs from a sample."""
    if path.endswith((".blocks", ".metadata", ".state", ".elements")) or value is None:
        return
    if isinstance(known, dict) and isinstance(value, dict):
        yield from _unlike_fields(cast("Fields", value), cast("Fields", known), path)
    elif isinstance(known, list) and isinstance(value, list):
        merged: Fields = {}
        for item in _fields_in(known):
            merged |= item
        for item in _fields_in(value):
            yield from _unlike_fields(item, merged, f"{path}[]")
    elif _kind(value) != _kind(known):
        yield f"{path} is {_kind(value)}, not {_kind(known)}"


def _fields_in(items: Any) -> list[Fields]:
    return [cast("Fields", it) for it in cast("list[Any]", items) if isinstance(it, dict)]


def _unlike_fields(value: Fields, known: Fields, path: str) -> Iterator[str]:
    for key, inner in value.items() if known else ():
        if key in known:
            yield from unlike(inner, known[key], f"{path}.{key}")
        else:
            yield f"{path}.{key} is in no sample"


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else type(value).__name__


def wrong_answer(method: str, answer: Any) -> list[str]:
    known = sample("slack_api", method)
    return [f"{method} answers {it}" for it in unlike(answer, known)] if known else []


def wrong_event(body: Mapping[str, Any]) -> list[str]:
    name = _sample_of(body)
    known = sample(*name) if name else None
    return [f"{name[1]} {it}" for it in unlike(dict(body), known)] if name and known else []


def _sample_of(body: Mapping[str, Any]) -> tuple[str, str] | None:
    if "command" in body:
        return "slack_backend", "SlashCommandPayload"
    interactive = {
        "block_actions": "BlockActionPayload",
        "view_submission": "ViewSubmissionPayload",
    }
    if body.get("type") in interactive:
        return "slack_backend", interactive[body["type"]]
    event: Fields = body.get("event") or dict[str, Any]()
    kind, subtype = event.get("type"), event.get("subtype")
    names: Mapping[tuple[str, str | None], str] = {
        ("message", None): "Message",
        ("message", "file_share"): "MessageFileShare",
        ("message", "message_changed"): "MessageChanged",
        ("message", "message_deleted"): "MessageDeleted",
        ("app_mention", None): "AppMention",
        ("reaction_added", None): "ReactionAdded",
        ("app_home_opened", None): "AppHomeOpened",
    }
    name = names.get((str(kind), subtype))
    return ("slack_events", f"{name}Payload") if name else None


def wrong_request(method: str, arguments: Mapping[str, Any]) -> list[str]:
    """Say what of a request Slack does not document, or would refuse."""
    found: list[str] = []
    function = getattr(AsyncWebClient, method.replace(".", "_"), None)
    if function is None:
        return [f"{method} is no method"]
    names = set(inspect.signature(function).parameters) | UNDOCUMENTED.get(method, set())
    found += [f"{method} has no argument {name}" for name in arguments if name not in names]
    if len(str(arguments.get("text", ""))) > 40_000:
        found.append(f"{method}: text too long")
    for given in ("blocks", "view"):
        found += [f"{method}: {it}" for it in wrong_blocks(arguments.get(given) or [])]
    return found


def wrong_blocks(blocks: Any) -> Iterator[str]:
    view = cast("Fields", blocks) if isinstance(blocks, dict) else dict[str, Any]()
    if len(cast("list[Any]", view.get("blocks", blocks))) > 50:
        yield "more than 50 blocks"
    for name in ("action_id", "block_id"):
        identifiers = [it[name] for it in _dicts(blocks) if name in it]
        if len(identifiers) != len(set(identifiers)):
            yield f"the same {name} twice"
    if len(str(view.get("private_metadata") or "")) > 3000:
        yield "more than 3000 characters of private_metadata"
    for element in _dicts(blocks):
        yield from _wrong_element(element)


def wrong_response(payload: Any) -> list[str]:
    """Say what of an answer to an event Slack would not take."""
    told = cast("Fields", payload) if isinstance(payload, dict) else dict[str, Any]()
    return list(wrong_options(told.get("options") or []))


def wrong_options(options: Any) -> Iterator[str]:
    """Say what of the choices of a field Slack would refuse."""
    found = cast("list[Fields]", options)
    if len(found) > 100:
        yield "more than 100 options"
    for option in found:
        if not 0 < len(option["text"]["text"]) <= 75:
            yield f"an option of {len(option['text']['text'])} characters"
        if not 0 < len(option["value"]) <= 150:
            yield f"an option whose value has {len(option['value'])} characters"


MOST = {"header": 150, "button": 75, "modal": 24}


def _wrong_element(element: Fields) -> Iterator[str]:
    kind = str(element.get("type") or "")
    known = known_shapes().get(kind)
    if kind and known_shapes() and kind not in NEWER_BLOCKS:
        if known is None:
            yield f"{kind} is no block"
        yield from (f"{kind} has no {key}" for key in element if key not in (known or element))
    if kind.startswith("rich_text") and not element.get("elements"):
        yield f"an empty {kind}"
    yield from _wrong_words(kind, element)
    yield from wrong_options(element.get("options") or [])
    if not kind and "value" in element and "text" in element:
        yield from wrong_options([element])


def _wrong_words(kind: str, element: Fields) -> Iterator[str]:
    if kind == "text" and not element.get("text"):
        yield "an empty text element"
    if kind == "link" and not str(element.get("url", "")).startswith(("http://", "https://")):
        yield f"a link to {element.get('url')}"
    label = element.get("title" if kind == "modal" else "text")
    if kind in MOST and isinstance(label, dict):
        words = str(cast("Fields", label).get("text", ""))
        if not 0 < len(words) <= MOST[kind]:
            yield f"{kind} has {len(words)} characters"
