"""The settings as they count now, in this process and all others: implements ``LiveSettings``."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.app.live.checks import check_together
from bot.app.live.fitting import Check, Fitted, fitted
from bot.app.live.following import POLL_SECONDS, follow
from bot.app.live.planning import Draft, Planner, views_of
from bot.app.live.records import Record, change_by, record_of, to_undo
from bot.engine.overlay import OverlayStore, StoredOverlay, Writing
from bot.vocabulary.errors import ConfigurationError, StateUnavailableError
from bot.vocabulary.steering import (
    Edit,
    Editor,
    Origin,
    RefusedSettingError,
    SettingChange,
    SettingView,
)
from config.live import Ground
from config.paths import Path
from config.settings import Settings
from config.typed import UnreadableError, typed
from config.views import NoSuchSettingError, Shown, Views, is_at_or_below

logger = logging.getLogger(__name__)

Prepare = Callable[[Settings], Callable[[], object]]
"""Makes ready for other settings, or raises ``ConfigurationError``; the returned call puts them in force."""

TRIES = 200
"""How often a change is planned anew because another one came first."""

_PAUSE_SECONDS = 0.02


class Live:
    """Implements ``LiveSettings`` over Redis.

    ``settings`` are those that count now. What depends on them is made ready before they count, all of
    it or nothing: settings that can't be used here never take a good one's place.
    """

    def __init__(self, base: Settings, store: OverlayStore, check: Check = check_together) -> None:
        self._ground = Ground(base)
        self._store = store
        self._check = check
        self._prepare: list[Prepare] = []
        self._lock = asyncio.Lock()
        self._stored = StoredOverlay()
        self._mark: str | None = None
        self._fitted = Fitted(settings=base, entries={})
        self._seen: Views | None = None
        self.damage = ""
        """Why what is stored can't be read, until it can."""

    @property
    def settings(self) -> Settings:
        """The settings that count now."""
        return self._fitted.settings

    @property
    def base(self) -> Settings:
        """Those of file and environment alone."""
        return self._ground.base

    @property
    def unfit(self) -> Mapping[str, str]:
        """Changes (by path) that are stored and don't count, and why."""
        return self._fitted.unfit

    @property
    def changed(self) -> Sequence[str]:
        """The paths of all changes that are stored."""
        return tuple(self._stored.entries)

    def on_change(self, prepare: Prepare) -> None:
        """Have something made ready with each change from now on."""
        self._prepare.append(prepare)

    async def refresh(self) -> None:
        """Take over what was changed elsewhere.

        Raises:
            StateUnavailableError: Redis did not answer in time.
        """
        async with self._lock:
            mark = await self._store.mark()
            if mark != self._mark:
                self._take(await self._store.read())
                self._mark = mark
            self.damage = ""

    async def run(self, every_seconds: float = POLL_SECONDS) -> None:
        """Follow the changes of all processes, for ever."""
        await follow(self._store, self.refresh, every_seconds)

    def value(self, path: str) -> Any:
        """See ``LiveSettings.value``."""
        steps = self._known(path)
        shown = self._views.at(steps)
        if shown.field.is_hidden:
            raise RefusedSettingError(shown.why_fixed)
        return shown.value

    def view(self, path: str) -> SettingView:
        """See ``LiveSettings.view``."""
        return _view(self._views.at(self._known(path)))

    def views(self, prefix: str = "") -> Sequence[SettingView]:
        """See ``LiveSettings.views``."""
        steps = self._known(prefix) if prefix.strip() else ()
        return [_view(shown) for shown in self._views.below(steps)]

    def parsed(self, path: str, text: str) -> Any:
        """See ``LiveSettings.parsed``."""
        shown = self._views.at(self._resolved(path))
        if shown.field.is_hidden:
            raise RefusedSettingError(shown.why_fixed)
        try:
            return typed(shown.field, text)
        except UnreadableError as error:
            raise RefusedSettingError(f"{shown.path} can't be that: {error}.") from None

    async def change(self, edits: Sequence[Edit], by: Editor) -> SettingChange:
        """See ``LiveSettings.change``."""

        async def plan(planner: Planner) -> Draft:
            return planner.changed(edits)

        return await self._stored_as(plan, by)

    async def amend(self, path: str, update: Callable[[Any], Any], by: Editor) -> SettingChange:
        """Change a value by what it is: ``update`` is given the newest, so that no other change is lost.

        What it raises comes out, and changes nothing.
        """

        async def plan(planner: Planner) -> Draft:
            return planner.changed([Edit(path=path, value=update(self.value(path)))])

        return await self._stored_as(plan, by)

    async def undo(self, number: int | None, by: Editor) -> SettingChange:
        """See ``LiveSettings.undo``."""

        async def plan(planner: Planner) -> Draft:
            return planner.undone(await to_undo(self._records(), number))

        return await self._stored_as(plan, by)

    async def done(self, key: str) -> SettingChange | None:
        """See ``LiveSettings.done``."""
        number = (await self._store.read(key)).done
        return None if number is None else await self._done(number)

    async def changes(self, limit: int, *, path: str = "") -> Sequence[SettingChange]:
        """See ``LiveSettings.changes``."""
        found: list[SettingChange] = []
        async for record in self._records():
            if len(found) >= limit:
                break
            if not path or any(is_at_or_below(one, path) for one in record.edits):
                found.append(record.change)
        return found

    async def _stored_as(self, plan: "Plan", by: Editor) -> SettingChange:
        """Plan on the newest state and store it, until no other change came between."""
        for _ in range(TRIES):
            async with self._lock:
                stored = await self._store.read(by.key)
                if stored.done is not None:
                    return await self._done(stored.done)
                self._take(stored)
                found = await self._tried(await plan(self._planner()), by)
            if found is not None:
                return found
            await asyncio.sleep(random.uniform(0, _PAUSE_SECONDS))  # noqa: S311 - spreads who comes next
        raise StateUnavailableError(
            "The settings are being changed by so many others that nothing was changed: try again."
        )

    async def _tried(self, draft: Draft, by: Editor) -> SettingChange | None:
        """Store a planned change; None when another one was first."""
        put = self._made_ready(draft.settings)
        number = self._stored.number
        change = change_by(by, number + 1, draft.old, draft.new, draft.undoes)
        record = Record(change=change, edits=draft.edits, before=draft.before)
        writing = Writing(
            key=by.key, record=record.text(), removes=draft.removes, entries=draft.sets
        )
        written = await self._store.write(writing, read=number)
        if written.result == "stale":
            return None
        if written.result == "done":
            return await self._done(written.number)
        self._stored = _after(self._stored, draft, written.number)
        self._mark = str(written.number)
        self._fitted = Fitted(
            settings=draft.settings,
            entries=draft.entries,
            unfit={
                path: why
                for path, why in self.unfit.items()
                if path in self._stored.entries and path not in draft.sets
            },
        )
        for each in put:
            each()
        return change

    async def _done(self, number: int) -> SettingChange:
        """Return the change that the same event has made before."""
        found = await self._store.record(number)
        if found is None:
            raise RefusedSettingError(
                f"That was changed before, as change {number}, which is in the log no more."
            )
        return record_of(number, found).change

    def _made_ready(self, settings: Settings) -> Sequence[Callable[[], object]]:
        """Make everything ready for other settings.

        Raises:
            RefusedSettingError: Something can't be built from them.
        """
        try:
            return [prepare(settings) for prepare in self._prepare]
        except ConfigurationError as error:
            raise RefusedSettingError(str(error)) from None

    def _take(self, stored: StoredOverlay) -> None:
        """Let what is stored count, as far as it fits; what can't be used leaves all as it is."""
        if stored.number == self._stored.number and stored.entries == self._stored.entries:
            return
        found = fitted(self._ground, stored.entries, self._check, self._fitted.entries)
        self._stored = stored
        try:
            put = self._made_ready(found.settings)
        except RefusedSettingError as error:
            logger.warning("changed settings can't be used here: %s", error)
            return
        for path, why in found.unfit.items():
            if self._fitted.unfit.get(path) != why:
                logger.warning(
                    "the change of %s does not count: %s", path, why, extra={"setting": path}
                )
        self._fitted = found
        for each in put:
            each()

    def _planner(self) -> Planner:
        return Planner(
            ground=self._ground,
            check=self._check,
            stored=self._stored.entries,
            fitted=self._fitted,
            number=self._stored.number,
        )

    async def _records(self) -> AsyncIterator[Record]:
        async for number, found in self._store.records():
            yield record_of(number, found)

    @property
    def _views(self) -> Views:
        if self._seen is None or self._seen.settings is not self._fitted.settings:
            self._seen = views_of(self._ground, self._fitted)
        return self._seen

    def _resolved(self, path: str) -> Path:
        try:
            return self._views.resolved(path)
        except NoSuchSettingError as error:
            raise RefusedSettingError(str(error)) from None

    def _known(self, path: str) -> Path:
        steps = self._resolved(path)
        if not self._views.is_there(steps):
            raise RefusedSettingError(f"There is no {path.strip()}.")
        return steps


Plan = Callable[[Planner], Awaitable[Draft]]


async def open_live(base: Settings, redis: Redis, check: Check = check_together) -> Live:
    """Open the settings as they count: file and environment, with what was changed since.

    What is stored and can't be read stops nothing: then file and environment count.

    Raises:
        ConfigurationError: File and environment can't be meant so.
        StateUnavailableError: Redis did not answer in time.
    """
    check(base)
    live = Live(base, OverlayStore(redis, deadline=base.redis.deadline_seconds), check)
    try:
        await live.refresh()
    except StateUnavailableError as error:
        if not isinstance(error.__cause__, ResponseError):
            raise
        live.damage = str(error)
        logger.warning("changed settings can't be read: %s", error)
    return live


def _after(stored: StoredOverlay, draft: Draft, number: int) -> StoredOverlay:
    kept = {path: text for path, text in stored.entries.items() if path not in draft.removes}
    return StoredOverlay(number=number, entries={**kept, **draft.sets})


def _view(shown: Shown) -> SettingView:
    return SettingView(
        path=shown.path,
        value=shown.value,
        origin=Origin(shown.where),
        is_secret=shown.field.is_hidden,
        why_fixed=shown.why_fixed,
        choices=shown.field.choices,
    )
