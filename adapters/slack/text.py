"""Slack's message format → the plain text that a person sees (pure)."""

import re
from collections.abc import Iterable, Mapping

MOST_CHARACTERS = 40_000

_TOKEN = re.compile(r"<([^<>\n]*)>")
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)


def whole(text: object) -> str:
    """Return a text of Slack's JSON without halves of surrogate pairs, which can't be stored."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text) if isinstance(text, str) else ""


def people_in(text: str) -> Iterable[str]:
    """Return the ids of the people that a text mentions."""
    return dict.fromkeys(_PERSON.findall(text))


def mentions(text: str, user_id: str) -> bool:
    """Whether a text mentions somebody."""
    return bool(user_id) and re.search(rf"<@{re.escape(user_id)}(?:\|[^<>]*)?>", text) is not None


def begins_with(text: str, user_id: str) -> bool:
    """Whether a text begins with a mention of somebody."""
    return re.match(rf"\s*<@{re.escape(user_id)}(?:\|[^<>]*)?>", text) is not None


def without(text: str, user_id: str) -> str:
    """Return a text without the mentions of somebody, and without the space that they leave."""
    mention = rf"<@{re.escape(user_id)}(?:\|[^<>]*)?>"
    at_an_end = re.sub(rf"^\s*(?:{mention}[:,]?\s*)+|(?:\s*{mention})+\s*$", "", text)
    return re.sub(rf"[ \t]?{mention}", "", at_an_end)


def decode(text: str, names: Mapping[str, str]) -> str:
    """Return a text as people read it; ``names`` are those of the people that it mentions."""
    shown = _TOKEN.sub(lambda match: _token(match[1], names), text)
    return unescape(shown)[:MOST_CHARACTERS]


def unescape(text: str) -> str:
    """Undo Slack's three escapes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _token(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    match target[:1]:
        case "@":
            return f"@{label or names.get(target[1:], target[1:])}"
        case "#":
            return f"#{label or target[1:]}"
        case "!":
            return _special(target[1:], label)
        case _:
            return _link(target, label)


def _special(name: str, label: str) -> str:
    if label:
        return label if label.startswith("@") or "^" in name else f"@{label}"
    return f"@{name.partition('^')[0]}"


def _link(address: str, label: str) -> str:
    """Show a link by its words; its address too, unless the words are the address."""
    bare = _SCHEME.sub("", address)
    if not label:
        return bare if address.startswith(("mailto:", "tel:")) else address
    same = _SCHEME.sub("", label).rstrip("/") == bare.rstrip("/")
    return label if same else f"{label} ({bare if address.startswith('mailto:') else address})"
