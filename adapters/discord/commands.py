"""The slash commands: what Discord's menu offers, and that it is told only when that changes.

Customers' commands are offered everywhere, agents' verbs in the desk's guild alone. The admins' command
is the desk guild's own, and one of direct messages beside it, so that no menu has it twice; without a
desk on Discord it is one of everywhere.
"""

import hashlib
import json
from typing import Any

from adapters.customers import COMMANDS, words_of
from adapters.discord.menu import BOT_DM, GUILD, TEXT_LENGTH, relevo, relevo_in
from adapters.discord.rest import Rest
from adapters.discord.wording import described, in_languages
from adapters.verbs import PRIORITIES, VERBS, needs_words, takes_words
from bot.texts import catalogue
from bot.vocabulary.tools import AdapterStore

SECTION = "commands"
EVERYWHERE = [GUILD, BOT_DM]

FOR_AGENTS = tuple(verb for verb in VERBS if verb not in COMMANDS)
"""Agents' verbs without those that everybody has: Discord would show these twice."""

Command = dict[str, Any]


def commands(*, suggests: bool) -> list[Command]:
    """Describe the commands of everybody; with ``suggests`` one completes a question from a list."""
    ask = _text("adapters.command_text", required=True)
    if suggests:
        ask["autocomplete"] = True
    first = _command("ask", "adapters.command_ask") | {"options": [ask]}
    others = [_for_customers(name) for name in COMMANDS]
    return [command | {"contexts": EVERYWHERE} for command in (first, *others)]


def desk_commands() -> list[Command]:
    """Describe the agents' verbs."""
    return [_verb(name) for name in FOR_AGENTS]


async def synchronise(
    rest: Rest, store: AdapterStore, application_id: str, *, suggests: bool, guild: str | None
) -> None:
    """Tell Discord the commands unless it was told the same before; ``guild`` has the desk, if any.

    Raises:
        AdapterError: Discord did not take them.
    """
    wanted = _wanted(application_id, suggests=suggests, guild=guild)
    known = await store.read(SECTION)
    left = [field for field in known if field.startswith(f"{application_id}/")]
    for field in (*wanted, *(field for field in left if field not in wanted)):
        offered = wanted.get(field, [])
        digest = _digest(offered)
        if known.get(field) != digest:
            path = f"/applications/{field}/commands"
            await rest.call("PUT", path, step="take the slash commands", body=offered)
            await store.put(SECTION, {field: digest})


async def are_synchronised(
    store: AdapterStore, application_id: str, *, suggests: bool, guild: str | None
) -> bool:
    """Whether Discord was told the commands as they are now."""
    wanted = _wanted(application_id, suggests=suggests, guild=guild)
    known = await store.read(SECTION)
    return all(known.get(field) == _digest(offered) for field, offered in wanted.items())


def _wanted(application_id: str, *, suggests: bool, guild: str | None) -> dict[str, list[Command]]:
    """Return where which commands are to be offered, by the middle of the path."""
    everywhere = commands(suggests=suggests)
    if guild is None:
        return {application_id: [*everywhere, relevo_in(EVERYWHERE)]}
    return {
        application_id: [*everywhere, relevo_in([BOT_DM])],
        f"{application_id}/guilds/{guild}": [*desk_commands(), relevo()],
    }


def _digest(offered: list[Command]) -> str:
    return hashlib.sha256(json.dumps(offered, sort_keys=True).encode()).hexdigest()


def _for_customers(name: str) -> Command:
    command, words = _command(name, f"adapters.command_{name}"), words_of(name)
    return command | {"options": [_text(words, required=False)]} if words else command


def _verb(name: str) -> Command:
    command = _command(name, f"verbs.{name}")
    if not takes_words(name):
        return command
    asks = f"verbs.asks_{name}"
    sentence = asks if asks in catalogue() else "adapters.command_text"
    option = _text(sentence, required=needs_words(name))
    if name == "priority":
        del option["max_length"]
        option["choices"] = [_choice(one) for one in PRIORITIES]
    return command | {"options": [option]}


def _choice(priority: str) -> dict[str, Any]:
    names = in_languages(f"verbs.priority_{priority}")
    return {"name": names["en-US"], "name_localizations": names, "value": priority}


def _command(name: str, sentence: str) -> Command:
    return {"name": name, "type": 1, **described(sentence)}


def _text(sentence: str, *, required: bool) -> dict[str, Any]:
    return {
        "type": 3,
        "name": "text",
        "required": required,
        "max_length": TEXT_LENGTH,
        **described(sentence),
    }
