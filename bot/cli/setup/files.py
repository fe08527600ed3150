"""Writes ``relevo.toml``, and ``.env`` with the secrets, which only its owner may read."""

import contextlib
import json
import os
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


def refuse_to_overwrite(folder: Path) -> None:
    """Leave a set-up alone that is there already.

    Raises:
        ConfigurationError: There is one.
    """
    if (folder / SETTINGS).exists():
        raise ConfigurationError(
            f"There is a {SETTINGS} already: change it, or write it anew with 'relevo init --force'."
        )


def write_settings(folder: Path, *, desk: str) -> Path:
    """Write the settings; an earlier file is kept beside it as ``relevo.toml.old``."""
    path = folder / SETTINGS
    if path.exists():
        path.replace(path.with_name(f"{SETTINGS}.old"))
    text = f'{HEAD}\n[desk]\nchannel = {json.dumps(desk)}\n\n[rollout]\n{CAREFUL}mode = "copilot"\n'
    _replace(path, text, mode=FOR_ALL)
    return path


def write_secrets(folder: Path, secrets: Mapping[str, str]) -> Path:
    """Put variables into ``.env``: lines of the same names go, all others stay."""
    path = folder / SECRETS
    kept = [line for line in _lines(path) if _name(line) not in secrets]
    added = [f"{name}={value}" for name, value in secrets.items()]
    _replace(path, "\n".join((*kept, *added)) + "\n", mode=FOR_ITS_OWNER)
    return path


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _name(line: str) -> str:
    return line.removeprefix("export ").partition("=")[0].strip()


def _replace(path: Path, text: str, *, mode: int) -> None:
    """Let the whole text take the file's place, never readable by more than ``mode`` allows."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
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
