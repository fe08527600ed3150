"""Was it shown after all? Looking for a message of the bot by repeating it as an edit.

The Bot API can't be asked for a message. But an edit that would change nothing is refused with
"message is not modified", and only for a message that the bot itself wrote in that chat; other ids
give "message to edit not found" or "message can't be edited". All private chats of a bot share one
sequence of ids (core.telegram.org/api/channel). So before a piece is sent to a private chat, the newest
id that any process has seen is noted; after an unclear end the next few ids are tried.

An edit that succeeds has changed a message that read differently. Messages whose ids are known are not
tried, so that could only be another piece in doubt. Each piece is therefore noted for its chat before
it is sent, until its fate is clear, and none is looked for where another one may stand.

Nothing is looked for in groups, where every topic's messages are in one sequence, nor in topics of
private chats, nor when nothing was seen before the send. Then the piece is sent again.
"""

import time
from dataclasses import dataclass, field, replace

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from adapters.telegram.calls import edit_text
from adapters.telegram.doubts import Doubt
from adapters.telegram.errors import says, translate
from adapters.telegram.memory import Memory
from adapters.telegram.pace import Pacer
from adapters.telegram.places import NEWEST_BASIC, Place
from adapters.telegram.render import Piece
from adapters.telegram.wire import FloodError

REACH = 20
"""How many ids are tried."""

SHARE_IDS = 5
SHARE_SECONDS = 1.0
"""Other processes are told the newest id when it has grown by so many, or after so long."""


@dataclass(slots=True)
class Lookup:
    """Finds pieces whose sending ended unclearly; ``newest`` is the newest message id seen here."""

    bot: Bot
    memory: Memory
    pacer: Pacer
    newest: int = field(default=0, init=False)
    _shared: int = field(default=0, init=False)
    _shared_at: float = field(default=0.0, init=False)

    async def saw(self, chat_id: int, message_id: int) -> None:
        """Learn a message id, of anybody's message, and let other processes know at times."""
        if chat_id <= NEWEST_BASIC or message_id <= self.newest:
            return
        self.newest = message_id
        is_due = time.monotonic() - self._shared_at > SHARE_SECONDS
        if is_due or message_id - self._shared >= SHARE_IDS:
            await self.memory.keep_newest(message_id)
            self._shared, self._shared_at = message_id, time.monotonic()

    async def newest_of_all(self) -> int:
        """Return the newest message id that any process is known to have seen; 0 for none."""
        return max(self.newest, await self.memory.newest())

    def trace(self, place: Place, piece: Piece, name: str) -> "Trace":
        """Follow a piece on its way."""
        return Trace(lookup=self, place=place, piece=piece, name=name)


@dataclass(slots=True, kw_only=True)
class Trace:
    """One piece on its way. ``is_fresh`` is set when a copy of it was sent just now."""

    lookup: Lookup
    place: Place
    piece: Piece
    name: str
    is_fresh: bool = False

    async def begin(self) -> None:
        """Note before a copy is sent from which id on it would have to be looked for."""
        if not self.place.is_private:
            return
        newest = await self.lookup.newest_of_all()
        can_be_found = newest > 0 and self.place.thread_id is None
        before = (await self._doubts()).get(self.name)
        doubt = Doubt(
            since=before.since if before else newest,
            tried=newest,
            last=newest + REACH if can_be_found else 0,
            topic=self.place.thread_id or 0,
        )
        await self._keep(doubt)

    async def find(self) -> str | None:
        """Return the id of the piece when it is shown; None when it isn't or can't be found."""
        if not self.place.is_private:
            return None
        others = await self._doubts()
        doubt = others.pop(self.name, None)
        if doubt and not any(doubt.may_meet(other) for other in others.values()):
            for message_id in range(doubt.tried + 1, doubt.end + 1):
                if await self._stands_at(message_id):
                    return str(message_id)
                await self._keep(replace(doubt, tried=message_id))
                await self.lookup.pacer.turn(self.place.chat_id)
        await self.begin()
        return None

    async def settle(self, message_id: str) -> None:
        """Note that the piece is shown; what was in doubt there before it must stand above it."""
        shown = int(message_id)
        await self.lookup.saw(self.place.chat_id, shown)
        if not self.place.is_private:
            return
        doubts = await self._doubts()
        above = {
            name: replace(doubt, below=shown)
            for name, doubt in doubts.items()
            if self.is_fresh and not doubt.below and doubt.topic == (self.place.thread_id or 0)
        }
        above.pop(self.name, None)
        if above:
            await self.lookup.memory.keep_doubts(self.place.chat_id, above)
        await self.drop(*(name for name, doubt in doubts.items() if doubt.is_old))

    async def drop(self, *outdated: str) -> None:
        """Forget the piece, whose fate is clear."""
        if self.place.is_private:
            names = [self.name, *outdated]
            await self.lookup.memory.drop_doubts(self.place.chat_id, names)

    async def _doubts(self) -> dict[str, Doubt]:
        return await self.lookup.memory.doubts(self.place.chat_id)

    async def _keep(self, doubt: Doubt) -> None:
        await self.lookup.memory.keep_doubts(self.place.chat_id, {self.name: doubt})

    async def _stands_at(self, message_id: int) -> bool:
        """Whether the piece is a message, which reads like it from now on if it has not before."""
        chat_id = self.place.chat_id
        if await self.lookup.memory.own(chat_id, str(message_id)):
            return False
        try:
            await edit_text(self.lookup.bot, chat_id, message_id, self.piece)
        except BadRequest as error:
            return says(error, "message is not modified")
        except FloodError as error:
            await self.lookup.pacer.rest(chat_id, error.seconds)
            raise translate(error) from error
        except TelegramError as error:
            raise translate(error) from error
        return True
