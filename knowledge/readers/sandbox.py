"""Runs a worker over a hostile file in a limited child process and reads what it found.

The child (``workers/limited.py``) bounds its memory and processor time and gives up the network,
files and processes. The parent bounds its time and its output, and gives it an empty environment.
"""

import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO, cast

WORKERS = Path(__file__).with_name("workers")
_CHILD = WORKERS / "limited.py"
_LONGEST_HEADER = 160_000_000
"""A PDF's text comes in its header: 20 million characters, each of up to six bytes as JSON."""


class WorkerError(Exception):
    """Raised when a worker refused a file or was stopped; ``details["error"]`` is the reason.

    Every worker may be stopped for ``limits`` or end over a ``damaged`` file.
    """

    def __init__(self, details: Mapping[str, object]) -> None:
        super().__init__(str(details["error"]))
        self.details = details


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One thing that a worker found."""

    header: Mapping[str, object]
    content: bytes


def run_worker(
    worker: Path,
    source: bytes | IO[bytes],
    *,
    seconds: float,
    output_bytes: int = _LONGEST_HEADER,
    options: Mapping[str, object] | None = None,
) -> Iterator[Frame]:
    """Yield what the worker finds; ``source`` is the file's bytes or the file, opened.

    The time runs while the caller handles a frame, too.

    Raises:
        WorkerError: The worker refused the file, or needed more than the limits.
    """
    with _child(worker, source, seconds, options or {}) as process:
        output = cast("IO[bytes]", process.stdout)
        for frame in _frames(output, output_bytes):
            if "error" in frame.header:
                raise WorkerError(frame.header)
            yield frame
        if process.wait() != 0:
            raise WorkerError({"error": "limits" if process.returncode < 0 else "damaged"})


@contextmanager
def _child(
    worker: Path, source: bytes | IO[bytes], seconds: float, options: Mapping[str, object]
) -> Generator[subprocess.Popen[bytes]]:
    if not isinstance(source, bytes):
        os.lseek(source.fileno(), 0, os.SEEK_SET)  # whatever has been read of it here
    process = subprocess.Popen(  # noqa: S603 - our own script with our own interpreter
        [sys.executable, "-I", "-B", str(_CHILD), str(worker), json.dumps(options)],
        stdin=subprocess.PIPE if isinstance(source, bytes) else source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    )
    alarm = Timer(seconds, process.kill)
    alarm.start()
    with process:
        try:
            if isinstance(source, bytes):
                _feed(process, source)
            yield process
        finally:
            alarm.cancel()
            process.kill()


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    """Hand the file over whole: a worker answers only when it has read all of it."""
    pipe = cast("IO[bytes]", process.stdin)
    with suppress(BrokenPipeError):  # the child has ended; how, its exit says
        pipe.write(data)
    with suppress(BrokenPipeError):
        pipe.close()


def _frames(output: IO[bytes], left: int) -> Iterator[Frame]:
    """Read frames until the output ends, cut off or not: the exit tells which."""
    while line := output.readline(left + 1):
        left -= len(line)
        if left < 0:
            raise WorkerError({"error": "limits"})
        if not line.endswith(b"\n"):
            return
        header = _header(line)
        size = cast("int", header["size"])
        left -= size
        if left < 0:
            raise WorkerError({"error": "limits"})
        content = output.read(size)
        if len(content) < size:
            return
        yield Frame(header=header, content=content)


def _header(line: bytes) -> dict[str, object]:
    """What a frame begins with; the child that writes it may be in the hands of its file."""
    try:
        header: object = json.loads(line)
    except (ValueError, RecursionError):
        header = None
    fields = cast("dict[str, object]", header) if isinstance(header, dict) else {}
    size = fields.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise WorkerError({"error": "damaged"})
    return fields
