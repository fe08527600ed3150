"""The lists of commands that Telegram shows: customers' in private chats, agents' in the desk's group."""

import json

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from adapters.telegram.memory import Memory
from bot.texts import LANGUAGES, say

CUSTOMER = ("human", "bot", "help")
AGENT = ("claim", "reply", "note", "release", "resolve", "return", "help")
WITH_TEXT = {"reply", "note"}
"""What is chosen from a menu is sent at once, so these say there how they are written."""


def described(name: str, language: str) -> str:
    """Say what a command does."""
    kind = "menu" if name in WITH_TEXT else "command"
    return say(f"adapters.{kind}_{name}", language)


async def set_menus(bot: Bot, memory: Memory, desk_chat: int | None) -> None:
    """Set the menus in every language, where they differ from what was set before.

    A menu is a nicety: that it can't be set is no reason to fail.
    """
    scopes: list[tuple[BotCommandScope, tuple[str, ...]]] = [
        (BotCommandScopeAllPrivateChats(), CUSTOMER)
    ]
    if desk_chat is not None:
        scopes.append((BotCommandScopeChat(desk_chat), AGENT))
    for scope, names in scopes:
        for language in LANGUAGES:
            await _set(bot, memory, scope, language, names)


async def _set(
    bot: Bot, memory: Memory, scope: BotCommandScope, language: str, names: tuple[str, ...]
) -> None:
    texts = {name: described(name, language) for name in names}
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
