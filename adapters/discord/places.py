"""Where messages stand: which channels are threads, of what, and in which the bot takes part.

Learnt from the gateway's events, asked by REST when unknown, and kept in the adapter's store: after
a RESUME Discord does not tell it again.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from adapters.discord.errors import RefusedError
from adapters.discord.parse import Payload, reading
from adapters.discord.rest import Rest
from adapters.kept import Kept, by_id
from bot.vocabulary.tools import AdapterStore

PLACES = "places"
JOINED = "joined"
THREADS = frozenset({10, 11, 12})
FORUMS = frozenset({15, 16})
TEXT_CHANNELS = frozenset({0, 5})
DIRECT_CHANNEL = 1
REMEMBERED = 20_000
"""Most places that are remembered in the process."""

KEPT = 50_000
SPARE = 5_000
"""Most places that are kept in the store, and how many more come before the oldest go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A channel or thread; ``guild_id`` is empty for direct messages."""

    id: str
    type: int
    guild_id: str = ""
    parent_id: str = ""
    owner_id: str = ""

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread or a post of a forum."""
        return self.type in THREADS


class Places:
    """See the module."""

    def __init__(self, store: AdapterStore, rest: Rest) -> None:
        self._places = Kept(store, PLACES, most=KEPT, spare=SPARE, moment=by_id)
        self._joins = Kept(store, JOINED, most=KEPT, spare=SPARE, moment=by_id)
        self._rest = rest
        self._known: dict[str, Place] = {}
        self._joined: set[str] = set()

    async def of(self, channel_id: str) -> Place | None:
        """Find a place; None when the bot can't see it or it is gone.

        Raises:
            AdapterError: Discord could not be asked.
            UnreadableError: What it answered is no place.
        """
        if known := await self.known(channel_id):
            return known
        try:
            raw = await self._rest.call("GET", f"/channels/{channel_id}", step="look at a channel")
        except RefusedError:
            return None
        with reading():
            found = read_places([raw])
        await self.learn(found)
        return self._known.get(channel_id)

    async def known(self, channel_id: str) -> Place | None:
        """Return a place if it is known already; Discord is not asked."""
        if channel_id in self._known:
            return self._known[channel_id]
        kept = await self._places.get(channel_id)
        return self._remember(Place(**json.loads(kept))) if kept is not None else None

    async def in_guilds(self) -> list[Place]:
        """Return what is known of all guilds, what was made lately first."""
        kept = (Place(**json.loads(raw)) for raw in (await self._places.read()).values())
        found = [place for place in kept if place.guild_id]
        return sorted(found, key=lambda place: int(place.id), reverse=True)

    async def learn(self, places: Iterable[Place]) -> None:
        """Remember channels and threads."""
        new = {place.id: place for place in places}
        fresh = {key: place for key, place in new.items() if self._known.get(key) != place}
        for place in fresh.values():
            self._remember(place)
        await self._places.put_all(
            {place.id: json.dumps(asdict(place)) for place in fresh.values()}
        )

    async def forget(self, channel_id: str) -> None:
        """A channel or thread is gone."""
        self._known.pop(channel_id, None)
        self._joined.discard(channel_id)
        await self._places.drop(channel_id)
        await self._joins.drop(channel_id)

    async def join(self, thread_id: str) -> None:
        """The bot was spoken to in a thread or in its first message: it takes part from now on."""
        if thread_id not in self._joined:
            self._remember_joined(thread_id)
            await self._joins.put(thread_id, "1")

    async def is_joined(self, thread_id: str) -> bool:
        """Whether the bot takes part in a thread that it did not open."""
        if thread_id in self._joined:
            return True
        joined = await self._joins.get(thread_id) is not None
        if joined:
            self._remember_joined(thread_id)
        return joined

    def _remember(self, place: Place) -> Place:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[place.id] = place
        return place

    def _remember_joined(self, thread_id: str) -> None:
        if len(self._joined) >= REMEMBERED:
            self._joined.clear()
        self._joined.add(thread_id)


def read_places(channels: Iterable[Payload], *, guild_id: str = "") -> list[Place]:
    """Read channels and threads as Discord describes them; what has no id or type is left out."""
    return [place for raw in channels if (place := _place(raw, guild_id))]


def _place(raw: Payload, guild_id: str) -> Place | None:
    if "id" not in raw or "type" not in raw:
        return None
    return Place(
        id=str(raw["id"]),
        type=int(raw["type"]),
        guild_id=str(raw.get("guild_id") or guild_id or ""),
        parent_id=str(raw.get("parent_id") or ""),
        owner_id=str(raw.get("owner_id") or ""),
    )
