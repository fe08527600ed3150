"""Tenant keys as people write them, and the file in which an installation keeps its own."""

import base64
import binascii
import contextlib
import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path

from bot.engine.sealing.crypt import KEY_BYTES, new_key
from bot.engine.sealing.keyring import TenantKeys
from bot.vocabulary.errors import ConfigurationError

FILE_NAME = "memory.key"
_URL_SAFE = str.maketrans("-_", "+/")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def parse_key(text: str, setting: str) -> bytes:
    """Read a key of 32 bytes in base64.

    Raises:
        ConfigurationError: It is none; its text is not repeated.
    """
    try:
        key = base64.b64decode(text.strip().translate(_URL_SAFE), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigurationError(
            f"{setting} is no key: write {KEY_BYTES} random bytes in base64, as `openssl rand -base64 "
            f"{KEY_BYTES}` prints them."
        )
    return key


def keys_of(current: str, previous: Sequence[str]) -> TenantKeys:
    """Return the tenant keys of the settings.

    Raises:
        ConfigurationError: One of them is no key.
    """
    return TenantKeys(
        current=parse_key(current, "memory.key"),
        previous=[parse_key(text, "memory.previous_keys") for text in previous],
    )


def read_key_file(folder: Path) -> str | None:
    """Return the text of the installation's own key file; None when there is none.

    Raises:
        ConfigurationError: It can't be read, or others can read it.
    """
    path = folder / FILE_NAME
    try:
        if os.name == "posix" and path.stat().st_mode & _OTHERS:
            raise ConfigurationError(
                f"The key file {path} can be read by others: run `chmod 600 {path}`."
            )
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise ConfigurationError(
            f"The key file {path} can't be read: check its rights, or restore it from a backup."
        ) from None


def make_key_file(folder: Path) -> str:
    """Make the installation's own key file and return its text; of several who try, all get one.

    Raises:
        ConfigurationError: It can't be written.
    """
    path = folder / FILE_NAME
    draft = folder / f".{FILE_NAME}.{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(draft, base64.b64encode(new_key()))
        try:
            # A link appears whole or not at all, and never replaces what another has made.
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(draft)
        finally:
            draft.unlink()
        _sync(folder)
    except OSError as error:
        raise ConfigurationError(
            f"The key file {path} can't be written ({error.strerror}): set data_dir to a folder on a "
            "local disk, or set memory.key."
        ) from None
    text = read_key_file(folder)
    if text is None:
        raise ConfigurationError(f"The key file {path} has vanished: start again.")
    return text


def _write(path: Path, text: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text + b"\n")
        file.flush()
        os.fsync(handle)


def _sync(folder: Path) -> None:
    """Let the name of a new file survive a power failure as well."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
