"""Values → Discord's payloads (pure).

Discord's Markdown is close to CommonMark but not the same, and it makes people, times and commands
out of plain words. So every word of the tree is escaped and all markup is our own. An address is
the one thing that is not escaped: Discord would show the backslashes.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from adapters.buttons import even_rows, prefill_name, stretches
from adapters.discord.actions import carried
from adapters.discord.markdown import escape, write
from adapters.markup.split import split_blocks, split_text
from adapters.markup.tree import Anchor, Block, Items, Paragraph, Text, parse, safe_url
from adapters.markup.utf16 import utf16_length
from adapters.notified import NUMBER, valid
from bot.texts import shortened
from bot.vocabulary.messages import Button, File, Link, OutgoingMessage

Payload = dict[str, Any]
Part = TypeVar("Part")

MESSAGE_LENGTH = 2000
ROW_BUTTONS = 5
ROWS = 5
LABEL_LENGTH = 80
ID_LENGTH = 100
FILES = 10
NOTHING_VISIBLE = "\u200b"
"""Stands for a text without anything to see, which Discord would refuse."""

SUPPRESS_EMBEDS = 4
NOBODY: Payload = {"parse": [], "replied_user": False}

PLAIN = "b:"
FORM = "f:"
PREFILLED = "g:"
"""What stands before the action in a button's id: whether pressing it opens a form, and whether the
name of what that begins with stands in between."""

_THUMBS = {"rate:up": "👍", "rate:down": "👎"}
_UNSAFE_NAME = re.compile(r"[\x00-\x1f/\\:*?\"<>|]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One message of Discord's: ``content`` is its Markdown, ``pings`` whom it may ping."""

    content: str
    components: tuple[Payload, ...] = ()
    files: tuple[File, ...] = ()
    pings: tuple[str, ...] = ()


def pieces(message: OutgoingMessage, files: Sequence[File] = ()) -> list[Piece]:
    """Cut a message into Discord's; buttons and files come with the last."""
    contents = _contents(message) or ["" if files else NOTHING_VISIBLE]
    groups = [tuple(files[at : at + FILES]) for at in range(0, len(files), FILES)] or [()]
    leading = [Piece(content=content) for content in contents[:-1]]
    crowded = [Piece(content="", files=group) for group in groups[:-1]]
    last = Piece(content=contents[-1], components=components(message.buttons), files=groups[-1])
    first, *others = [*leading, *crowded, last]
    return [replace(first, pings=valid(message, NUMBER)), *others]


def create(piece: Piece, *, nonce: str | None = None) -> Payload:
    """Build a new message; ``nonce`` is only taken where a message is posted into a channel."""
    payload = _body(piece)
    return payload if nonce is None else payload | {"nonce": nonce, "enforce_nonce": True}


def change(piece: Piece) -> Payload:
    """Build an edit: Discord works out mentions and embeds anew, so all is said again."""
    return _body(piece)


def components(buttons: Sequence[Button]) -> tuple[Payload, ...]:
    """Build rows of buttons; the action is in the button, so it works after a restart."""
    unique = {button.action: button for button in buttons}
    shown = list(unique.values())[: ROW_BUTTONS * ROWS]
    rows = [row for is_scale, some in stretches(shown) for row in _rows(some, is_scale=is_scale)]
    if len(rows) > ROWS:
        rows = _rows(shown, is_scale=False)
    return tuple({"type": 1, "components": [_button(button) for button in row]} for row in rows)


def long_actions(buttons: Sequence[Button]) -> dict[str, str]:
    """Return the actions of buttons by what these carry; only where that is not the action itself."""
    named = {_carried(button): button.action for button in buttons}
    return {name: action for name, action in named.items() if name != action}


def form_of(custom_id: str) -> tuple[str, str] | None:
    """Read the id of a button with a form: what it carries, and the name of what the form begins with."""
    if custom_id.startswith(FORM):
        return custom_id.removeprefix(FORM), ""
    if custom_id.startswith(PREFILLED):
        name, _, action = custom_id.removeprefix(PREFILLED).partition(":")
        return action, name
    return None


def _rows(buttons: Sequence[Button], *, is_scale: bool) -> list[list[Button]]:
    if is_scale:
        return even_rows(buttons, ROW_BUTTONS)
    return [list(buttons[at : at + ROW_BUTTONS]) for at in range(0, len(buttons), ROW_BUTTONS)]


def file_name(file: File) -> str:
    """Return a name that any computer takes."""
    return _UNSAFE_NAME.sub("_", file.name).strip(". ")[-100:] or "file"


def title(text: str) -> str:
    """Return a thread's name: one line of at most 100 characters."""
    line = " ".join(text.replace("\x00", "").split())
    return line if 0 < len(line) <= 100 else (f"{line[:99]}…" if line else "…")  # noqa: PLR2004


def _body(piece: Piece) -> Payload:
    body: Payload = {
        "content": piece.content,
        "components": list(piece.components),
        "allowed_mentions": NOBODY | ({"users": list(piece.pings)} if piece.pings else {}),
        "flags": SUPPRESS_EMBEDS,
    }
    if piece.files:
        names = enumerate(map(file_name, piece.files))
        body["attachments"] = [{"id": str(number), "filename": name} for number, name in names]
    return body


def _button(button: Button) -> Payload:
    thumb = _THUMBS.get(button.action)
    shown: Payload = {
        "type": 2,
        "style": 1 if button.asks else 2,
        "custom_id": _head(button) + _carried(button),
    }
    if thumb:
        return shown | {"emoji": {"name": thumb}}
    return shown | {"label": shortened(button.label, LABEL_LENGTH) or "…"}


def _head(button: Button) -> str:
    if not button.asks:
        return PLAIN
    return f"{PREFILLED}{prefill_name(button.prefill)}:" if button.prefill else FORM


def _carried(button: Button) -> str:
    return carried(button.action, room=ID_LENGTH - len(_head(button)))


def _contents(message: OutgoingMessage) -> list[str]:
    """Write the text, cut to size; who is pinged and the speaker's name stand above the first piece."""
    name = f"**{escape(message.speaker)}**\n" if message.speaker and message.speaker.strip() else ""
    if people := valid(message, NUMBER):
        name = " ".join(f"<@{person}>" for person in people) + "\n" + name
    found = _literal(message, name) if message.is_literal else _marked(message, name)
    return [content for content in found if content.strip()]


def _marked(message: OutgoingMessage, name: str) -> list[str]:
    blocks = (*parse(message.text), *_sources(message.sources))
    cut = split_blocks(blocks, _fits(name, write))
    return _headed(name, [write(part) for part in cut])


def _literal(message: OutgoingMessage, name: str) -> list[str]:
    cut = [escape(part) for part in split_text(message.text, _fits(name, escape))]
    if message.sources:
        cut += [write(part) for part in split_blocks(_sources(message.sources), _fits(name, write))]
    return _headed(name, cut)


def _fits(name: str, written: Callable[[Part], str]) -> Callable[[Part], bool]:
    room = MESSAGE_LENGTH - utf16_length(name)
    return lambda part: utf16_length(written(part)) <= room


def _headed(name: str, cut: list[str]) -> list[str]:
    return [f"{name}{cut[0]}", *cut[1:]] if cut else [name]


def _sources(links: Sequence[Link]) -> tuple[Block, ...]:
    if not links:
        return ()
    return (Items(ordered=False, items=tuple((_source(link),) for link in links)),)


def _source(link: Link) -> Block:
    words = (Text(text=" ".join(link.title.split()) or link.url or "…"),)
    url = safe_url(link.url)
    return Paragraph(of=(Anchor(url=url, of=words),) if url else words)
