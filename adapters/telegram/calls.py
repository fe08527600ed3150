"""The two calls that let a chat show a piece; without its entities when Telegram refuses those."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram import Bot, Message, ReplyParameters
from telegram.error import BadRequest

from adapters.telegram.errors import says, understood
from adapters.telegram.places import Place
from adapters.telegram.render import NO_PREVIEW, Piece, bare

Shown = TypeVar("Shown")


async def send_text(bot: Bot, place: Place, piece: Piece, *, reply_to: str | None) -> Message:
    """Send a piece; in a group as a reply to a message, if there is one and it is still there."""
    reply = None
    if reply_to and reply_to.isdecimal() and not place.is_private:
        reply = ReplyParameters(int(reply_to), allow_sending_without_reply=True)

    async def send(piece: Piece) -> Message:
        return await bot.send_message(
            place.chat_id,
            piece.text,
            entities=piece.entities,
            reply_markup=piece.buttons,
            message_thread_id=place.thread_id,
            link_preview_options=NO_PREVIEW,
            reply_parameters=reply,
        )

    return await _as_allowed(piece, send, in_group=not place.is_private)


async def edit_text(bot: Bot, chat_id: int, message_id: int, piece: Piece) -> None:
    """Let one of the bot's messages read like a piece."""

    async def edit(piece: Piece) -> None:
        await bot.edit_message_text(
            piece.text,
            chat_id=chat_id,
            message_id=message_id,
            entities=piece.entities,
            reply_markup=piece.buttons,
            link_preview_options=NO_PREVIEW,
        )

    await _as_allowed(piece, edit, in_group=not Place(chat_id=chat_id).is_private)


async def _as_allowed(
    piece: Piece, show: Callable[[Piece], Awaitable[Shown]], *, in_group: bool
) -> Shown:
    try:
        async with understood():
            return await show(piece)
    except BadRequest as error:
        if not (piece.entities and says(error, "entit")):
            raise
    plain = bare(piece, in_group=in_group)
    async with understood():
        return await show(plain)
