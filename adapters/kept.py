"""What is remembered between processes, but never more than so much of it: the oldest gives way."""

import json
from collections.abc import Callable, Mapping

from bot.vocabulary.tools import AdapterStore

Moment = Callable[[str, str], float]
"""Reads from a field and its value when it was noted, as a time stamp or a number that grows."""


class Kept:
    """A section of the store that holds about ``most`` fields, whatever happens.

    It is tidied with a process's first new field and then once for each ``spare`` (a tenth, unless it
    is said) that are added, so that each process may go so many over.
    """

    def __init__(
        self,
        store: AdapterStore,
        section: str,
        *,
        most: int,
        moment: Moment,
        spare: int | None = None,
    ) -> None:
        self._store = store
        self._section = section
        self._most = most
        self._moment = moment
        self._spare = spare or max(1, most // 10)
        # A process that begins tidies soon: those before it may have ended short of doing so.
        self._new = self._spare

    async def read(self) -> Mapping[str, str]:
        """Return all fields."""
        return await self._store.read(self._section)

    async def get(self, field: str) -> str | None:
        """Return one field."""
        return await self._store.get(self._section, field)

    async def put(self, field: str, value: str) -> None:
        """Set one field; the oldest go when there are too many."""
        await self.put_all({field: value})

    async def put_all(self, fields: Mapping[str, str]) -> None:
        """Set several fields at once, if there are any."""
        if not fields:
            return
        await self._store.put(self._section, fields)
        self._new += len(fields)
        if self._new >= self._spare:
            self._new = 0
            await self._tidy()

    async def drop(self, field: str) -> None:
        """Remove one field."""
        await self._store.drop(self._section, [field])

    async def _tidy(self) -> None:
        fields = await self.read()
        if len(fields) > self._most:
            oldest_first = sorted(fields, key=lambda field: self._moment(field, fields[field]))
            await self._store.drop(self._section, oldest_first[: -self._most])


def by_field(field: str, _value: str) -> float:
    """Read the ``ts`` at the end of a field, as in ``C1:171.2``."""
    return _number(field.rpartition(":")[2])


def by_value(_field: str, value: str) -> float:
    """Read the ``ts`` at the end of a value, as in ``U1 171.2``."""
    return _number(value.rpartition(" ")[2])


def by_beginning(_field: str, value: str) -> float:
    """Read the time stamp at the beginning of a value, as in ``171.2 what was noted``."""
    return _number(value.partition(" ")[0])


def by_id(field: str, _value: str) -> float:
    """Read a field that is a whole number which grows with time, such as an id of Discord's."""
    return int(field) if field.isdecimal() else 0


def by_profile(_field: str, value: str) -> float:
    """Read when a profile was asked for."""
    try:
        return _number(json.loads(value)["at"])
    except (ValueError, TypeError, KeyError):
        return 0.0


def _number(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return 0.0
