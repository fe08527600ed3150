"""How far the events are durable: what a restart needs to go on without a gap.

- the gateway's session and the number of its last event that the core has stored (RESUME)
- the last message of each channel, and of all together (back-fill when the session is lost)
- where the last messages stood and who wrote them: a deletion names neither
- when the bot has identified itself, for Discord counts that
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.discord.parse import created_at, snowflake_at
from bot.vocabulary.messages import Author, ConversationRef, IncomingMessage
from bot.vocabulary.tools import AdapterStore

SESSION = "session"
FLOOR = "floor"
SEEN = "seen:"
STANDS = "stands:"
IDENTIFIES = "identifies"
RECENT_MOST = 3000
SEEN_MOST = 20_000
SPARE = 500
OUT_OF_ORDER = timedelta(seconds=10)
"""So much earlier a message may be than another one that came before it."""

CLOCK_SKEW = timedelta(minutes=1)

HOUR, DAY = 3600.0, 86_400.0
QUICK_AN_HOUR = 20
CALM_SECONDS = 120.0
A_DAY = 900
"""Below Discord's 1,000 a day, beyond which it resets the bot's token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySession:
    """A session that can be resumed after event number ``sequence``."""

    id: str
    url: str
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a message stands and who wrote it; the name is only known to the process that heard it."""

    place: ConversationRef
    writer: Author


class Progress:
    """See the module. One process at a time writes it: the one that holds the gateway.

    What is noted of an event is written together with its number, in one step.
    """

    def __init__(self, store: AdapterStore) -> None:
        self._store = store
        self._floor = 0
        self._seen: dict[str, int] = {}
        self._stands: dict[str, Whereabouts] = {}
        self._noted: dict[str, str] = {}

    async def load(self) -> GatewaySession | None:
        """Read everything back; returns the session that may be resumed."""
        kept = await self._store.read(SESSION)
        self._noted = {}
        self._floor = int(kept.get(FLOOR) or 0)
        self._seen = {key: int(value) for key, value in _part(kept, SEEN)}
        stands = sorted(_part(kept, STANDS), key=lambda item: int(item[0]))
        self._stands = {key: _read(value) for key, value in stands}
        if not {"id", "url", "sequence"} <= kept.keys():
            return None
        return GatewaySession(id=kept["id"], url=kept["url"], sequence=int(kept["sequence"]))

    async def begin(self, session: GatewaySession) -> None:
        """A new session has begun, and whatever was missed before it is stored."""
        if not self._floor:
            self._raise_floor(snowflake_at(datetime.now(UTC) - CLOCK_SKEW))
        await self._write({"id": session.id, "url": session.url, "sequence": str(session.sequence)})

    async def reach(self, sequence: int) -> None:
        """All events up to a number are stored."""
        await self._write({"sequence": str(sequence)})

    def witness(self, channel_id: str, message_id: str) -> None:
        """A message was told by a living session, be it for the bot or not."""
        self._raise_floor(message_id)
        if channel_id in self._seen:
            self.see(channel_id, message_id)

    def _raise_floor(self, message_id: str) -> None:
        self._floor = int(message_id)
        self._noted[FLOOR] = message_id

    @property
    def floor(self) -> int | None:
        """Return an id such that all older messages were told; None before the first session."""
        moment = created_at(str(self._floor)) - OUT_OF_ORDER
        return int(snowflake_at(moment)) if self._floor else None

    def see(self, channel_id: str, message_id: str) -> None:
        """A message of a channel was stored."""
        if int(message_id) > self._seen.get(channel_id, 0):
            self._seen[channel_id] = int(message_id)
            self._noted[SEEN + channel_id] = message_id

    def remember(self, message: IncomingMessage) -> None:
        """Keep where a message stands, for a while."""
        found = Whereabouts(place=message.conversation, writer=message.author)
        self._stands[message.id] = found
        self._noted[STANDS + message.id] = _written(found)

    def whereabouts(self, message_id: str) -> Whereabouts | None:
        """Find a message that was heard lately."""
        return self._stands.get(message_id)

    def channels(self) -> Iterator[tuple[str, str]]:
        """Channel and last message of each, the most recently active first."""
        for channel, message in sorted(self._seen.items(), key=lambda item: -item[1]):
            yield channel, str(message)

    async def forget(self, channel_id: str) -> None:
        """A channel is gone."""
        self._noted.pop(SEEN + channel_id, None)
        if self._seen.pop(channel_id, None) is not None:
            await self._store.drop(SESSION, [SEEN + channel_id])

    async def _write(self, fields: Mapping[str, str]) -> None:
        await self._store.put(SESSION, {**self._noted, **fields})
        self._noted = {}
        await self._tidy()

    async def _tidy(self) -> None:
        """Let go of the oldest, so that what is kept stays small."""
        old: list[str] = []
        if len(self._stands) > RECENT_MOST + SPARE:
            for message_id in list(self._stands)[:SPARE]:
                del self._stands[message_id]
                old.append(STANDS + message_id)
        if len(self._seen) > SEEN_MOST + SPARE:
            for channel_id in sorted(self._seen, key=self._seen.__getitem__)[:SPARE]:
                del self._seen[channel_id]
                old.append(SEEN + channel_id)
        if old:
            await self._store.drop(SESSION, old)


class IdentifyBudget:
    """Keeps a crash loop from using up the day's IDENTIFYs, across restarts."""

    def __init__(self, store: AdapterStore, *, spacing: float) -> None:
        self._store = store
        self._spacing = spacing

    async def delay(self, now: float) -> float:
        """Return the seconds until the bot may identify itself."""
        return identify_delay(await self._times(now), now, spacing=self._spacing)

    async def spend(self, now: float) -> None:
        """Count one."""
        times = [*await self._times(now), now]
        await self._store.put(IDENTIFIES, {"times": json.dumps(times)})

    async def left(self, now: float) -> int:
        """Return how many are left of the day's."""
        return max(0, A_DAY - len(await self._times(now)))

    async def _times(self, now: float) -> list[float]:
        kept = await self._store.get(IDENTIFIES, "times")
        return [moment for moment in json.loads(kept or "[]") if now - DAY < moment <= now]


def identify_delay(times: Sequence[float], now: float, *, spacing: float) -> float:
    """Return the seconds to wait, given the sorted times of the day's IDENTIFYs (epoch seconds)."""
    if not times:
        return 0.0
    if len(times) >= A_DAY:
        return max(0.0, times[-A_DAY] + DAY - now)
    quick = sum(moment > now - HOUR for moment in times) < QUICK_AN_HOUR
    return max(0.0, times[-1] + (spacing if quick else CALM_SECONDS) - now)


def _part(kept: Mapping[str, str], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in kept.items():
        if name.startswith(prefix):
            yield name.removeprefix(prefix), value


def _written(found: Whereabouts) -> str:
    """Names are left out: what is kept here is not reached when a person is forgotten."""
    return json.dumps([str(found.place), found.writer.user_id, found.writer.is_external])


def _read(text: str) -> Whereabouts:
    place, user_id, is_external = json.loads(text)
    writer = Author(user_id=user_id, display_name=user_id, is_external=is_external)
    return Whereabouts(place=ConversationRef.parse(place), writer=writer)
