"""Where the bot takes part, and how far it has heard each place: the watermarks for the back-fill.

A place is a direct channel or a thread; the field ``C1:171.2`` holds the ``ts`` of the last message
that was handed over there. A thread with a field is one in which no mention is needed any more.
"""

from collections.abc import Mapping

from adapters.slack.kept import Kept, by_value
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.tools import AdapterStore

SECTION = "places"
REMEMBERED = 10_000
KEPT = 10_000


class Places:
    """Remembers places in the store, and the latest of them in this process too."""

    def __init__(self, store: AdapterStore) -> None:
        self._kept = Kept(store, SECTION, most=KEPT, moment=by_value)
        self._heard: dict[str, float] = {}

    async def joined(self, place: ConversationRef) -> bool:
        """Whether the bot takes part in a thread."""
        name = _name(place)
        return name in self._heard or await self._kept.get(name) is not None

    async def heard(self, place: ConversationRef, ts: str) -> None:
        """Take part in a place from now on, and note the last message that was handed over."""
        name, moment = _name(place), float(ts)
        if self._heard.get(name, 0.0) >= moment:
            return
        await self._kept.put(name, ts)
        self._heard.pop(name, None)
        self._heard[name] = moment
        if len(self._heard) > REMEMBERED:
            del self._heard[next(iter(self._heard))]

    async def all(self) -> Mapping[tuple[str, str | None], str]:
        """Return (channel, thread or None) → watermark, the most recently heard first."""
        found = await self._kept.read()
        latest = sorted(found.items(), key=lambda item: float(item[1]), reverse=True)
        return {_parts(name): ts for name, ts in latest}

    async def leave(self, channel: str, thread: str | None) -> None:
        """Forget a place."""
        name = f"{channel}:{thread or ''}"
        self._heard.pop(name, None)
        await self._kept.drop(name)


def _name(place: ConversationRef) -> str:
    return f"{place.channel_id}:{place.thread_id or ''}"


def _parts(name: str) -> tuple[str, str | None]:
    channel, _, thread = name.partition(":")
    return channel, thread or None
