"""``relevo`` as a person or a script starts it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def relevo(tmp_path: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; its data lie in ``tmp_path / "data"``."""
    return subprocess.run(
        _command(*arguments),
        cwd=tmp_path,
        env=_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def started(tmp_path: Path, *arguments: str | Path, **environment: str) -> subprocess.Popen[bytes]:
    """Start a command that the caller ends."""
    return subprocess.Popen(
        _command(*arguments), cwd=tmp_path, env=_environment(tmp_path) | environment
    )


def _command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "bot", *map(str, arguments)]


def _environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "RELEVO_DATA_DIR": str(tmp_path / "data"),
    }
