"""Takes a topic back when its quality falls, proposes the next step, and has the desk told: once each.

One process at a time watches, by a lease. What is to be told is kept before anything is changed, so that a
crash anywhere only delays it; the change has a key of its own, and an alarm rings once.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.app.rollout.building import build_rules
from bot.app.rollout.falling import WATCHED, Fall, fall_of
from bot.app.rollout.standing import GENERAL, TABLE, Standing, item_path, standings
from bot.conversation.rollout.notices import Notice, NoticeKind, written
from bot.engine.evidence import EvidenceReader, RolloutStore
from bot.rollout.judging import summary
from bot.vocabulary.alarms import Alarm, AlarmKind, Bell
from bot.vocabulary.errors import StateUnavailableError
from bot.vocabulary.messages import ConversationRef
from bot.vocabulary.rollout import OTHER, OTHER_NAME, RolloutMode
from bot.vocabulary.steering import Edit, Editor, LiveSettings, RefusedSettingError
from config.settings import Settings

logger = logging.getLogger(__name__)

EVERY_SECONDS = 30.0
LEASE_SECONDS = 90.0

PROPOSED_AGAIN = timedelta(days=7)
"""What nobody has clicked is not proposed again sooner."""

RELEVO = "relevo"
"""Who acts when the watch does, for the log of changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A notice that is not set to ring yet, and when it was decided: that names all that follows."""

    notice: Notice
    at: datetime


_pending = TypeAdapter(Pending)

SetAlarm = Callable[[Bell], Awaitable[None]]


class RolloutWatch:
    """Looks every half a minute, in one of all processes."""

    def __init__(
        self,
        *,
        settings: Callable[[], Settings],
        live: LiveSettings,
        evidence: EvidenceReader,
        store: RolloutStore,
        desk: ConversationRef | None,
        set_alarm: SetAlarm,
    ) -> None:
        """Build it; ``settings`` gives those that count now, without a ``desk`` nobody is told."""
        self._settings = settings
        self._live = live
        self._evidence = evidence
        self._store = store
        self._desk = desk
        self._set_alarm = set_alarm
        self._holder = secrets.token_hex(8)

    async def run(self, every_seconds: float = EVERY_SECONDS) -> None:
        """Watch for ever; an unreachable Redis only delays it."""
        while True:
            try:
                await self.look()
            except StateUnavailableError as error:
                logger.warning("modes not watched", extra={"error": str(error)})
            await asyncio.sleep(every_seconds)

    async def look(self) -> bool:
        """Look once; False while another process watches.

        Raises:
            StateUnavailableError: Redis did not answer in time.
        """
        if not await self._store.lease(self._holder, LEASE_SECONDS):
            return False
        await self._tell_all()
        now = datetime.fromtimestamp(await self._store.now(), UTC)
        settings = self._settings()
        found = await standings(settings, self._live, await self._evidence.all())
        for standing in found:
            await self._take_back(settings, standing, now)
        await self._propose([one for one in found if one.proposes is not None], now)
        await self._tell_all()
        return True

    async def _take_back(self, settings: Settings, standing: Standing, now: datetime) -> None:
        rollout, after = settings.rollout, WATCHED.get(standing.mode)
        if after is None or not rollout.demotes:
            return
        fall = await asyncio.to_thread(
            fall_of,
            standing,
            at=now,
            evidence=rollout.evidence,
            drop=rollout.drop,
            false_alarms=rollout.false_alarms,
        )
        if fall is not None:
            notice = _fallen(standing, after, fall)
            key = f"{notice.kind}|{standing.topic}"
            await self._store.note(key, _text(Pending(notice=notice, at=now)))

    async def _propose(self, ready: Sequence[Standing], now: datetime) -> None:
        if not ready:
            return
        proposed = await self._store.proposed()
        for standing in ready:
            if standing.proposes is None:
                continue
            about = f"{standing.topic}|{standing.proposes}"
            last = datetime.fromtimestamp(proposed.get(about, 0.0), UTC)
            if now - last >= PROPOSED_AGAIN:
                notice = _proposed(standing, standing.proposes)
                key = f"{notice.kind}|{standing.topic}"
                text = _text(Pending(notice=notice, at=now))
                await self._store.propose(key, text, about=about, at=now)

    async def _tell_all(self) -> None:
        for key, text in (await self._store.notices()).items():
            try:
                pending = _pending.validate_json(text)
            except ValueError:
                logger.warning("a notice of another version", extra={"notice": key})
                continue
            notice = await self._done(pending)
            if notice is not None and self._desk is not None:
                alarm = Alarm(kind=AlarmKind.NOTICE, at=pending.at, about=written(notice))
                await self._set_alarm(Bell(conversation=self._desk, alarm=alarm))
            await self._store.told(key)

    async def _done(self, pending: Pending) -> Notice | None:
        """Take a topic back before that is told; None when somebody has changed its mode meanwhile."""
        notice = pending.notice
        if notice.kind is not NoticeKind.DEMOTED:
            return notice
        by = Editor(
            actor_id=RELEVO,
            actor="Relevo",
            place="",
            at=pending.at,
            key=f"rollout|{notice.topic}|{pending.at.timestamp()}",
        )
        try:
            change = await self._live.done(by.key)
            if change is None:
                if self._mode(notice.topic) is not notice.before:
                    return None
                edits = edits_of(notice.topic, notice.before, notice.after, self._live)
                change = await self._live.change(edits, by)
        except RefusedSettingError as error:
            logger.warning("a topic was not taken back", extra={"error": str(error)})
            return None
        logger.warning(
            "a topic was taken back",
            extra={"topic": notice.topic, "mode": notice.after, "change": change.number},
        )
        return replace(notice, change=change.number)

    def _mode(self, topic: str) -> RolloutMode:
        return build_rules(self._settings()).of(topic).mode


def edits_of(topic: str, before: RolloutMode, after: RolloutMode, live: LiveSettings) -> list[Edit]:
    """Return the edits that take a topic from one mode to another; all others stay where they are.

    They rest on what stands there now: whoever changes it at this moment is not overruled.
    """
    rows: dict[str, dict[str, Any]] = {row["name"]: row for row in live.value(TABLE)}
    if topic != OTHER:
        return [_own(topic, after.value, rows)]
    names = [str(row["name"]) for row in live.value("topics")]
    if OTHER_NAME not in names and rows.get(OTHER_NAME, {}).get("mode") is not None:
        return [_own(OTHER_NAME, after.value, rows)]
    follow = [name for name in names if rows.get(name, {}).get("mode") is None]
    return [
        Edit(path=GENERAL, value=after.value, expects=before.value),
        *(_own(name, before.value, rows) for name in follow),
    ]


def _own(topic: str, mode: str, rows: dict[str, dict[str, Any]]) -> Edit:
    path = item_path(topic)
    if topic in rows:
        return Edit(path=f"{path}.mode", value=mode, expects=rows[topic].get("mode"))
    return Edit(path=path, value={"name": topic, "mode": mode}, expects=None)


def _fallen(standing: Standing, after: RolloutMode, fall: Fall) -> Notice:
    return Notice(
        kind=NoticeKind.DEMOTED,
        topic=standing.topic,
        before=standing.mode,
        after=after,
        of=fall.now.of,
        percent=round(100 * fall.now.rate),
        low=round(100 * fall.now.low),
        high=round(100 * fall.now.high),
        base_of=fall.base.of,
        base_percent=round(100 * fall.base.rate),
    )


def _proposed(standing: Standing, after: RolloutMode) -> Notice:
    numbers = summary(standing.mode, standing.numbers)
    return Notice(
        kind=NoticeKind.PROPOSED,
        topic=standing.topic,
        before=standing.mode,
        after=after,
        of=numbers.of,
        percent=numbers.percent,
        low=numbers.low,
        high=numbers.high,
        base_of=numbers.people_of,
        base_percent=numbers.people_percent,
    )


def _text(pending: Pending) -> str:
    return _pending.dump_json(pending).decode()


def open_rollout_watch(
    redis: Redis,
    *,
    settings: Callable[[], Settings],
    live: LiveSettings,
    desk: ConversationRef | None,
    set_alarm: SetAlarm,
) -> RolloutWatch:
    """Build the watch of a worker process over its Redis."""
    deadline = settings().redis.deadline_seconds
    return RolloutWatch(
        settings=settings,
        live=live,
        evidence=EvidenceReader(redis, deadline=deadline),
        store=RolloutStore(redis, deadline=deadline),
        desk=desk,
        set_alarm=set_alarm,
    )
