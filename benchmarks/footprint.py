"""What an installation costs before it does anything.

    python -m benchmarks footprint

Import time of the command line and of the whole default install, cold start of ``relevo demo`` to
the first ready page, and the memory of an idle process (resident set, embedded server apart).
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.report import show

ROOT = Path(__file__).resolve().parents[1]
TIMES = 3
IDLE_SECONDS = 5


def seconds_of(code: str) -> float:
    """Median wall time of a fresh interpreter that runs ``code``, less that of an empty one."""
    return sorted(_timed(code) for _ in range(TIMES))[TIMES // 2]


def _timed(code: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)  # noqa: S603
    return time.perf_counter() - begun


def main() -> None:
    empty = seconds_of("pass")
    show(
        "imports (median of three, less an empty interpreter)",
        {
            "relevo --help, s": round(seconds_of("import bot.cli") - empty, 2),
            "everything that runs (bot.app), s": round(seconds_of("import bot.app") - empty, 2),
        },
    )
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        show("relevo demo, first start (loads the sample knowledge)", start_demo(folder))
        show("relevo demo, second start", start_demo(folder))


def start_demo(folder: str) -> dict[str, object]:
    """Start the demo, wait until it is ready, let it idle and stop it."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"]
    with subprocess.Popen(  # noqa: S603
        command, cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        ready = time.perf_counter() - begun
        assert re.search(r"http://\S+", line), line
        time.sleep(IDLE_SECONDS)
        figures = {"ready after, s": round(ready, 2), **_memory(psutil.Process(process.pid))}
        process.terminate()
        assert process.wait(timeout=30) == 0
    return figures


def _memory(process: psutil.Process) -> dict[str, object]:
    before = process.cpu_times()
    time.sleep(IDLE_SECONDS)
    after = process.cpu_times()
    busy = (after.user + after.system - before.user - before.system) / IDLE_SECONDS
    servers = sum(child.memory_info().rss for child in process.children(recursive=True))
    return {
        "idle memory, MiB": round(process.memory_info().rss / 2**20),
        "embedded server, MiB": round(servers / 2**20),
        "idle CPU, % of a core": round(busy * 100, 1),
    }


if __name__ == "__main__":
    main()
