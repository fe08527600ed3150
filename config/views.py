"""The settings as people see them: each by its path, with its value as in JSON and where it is from (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path as FilePath
from typing import Any, Literal, cast

from pydantic import BaseModel, SecretStr

from config.fields import Field, Kind, field_at, field_of
from config.fixed import why_fixed
from config.overlay import Overlay, Tree, has, overlap
from config.paths import Path, Step, is_within, key_step, path_of, steps_of
from config.settings import Settings

Where = Literal["default", "file", "environment", "chat"]

_ROOT = field_of(Settings)


class NoSuchSettingError(Exception):
    """There is none at a path; the text names the nearest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One setting, table or item as it counts; a secret's value is None."""

    path: str
    value: Any
    where: Where
    field: Field
    why_fixed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """Shows settings: ``tree`` is what they were built from, ``overlay`` what of it was changed.

    ``file`` is what the settings file says, ``started`` what the process was started with beside it.
    """

    settings: Settings
    file: Tree
    started: Tree
    tree: Tree
    overlay: Overlay

    def resolved(self, text: str) -> Path:
        """Read a path as people write it, whatever the case of an item's name.

        The item itself need not be there yet.

        Raises:
            NoSuchSettingError: There is no such setting; the sentence names the nearest.
        """
        steps = steps_of(text)
        found: list[Step] = []
        field: Field | None = _ROOT
        for step in steps or ():
            here = _as_named(field, step, self._names(field, tuple(found)))
            found.append(here)
            field = field.below(here) if field is not None else None
        if steps is None or field is None:
            raise NoSuchSettingError(self._unknown(text))
        return tuple(found)

    def value(self, path: Path) -> Any:
        """Return what counts at a path, as in JSON; None where an item is not there."""
        return as_json(_found(self.settings, path))

    def is_there(self, path: Path) -> bool:
        """Whether there is such an item or setting now."""
        return _found(self.settings, path) is not _MISSING

    def at(self, path: Path) -> Shown:
        """Show what stands at a path."""
        field = _field(path)
        return Shown(
            path=path_of(path),
            value=None if field.is_hidden else self.value(path),
            where=self._where(path),
            field=field,
            why_fixed=why_fixed(path, field),
        )

    def below(self, path: Path) -> Iterator[Shown]:
        """Show all settings at and below a path, in the order of the code; of tables each item."""
        field = _field(path) if path else _ROOT
        if field.kind is Kind.SECTION:
            for name in field.model.model_fields if field.model else ():
                yield from self._listed((*path, Step(name=name)))
        else:
            yield from self._listed(path)

    def _listed(self, path: Path) -> Iterator[Shown]:
        field = _field(path)
        names = self._names(field, path) if field.kind is Kind.TABLE else ()
        if field.kind is Kind.SECTION:
            yield from self.below(path)
        elif names:
            for name in names:
                yield self.at((*path, Step(name=name, is_item=True)))
        else:
            yield self.at(path)

    def _names(self, field: Field | None, path: Path) -> tuple[str, ...]:
        """Return the names of a table's items, or of an open table's keys."""
        if field is None or field.kind not in {Kind.TABLE, Kind.OPEN}:
            return ()
        found = _found(self.settings, path)
        if isinstance(found, Mapping):
            return tuple(cast(Mapping[str, Any], found))
        if isinstance(found, tuple) and field.named_by:
            return tuple(
                str(getattr(item, field.named_by)) for item in cast(tuple[Any, ...], found)
            )
        return ()

    def _where(self, path: Path) -> Where:
        if not has(Settings, self.tree, path):
            return "default"
        if any(overlap(known, path_of(path)) for known in self.overlay):
            return "chat"
        for source, where in ((self.started, "environment"), (self.file, "file")):
            if has(Settings, source, path):
                return cast(Where, where)
        return "default"

    def _unknown(self, text: str) -> str:
        known = [shown.path for shown in self.below(())]
        near = get_close_matches(text.strip(), known, n=1, cutoff=0.5)
        ends = [path for path in known if path.endswith(f".{text.strip()}")]
        cure = f"do you mean {(ends or near)[0]}?" if ends or near else "/settings show lists all."
        return f"There is no setting {text.strip()}: {cure}"


def as_json(value: Any) -> Any:
    """Return a value of the settings as in JSON; secrets are left out."""
    if isinstance(value, BaseModel):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        return {name: as_json(one) for name, one in fields.items() if not _is_secret(one)}
    if isinstance(value, Mapping):
        return {key: as_json(one) for key, one in cast(Mapping[str, Any], value).items()}
    if isinstance(value, (list, tuple)):
        return [as_json(one) for one in cast(tuple[Any, ...], value) if not _is_secret(one)]
    if value is _MISSING or _is_secret(value):
        return None
    return str(value) if isinstance(value, FilePath) else value


def _is_secret(value: object) -> bool:
    return isinstance(value, SecretStr)


class _Missing:
    """Stands for what is not there."""


_MISSING = _Missing()


def _field(path: Path) -> Field:
    field = field_at(Settings, path)
    if field is None:
        raise NoSuchSettingError(f"There is no setting {path_of(path)}.")
    return field


def _found(settings: Settings, path: Path) -> Any:
    found: Any = settings
    field: Field | None = _ROOT
    for step in path:
        if field is None or found is None:
            return _MISSING
        if field.kind is Kind.TABLE:
            items = [item for item in found if getattr(item, field.named_by) == step.name]
            found = items[0] if items else None
        elif field.kind is Kind.OPEN:
            found = cast(Mapping[str, Any], found).get(step.name)
        else:
            found = getattr(found, step.name)
        if found is None and field.kind is not Kind.SECTION:
            return _MISSING
        field = field.below(step)
    return found


def _as_named(field: Field | None, step: Step, names: tuple[str, ...]) -> Step:
    """Return a step as it is written: an item by its exact name, an open key in its one form."""
    if field is None or field.kind is Kind.SECTION:
        return Step(name=step.name.replace("-", "_").lower()) if not step.is_item else step
    same = [name for name in names if name.casefold() == step.name.casefold()]
    name = step.name if step.name in names or not same else same[0]
    return key_step(name) if field.kind is Kind.OPEN else Step(name=name, is_item=step.is_item)


def is_at_or_below(path: str, prefix: str) -> bool:
    """Whether a path is at or below another one, as texts."""
    return is_within(steps_of(path) or (), steps_of(prefix) or ())
