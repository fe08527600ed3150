"""What stands at a path of the settings, by its type alone (pure).

The settings are a tree of sections (``[desk]``), tables that can stand several times (``[[teams]]``,
items told apart by ``name`` or ``id``), open tables (``text.en``) and single values.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from config.paths import Path, Step

NAMES = ("id", "name")
"""What tells the items of a table apart, the first that they have: two agents may have one name."""


class Kind(Enum):
    """What a place of the settings is."""

    SECTION = "section"
    TABLE = "table"
    OPEN = "open"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A place of the settings; ``annotation`` is its type without ``None``.

    ``model`` is that of a section or of a table's items, ``named_by`` what tells these apart. ``inner`` is
    the type of an open table's values, ``is_item`` says that a section is one of a table, ``is_name`` that
    a value is what tells it from the others.
    """

    kind: Kind
    annotation: Any
    model: type[BaseModel] | None = None
    named_by: str = ""
    inner: Any = None
    is_item: bool = False
    is_name: bool = False
    is_hidden: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """All values that it takes, where they can be told."""
        if self.annotation is bool:
            return ("true", "false")
        if get_origin(self.annotation) is Literal:
            return tuple(str(value) for value in get_args(self.annotation))
        return ()

    def below(self, step: Step) -> "Field | None":
        """Return what stands one step further, None when there is nothing such."""
        if self.kind is Kind.SECTION and self.model is not None and not step.is_item:
            found = self.model.model_fields.get(step.name)
            is_name = self.is_item and step.name == self.named_by
            return None if found is None else replace(field_of(found.annotation), is_name=is_name)
        if self.kind is Kind.TABLE and self.named_by and step.is_item and step.name:
            return Field(
                kind=Kind.SECTION,
                annotation=self.model,
                model=self.model,
                named_by=self.named_by,
                is_item=True,
            )
        if self.kind is Kind.OPEN and step.name:
            return field_of(self.inner)
        return None


def field_of(annotation: Any) -> Field:
    """Return what a type is among the settings."""
    annotation = _given(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Field(kind=Kind.SECTION, annotation=annotation, model=annotation)
    if origin is tuple and isinstance(arguments[0], type) and issubclass(arguments[0], BaseModel):
        name = next((one for one in NAMES if one in arguments[0].model_fields), "")
        return Field(kind=Kind.TABLE, annotation=annotation, model=arguments[0], named_by=name)
    if origin in {dict, Mapping}:
        return Field(kind=Kind.OPEN, annotation=annotation, inner=arguments[1])
    is_hidden = SecretStr in {annotation, *arguments}
    return Field(kind=Kind.VALUE, annotation=annotation, is_hidden=is_hidden)


def field_at(model: type[BaseModel], path: Path) -> Field | None:
    """Return what stands at a path, whether or not there is such an item now."""
    found: Field | None = Field(kind=Kind.SECTION, annotation=model, model=model)
    for step in path:
        found = found.below(step) if found is not None else None
    return found


def _given(annotation: Any) -> Any:
    """Take ``None`` off a type."""
    if get_origin(annotation) in {Union, types.UnionType}:
        kept = [argument for argument in get_args(annotation) if argument is not type(None)]
        return kept[0] if len(kept) == 1 else annotation
    return annotation
