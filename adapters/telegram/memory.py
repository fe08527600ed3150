"""What the adapter remembers across restarts and processes, in the store that the core lends."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.telegram.doubts import Doubt
from adapters.telegram.places import NEWEST_BASIC, Place
from bot.vocabulary.cases import CLOSED, CaseStatus
from bot.vocabulary.tools import AdapterStore

SLOTS = 65_536
"""How many of the bot's own messages are remembered at most, and how many albums: it never grows."""

OFFSET_SECONDS = 24 * 3600.0
"""Telegram keeps updates for a day; after a silent week their numbers begin anew somewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Own messages, albums, groups that moved or were told something, the polling offset, menus, doubts.

    What is true of one bot alone is kept by its id: another bot may have the same store, beside it
    or after it, and counts its updates and messages elsewhere.
    """

    store: AdapterStore
    bot_id: int

    async def keep_own(self, place: Place, message_id: str) -> None:
        """Remember that a message is the bot's, and in which topic it stands."""
        value = f"{place.chat_id}:{message_id}:{place.thread_id or ''}"
        await self.store.put(self._mine("own"), {_slot(place.chat_id, message_id): value})

    async def own(self, chat_id: int, message_id: str) -> Place | None:
        """Return where one of the bot's newer messages stands; None when it is not known as such."""
        value = await self.store.get(self._mine("own"), _slot(chat_id, message_id))
        if value is None or not value.startswith(f"{chat_id}:{message_id}:"):
            return None
        thread = value.rpartition(":")[2]
        return Place(chat_id=chat_id, thread_id=int(thread) if thread else None)

    async def keep_album(self, chat_id: int, album: str) -> None:
        """Remember that an album in a group is meant for the bot."""
        value = f"{chat_id}:{album}"
        await self.store.put(self._mine("albums"), {_slot(chat_id, album): value})

    async def has_album(self, chat_id: int, album: str) -> bool:
        """Whether a newer album is known to be meant for the bot."""
        value = await self.store.get(self._mine("albums"), _slot(chat_id, album))
        return value == f"{chat_id}:{album}"

    async def keep_told(self, chat_id: int) -> None:
        """Remember that a group was told why nothing is done for who writes there behind a mask."""
        await self.store.put(self._mine("told"), {_slot(chat_id, "masked"): str(chat_id)})

    async def has_told(self, chat_id: int) -> bool:
        """Whether a group was told so."""
        told = await self.store.get(self._mine("told"), _slot(chat_id, "masked"))
        return told == str(chat_id)

    async def offered(self) -> Mapping[str, str]:
        """Return whose private menu has the admins' commands, by their ids, as ``keep_offered`` noted it."""
        mine = f"{self.bot_id}:"
        fields = await self.store.read("menus")
        return {
            name.removeprefix(mine): note for name, note in fields.items() if name.startswith(mine)
        }

    async def keep_offered(self, user_id: str, note: str) -> None:
        """Remember that somebody is offered the admins' commands, and why."""
        await self.store.put("menus", {f"{self.bot_id}:{user_id}": note})

    async def drop_offered(self, user_id: str) -> None:
        """Forget somebody whose menu is a customer's again."""
        await self.store.drop("menus", [f"{self.bot_id}:{user_id}"])

    async def keep_move(self, old: int, new: int) -> None:
        """Remember that a group became a supergroup with another id."""
        await self.store.put("moves", {str(old): str(new)})
        await self.store.put("origins", {str(new): str(old)})

    async def moved(self, place: Place) -> Place:
        """Return where a place is today. Only basic groups, whose ids are short, can move."""
        if not NEWEST_BASIC < place.chat_id < 0:
            return place
        new = await self.store.get("moves", str(place.chat_id))
        return place if new is None else replace(place, chat_id=int(new))

    async def origin(self, place: Place) -> Place:
        """Return where a place was when it was a basic group: its conversation has that name."""
        if place.chat_id > NEWEST_BASIC or place.thread_id is not None:
            return place
        old = await self.store.get("origins", str(place.chat_id))
        return place if old is None else replace(place, chat_id=int(old))

    async def keep_newest(self, message_id: int) -> None:
        """Remember the newest message id of the sequence that all private chats share."""
        await self.store.put(self._mine("newest"), {"id": str(message_id)})

    async def newest(self) -> int:
        """Return what ``keep_newest`` has noted last; 0 for nothing."""
        return int(await self.store.get(self._mine("newest"), "id") or 0)

    async def keep_doubts(self, chat_id: int, doubts: Mapping[str, Doubt]) -> None:
        """Remember which pieces of a chat are in doubt, by their names."""
        fields = {name: doubt.text() for name, doubt in doubts.items()}
        await self.store.put(self._doubts(chat_id), fields)

    async def doubts(self, chat_id: int) -> dict[str, Doubt]:
        """Return the pieces of a chat that are in doubt."""
        fields = await self.store.read(self._doubts(chat_id))
        return {name: Doubt.read(text) for name, text in fields.items()}

    async def drop_doubts(self, chat_id: int, names: Sequence[str]) -> None:
        """Forget about pieces whose fate is clear."""
        await self.store.drop(self._doubts(chat_id), names)

    async def keep_offset(self, offset: int) -> None:
        """Remember up to which update everything is stored."""
        await self.store.put(self._mine("polling"), {"offset": f"{offset}@{time.time():.0f}"})

    async def offset(self) -> int | None:
        """Return where polling goes on; None when that is too old to be true."""
        offset, _, at = (await self.store.get(self._mine("polling"), "offset") or "").partition("@")
        return int(offset) if at and time.time() - float(at) < OFFSET_SECONDS else None

    async def keep_mark(self, place: Place, status: CaseStatus) -> None:
        """Remember the status that a topic shows, until its case is resolved."""
        if status in CLOSED:
            await self.drop_mark(place)
        else:
            await self.store.put("marks", {f"{place.chat_id}:{place.thread_id}": status.value})

    async def drop_mark(self, place: Place) -> None:
        """Forget the status of a topic that shows none any more."""
        await self.store.drop("marks", [f"{place.chat_id}:{place.thread_id}"])

    async def mark(self, place: Place) -> str | None:
        """Return the status that a topic shows; None when that is not known."""
        return await self.store.get("marks", f"{place.chat_id}:{place.thread_id}")

    async def changed(self, name: str, content: str) -> bool:
        """Whether something that was set on Telegram differs from what ``keep`` has noted."""
        return await self.store.get(self._mine("set"), name) != _digest(content)

    async def keep(self, name: str, content: str) -> None:
        """Note that something was set on Telegram."""
        await self.store.put(self._mine("set"), {name: _digest(content)})

    async def lease(self, holder: str, seconds: float) -> bool:
        """Become or stay the one that polls for this bot; see ``AdapterStore.lease``."""
        return await self.store.lease(self._mine("polling"), holder, seconds)

    def _doubts(self, chat_id: int) -> str:
        return f"{self._mine('doubts')}:{chat_id}"

    def _mine(self, name: str) -> str:
        return f"{name}:{self.bot_id}"


def _slot(chat_id: int, name: str) -> str:
    return str(int(_digest(f"{chat_id}:{name}")[:8], 16) % SLOTS)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
