"""Runs the whole suite in four parts side by side: ``make test``, or ``python -m tests.side_by_side``.

The parts take about as long as each other. Most of them wait for sockets, clocks and killed processes, so
that together they take about a third of the time of one after the other on two cores. Arguments go to pytest in all of them.
The first part is shown as it goes, the others when all are done. The exit code is the first that is
not 0.
"""

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
FLOWS = ("conversation", "flows", "handoff", "hostile")
ENGINE = ("engine", "faults")
COMPUTING = ("admin", "bot", "config", "knowledge", "live", "playground", "replay", "rollout")
"""Folders of the other parts; whatever is not named here is in the first."""

SEED_VARIABLE = "RELEVO_TEST_SEED"
NOTHING_COLLECTED = 5
"""pytest's exit code where arguments such as ``-k`` leave a part without a test."""


def main() -> int:
    """Run all parts with one seed."""
    os.environ.setdefault(SEED_VARIABLE, str(random.SystemRandom().randrange(2**32)))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each process compiles all of Relevo anew
    others = [[f"tests/{name}" for name in part] for part in (FLOWS, ENGINE, COMPUTING)]
    named = [folder for part in others for folder in part]
    with ExitStack() as stack:
        outputs = [stack.enter_context(tempfile.TemporaryFile()) for _ in others]
        started = [
            _start(part, output=output.fileno())
            for part, output in zip(others, outputs, strict=True)
        ]
        for process in started:
            stack.callback(process.terminate)
        first = _start(["tests", *(f"--ignore={folder}" for folder in named)], output=None)
        codes = [process.wait() for process in (first, *started)]
        for output in outputs:
            _show(output)
    return code_of(codes)


def code_of(codes: Sequence[int]) -> int:
    """Return how the whole run ended: badly when any part did, or when none had a test."""
    if all(code == NOTHING_COLLECTED for code in codes):
        return NOTHING_COLLECTED
    return next((code for code in codes if code not in {0, NOTHING_COLLECTED}), 0)


def _start(places: Sequence[str], *, output: int | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", *places, *sys.argv[1:]]
    return subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)


def _show(output: IO[bytes]) -> None:
    output.seek(0)
    sys.stdout.write(output.read().decode(errors="replace"))


if __name__ == "__main__":
    sys.exit(main())
