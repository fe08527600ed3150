"""Pieces on their way to Telegram: each is shown once, as far as the Bot API allows.

The Bot API has no key against repetition and no way to read back. A piece whose first try had an
unclear end (an answer that never came, a 5xx) stays noted as begun; the next try with the same key
looks whether it was shown after all (``lookup``) and, when that can't be found out, shows it again:
twice rather than never. Each such repetition is counted in ``relevo_ambiguous_sends``.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from telegram import Bot, InputFile, Message
from telegram.error import BadRequest, ChatMigrated, TelegramError

from adapters.telegram.actions import Actions
from adapters.telegram.calls import edit_text, send_text
from adapters.telegram.errors import is_certain, says, translate, understood
from adapters.telegram.keyboard import long_actions
from adapters.telegram.lookup import Lookup
from adapters.telegram.memory import Memory
from adapters.telegram.metrics import ambiguous
from adapters.telegram.pace import Pacer
from adapters.telegram.people import clean_name
from adapters.telegram.places import Place
from adapters.telegram.render import Piece, render
from adapters.telegram.wire import FloodError
from bot.vocabulary.errors import DeliveryError
from bot.vocabulary.messages import File, OutgoingMessage
from bot.vocabulary.tools import SendLog

TOPIC = -1
"""The piece that is a new topic; its id is the topic's."""

FILES = 1000
"""The piece that is the first file; texts are counted from 0."""

GONE = "0"
"""In place of the id of a piece that was taken back."""

Call = Callable[[], Awaitable[str]]


async def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One piece of a delivery.

    ``prepare`` is called before its first try, ``look`` finds out what became of an earlier one
    whose end is unclear, and ``refused`` is called when it was certainly not shown. With ``revives``
    it is shown again although it was taken back.
    """

    key: str
    number: int
    revives: bool = False
    prepare: Callable[[], Awaitable[None]] = _nothing
    look: Callable[[], Awaitable[str | None]] = _nothing
    refused: Callable[[], Awaitable[None]] = _nothing

    @property
    def name(self) -> str:
        """Its name among all pieces."""
        return f"{self.key}#{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Shows, changes and takes back messages. The caller holds the lock of the key."""

    bot: Bot
    sends: SendLog
    pacer: Pacer
    memory: Memory
    lookup: Lookup
    actions: Actions

    async def show(
        self, place: Place, message: OutgoingMessage, *, key: str, files: Sequence[File] = ()
    ) -> str:
        """Show a message with its files; returns the id of its last text, or of its last file."""
        place = await self.memory.moved(place)
        await self.actions.keep(long_actions(message.buttons))
        pieces = render(message, in_group=not place.is_private, has_files=bool(files))
        shown = await self.sends.shown(key)
        reply_to = message.in_reply_to
        last = ""
        for number, piece in enumerate(pieces):
            last = shown.get(number) or await self._show_piece(
                place, piece, Step(key=key, number=number), reply_to=None if number else reply_to
            )
        for number, file in enumerate(files, start=FILES):
            step = Step(key=key, number=number)
            sent = shown.get(number) or await self._show_file(place, file, step)
            last = last or sent
        return last

    async def change(self, place: Place, message: OutgoingMessage, *, key: str) -> None:
        """Let the texts that are shown under a key read like a message now."""
        shown = {
            number: id_ for number, id_ in (await self.sends.shown(key)).items() if id_ != GONE
        }
        texts = {number: id_ for number, id_ in shown.items() if 0 <= number < FILES}
        if not shown:
            return
        place = await self.memory.moved(place)
        await self.actions.keep(long_actions(message.buttons))
        has_files = any(number >= FILES for number in shown)
        pieces = render(message, in_group=not place.is_private, has_files=has_files)
        for number, piece in enumerate(pieces):
            if number in texts:
                await self._change_piece(place, piece, texts[number])
            else:
                step = Step(key=key, number=number, revives=True)
                await self._show_piece(place, piece, step)
        for number, message_id in texts.items():
            if number >= len(pieces):
                await self._take_back(place, message_id, key=key, number=number)

    async def retract(self, place: Place, *, key: str) -> None:
        """Take back all that is shown under a key."""
        place = await self.memory.moved(place)
        for number, message_id in (await self.sends.shown(key)).items():
            if number >= 0 and message_id != GONE:
                await self._take_back(place, message_id, key=key, number=number)

    async def once(self, chat_id: int, step: Step, call: Call) -> str:
        """Make one call that shows something, unless it is known to be shown; returns its id."""
        await self.pacer.turn(chat_id)
        earlier = await self.sends.begin(step.key, step.number)
        known = earlier.message_id if earlier else None
        if known and not (step.revives and known == GONE):
            return known
        is_unclear = earlier is not None and not known
        if not is_unclear:
            await step.prepare()
        elif found := await step.look():
            return await self._settle(step, found, "found")
        repeated = ("topic" if step.number == TOPIC else "resent") if is_unclear else None
        try:
            shown = await call()
        except TelegramError as error:
            if not is_certain(error):
                _count(repeated)  # this copy may be to be seen as well
            elif not is_unclear:
                await self.sends.forget(step.key, step.number)
                await step.refused()
            if isinstance(error, FloodError):
                await self.pacer.rest(chat_id, error.seconds)
            raise translate(error) from error
        return await self._settle(step, shown, repeated)

    async def _settle(self, step: Step, message_id: str, resolution: str | None) -> str:
        _count(resolution)
        await self.sends.finish(step.key, message_id, step.number)
        return message_id

    async def _show_piece(
        self, place: Place, piece: Piece, step: Step, *, reply_to: str | None = None
    ) -> str:
        trace = self.lookup.trace(place, piece, step.name)
        stands = place

        async def call() -> str:
            nonlocal stands
            sent = await _mended(
                place,
                lambda there: send_text(self.bot, there, piece, reply_to=reply_to),
                self.memory,
            )
            trace.is_fresh = True
            stands = replace(place, chat_id=sent.chat.id)
            return str(sent.message_id)

        findable = replace(step, prepare=trace.begin, look=trace.find, refused=trace.drop)
        shown = await self.once(place.chat_id, findable, call)
        await self.memory.keep_own(stands, shown)
        await trace.settle(shown)
        return shown

    async def _show_file(self, place: Place, file: File, step: Step) -> str:
        name = clean_name(file.name) or "file"

        async def send(place: Place) -> Message:
            document = InputFile(file.content, filename=name, attach=False)
            async with understood():
                return await self.bot.send_document(
                    place.chat_id,
                    document,
                    message_thread_id=place.thread_id,
                    disable_content_type_detection=True,
                )

        async def call() -> str:
            return str((await _mended(place, send, self.memory)).message_id)

        return await self.once(place.chat_id, step, call)

    async def _change_piece(self, place: Place, piece: Piece, message_id: str) -> None:
        await self.pacer.turn(place.chat_id)
        try:
            await edit_text(self.bot, place.chat_id, int(message_id), piece)
        except FloodError as error:
            await self.pacer.rest(place.chat_id, error.seconds)
            raise translate(error) from error
        except TelegramError as error:
            if not says(error, "message is not modified"):
                raise translate(error) from error

    async def _take_back(self, place: Place, message_id: str, *, key: str, number: int) -> None:
        await self.pacer.turn(place.chat_id)
        try:
            await self.bot.delete_message(place.chat_id, int(message_id))
        except BadRequest as error:
            if not says(error, "message to delete not found"):
                raise DeliveryError(
                    "Telegram takes nothing back after 48 hours: the message stays where it is."
                ) from error
        except FloodError as error:
            await self.pacer.rest(place.chat_id, error.seconds)
            raise translate(error) from error
        except TelegramError as error:
            raise translate(error) from error
        await self.sends.finish(key, GONE, number)


def _count(resolution: str | None) -> None:
    if resolution:
        ambiguous.labels("telegram", resolution).inc()


async def _mended(
    place: Place, send: Callable[[Place], Awaitable[Message]], memory: Memory
) -> Message:
    """Send, and once more elsewhere when Telegram says that the place is no longer what it was."""
    try:
        return await send(place)
    except ChatMigrated as error:
        await memory.keep_move(place.chat_id, error.new_chat_id)
        return await send(Place(chat_id=error.new_chat_id, thread_id=place.thread_id))
    except BadRequest as error:
        lost = place.is_private and place.thread_id is not None
        if not (lost and says(error, "message thread not found")):
            raise
        # Topics of private chats vanish when their owner turns them off: the words must not.
        return await send(Place(chat_id=place.chat_id))
