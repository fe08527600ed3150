"""Where the settings come from before anything is changed: file, environment, ``.env``, the caller.

``.env`` in the working directory is read like the environment and is weaker than it. Of what stands
there only the names of settings count: Docker Compose keeps its own variables in the same file.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsError
from typing_extensions import override

from config.overlay import Tree, merged

PREFIX = "RELEVO_"
FORBIDDEN_VARIABLE = "RELEVO_FAILPOINTS"
TEST_PREFIX = "RELEVO_TEST_"
"""Variables of our own test runs, which are no settings."""

DOTENV = Path(".env")


class ConfigurationProblem(Exception):  # noqa: N818 - the front door turns it into its own error
    """The settings can't be used; the text is one sentence for the operator."""


def _nothing() -> Tree:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What each source says, as a tree; ``given`` is what the caller has decided, such as the demo."""

    file: Tree = field(default_factory=_nothing)
    environment: Tree = field(default_factory=_nothing)
    given: Tree = field(default_factory=_nothing)

    @property
    def started(self) -> dict[str, Any]:
        """What a process was started with, beside the file."""
        return merged(self.environment, self.given)

    @property
    def tree(self) -> dict[str, Any]:
        """All of them, the stronger over the weaker ones."""
        return merged(self.file, self.environment, self.given)


def environment(settings: type[BaseSettings]) -> dict[str, Any]:
    """Read the environment over ``.env``.

    Raises:
        ConfigurationProblem: A variable is no setting or can't be read; its value is not repeated.
    """
    if FORBIDDEN_VARIABLE in os.environ:
        raise ConfigurationProblem(
            f"{FORBIDDEN_VARIABLE} is set, but crash tests never run in production: unset it."
        )
    beside = _dotenv()
    _refuse_unknown(settings, os.environ, "The environment")
    _refuse_unknown(settings, beside, f"The file {DOTENV}")
    own = {name: value for name, value in os.environ.items() if _is_ours(name)}
    try:
        return merged(_Variables(settings, beside)(), _Variables(settings, own)())
    except SettingsError as error:
        raise ConfigurationProblem(_unreadable(error)) from None


class _Variables(EnvSettingsSource):
    """Reads variables as pydantic does, from wherever they stand."""

    def __init__(self, settings: type[BaseSettings], found: Mapping[str, str]) -> None:
        self._found = found
        super().__init__(settings)

    @override
    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._found.items()}


def _dotenv() -> dict[str, str]:
    """Read the settings in ``.env``, as they stand there."""
    if not DOTENV.is_file():
        return {}
    try:
        found = dotenv_values(DOTENV, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationProblem(
            f"The file {DOTENV} can't be read: check that it is UTF-8 text, and its rights."
        ) from None
    return {name: value for name, value in found.items() if _is_ours(name) and value is not None}


def _is_ours(name: str) -> bool:
    return name.upper().startswith(PREFIX) and not name.upper().startswith(TEST_PREFIX)


def _refuse_unknown(settings: type[BaseSettings], names: Iterable[str], where: str) -> None:
    """A misspelt variable would silently leave its setting at the default."""
    unknown = sorted(_unknown(settings, names))
    if unknown:
        raise ConfigurationProblem(
            f"{where} has {', '.join(unknown)}, which is no setting: write "
            "RELEVO_SECTION__KEY with two underscores, such as RELEVO_REDIS__URL."
        )


def _unknown(settings: type[BaseSettings], names: Iterable[str]) -> Iterator[str]:
    for name in filter(_is_ours, names):
        section = name.upper().removeprefix(PREFIX).partition("__")[0].lower()
        if section not in settings.model_fields:
            yield name


def _unreadable(error: SettingsError) -> str:
    """The library's own text names the section only, and never the value."""
    found = re.search(r'field "(\w+)"', str(error))
    name = f"{PREFIX}{found[1].upper()}" if found else PREFIX
    return (
        f"A variable of the environment that begins with {name} can't be read: write lists and "
        'whole sections as JSON, such as ["en", "es"].'
    )
