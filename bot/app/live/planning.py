"""What a change would make of the overlay: resolved, allowed, validated; nothing is stored yet (pure)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.app.live.checks import check_change
from bot.app.live.fitting import Check, Fitted, as_text, checked, without
from bot.app.live.records import Record
from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.steering import ANYTHING, Edit, OvertakenError, RefusedSettingError
from config.fields import Kind, field_at
from config.fixed import why_fixed
from config.live import Ground
from config.overlay import Entry, UnfitError, edited, has
from config.paths import Path, path_of, steps_of
from config.settings import Settings
from config.views import NoSuchSettingError, Views


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change that may be stored: the settings with it, and what it makes of the stored overlay.

    ``old`` and ``new`` are values by path; ``before`` is what stood in the overlay where it writes.
    """

    settings: Settings
    entries: Mapping[str, Entry]
    removes: Sequence[str]
    sets: Mapping[str, str]
    edits: tuple[str, ...]
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    before: Mapping[str, Entry]
    undoes: int | None = None


Rewrite = Callable[[dict[str, Entry]], dict[str, Entry]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Plans changes of one state: what is stored, and what of it counts."""

    ground: Ground
    check: Check
    stored: Mapping[str, str]
    fitted: Fitted
    number: int

    @property
    def views(self) -> Views:
        """How the settings are seen in this state."""
        return views_of(self.ground, self.fitted)

    def changed(self, edits: Sequence[Edit]) -> Draft:
        """Plan edits.

        Raises:
            RefusedSettingError: One of them is wrong or not to be changed here.
            OvertakenError: Something else stands there than one of them expects.
        """
        entries = dict(self.fitted.entries)
        marks: list[tuple[str, Entry | None]] = []
        for edit in edits:
            self._check_expected(edit)
            mark = self._mark(edit, entries)
            marks.append(mark)
            entries = edited(entries, [mark])
        if not marks:
            raise RefusedSettingError("Nothing was named that should change.")
        return self._draft(tuple(path for path, _ in marks), lambda known: edited(known, marks))

    def _check_expected(self, edit: Edit) -> None:
        if edit.expects is ANYTHING or _value(self.views, edit.path) == edit.expects:
            return
        raise OvertakenError(
            f"{edit.path.strip()} was changed by somebody else at this moment: look again, and try again."
        )

    def undone(self, record: Record) -> Draft:
        """Plan to take a change back: what it wrote goes, what it covered stands again.

        Raises:
            RefusedSettingError: What was there before can't be any more.
        """

        def back(known: dict[str, Entry]) -> dict[str, Entry]:
            return edited(known, [(path, None) for path in record.edits]) | dict(record.before)

        return self._draft(record.edits, back, undoes=record.change.number)

    def _draft(self, paths: tuple[str, ...], rewrite: Rewrite, undoes: int | None = None) -> Draft:
        entries = rewrite(dict(self.fitted.entries))
        try:
            settings = checked(self.ground, entries, self.check)
            check_change(self.fitted.settings, settings)
        except (UnfitError, ConfigurationError) as error:
            raise RefusedSettingError(str(error)) from None
        covered = [known for path in paths for known in without(self.stored, path)]
        written = rewrite({})
        after = views_of(self.ground, Fitted(settings=settings, entries=entries))
        return Draft(
            settings=settings,
            entries=entries,
            removes=[path for path in dict.fromkeys(covered) if path not in written],
            sets={path: as_text(entry) for path, entry in written.items()},
            edits=tuple(dict.fromkeys(paths)),
            old={path: _value(self.views, path) for path in paths},
            new={path: _value(after, path) for path in paths},
            before={
                path: self.fitted.entries[path] for path in covered if path in self.fitted.entries
            },
            undoes=undoes,
        )

    def _mark(self, edit: Edit, entries: Mapping[str, Entry]) -> tuple[str, Entry | None]:
        """Return an edit with its path in the one form, if it may be made."""
        takes_back = edit.value is None and not edit.removes
        if takes_back and without(self.stored, edit.path):
            # Also what is nobody's setting any more can be taken back.
            return edit.path.strip(), None
        path = self._path(edit, entries)
        name = path_of(path)
        if takes_back:
            return name, None
        if not edit.removes:
            return name, Entry(value=edit.value, by=self.number + 1)
        # What stands in the file, or in an item that was added whole, needs to be taken out of it.
        left = self.ground.tree_with(edited(entries, [(name, None)]))
        taken_out = Entry(removes=True, by=self.number + 1)
        return name, taken_out if has(Settings, left, path) else None

    def _path(self, edit: Edit, entries: Mapping[str, Entry]) -> Path:
        views = self.views
        try:
            path = views.resolved(edit.path)
        except NoSuchSettingError as error:
            raise RefusedSettingError(str(error)) from None
        kind = field_at(Settings, path)
        if kind is not None and (why := why_fixed(path, kind)):
            raise RefusedSettingError(why)
        self._refuse_missing(path, entries)
        name = path_of(path)
        if edit.removes and kind is not None:
            parent = field_at(Settings, path[:-1]) if len(path) > 1 else None
            if parent is None or parent.kind not in {Kind.TABLE, Kind.OPEN}:
                raise RefusedSettingError(
                    f"{name} is a setting, which can't be taken out: give it another value."
                )
            if not has(Settings, self.ground.tree_with(entries), path):
                raise RefusedSettingError(f"There is no {name}: nothing was changed.")
        return path

    def _refuse_missing(self, path: Path, entries: Mapping[str, Entry]) -> None:
        """An item must be there before anything of it can change."""
        tree = self.ground.tree_with(entries)
        for end in range(2, len(path)):
            item = path[:end]
            if item[-1].is_item and not has(Settings, tree, item):
                raise RefusedSettingError(
                    f"There is no {path_of(item)}: correct its name, or add it as a whole."
                )


def views_of(ground: Ground, fitted: Fitted) -> Views:
    """Return how settings are seen."""
    return Views(
        settings=fitted.settings,
        file=ground.file,
        started=ground.started,
        tree=ground.tree_with(fitted.entries),
        overlay=fitted.entries,
    )


def _value(views: Views, path: str) -> Any:
    steps = steps_of(path)
    try:
        return views.value(views.resolved(path)) if steps else None
    except NoSuchSettingError:
        return None
