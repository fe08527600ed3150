"""The folder of an embedded server: its files, its socket's place, and who may use it.

Two advisory locks keep a folder safe (flock(2), released by the kernel however a process ends):

- ``owner.lock`` is held by Relevo. Whoever finds it taken stays out.
- ``server.lock`` is handed to the server process and held by it alone. Whoever has the first lock
  and finds this one taken has found an orphan: a server whose Relevo is gone.
"""

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.vocabulary.errors import ConfigurationError

if sys.platform != "win32":
    import fcntl

LONGEST_SOCKET_PATH = 103
"""Bytes that fit every system's ``sockaddr_un`` with its final zero (104 on macOS, 108 Linux)."""

_LARGEST_LOG = 1 << 20
_SOCKET = "server.sock"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFolder:
    """Where one embedded server keeps its data (``path``) and listens (``socket``)."""

    path: Path
    socket: Path

    @property
    def owner_lock(self) -> Path:
        """The lock file that a running Relevo holds."""
        return self.path / "owner.lock"

    @property
    def server_lock(self) -> Path:
        """The lock file that a running server holds; it contains the server's process id."""
        return self.path / "server.lock"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.path / "server.log"

    def open_log(self) -> int:
        """Open the log for appending; an old one of more than 1 MiB is put aside first."""
        if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.old"))
        return os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def server_pid(self) -> str:
        """Return the process id that the last server noted, as text; ``?`` when there is none."""
        return self.server_lock.read_text(encoding="utf-8").strip() or "?"

    def remove_socket(self) -> None:
        """Remove the socket and, when it has one of its own, its runtime folder."""
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self.path:
            with contextlib.suppress(OSError):
                self.socket.parent.rmdir()


def prepare_folder(path: Path) -> ServerFolder:
    """Create the folder for its owner only, and choose a place for the socket.

    Raises:
        ConfigurationError: A folder belongs to someone else or can't be created.
    """
    path = path.resolve()
    _private_folder(path)
    socket = path / _SOCKET
    if len(os.fsencode(socket)) > LONGEST_SOCKET_PATH:
        socket = _runtime_folder(path) / _SOCKET
    return ServerFolder(path=path, socket=socket)


def take_lock(file: Path) -> int | None:
    """Take a lock and return its open file, which holds it until closed; None when it is taken.

    Raises:
        ConfigurationError: The file system can't lock.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError as error:
        os.close(handle)
        raise ConfigurationError(
            f"The file system of {file.parent} can't lock files ({error.strerror}): set data_dir "
            "to a folder on a local disk."
        ) from error
    return handle


def _runtime_folder(path: Path) -> Path:
    """A short private folder, always the same one for the same data folder and user."""
    digest = hashlib.blake2b(os.fsencode(path), digest_size=6).hexdigest()
    short = Path(tempfile.gettempdir()) / f"relevo-{os.geteuid()}-{digest}"
    if len(os.fsencode(short / _SOCKET)) > LONGEST_SOCKET_PATH:
        raise ConfigurationError(
            f"The paths {path} and {short} are both too long for a socket: choose a shorter "
            "data_dir."
        )
    _private_folder(short)
    return short


def _private_folder(path: Path) -> None:
    """Create a folder with mode 0700; an existing one must be ours and no link."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = path.lstat()
        ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
        if ours:
            path.chmod(0o700)
    except OSError as error:
        raise ConfigurationError(
            f"The folder {path} can't be created ({error.strerror}): set data_dir to a folder "
            "that you may write."
        ) from error
    if not ours:
        raise ConfigurationError(
            f"The folder {path} belongs to another user or is a link: remove it, or set data_dir "
            "to another folder."
        )
