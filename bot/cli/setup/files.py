"""Writes ``relevo.toml``, and ``.env`` with the secrets, which only its owner may read."""

import contextlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.vocabulary.errors import ConfigurationError

SETTINGS = "relevo.toml"
SECRETS = ".env"
FOR_ITS_OWNER = 0o600
FOR_ALL = 0o644

HEAD = "# Written by 'relevo init'. docs/settings.md explains each setting; tokens are in .env.\n"
CAREFUL = (
    "# People answer, with the bot's draft at hand. Next: canary, auto (docs/rollout.md), topic by\n"
    "# topic, with '/mode' in chat.\n"
)

_NAME = re.compile(r"\s*(?:export\s+)?(\w+)\s*=")
_BARE = re.compile(r"[\w.:/+=-]*", re.ASCII)


def look_ahead(folder: Path, *, force: bool) -> None:
    """Refuse before anything is asked what could not be written at the end.

    Raises:
        ConfigurationError: There is a set-up already, or no file can be written.
    """
    if (folder / SETTINGS).exists() and not force:
        raise ConfigurationError(
            f"There is a {SETTINGS} already: change it, or write it anew with 'relevo init --force'."
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigurationError(
            f"{folder} can't be written to: begin in a folder of your own, or look at its rights."
        )
    for name in (SETTINGS, SECRETS):
        if (folder / name).is_dir():
            raise ConfigurationError(
                f"{folder / name} is a folder, and a file of that name is needed: move it away."
            )


def write_settings(folder: Path, *, desk: str) -> Path:
    """Write the settings; an earlier file is kept beside it as ``relevo.toml.old``."""
    path = folder / SETTINGS
    earlier = _text(path)
    if earlier is not None:
        mode = stat.S_IMODE(path.stat().st_mode)
        _replace(path.with_name(f"{SETTINGS}.old"), earlier, mode=mode)
    text = f'{HEAD}\n[desk]\nchannel = {json.dumps(desk)}\n\n[rollout]\n{CAREFUL}mode = "copilot"\n'
    _replace(path, text, mode=FOR_ALL)
    return path


def write_secrets(folder: Path, secrets: Mapping[str, str]) -> Path:
    """Put variables into ``.env``: lines of the same names go, all others stay."""
    path = (folder / SECRETS).resolve()
    kept = [line for line in _lines(path) if _name(line) not in secrets]
    added = [f"{name}={_quoted(value)}" for name, value in secrets.items()]
    _replace(path, "\n".join((*kept, *added)) + "\n", mode=FOR_ITS_OWNER)
    return path


def stands_in_secrets(folder: Path, name: str) -> bool:
    """Whether ``.env`` has a variable."""
    return name in {_name(line) for line in _lines(folder / SECRETS)}


def _lines(path: Path) -> list[str]:
    """Return the lines of a file as they are, whatever they end with besides a line feed."""
    text = _text(path)
    return text.removesuffix("\n").split("\n") if text else []


def _text(path: Path) -> str | None:
    if not path.exists():
        return None
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            f"{path} can't be read: check that it is UTF-8 text, and its rights."
        ) from None


def _name(line: str) -> str:
    found = _NAME.match(line)
    return found[1] if found else ""


def _quoted(value: str) -> str:
    """Write a value so that ``config`` reads the same."""
    if _BARE.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _replace(path: Path, text: str, *, mode: int) -> None:
    """Let the whole text take the file's place, never readable by more than ``mode`` allows."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        Path(name).chmod(mode)
        Path(name).replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"{path} can't be written ({error.strerror}): look at the rights of its folder."
    )
