"""Runs the whole suite in two halves side by side: ``make test``, or ``python -m tests.side_by_side``.

One half waits for sockets, clocks and killed processes, the other one computes; together they take a
little over half of the time of one after the other on two cores. Arguments go to pytest in both. The
first half is shown as it goes, the second when both are done. The exit code is the first that is not 0.
"""

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECOND = ("bot", "config", "conversation", "flows", "handoff", "hostile", "knowledge")
"""Folders of the second half; whatever is not named here is in the first."""

SEED_VARIABLE = "RELEVO_TEST_SEED"
NOTHING_COLLECTED = 5
"""pytest's exit code where arguments such as ``-k`` leave one half without a test."""


def main() -> int:
    """Run both halves with one seed."""
    os.environ.setdefault(SEED_VARIABLE, str(random.SystemRandom().randrange(2**32)))
    folders = [f"tests/{name}" for name in SECOND]
    with tempfile.TemporaryFile() as kept:
        second = _start(folders, output=kept.fileno())
        try:
            first = _start(["tests", *(f"--ignore={folder}" for folder in folders)], output=None)
            codes = [first.wait(), second.wait()]
        finally:
            second.terminate()
        kept.seek(0)
        sys.stdout.write(kept.read().decode(errors="replace"))
    return code_of(codes)


def code_of(codes: Sequence[int]) -> int:
    """Return how the whole run ended: badly when either half did, or when neither had a test."""
    if all(code == NOTHING_COLLECTED for code in codes):
        return NOTHING_COLLECTED
    return next((code for code in codes if code not in {0, NOTHING_COLLECTED}), 0)


def _start(places: Sequence[str], *, output: int | None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pytest", *places, *sys.argv[1:]]
    return subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)


if __name__ == "__main__":
    sys.exit(main())
