"""The slash commands: what Discord's menu offers, and that it is told only when that changes."""

import hashlib
import json
from typing import Any

from adapters.discord.rest import Rest
from bot.texts import LANGUAGES, say
from bot.vocabulary.tools import AdapterStore

SECTION = "commands"
EVERYWHERE = [0, 1]
GUILDS = [0]
TEXT_LENGTH = 4000

FOR_CUSTOMERS = ("human", "bot", "help")
FOR_AGENTS = ("claim", "release", "resolve", "return")
WITH_TEXT = ("reply", "note")

_LOCALES = {"en": ("en-US", "en-GB"), "es": ("es-ES", "es-419")}
"""Discord's names for the languages of the catalogue."""


def commands(*, suggests: bool) -> list[dict[str, Any]]:
    """Describe all commands; with ``suggests`` one completes a question from a list."""
    plain = [_command(name, EVERYWHERE) for name in FOR_CUSTOMERS]
    plain += [_command(name, GUILDS) for name in FOR_AGENTS]
    asking = [_with_text("ask", EVERYWHERE, autocomplete=suggests)]
    return [*asking, *plain, *(_with_text(name, GUILDS) for name in WITH_TEXT)]


async def synchronise(
    rest: Rest, store: AdapterStore, application_id: str, *, suggests: bool
) -> None:
    """Tell Discord the commands unless it was told the same before.

    Raises:
        AdapterError: Discord did not take them.
    """
    described = commands(suggests=suggests)
    digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
    if await store.get(SECTION, application_id) == digest:
        return
    path = f"/applications/{application_id}/commands"
    await rest.call("PUT", path, step="take the slash commands", body=described)
    await store.put(SECTION, {application_id: digest})


async def are_synchronised(store: AdapterStore, application_id: str, *, suggests: bool) -> bool:
    """Whether Discord was told the commands as they are now."""
    described = json.dumps(commands(suggests=suggests), sort_keys=True)
    digest = hashlib.sha256(described.encode()).hexdigest()
    return await store.get(SECTION, application_id) == digest


def _command(name: str, contexts: list[int]) -> dict[str, Any]:
    return {"name": name, "type": 1, "contexts": contexts, **_described(f"command_{name}")}


def _with_text(name: str, contexts: list[int], *, autocomplete: bool = False) -> dict[str, Any]:
    option: dict[str, Any] = {
        "type": 3,
        "name": "text",
        "required": True,
        "max_length": TEXT_LENGTH,
        **_described("command_text"),
    }
    if autocomplete:
        option["autocomplete"] = True
    return _command(name, contexts) | {"options": [option]}


def _described(sentence: str) -> dict[str, Any]:
    localised = {
        locale: say(f"adapters.{sentence}", language)
        for language in LANGUAGES
        for locale in _LOCALES[language]
    }
    english = say(f"adapters.{sentence}", "en")
    return {"description": english, "description_localizations": localised}
