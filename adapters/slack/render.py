"""What Relevo says → Slack's blocks (pure).

Each piece is one message: a ``rich_text`` block, with the buttons under the last one, and a plain
``text`` for notifications in which Slack's three special characters are escaped.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from adapters.buttons import even_rows, prefill_name, question_of, stretches
from adapters.markup.plain import plain
from adapters.markup.split import split_blocks, split_text
from adapters.markup.tree import Block, parse, safe_url
from adapters.notified import valid
from adapters.slack import richtext
from bot.texts import say
from bot.vocabulary.messages import Button, Link, OutgoingMessage

MOST_CHARACTERS = 4000
MOST_WRITTEN = 11_000
"""Length of a piece's elements as JSON: Slack refuses blocks of about 13,200, styles included."""

NAME_CHARACTERS = 80
TITLE_CHARACTERS = 150
LABEL_CHARACTERS = 75
SOURCE_CHARACTERS = 300
THUMBS = ("rate:up", "rate:down")
ROW_BUTTONS = 25
FORM_CHARACTERS = 3000
ASKS = "ask"
"""Begins the ``action_id`` of a button that opens a form; what the form begins with is named there."""

_PERSON = re.compile("[UW][A-Z0-9]{1,20}")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_CUT_ESCAPE = re.compile("&[a-z]*$")
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One message as Slack takes it; ``username`` names who speaks, where the app may show that."""

    text: str
    blocks: tuple[Payload, ...]
    username: str | None = None

    def payload(self, *, with_blocks: bool = True) -> Payload:
        """Return the arguments that show it; nothing in them pings or unfurls."""
        return {
            "text": _short(self.text) if with_blocks else self.text,
            "blocks": list(self.blocks) if with_blocks else [],
            "mrkdwn": False,
            "parse": "none",
            "link_names": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }


def pieces(
    message: OutgoingMessage, *, may_name: bool, title: str | None = None
) -> tuple[Piece, ...]:
    """Write a message as one or more pieces; ``title`` stands above the first.

    With ``may_name`` the speaker is the name that the message is shown under, else its first line.
    """
    speaker = name(message.speaker) if message.speaker else None
    bodies = _bodies(message)
    last = len(bodies) - 1
    return tuple(
        _piece(
            message,
            body,
            speaker=speaker,
            may_name=may_name,
            title=title if number == 0 else None,
            is_first=number == 0,
            is_last=number == last,
        )
        for number, body in enumerate(bodies)
    )


def _short(text: str) -> str:
    """Cut what only notifications show: Slack takes no longer text when a message is edited."""
    return text if len(text) <= MOST_CHARACTERS else _CUT_ESCAPE.sub("", text[:MOST_CHARACTERS])


def name(text: str) -> str:
    """Return a name that fits and can't turn the line around."""
    return _TURNING.sub("", clean(text)).strip()[:NAME_CHARACTERS] or "?"


def clean(text: str) -> str:
    """Leave out characters that no one sees and Slack may refuse."""
    return _UNSEEN.sub("", text)


def escape(text: str) -> str:
    """Escape Slack's special characters, so that nothing in a text is a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWanted:
    """A button was pressed that asks for a text first.

    ``prefill`` names what the form begins with; ``place`` comes back with what is typed into it.
    """

    trigger_id: str
    user_id: str
    action: str
    label: str
    place: str
    prefill: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """The words of a piece, as elements and as plain text."""

    elements: list[richtext.Element]
    text: str


def _bodies(message: OutgoingMessage) -> list[_Body]:
    text = clean(message.text)
    if message.is_literal:
        parts = split_text(text, lambda piece: len(piece) <= MOST_CHARACTERS)
        bodies = [_Body(elements=richtext.literal(part), text=part) for part in parts]
    else:
        bodies = [
            _Body(elements=richtext.elements(part), text=plain(part))
            for part in split_blocks(parse(text), _fits)
        ]
    seen = [body for body in bodies if body.text.strip()]
    return seen or [_Body(elements=[], text="")]


def _fits(blocks: tuple[Block, ...]) -> bool:
    if len(plain(blocks)) > MOST_CHARACTERS:
        return False
    return len(json.dumps(richtext.elements(blocks), ensure_ascii=False)) <= MOST_WRITTEN


def _piece(  # noqa: PLR0913 - the parts of a message, each named
    message: OutgoingMessage,
    body: _Body,
    *,
    speaker: str | None,
    may_name: bool,
    title: str | None,
    is_first: bool,
    is_last: bool,
) -> Piece:
    elements, lines = list(body.elements), [body.text]
    people = valid(message, _PERSON) if is_first else ()
    if speaker and not may_name and is_first:
        elements = richtext.section(richtext.bold(speaker)) + elements
        lines.insert(0, speaker)
    if people:
        elements = richtext.section(richtext.mentions(people)) + elements
    if is_last and message.sources:
        elements.append(_sources(message.sources))
        lines += [source.title for source in message.sources]
    blocks: list[Payload] = []
    if title:
        blocks.append({"type": "header", "text": label(title, TITLE_CHARACTERS)})
        lines.insert(0, title)
    if elements:
        blocks.append({"type": "rich_text", "elements": elements})
    if is_last:
        blocks += _buttons(message.buttons)
    return Piece(
        text=_named(people, escape(clean("\n".join(filter(None, lines))))) or "…",
        blocks=tuple(blocks),
        username=speaker if may_name else None,
    )


def _named(people: Sequence[str], text: str) -> str:
    """Put mentions before a text, the only live ones that there are."""
    return " ".join([*(f"<@{person}>" for person in people), text]).strip()


def _sources(sources: Sequence[Link]) -> richtext.Element:
    return richtext.bullets([_source(source) for source in sources])


def _source(source: Link) -> list[richtext.Element]:
    words = clean(source.title).strip()[:SOURCE_CHARACTERS] or "…"
    url = safe_url(source.url)
    return [richtext.link(url, words)] if url else [{"type": "text", "text": words}]


def _buttons(buttons: Sequence[Button]) -> list[Payload]:
    """Write buttons in rows; both thumbs together become Slack's own feedback buttons."""
    thumbs = {button.action: button for button in buttons if button.action in THUMBS}
    has_both = len(thumbs) == len(THUMBS)
    others = [button for button in buttons if not (has_both and button.action in THUMBS)]
    numbers = count()
    rows: list[Payload] = [
        {"type": "actions", "elements": [_button(next(numbers), button) for button in row]}
        for _, stretch in stretches(others)
        for row in even_rows(stretch, ROW_BUTTONS)
    ]
    if has_both:
        rows.append({"type": "context_actions", "elements": [_feedback(thumbs)]})
    return rows


def _button(number: int, button: Button) -> Payload:
    return {
        "type": "button",
        "action_id": f"{ASKS}:{number}{_prefill(button)}" if button.asks else f"press:{number}",
        "text": label(button.label, LABEL_CHARACTERS),
        "value": button.action,
    }


def _prefill(button: Button) -> str:
    return f":{prefill_name(button.prefill)}" if button.prefill else ""


def _feedback(thumbs: dict[str, Button]) -> Payload:
    up, down = (thumbs[action] for action in THUMBS)
    return {
        "type": "feedback_buttons",
        "action_id": "rate",
        "positive_button": {"text": label(up.label, LABEL_CHARACTERS), "value": up.action},
        "negative_button": {"text": label(down.label, LABEL_CHARACTERS), "value": down.action},
    }


def one_line(text: str, most: int) -> str:
    """Return a text as one line of at most so many characters, which can't turn around."""
    words = " ".join(_TURNING.sub("", clean(text)).split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def label(text: str, most: int) -> Payload:
    """Write a text as one line of at most so many characters, in which nothing is formatted."""
    return {"type": "plain_text", "text": one_line(text, most) or "…", "emoji": False}


def form(wanted: FormWanted, *, language: str, prefill: str = "") -> Payload:
    """Write the form that a button opens, with what it begins with."""
    field: Payload = {
        "type": "plain_text_input",
        "action_id": FORM,
        "multiline": True,
        "max_length": FORM_CHARACTERS,
    }
    if prefill:
        field["initial_value"] = clean(prefill)[:FORM_CHARACTERS]
    question = question_of(wanted.action, language, label=wanted.label)
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": wanted.place,
        "title": label(wanted.label, 24),
        "submit": label(say("adapters.form_send", language), 24),
        "blocks": [
            {
                "type": "input",
                "block_id": FORM,
                "label": label(question, 2000),
                "element": field,
            }
        ],
    }


FORM = "relevo_form"
"""Names the form, its one field and what is typed there."""
