"""What waits to be learnt from each conversation, leased to one holder at a time."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from redis.asyncio import Redis

from bot.engine import codec
from bot.engine.client.connection import guarded
from bot.engine.keys import HISTORY_SECONDS, ConversationKeys
from bot.engine.plans import SPEAKER
from bot.engine.scripts import source
from bot.vocabulary.memory import Lesson
from bot.vocabulary.messages import ConversationRef

logger = logging.getLogger(__name__)

LESSONS_A_TRY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningTimes:
    """Times in seconds.

    ``lease`` is how long a conversation is left to who learns from it, and waits after a first failed
    try; each further one waits four times as long, up to ``longest``. A conversation is over after
    ``idle`` of silence; ``keep`` is how long what is known of its learning is kept.
    """

    lease: float = 60.0
    longest: float = 3600.0
    idle: float = 1800.0
    keep: int = HISTORY_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What was said in a conversation since its last episode.

    ``speakers`` are the identities of the customers who wrote, ``since`` is when the last episode
    ended. ``is_over`` says that nobody goes on, because of silence or because a case was closed.
    """

    speakers: tuple[str, ...]
    is_direct: bool
    since: datetime | None
    is_over: bool
    spoken: str = ""
    over: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Lessons leased to one holder, oldest first; ``at`` is the server's time, ``tries`` counts.

    ``texts`` are the lessons as they are stored, also those that could not be read.
    """

    ref: ConversationRef
    holder: str
    tries: int
    at: datetime
    lessons: tuple[Lesson, ...]
    stretch: Stretch
    texts: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a try came to.

    ``stays`` says that the lessons are to be tried again. ``concluded`` is until when the stretch was
    concluded; ``waits`` says instead that it goes on with an open case.
    """

    stays: bool = False
    concluded: datetime | None = None
    waits: bool = False


class LessonQueue:
    """Leases conversations to learn from; each step is one atomic script.

    Every method raises ``StateUnavailableError`` when Redis did not answer within ``deadline``.
    """

    def __init__(self, redis: Redis, times: LearningTimes, *, deadline: float) -> None:
        self._times = times
        self._deadline = deadline
        self._take = redis.register_script(source("take_lessons"))
        self._settle = redis.register_script(source("settle_lessons"))

    async def take(self, ref: ConversationRef, holder: str) -> Taken | None:
        """Lease a conversation whose time has come; None when there is nothing to do."""
        keys, times = ConversationKeys(ref), self._times
        pace = (times.lease, times.longest, LESSONS_A_TRY, times.keep)
        async with guarded(self._deadline):
            reply = await self._take(
                keys=[keys.learning, keys.learnt, keys.lessons],
                args=[keys.reference, holder, *pace],
            )
        if not reply:
            return None
        tries, now, fields, texts = reply
        known = dict(zip(fields[::2], fields[1::2], strict=True))
        return Taken(
            ref=ref,
            holder=holder,
            tries=int(tries),
            at=_time(now),
            lessons=tuple(_readable(texts)),
            stretch=_stretch(known, float(now), times.idle),
            texts=texts,
        )

    async def settle(self, taken: Taken, settlement: Settlement) -> bool:
        """Drop the lessons that were read, and say when to look again.

        Returns False when another has the conversation by now: then nothing changes.
        """
        keys, stretch = ConversationKeys(taken.ref), taken.stretch
        learnt = () if settlement.stays else taken.texts
        args = (int(settlement.stays), _became(settlement), stretch.spoken, stretch.over)
        async with guarded(self._deadline):
            settled = await self._settle(
                keys=[keys.learning, keys.learnt, keys.lessons],
                args=[keys.reference, taken.holder, self._times.idle, *args, *learnt],
            )
        return cast(int, settled) == 1


def _readable(texts: Sequence[str]) -> Iterator[Lesson]:
    for text in texts:
        try:
            yield codec.loads(codec.lesson, text)
        except ValueError as error:
            logger.warning("a lesson can't be read", extra={"error": str(error)})


def _became(settlement: Settlement) -> str:
    if settlement.concluded is not None:
        return settlement.concluded.isoformat()
    return "open" if settlement.waits else ""


def _stretch(known: dict[str, str], now: float, idle: float) -> Stretch:
    spoken, over = known.get("spoken", ""), known.get("over", "")
    is_silent = bool(spoken) and now >= float(spoken) + idle
    since = known.get("since")
    return Stretch(
        speakers=tuple(
            sorted(name.removeprefix(SPEAKER) for name in known if name.startswith(SPEAKER))
        ),
        is_direct=known.get("direct") == "1",
        since=datetime.fromisoformat(since) if since else None,
        is_over=bool(over) or is_silent,
        spoken=spoken,
        over=over,
    )


def _time(seconds: str) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
