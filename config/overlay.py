"""What was changed while Relevo runs, laid over what it was started with (pure).

An overlay maps paths to entries. What stands deeper is laid on later, so that one setting of an item may
differ from the item as a whole. Trees are as in TOML: dicts, lists and single values; none is changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel

from config.fields import Field, Kind, field_of
from config.paths import Path, Step, is_within, path_of, steps_of

Tree = Mapping[str, Any]


class UnfitError(Exception):
    """An entry can't be laid on: what it names is not there; the text is one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A new value, or that something is taken out; ``by`` is the number of the change that wrote it."""

    value: Any = None
    removes: bool = False
    by: int = 0


Overlay = Mapping[str, Entry]


def merged(*trees: Tree) -> dict[str, Any]:
    """Lay trees over each other, weakest first: tables are merged, all else is replaced."""
    result: dict[str, Any] = {}
    for tree in trees:
        for key, value in tree.items():
            below = result.get(key)
            both = isinstance(below, Mapping) and isinstance(value, Mapping)
            result[key] = merged(cast(Tree, below), cast(Tree, value)) if both else value
    return result


def plain(value: Any) -> Any:
    """Return a value as a tree, with models as what was set of them."""
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in value.model_fields_set}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in cast(Mapping[Any, Any], value).items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in cast(Sequence[Any], value)]
    return value


def edited(entries: Overlay, edits: Iterable[tuple[str, Entry | None]]) -> dict[str, Entry]:
    """Return an overlay after edits; each takes the place of all at and below its path."""
    result = dict(entries)
    for path, entry in edits:
        for covered in covered_by(result, path):
            del result[covered]
        if entry is not None:
            result[path] = entry
    return result


def covered_by(entries: Overlay, path: str) -> list[str]:
    """Return the paths of an overlay that are at or below one; what is no path is above nothing."""
    steps = steps_of(path)
    if steps is None:
        return [path] if path in entries else []
    return [known for known in entries if is_within(steps_of(known) or (), steps)]


def overlap(one: str, other: str) -> bool:
    """Whether one of two paths is at or below the other."""
    first, second = steps_of(one), steps_of(other)
    if first is None or second is None:
        return one == other
    return is_within(first, second) or is_within(second, first)


def laid_over(model: type[BaseModel], tree: Tree, entries: Overlay) -> dict[str, Any]:
    """Return a tree with an overlay on it.

    Raises:
        UnfitError: An entry is about an item that is not there, or about nothing of the settings.
    """
    whole = field_of(model)
    result: Any = tree
    for path in sorted(entries, key=lambda path: (len(steps_of(path) or ()), entries[path].by)):
        steps = steps_of(path)
        if not steps:
            raise UnfitError(f"{path} is no setting: take it back.")
        result = _laid(result, whole, steps, _Edit(path=path, entry=entries[path]))
    return dict(result)


def has(model: type[BaseModel], tree: Tree, path: Path) -> bool:
    """Whether something stands in a tree at a path."""
    found: Any = tree
    field: Field | None = field_of(model)
    for step in path:
        if field is None:
            return False
        if field.kind is Kind.TABLE:
            at = _index(found, field.named_by, step)
            if at is None:
                return False
            found = found[at]
        elif isinstance(found, Mapping) and step.name in found:
            found = cast(Tree, found)[step.name]
        else:
            return False
        field = field.below(step)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    path: str
    entry: Entry


def _laid(raw: Any, field: Field, steps: Path, edit: _Edit) -> Any:
    below = field.below(steps[0])
    if below is None:
        raise UnfitError(f"{edit.path} is no setting any more: take it back.")
    if field.kind is Kind.TABLE:
        return _laid_in_table(list(raw or ()), field, steps, edit)
    table = dict(cast(Tree, raw or {}))
    step, rest = steps[0], steps[1:]
    if rest:
        table[step.name] = _laid(table.get(step.name), below, rest, edit)
    elif edit.entry.removes:
        table.pop(step.name, None)
    else:
        table[step.name] = edit.entry.value
    return table


def _laid_in_table(items: list[Any], table: Field, steps: Path, edit: _Edit) -> list[Any]:
    step, rest = steps[0], steps[1:]
    at, below = _index(items, table.named_by, step), table.below(step)
    if rest and below is not None:
        if at is None:
            gone = path_of((steps_of(edit.path) or ())[: -len(rest)])
            raise UnfitError(f"{edit.path} is about {gone}, which is not there: take it back.")
        items[at] = _laid(items[at], below, rest, edit)
    elif edit.entry.removes:
        return [item for number, item in enumerate(items) if number != at]
    elif at is None:
        items.append(_item(edit, table.named_by, step.name))
    else:
        items[at] = _item(edit, table.named_by, step.name)
    return items


def _item(edit: _Edit, key: str, name: str) -> Tree:
    value: object = edit.entry.value
    if not isinstance(value, Mapping):
        raise UnfitError(f"{edit.path} is a table: write its keys and values.")
    item: dict[str, Any] = {key: name, **cast(Tree, value)}
    if item[key] != name:
        raise UnfitError(f"{edit.path} has another {key} in its value: write the same one.")
    return item


def _index(items: Any, key: str, step: Step) -> int | None:
    if not isinstance(items, list):
        return None
    for number, item in enumerate(cast(list[Any], items)):
        if isinstance(item, Mapping) and cast(Tree, item).get(key) == step.name:
            return number
    return None
