"""Who wrote last in each thread: Slack wants to know for whom an answer is, and in which language.

Kept in the store, because the process that answers need not be the one that listens.
"""

from dataclasses import dataclass

from adapters.kept import Kept, by_value
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.tools import AdapterStore

SECTION = "writers"
KEPT = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """A person, and the workspace they belong to."""

    user_id: str
    team_id: str


class Writers:
    """Remembers the last writer of each thread."""

    def __init__(self, store: AdapterStore) -> None:
        self._kept = Kept(store, SECTION, most=KEPT, moment=by_value)

    async def note(self, place: ConversationRef, writer: Writer, ts: str) -> None:
        """Remember who wrote in a place; a place that is no thread has nobody.

        A message that comes late makes nobody the last, whatever process heard those after it.
        """
        if place.thread_id is None:
            return
        name = _name(place.channel_id, place.thread_id)
        _, at = _read(await self._kept.get(name))
        if float(ts) > at:
            await self._kept.put(name, f"{writer.user_id} {writer.team_id} {ts}")

    async def last(self, channel: str, thread: str | None) -> Writer | None:
        """Return who wrote last in a thread; None when that is not known, or it is none."""
        if thread is None:
            return None
        return _read(await self._kept.get(_name(channel, thread)))[0]


def _name(channel: str, thread: str) -> str:
    return f"{channel}:{thread}"


def _read(stored: str | None) -> tuple[Writer | None, float]:
    """Read a writer and when it was noted; none, long ago, when that can't be read."""
    try:
        user_id, team_id, ts = (stored or "").split(" ")
        return Writer(user_id=user_id, team_id=team_id), float(ts)
    except ValueError:
        return None, float("-inf")
