"""Changes as they stand in the log, and which of them can be taken back (pure)."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.app.live.fitting import as_text, entry_of
from bot.vocabulary.steering import Editor, RefusedSettingError, SettingChange
from config.overlay import Entry, overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A change with what stood in the overlay before it, so that it can be taken back.

    ``edits`` are the paths that it was about; ``before`` maps all that it covered to what was there.
    """

    change: SettingChange
    edits: tuple[str, ...]
    before: Mapping[str, Entry]

    def text(self) -> str:
        """Write it for the log, which gives it its number."""
        change = self.change
        return json.dumps(
            {
                "at": change.at.isoformat(),
                "actor_id": change.actor_id,
                "actor": change.actor,
                "place": change.place,
                "old": change.old,
                "new": change.new,
                "undoes": change.undoes,
                "edits": self.edits,
                "before": {path: as_text(entry) for path, entry in self.before.items()},
            },
            ensure_ascii=False,
        )


def record_of(number: int, found: Mapping[str, Any]) -> Record:
    """Read a record of the log."""
    change = SettingChange(
        number=number,
        at=datetime.fromisoformat(found["at"]),
        actor_id=found["actor_id"],
        actor=found["actor"],
        place=found["place"],
        old=found["old"],
        new=found["new"],
        undoes=found["undoes"],
    )
    before = {path: entry_of(text) for path, text in found["before"].items()}
    return Record(change=change, edits=tuple(found["edits"]), before=before)


def change_by(
    editor: Editor,
    number: int,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    undoes: int | None,
) -> SettingChange:
    """Build a change as somebody makes it."""
    return SettingChange(
        number=number,
        at=editor.at,
        actor_id=editor.actor_id,
        actor=editor.actor,
        place=editor.place,
        old=old,
        new=new,
        undoes=undoes,
    )


async def to_undo(records: AsyncIterator[Record], number: int | None) -> Record:
    """Find the change to take back: the one with a number, or the last that was not taken back.

    ``records`` are all changes from the newest on.

    Raises:
        RefusedSettingError: There is none, or later changes are about the same.
    """
    later: list[Record] = []
    undone: set[int] = set()
    async for record in records:
        change = record.change
        is_undone = change.number in undone
        if change.undoes is not None and not is_undone:
            undone.add(change.undoes)
        if change.number == number or (number is None and not is_undone and change.undoes is None):
            _refuse(record, later, is_undone=is_undone)
            return record
        if not is_undone:
            later.append(record)
    if number is None:
        raise RefusedSettingError("No setting was changed that could be taken back.")
    raise RefusedSettingError(f"There is no change {number} in the log: nothing was changed.")


def _refuse(record: Record, later: Iterable[Record], *, is_undone: bool) -> None:
    number = record.change.number
    if is_undone:
        raise RefusedSettingError(f"Change {number} was taken back already: nothing was changed.")
    for other in later:
        if _cancels(other, number):
            continue
        same = [path for path in record.edits if any(overlap(path, one) for one in other.edits)]
        if same:
            raise RefusedSettingError(
                f"Change {number} can't be taken back, because change {other.change.number} is about "
                f"{same[0]} too: take that one back first."
            )


def _cancels(other: Record, number: int) -> bool:
    """Whether a later record took back one that is later as well, so that both count for nothing."""
    return other.change.undoes is not None and other.change.undoes > number
