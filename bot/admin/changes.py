"""A change of settings in words: what it was, what it is now, and the button that takes it back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from bot.admin.buttons import action_of
from bot.admin.requests import Handler, Reply, Request
from bot.texts import say, shortened
from bot.texts.literal import literal
from bot.vocabulary.messages import Button
from bot.vocabulary.steering import LiveSettings, SettingChange

SHOWN = 300
"""Characters of a value that are shown."""

_NOTHING: tuple[object, ...] = (None, "", [], {}, ())

NOTED = 120
"""Characters of a value that the audit log keeps; the change itself is stored whole."""


def shown_change(change: SettingChange, language: str, *, lead: str = "") -> Reply:
    """Say what a change has changed, below a sentence of its own if there is one."""
    key = "undone" if change.undoes is not None else "changed"
    lines = [
        say(
            "admin.old_new",
            language,
            path=literal(path),
            old=in_words(change.old.get(path), language),
            new=in_words(new, language),
        )
        for path, new in change.new.items()
    ]
    text = "\n".join([lead or say(f"admin.{key}", language, number=change.number), "", *lines])
    return Reply(text=text, buttons=(undo_button(change, language),), detail=noted(change))


def once(live: LiveSettings, handler: Handler) -> Handler:
    """Say again what a change came to whose turn runs once more: it was made already."""

    async def handled(request: Request) -> Reply:
        done = await live.done(request.key)
        return await handler(request) if done is None else shown_change(done, request.language)

    return handled


def undo_button(change: SettingChange, language: str) -> Button:
    """Return the button that takes a change back, also one that has taken back another."""
    return Button(
        action=action_of("settings undo", change=str(change.number)),
        label=say("admin.button_undo", language),
    )


def in_words(value: Any, language: str) -> str:
    """Return a value as an admin reads it, as CommonMark that shows what was typed exactly."""
    if value is None or value in ((), [], {}, ""):
        return say("admin.nothing", language)
    if isinstance(value, bool):
        return say("admin.yes" if value else "admin.no", language)
    return literal(shortened(plain(value), SHOWN))


def plain(value: Any) -> str:
    """Return a value in one line: words as they are, lists with commas, tables by what they have."""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        items = cast("Sequence[object]", value)
        if all(isinstance(one, str) for one in items):
            return ", ".join(map(str, items))
    if isinstance(value, Mapping):
        named = cast("Mapping[str, object]", value).items()
        return "; ".join(f"{name}: {plain(one)}" for name, one in named if one not in _NOTHING)
    return json.dumps(value, ensure_ascii=False, default=str)


def noted(change: SettingChange) -> str:
    """Return a change for the audit log: its number, and each path with old → new."""
    return f"#{change.number} " + "; ".join(
        f"{path}: {_short(change.old, path)} → {_short(change.new, path)}" for path in change.new
    )


def _short(values: Mapping[str, Any], path: str) -> str:
    value = values.get(path)
    return "–" if value is None else shortened(plain(value), NOTED) or "–"
