"""``relevo`` as a person or a script starts it."""

import os
import subprocess
from pathlib import Path

from tests import forking


def relevo(
    tmp_path: Path, *arguments: str | Path, given: Path = Path(os.devnull)
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end on what it is given; its data lie in ``tmp_path / "data"``."""
    words = map(str, arguments)
    environment = _environment(tmp_path)
    return forking.run(*words, folder=tmp_path, environment=environment, given=given)


def started(tmp_path: Path, *arguments: str | Path, **environment: str) -> forking.Begun:
    """Start a command that the caller ends."""
    nowhere = Path(os.devnull)
    return forking.begin(
        forking.Orders(
            words=tuple(map(str, arguments)),
            folder=tmp_path,
            environment=_environment(tmp_path) | environment,
            out=nowhere,
            err=nowhere,
        )
    )


def _environment(tmp_path: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "RELEVO_DATA_DIR": str(tmp_path / "data")}
