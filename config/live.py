"""The settings as they count with what was changed while Relevo runs (pure).

What a change does not touch is kept as it was read: a file with a secret is read once, at the start.
"""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.fields import Field, Kind, field_of
from config.overlay import Overlay, Tree, UnfitError, laid_over
from config.paths import Step, path_of
from config.sections import FILE_SUFFIX
from config.settings import Settings

_OURS = "value error, "


class Ground:
    """The settings of file and environment, on which overlays are laid."""

    def __init__(self, base: Settings) -> None:
        self.base = base
        self.tree = base.sources.tree
        self.file = base.sources.file
        self.started = base.sources.started

    def tree_with(self, overlay: Overlay) -> dict[str, Any]:
        """Return what counts with an overlay, as a tree.

        Raises:
            UnfitError: An entry is about what is not there.
        """
        return laid_over(Settings, self.tree, overlay)

    def settings_with(self, overlay: Overlay) -> Settings:
        """Return the settings that count with an overlay, validated.

        Raises:
            UnfitError: They would be wrong: one sentence that names each wrong one.
        """
        if not overlay:
            return self.base
        tree = self.tree_with(overlay)
        kept = {name: self._kept(name, value) for name, value in tree.items()}
        try:
            settings = Settings(**kept).from_sources(self.base.sources)
        except ValidationError as error:
            raise UnfitError(_sentence(error, tree)) from None
        _refuse_other_channels(self.base, settings)
        return settings

    def _kept(self, name: str, value: Any) -> Any:
        """Return a section as it was read where nothing of it has changed, else without its files."""
        read = getattr(self.base, name, None)
        if name in self.tree and self.tree[name] == value:
            return read
        if not isinstance(read, BaseModel) or not isinstance(value, Mapping):
            return value
        table = dict(cast(Tree, value))
        for key in [key for key in table if key.endswith(FILE_SUFFIX) and table[key]]:
            secret = key.removesuffix(FILE_SUFFIX)
            table[secret] = getattr(read, secret)
            del table[key]
        return table


def _refuse_other_channels(base: Settings, settings: Settings) -> None:
    """A team's channel is looked up at the start: another one would not be found."""
    known = {team.name: team.channel for team in base.teams}
    for team in settings.teams:
        if team.channel and team.channel != known.get(team.name):
            path = path_of((Step(name="teams"), Step(name=team.name, is_item=True)))
            raise UnfitError(
                f"{path}.channel is read at the start: put it into relevo.toml, and start Relevo again."
            )


def _sentence(error: ValidationError, tree: Tree) -> str:
    problems = [
        f"{_place(item['loc'], tree)} ({_reason(item)})"
        for item in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    return f"That can't be: {'; '.join(problems)}. Nothing was changed."


def _reason(item: ErrorDetails) -> str:
    if item["type"] == "extra_forbidden":
        return "there is no such setting"
    message = item["msg"]
    return message[len(_OURS) :] if message.lower().startswith(_OURS) else message.lower()


def _place(loc: tuple[int | str, ...], tree: Tree) -> str:
    """Name the place of an error as a path, with items by their names where they have one."""
    steps: list[Step] = []
    field: Field | None = field_of(Settings)
    found: Any = tree
    for part in loc:
        step = Step(name=str(part))
        if isinstance(part, int) and field is not None and field.kind is Kind.TABLE:
            found = cast(list[Any], found)[part]
            name = cast(Tree, found).get(field.named_by) if isinstance(found, Mapping) else None
            step = Step(name=str(name or part + 1), is_item=True)
        elif isinstance(found, Mapping):
            found = cast(Tree, found).get(str(part))
        field = field.below(step) if field is not None else None
        steps.append(step)
    return path_of(tuple(steps))
