"""Becomes a command that ends when whoever started it ends, however that happens.

Run as a script in a fresh interpreter: it asks the kernel for a signal on the parent's death and
then replaces itself by the command, which keeps that wish (prctl(2), PR_SET_PDEATHSIG). It imports
nothing of Relevo: it runs isolated (``-I -S``) and starts in about 15 ms.

Only Linux has that signal; on other systems git may outlive a killed Relevo, until it is done.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
PARENT_IS_GONE = 70


def guarded(command: Sequence[str]) -> list[str]:
    """The command line that runs a command as a child that never outlives this process.

    Start it from a thread that waits for its end: the kernel watches the thread.
    """
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def main(arguments: list[str]) -> None:
    """Ask for the signal, become the command."""
    parent, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(parent):  # it died before the kernel knew our wish
        sys.exit(PARENT_IS_GONE)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
