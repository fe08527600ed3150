"""Who somebody is now, as Telegram says when it is asked anew."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import ChatMigrated

from adapters.telegram.errors import translated
from adapters.telegram.memory import Memory
from adapters.telegram.people import MASKED
from adapters.telegram.places import Place
from adapters.telegram.wire import Client
from bot.vocabulary.errors import AdapterError, ConnectionLostError, StateUnavailableError
from bot.vocabulary.standing import Standing

LOOK_SECONDS = 10.0
"""How long Telegram may take to answer; whoever asked has written a command and waits."""

Fields = Mapping[str, object]

_ID = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Looks at people in the desk's group; where there is none, whether they are people at all.

    ``desk`` returns the group's id, None where there is none; it raises ``AdapterError`` before it is found.
    """

    client: Client
    memory: Memory
    desk: Callable[[], int | None]

    async def standing(self, user_id: str) -> Standing:
        """See ``Vouching``. Who writes as a group, a channel or Telegram itself is a guest, always."""
        number = _number(user_id)
        if number < 0 or number in MASKED:
            return Standing.GUEST
        if number == self.client.bot_id:
            return Standing.BOT
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await self._ask(number)
        except TimeoutError as error:
            raise ConnectionLostError(
                "Telegram took too long to say who that is: try again."
            ) from error
        except StateUnavailableError as error:
            raise ConnectionLostError(str(error)) from error

    async def _ask(self, user_id: int) -> Standing:
        desk = self.desk()
        if desk is not None:
            return of_member(await self._member(desk, user_id), user_id)
        async with translated():
            chat = await self.client.ask("getChat", chat_id=user_id)
        return of_chat(chat, user_id)

    async def _member(self, desk: int, user_id: int) -> Fields:
        group = await self.memory.moved(Place(chat_id=desk))
        async with translated():
            try:
                return await self._look(group.chat_id, user_id)
            except ChatMigrated as error:
                await self.memory.keep_move(group.chat_id, error.new_chat_id)
                return await self._look(error.new_chat_id, user_id)

    async def _look(self, chat_id: int, user_id: int) -> Fields:
        return await self.client.ask("getChatMember", chat_id=chat_id, user_id=user_id)


def of_member(member: Fields, user_id: int) -> Standing:
    """Read what Telegram says of a member of the desk's group.

    Raises:
        AdapterError: It is not said clearly.
    """
    if _is_bot(member.get("user"), user_id):
        return Standing.BOT
    match member.get("status"):
        case ChatMemberStatus.OWNER | ChatMemberStatus.ADMINISTRATOR:
            return Standing.ADMIN
        case ChatMemberStatus.MEMBER:
            return Standing.MEMBER
        case ChatMemberStatus.RESTRICTED:
            writes = member.get("is_member") is True and member.get("can_send_messages") is True
            return Standing.MEMBER if writes else Standing.GUEST
        case ChatMemberStatus.LEFT | ChatMemberStatus.BANNED:
            return Standing.GONE
        case _:
            raise unclear()


def of_chat(chat: Fields, user_id: int) -> Standing:
    """Read what Telegram says of somebody's private chat with the bot: only people have one.

    Raises:
        AdapterError: It is not said clearly.
    """
    if chat.get("id") != user_id or chat.get("type") != ChatType.PRIVATE:
        raise unclear()
    return Standing.MEMBER


def unclear() -> AdapterError:
    """Return the error for an answer in which nobody can be recognised."""
    return AdapterError("Telegram did not say clearly who that is: try again.")


def _is_bot(user: object, user_id: int) -> bool:
    """Whether the one who was asked about is a bot; an answer about somebody else is none."""
    fields: Fields = cast("Fields", user) if isinstance(user, dict) else {}
    is_bot = fields.get("is_bot")
    if fields.get("id") != user_id or not isinstance(is_bot, bool):
        raise unclear()
    return is_bot


def _number(user_id: str) -> int:
    if not _ID.fullmatch(user_id):
        raise AdapterError("That is no id of a person on Telegram: it consists of digits.")
    return int(user_id)
