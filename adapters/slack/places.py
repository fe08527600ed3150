"""Where the bot takes part, since when, and how far it has heard each place, for the back-fill.

A place is a direct channel or a thread; the field ``C1:171.2`` holds when the bot was called there
and the ``ts`` of the last message that was handed over. In such a thread no mention is needed any
more; what people said there before is theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.kept import Kept, by_value
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.tools import AdapterStore

SECTION = "places"
REMEMBERED = 10_000
KEPT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The bot's part in a place: since when, and up to which message, as time stamps."""

    joined: float
    heard: float


class Places:
    """Remembers places in the store, and the latest of them in this process too."""

    def __init__(self, store: AdapterStore) -> None:
        self._kept = Kept(store, SECTION, most=KEPT, moment=by_value)
        self._known: dict[str, Part] = {}

    async def hears(self, place: ConversationRef, ts: str) -> bool:
        """Whether a message needs no mention: it was written when the bot took part already."""
        name, moment = _name(place), float(ts)
        known = self._known.get(name)
        if known is None or moment < known.joined:
            known = _read(await self._kept.get(name))
        return known is not None and moment >= known.joined

    async def heard(self, place: ConversationRef, ts: str, *, at: float | None = None) -> None:
        """Note a message that was handed over, and take part in its place from then on.

        ``at`` is when it was written or changed, if that is not its ``ts``.
        """
        name, moment = _name(place), float(ts)
        before = self._known.get(name) or _read(await self._kept.get(name))
        part = Part(joined=moment if at is None else at, heard=moment)
        if before is not None:
            part = Part(joined=min(part.joined, before.joined), heard=max(part.heard, before.heard))
        if part != before:
            await self._kept.put(name, f"{part.joined:.6f} {part.heard:.6f}")
        self._remember(name, part)

    async def all(self) -> Mapping[tuple[str, str | None], float]:
        """Return (channel, thread or None) → last message, the most recently heard first."""
        found = {name: _read(stored) for name, stored in (await self._kept.read()).items()}
        parts = {name: part.heard for name, part in found.items() if part is not None}
        latest = sorted(parts.items(), key=lambda item: item[1], reverse=True)
        return {_place(name): moment for name, moment in latest}

    async def leave(self, channel: str, thread: str | None) -> None:
        """Forget a place."""
        name = f"{channel}:{thread or ''}"
        self._known.pop(name, None)
        await self._kept.drop(name)

    def _remember(self, name: str, part: Part) -> None:
        self._known.pop(name, None)
        self._known[name] = part
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]


def _name(place: ConversationRef) -> str:
    return f"{place.channel_id}:{place.thread_id or ''}"


def _place(name: str) -> tuple[str, str | None]:
    channel, _, thread = name.partition(":")
    return channel, thread or None


def _read(stored: str | None) -> Part | None:
    """Read a part; where it is unknown since when, it is taken to begin with the last message."""
    joined, _, heard = (stored or "").rpartition(" ")
    try:
        return Part(joined=float(joined or heard), heard=float(heard))
    except ValueError:
        return None
