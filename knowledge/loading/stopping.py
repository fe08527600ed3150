"""How a process that reads documents is stopped: with all clean-up."""

import signal

STOPPED = 128 + signal.SIGTERM


def clean_up_when_stopped() -> None:
    """Let SIGTERM end this process by way of its clean-up: temporary folders, and git where it runs.

    Without it the process would end at once and leave them behind.
    """
    signal.signal(signal.SIGTERM, _stop)


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit(STOPPED)
