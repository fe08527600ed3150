"""Who wrote last in each thread: Slack wants to know for whom an answer is, and in which language.

Kept in the store, because the process that answers need not be the one that listens.
"""

from dataclasses import dataclass

from adapters.slack.kept import Kept, by_value
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.tools import AdapterStore

SECTION = "writers"
KEPT = 5000
REMEMBERED = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """A person, and the workspace they belong to."""

    user_id: str
    team_id: str


class Writers:
    """Remembers the last writer of each thread, and the latest of them in this process too."""

    def __init__(self, store: AdapterStore) -> None:
        self._kept = Kept(store, SECTION, most=KEPT, moment=by_value)
        self._noted: dict[str, Writer] = {}

    async def note(self, place: ConversationRef, writer: Writer, ts: str) -> None:
        """Remember who wrote in a place; places that are no threads are passed over."""
        if place.thread_id is None:
            return
        name = _name(place.channel_id, place.thread_id)
        if self._noted.get(name) == writer:
            return
        await self._kept.put(name, f"{writer.user_id} {writer.team_id} {ts}")
        self._noted.pop(name, None)
        self._noted[name] = writer
        if len(self._noted) > REMEMBERED:
            del self._noted[next(iter(self._noted))]

    async def last(self, channel: str, thread: str | None) -> Writer | None:
        """Return who wrote last in a thread; None when that is not known, or it is none."""
        if thread is None:
            return None
        stored = await self._kept.get(_name(channel, thread))
        if stored is None:
            return None
        user_id, team_id, _ = stored.split(" ")
        return Writer(user_id=user_id, team_id=team_id)


def _name(channel: str, thread: str) -> str:
    return f"{channel}:{thread}"
