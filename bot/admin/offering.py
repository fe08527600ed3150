"""What can be named as an argument: choices, and what is set up or stored."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.vocabulary.commands import COMMANDS, Argument, ArgumentKind
from bot.vocabulary.steering import LiveSettings

RECENT_CHANGES = 50

TABLES = {
    ArgumentKind.TOPIC: ("topics", "name"),
    ArgumentKind.TEAM: ("teams", "name"),
    ArgumentKind.AGENT: ("agents", "id"),
    ArgumentKind.CANNED: ("canned", "name"),
}
"""Kinds that name an item of a table: the table's path, and what names its items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A value that an argument can have, and how it is shown."""

    value: str
    label: str


Documents = Callable[[], Awaitable[Sequence[Offered]]]
"""Lists the documents of the knowledge by their ids."""


async def no_documents() -> Sequence[Offered]:
    """List none."""
    return ()


class Offers:
    """Lists what can be named; an argument of a free kind has nothing to offer."""

    def __init__(self, live: LiveSettings, documents: Documents = no_documents) -> None:
        self._live = live
        self._documents = documents
        self._listed: Mapping[ArgumentKind, Callable[[], Awaitable[Sequence[Offered]]]] = {
            ArgumentKind.SETTING: self._settings,
            ArgumentKind.CHANGE: self._changes,
            ArgumentKind.COMMAND: self._commands,
            ArgumentKind.DOCUMENT: documents,
        }

    async def all(self, argument: Argument) -> Sequence[Offered]:
        """Return all that an argument can be.

        Raises:
            StateUnavailableError: The store does not answer.
            KnowledgeUnavailableError: The documents can't be read.
        """
        if argument.choices:
            return [Offered(value=choice, label=choice) for choice in argument.choices]
        if argument.kind in TABLES:
            return self._items(*TABLES[argument.kind])
        listed = self._listed.get(argument.kind)
        return await listed() if listed else ()

    async def matching(self, argument: Argument, typed: str, limit: int) -> Sequence[Offered]:
        """Return what begins with or holds what was typed, the former first."""
        wanted = typed.strip().casefold()
        found = [
            (not one.value.casefold().startswith(wanted), place, one)
            for place, one in enumerate(await self.all(argument))
            if wanted in one.value.casefold() or wanted in one.label.casefold()
        ]
        return [one for _, _, one in sorted(found, key=lambda row: row[:2])[:limit]]

    def sections(self) -> Sequence[Offered]:
        """Return the parts of the settings, in the order of the file."""
        names = dict.fromkeys(_section(view.path) for view in self._live.views())
        return [Offered(value=name, label=name) for name in names]

    def _items(self, table: str, key: str) -> Sequence[Offered]:
        items: Sequence[Mapping[str, Any]] = self._live.value(table) or ()
        return [
            Offered(value=str(item[key]), label=str(item.get("name") or item[key]))
            for item in items
        ]

    async def _settings(self) -> Sequence[Offered]:
        changeable = (one for one in self._live.views() if not one.why_fixed and not one.is_secret)
        return [Offered(value=view.path, label=view.path) for view in changeable]

    async def _changes(self) -> Sequence[Offered]:
        return [
            Offered(value=str(change.number), label=f"#{change.number} {', '.join(change.new)}")
            for change in await self._live.changes(RECENT_CHANGES)
        ]

    async def _commands(self) -> Sequence[Offered]:
        names = (" ".join(command.words) for command in COMMANDS)
        return [Offered(value=name, label=name) for name in names]


def _section(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]
