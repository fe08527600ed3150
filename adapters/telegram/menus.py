"""The lists of commands that Telegram shows: customers' and admins' in private chats, agents' in the desk.

Telegram takes the list of the narrowest scope that there is for somebody, so an admin's has the
customers' commands too. What is chosen from a list is sent at once; a command of two words is one there
(``/kb_add``), as Telegram takes no blanks. Its limit for a whole list is not published: lists that were
refused had more than 7.8 kB, ours has 5.
"""

import asyncio
import hashlib
import json
from collections.abc import Collection, Mapping
from functools import cache

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
)
from telegram.error import TelegramError

from adapters.customers import COMMANDS, does
from adapters.steering import CLAIM
from adapters.telegram.memory import Memory
from adapters.telegram.people import MASKED
from adapters.verbs import VERBS, described, usage
from bot.texts import LANGUAGES, say
from bot.vocabulary import commands as table

AGENT = VERBS

NAMED = "named"
PROVED = "proved"
LEAVING = "leaving"
"""Why somebody is offered the admins' commands, or that the list is to be taken from them."""


def for_agents(name: str, language: str) -> str:
    """Say what a verb does, and how it is written: what is chosen from a menu is sent at once."""
    words = usage(name, language)
    return f"{described(name, language)}: /{name} {words}" if words else described(name, language)


def for_customers(language: str) -> dict[str, str]:
    """Return what customers are offered: name → what it does."""
    return {name: does(name, language) for name in COMMANDS}


def for_admins(language: str) -> dict[str, str]:
    """Return what admins are offered in private: their commands, then those that customers have too.

    Who is an admin needs no code any more.
    """
    steering = {
        command.name: say(f"commands.does_{command.name}", language)
        for command in table.COMMANDS
        if command.name != CLAIM
    }
    return {**steering, **for_customers(language), "help": steering["help"]}


def in_desk(language: str, *, steering: bool = False) -> dict[str, str]:
    """Return what agents are offered; with ``steering`` also the short commands of admins."""
    verbs = {name: for_agents(name, language) for name in AGENT}
    short = (command for command in table.COMMANDS if command.who is table.Who.ADMIN)
    more = {
        command.name: say(f"commands.does_{command.name}", language)
        for command in short
        if len(command.words) == 1 and command.name not in verbs
    }
    return verbs | more if steering else verbs


async def set_menus(bot: Bot, memory: Memory, desk_chat: int | None) -> None:
    """Set the menus in every language, where they differ from what was set before.

    A menu is a nicety: that it can't be set is no reason to fail.
    """
    for language in LANGUAGES:
        texts = for_customers(language)
        await _set(bot, memory, BotCommandScopeAllPrivateChats(), language, texts)
    if desk_chat is None:
        return
    for language in LANGUAGES:
        await _set(bot, memory, BotCommandScopeChat(desk_chat), language, in_desk(language))
        scope = BotCommandScopeChatAdministrators(desk_chat)
        await _set(bot, memory, scope, language, in_desk(language, steering=True))


class AdminMenus:
    """Whose private chat offers the admins' commands, as all processes know it together.

    Of each is noted why, and the digest of the lists once Telegram has taken them. Nobody can be offered
    anything who never wrote to the bot: they are when they prove to be an admin. Every method raises
    ``StateUnavailableError`` without the store.
    """

    def __init__(self, bot: Bot, memory: Memory) -> None:
        self._bot = bot
        self._memory = memory
        self._lock = asyncio.Lock()

    async def named(self, user_ids: Collection[str]) -> None:
        """Offer them to these people, and no more to those who were named before."""
        wanted = {one for one in user_ids if one.isdecimal() and int(one) not in MASKED}
        async with self._lock:
            known = await self._memory.offered()
            for user_id in sorted(wanted):
                await self._offer(user_id, NAMED, known)
            for user_id, note in known.items():
                if _why(note) != PROVED and user_id not in wanted:
                    await self._withdraw(user_id)

    async def proved(self, user_id: str, *, is_admin: bool) -> None:
        """Offer them to somebody, or take them away from who is not named.

        A refusal may mean no more than that Telegram could not be asked; a name is taken off by ``named``.
        """
        if not user_id.isdecimal():
            return
        async with self._lock:
            known = await self._memory.offered()
            why = _why(known.get(user_id, ""))
            if is_admin:
                await self._offer(user_id, NAMED if why == NAMED else PROVED, known)
            elif why in {PROVED, LEAVING}:
                await self._withdraw(user_id)

    async def refresh(self) -> None:
        """Bring what is offered up to date, after a start with other commands or words."""
        async with self._lock:
            known = await self._memory.offered()
            for user_id, note in known.items():
                if _why(note) == LEAVING:
                    await self._withdraw(user_id)
                else:
                    await self._offer(user_id, _why(note), known)

    async def _offer(self, user_id: str, why: str, known: Mapping[str, str]) -> None:
        """Offer them unless that was done; before it is, it is noted, so that it can be taken back."""
        note, digest = known.get(user_id, ""), _admins_digest()
        if note == f"{why} {digest}":
            return
        is_set = note.endswith(f" {digest}")
        if not is_set:
            await self._memory.keep_offered(user_id, why)
            scope = BotCommandScopeChat(int(user_id))
            is_set = all(
                [
                    await _put(self._bot, scope, language, for_admins(language))
                    for language in LANGUAGES
                ]
            )
        if is_set:
            await self._memory.keep_offered(user_id, f"{why} {digest}")

    async def _withdraw(self, user_id: str) -> None:
        """Let somebody's menu be a customer's again; if Telegram does not do it now, at the next time."""
        await self._memory.keep_offered(user_id, LEAVING)
        scope = BotCommandScopeChat(int(user_id))
        try:
            for language in LANGUAGES:
                await self._bot.delete_my_commands(scope=scope, language_code=_code(language))
        except TelegramError:
            return
        await self._memory.drop_offered(user_id)


async def _set(
    bot: Bot, memory: Memory, scope: BotCommandScope, language: str, texts: Mapping[str, str]
) -> None:
    """Set a menu unless it is the one that was set last."""
    content = json.dumps(texts)
    name = f"menu:{scope.type}:{getattr(scope, 'chat_id', '')}:{language}"
    if await memory.changed(name, content) and await _put(bot, scope, language, texts):
        await memory.keep(name, content)


async def _put(bot: Bot, scope: BotCommandScope, language: str, texts: Mapping[str, str]) -> bool:
    """Set a menu; False when Telegram did not take it."""
    commands = [BotCommand(command, text) for command, text in texts.items()]
    try:
        await bot.set_my_commands(commands, scope=scope, language_code=_code(language))
    except TelegramError:
        return False
    return True


@cache
def _admins_digest() -> str:
    content = json.dumps([for_admins(language) for language in LANGUAGES])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _why(note: str) -> str:
    return note.partition(" ")[0]


def _code(language: str) -> str | None:
    """English is the menu of everyone whose language has none of its own."""
    return None if language == LANGUAGES[0] else language
