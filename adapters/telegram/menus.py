"""The lists of commands that Telegram shows: customers' in private chats, agents' in the desk's group."""

import json
from collections.abc import Mapping

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from adapters.customers import COMMANDS, does
from adapters.telegram.memory import Memory
from adapters.verbs import VERBS, described, usage
from bot.texts import LANGUAGES

AGENT = VERBS


def for_agents(name: str, language: str) -> str:
    """Say what a verb does, and how it is written: what is chosen from a menu is sent at once."""
    words = usage(name, language)
    return f"{described(name, language)}: /{name} {words}" if words else described(name, language)


async def set_menus(bot: Bot, memory: Memory, desk_chat: int | None) -> None:
    """Set the menus in every language, where they differ from what was set before.

    A menu is a nicety: that it can't be set is no reason to fail.
    """
    for language in LANGUAGES:
        texts = {name: does(name, language) for name in COMMANDS}
        await _set(bot, memory, BotCommandScopeAllPrivateChats(), language, texts)
    if desk_chat is None:
        return
    for language in LANGUAGES:
        texts = {name: for_agents(name, language) for name in AGENT}
        await _set(bot, memory, BotCommandScopeChat(desk_chat), language, texts)


async def _set(
    bot: Bot, memory: Memory, scope: BotCommandScope, language: str, texts: Mapping[str, str]
) -> None:
    content = json.dumps(texts)
    chat = getattr(scope, "chat_id", "")
    name = f"menu:{scope.type}:{chat}:{language}"
    if not await memory.changed(name, content):
        return
    commands = [BotCommand(command, text) for command, text in texts.items()]
    try:
        # English is the menu of everyone whose language has none of its own.
        code = None if language == LANGUAGES[0] else language
        await bot.set_my_commands(commands, scope=scope, language_code=code)
    except TelegramError:
        return
    await memory.keep(name, content)
