"""The lists of commands that the loopback Telegram shows, and to whom."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.platforms.telegram.refusing import bad_request

MOST_COMMANDS = 100
MOST_TEXT = 7800
"""Characters of a list: what was seen to be refused; Telegram does not publish it."""

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")

Json = dict[str, Any]
Scope = tuple[str, int, str]
"""Type, chat (0 for none) and language (empty for all others)."""


@dataclass
class Menus:
    """Lists by scope, as they were set last."""

    lists: dict[Scope, dict[str, str]] = field(default_factory=dict[Scope, dict[str, str]])

    def set(self, fields: Json, known: Callable[[Json], Json]) -> bool:
        """Set one; ``known`` refuses a chat that the bot does not know."""
        commands: list[Json] = fields["commands"]
        names = [command["command"] for command in commands]
        if len(names) > MOST_COMMANDS or len(json.dumps(commands)) > MOST_TEXT:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        if not all(_COMMAND.fullmatch(name) for name in names):
            raise bad_request("BOT_COMMAND_INVALID")
        if len(set(names)) < len(names):
            raise bad_request("BOT_COMMANDS_DUPLICATE")
        shown = {command["command"]: command["description"] for command in commands}
        self.lists[_scope(fields, known)] = shown
        return True

    def delete(self, fields: Json, known: Callable[[Json], Json]) -> bool:
        """Take one away: the next wider scope counts again."""
        self.lists.pop(_scope(fields, known), None)
        return True

    def of_person(self, user_id: int, language: str = "") -> dict[str, str]:
        """What somebody sees in their chat with the bot."""
        scopes: list[Scope] = [
            (kind, chat_id, code)
            for kind, chat_id in (("chat", user_id), ("all_private_chats", 0))
            for code in (language, "")
        ]
        found = [self.lists[scope] for scope in scopes if scope in self.lists]
        return found[0] if found else {}


def _scope(fields: Json, known: Callable[[Json], Json]) -> Scope:
    scope: Json = fields["scope"]
    chat_id: int = scope.get("chat_id", 0)
    if chat_id:
        known(scope)
    return scope["type"], chat_id, fields.get("language_code", "")
