"""Interactions (buttons, forms, slash commands) → values, and the answers to them (pure).

The admins' command and its forms are read by ``steering``.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from typing import Any

from adapters.buttons import question_of
from adapters.discord import steering
from adapters.discord.forms import leaves, text_form, written_into
from adapters.discord.markdown import escape
from adapters.discord.parse import DIRECT, Payload, author, clean, created_at, inside
from adapters.discord.render import MESSAGE_LENGTH, NOBODY, PLAIN, SUPPRESS_EMBEDS, form_of
from bot.texts import say
from bot.vocabulary.commands import ADMIN_ACTION
from bot.vocabulary.messages import Author, ConversationRef, IncomingMessage, MessageKind

EPHEMERAL = 64
AGENTS_WORDS = frozenset({"reply", "note"})
"""Commands whose words the whole desk may read: there, and nowhere else."""


class InteractionKind(IntEnum):
    """What somebody did (Discord's numbers)."""

    COMMAND = 2
    PRESS = 3
    AUTOCOMPLETE = 4
    FORM = 5


def kind_of(raw: Payload) -> InteractionKind | None:
    """Return what it is; None for what we offer nowhere."""
    try:
        return InteractionKind(raw["type"])
    except ValueError:
        return None


def opens_form(raw: Payload) -> bool:
    """Whether a button asks for a text first, or a command for its long text."""
    match kind_of(raw):
        case InteractionKind.PRESS:
            return form_of(_custom_id(raw)) is not None
        case InteractionKind.COMMAND:
            return steering.is_given(raw) and steering.wanted(raw) is not None
        case _:
            return False


def is_command(raw: Payload) -> bool:
    """Whether it is a command, or the form that a command has opened: it is shown as one."""
    return kind_of(raw) is InteractionKind.COMMAND or steering.is_form(raw)


def carried(raw: Payload) -> str:
    """Return what the id of a button or a form carries: an action, a line, or a short name for either."""
    custom_id = str(raw["data"].get("custom_id") or "")
    if steering.is_form(raw):
        return custom_id.removeprefix(steering.LINE)
    action, _ = form_of(custom_id) or (custom_id.removeprefix(PLAIN), "")
    return action


def is_private(raw: Payload, action: str) -> bool:
    """Whether it belongs into the direct messages of whoever acts, wherever they act."""
    is_steering = steering.is_given(raw) or steering.is_form(raw)
    return is_steering or action.startswith(ADMIN_ACTION)


def prefill_of(raw: Payload) -> str:
    """Return the name of what a button's form begins with; empty when it begins with nothing."""
    found = form_of(str(raw["data"].get("custom_id") or ""))
    return found[1] if found else ""


def language(raw: Payload) -> str:
    """Return the language that a person has set in Discord (``es``)."""
    return str(raw.get("locale") or "en").partition("-")[0]


def form(raw: Payload, action: str, prefill: str = "") -> dict[str, Any]:
    """Build the form that a button opens, titled as the button and carrying its action on."""
    custom_id = _custom_id(raw)
    labels = {part.get("custom_id"): part.get("label") for part in leaves(raw["message"])}
    title = str(labels.get(custom_id) or "")
    label = question_of(action, language(raw), label=title)
    return text_form(custom_id, title=title or label, label=label, value=prefill)


def is_for_all(raw: Payload, desk: str | None) -> bool:
    """Whether everybody in the thread may read a command: an agent's words in a case of the desk.

    Nobody has looked yet at who types it, and elsewhere customers read along.
    """
    parent_id = inside(raw, "channel").get("parent_id")
    return desk is not None and parent_id == desk and raw["data"].get("name") in AGENTS_WORDS


def deferral(*, for_all: bool) -> dict[str, Any]:
    """Build the answer that leaves time: it shows that somebody is working on it."""
    return {"type": 5} if for_all else {"type": 5, "data": {"flags": EPHEMERAL}}


def result(raw: Payload, stored: IncomingMessage | None) -> dict[str, Any]:
    """Build the only answer to a press: no sign when it is stored, unless it is answered elsewhere."""
    if stored is not None and not _is_elsewhere(raw, stored):
        return {"type": 6}
    return {"type": 4, "data": told(raw, stored, for_all=False) | {"flags": EPHEMERAL}}


def suggested(raw: Payload, suggestions: Sequence[str]) -> list[str]:
    """Return the suggested questions that match what is typed so far."""
    typed = str(_option(raw) or "").casefold()
    return [text[:100] for text in suggestions if typed in text.casefold()]


def told(raw: Payload, stored: IncomingMessage | None, *, for_all: bool) -> dict[str, Any]:
    """Build what stays of an interaction: a short word to its writer alone, or an agent's words.

    Discord shows nobody else what was typed, and the other agents have to know what was said.
    """
    if stored is None:
        return {"content": say("adapters.not_now", language(raw)), "allowed_mentions": NOBODY}
    if for_all:
        content = escape(_typed(raw))
        shown = content if len(content) <= MESSAGE_LENGTH else f"{content[: MESSAGE_LENGTH - 2]} …"
        return {"content": shown, "allowed_mentions": NOBODY, "flags": SUPPRESS_EMBEDS}
    sentence = "adapters.answered_directly" if _is_elsewhere(raw, stored) else "adapters.noted"
    return {"content": say(sentence, language(raw)), "allowed_mentions": NOBODY}


def event(raw: Payload, place: ConversationRef, action: str) -> IncomingMessage:
    """Build what the core hears of an interaction: a press, or a command as if it was typed.

    ``action`` is the action of the button, or the line of the form's command.
    """
    kind = kind_of(raw)
    if is_command(raw):
        text = (
            steering.completed(action, written_into(raw)) if steering.is_form(raw) else _typed(raw)
        )
        return _event(raw, place, message_id=str(raw["id"]), text=text)
    return _event(
        raw,
        place,
        message_id=str(raw["message"]["id"]),
        text=written_into(raw) if kind is InteractionKind.FORM else "",
        action=action,
    )


def person(raw: Payload, place: ConversationRef) -> Author:
    """Return who acts, with their language."""
    member = raw.get("member")
    user = member["user"] if member else raw["user"]
    return replace(author(user, member, place), locale=raw.get("locale"))


def _event(
    raw: Payload, place: ConversationRef, *, message_id: str, text: str, action: str | None = None
) -> IncomingMessage:
    return IncomingMessage(
        event_key=f"dc-i-{raw['id']}",
        id=message_id,
        kind=MessageKind.NEW if action is None else MessageKind.PRESSED,
        conversation=place,
        author=person(raw, place),
        text=text,
        action=action,
        sent_at=created_at(str(raw["id"])),
        is_direct=place.tenant_id == DIRECT,
        is_mention=True,
    )


def _custom_id(raw: Payload) -> str:
    return str(raw["data"]["custom_id"])


def _is_elsewhere(raw: Payload, stored: IncomingMessage) -> bool:
    """Whether it happened in a guild and is answered in direct messages."""
    return stored.conversation.tenant_id == DIRECT and raw.get("guild_id") is not None


def _typed(raw: Payload) -> str:
    if steering.is_given(raw):
        return steering.line(raw)
    name, text = str(raw["data"]["name"]), _option(raw)
    if name == "ask":
        return clean(str(text or ""))
    return clean(f"/{name} {text}" if text else f"/{name}")


def _option(raw: Payload) -> str | None:
    options = raw["data"].get("options") or ()
    return str(options[0]["value"]) if options else None
