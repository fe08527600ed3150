"""Becomes a Redis or Valkey server that ends when Relevo ends, however Relevo ends.

Run as a script in a fresh interpreter between Relevo and the server: it asks the kernel for a
signal on the parent's death and then replaces itself by the server, which keeps that wish
(prctl(2), PR_SET_PDEATHSIG). A fresh interpreter, because the same call in ``preexec_fn`` would
run Python between fork and exec of a process with threads, where it may deadlock. It imports
nothing of Relevo: it runs isolated (``-I -S``) and starts in about 15 ms.

Only Linux has that signal; on other systems a server may outlive a killed Relevo, and the next
start on the same folder ends it (``bot.engine.server.embedded``).
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
PARENT_IS_GONE = 70


def guarded_command(server: Path, arguments: Sequence[str], *, note: int = -1) -> list[str]:
    """Return the command line that runs ``server`` as a child that never outlives this process.

    Start it from a thread that lives as long as the server shall: the kernel watches the thread.

    Args:
        server: Program to become.
        arguments: Its arguments.
        note: Open file (a lock file) into which the process id is written; -1 for none.
    """
    script = (sys.executable, "-I", "-S", __file__)
    return [*script, str(os.getpid()), str(note), str(server), *arguments]


def main(arguments: list[str]) -> None:
    """Ask for the signal, note the process id, become the server."""
    parent, note, server, *_ = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(parent):  # it died before the kernel knew our wish
        sys.exit(PARENT_IS_GONE)
    if int(note) >= 0:
        os.truncate(int(note), 0)
        os.pwrite(int(note), f"{os.getpid()}\n".encode(), 0)
    os.execv(server, arguments[2:])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
