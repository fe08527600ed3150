"""Those of the stored changes that fit what file and environment say: nothing else may count (pure).

A file that was edited since, or a hand in Redis, can leave changes that fit no more. They stop no start
and take no good value's place: each is left out, and named.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, cast

from bot.vocabulary.errors import ConfigurationError
from config.live import Ground
from config.overlay import Entry, UnfitError, edited
from config.settings import Settings

Check = Callable[[Settings], object]
"""Raises ``ConfigurationError`` for settings that can't be meant together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """Settings with the entries that count, and why others (by path) do not."""

    settings: Settings
    entries: Mapping[str, Entry]
    unfit: Mapping[str, str] = field(default_factory=dict[str, str])


def as_text(entry: Entry) -> str:
    """Write an entry as it is stored."""
    return json.dumps({"value": entry.value, "removes": entry.removes, "by": entry.by})


def entry_of(text: str) -> Entry:
    """Read a stored entry.

    Raises:
        UnfitError: It is damaged.
    """
    try:
        found = cast(Mapping[str, Any], json.loads(text))
        return Entry(value=found["value"], removes=bool(found["removes"]), by=int(found["by"]))
    except (ValueError, LookupError, TypeError):
        raise UnfitError("What is stored can't be read: set it anew, or take it back.") from None


def checked(ground: Ground, entries: Mapping[str, Entry], check: Check) -> Settings:
    """Return the settings with an overlay, if they can be meant so.

    Raises:
        UnfitError: They can't.
    """
    settings = ground.settings_with(entries)
    try:
        check(settings)
    except ConfigurationError as error:
        raise UnfitError(str(error)) from None
    return settings


def fitted(
    ground: Ground,
    stored: Mapping[str, str],
    check: Check,
    before: Mapping[str, Entry] | None = None,
) -> Fitted:
    """Take all stored entries that fit together; ``before`` are those that counted until now.

    An entry that can't be used leaves its place to the one before.
    """
    entries, unfit = _read(stored)
    kept = {path: entry for path, entry in (before or {}).items() if path in unfit}
    try:
        settings = checked(ground, {**kept, **entries}, check)
    except UnfitError:
        return _those_that_fit(ground, {**kept, **entries}, check, before or {}, unfit)
    return Fitted(settings=settings, entries={**kept, **entries}, unfit=unfit)


def _read(stored: Mapping[str, str]) -> tuple[dict[str, Entry], dict[str, str]]:
    entries: dict[str, Entry] = {}
    unfit: dict[str, str] = {}
    for path, text in stored.items():
        try:
            entries[path] = entry_of(text)
        except UnfitError as error:
            unfit[path] = str(error)
    return entries, unfit


def _those_that_fit(
    ground: Ground,
    entries: Mapping[str, Entry],
    check: Check,
    before: Mapping[str, Entry],
    unfit: Mapping[str, str],
) -> Fitted:
    """Add change after change as long as the settings stay good, and again what was in need of another."""
    found = _Growing(ground=ground, check=check, unfit=dict(unfit))
    left = [dict(group) for _, group in groupby(_in_order(entries), key=lambda item: item[1].by)]
    for split in (False, True):
        groups = (
            [{path: entry} for group in left for path, entry in group.items()] if split else left
        )
        left = found.grown(groups)
    for group in left:
        for path in group:
            found.stay(path, before)
    return Fitted(settings=found.settings or ground.base, entries=found.entries, unfit=found.unfit)


def _in_order(entries: Mapping[str, Entry]) -> Sequence[tuple[str, Entry]]:
    return sorted(entries.items(), key=lambda item: item[1].by)


@dataclass(slots=True, kw_only=True)
class _Growing:
    """Settings that entries are added to as long as they stay good."""

    ground: Ground
    check: Check
    unfit: dict[str, str]
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    settings: Settings | None = None

    def grown(self, groups: list[dict[str, Entry]]) -> list[dict[str, Entry]]:
        """Add the groups that fit, round by round; returns those that never did."""
        while groups:
            left = self._added(groups)
            if len(left) == len(groups):
                return left
            groups = left
        return []

    def stay(self, path: str, before: Mapping[str, Entry]) -> None:
        """Let a path have what counted there until now, if that fits."""
        if path in before:
            self._refused({path: before[path]})

    def _added(self, groups: list[dict[str, Entry]]) -> list[dict[str, Entry]]:
        """Add those that fit, earlier ones first; returns the others.

        All are tried at once and then by halves, for most fit: a check of all settings takes its time.
        """
        together = {path: entry for group in groups for path, entry in group.items()}
        why = self._refused(together)
        if not why:
            for path in together:
                self.unfit.pop(path, None)
            return []
        if len(groups) == 1:
            self.unfit.update(dict.fromkeys(together, why))
            return groups
        middle = len(groups) // 2
        return [*self._added(groups[:middle]), *self._added(groups[middle:])]

    def _refused(self, entries: Mapping[str, Entry]) -> str:
        """Add entries; where the settings would be good no more, say why, and add none."""
        wanted = {**self.entries, **entries}
        try:
            self.settings = checked(self.ground, wanted, self.check)
        except UnfitError as error:
            return str(error)
        self.entries = wanted
        return ""


def without(stored: Mapping[str, str], path: str) -> list[str]:
    """Return the stored paths at and below one, also those that are nobody's setting any more."""
    marks = {known: Entry() for known in stored}
    return [known for known in marks if known not in edited(marks, [(path, None)])]
