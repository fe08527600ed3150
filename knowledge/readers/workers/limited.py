"""The child process that reads one hostile file: bytes on stdin, frames on stdout, limits on itself.

``python -I -B limited.py WORKER OPTIONS`` imports the worker with its libraries, gives up whatever
they do not need, and only then looks at the file. A frame is a line of JSON with the ``size`` of the
bytes that follow it.
"""

import contextlib
import importlib
import io
import json
import logging
import os
import sys
from pathlib import Path
from typing import BinaryIO

MEMORY_BYTES = 768 * 2**20
CPU_SECONDS = 20
_FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate",
    "os.chmod", "os.chown", "os.startfile", "shutil.", "urllib.", "ctypes.", "sqlite3.",
)  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def limit_self() -> None:
    """Give up memory, processor time, written files, the network, other files and processes."""
    _leave_network()
    _bound_resources()
    _forbid_calls()


def _leave_network() -> None:
    """Move to an empty network where the kernel lets us (what ``unshare -rn`` does), else go without."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes  # noqa: PLC0415 - not in every build of Python

        new_user, new_network = 0x10000000, 0x40000000
        ctypes.CDLL(None).unshare(new_user | new_network)


def _bound_resources() -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows, where the parent's time limit remains
    except ImportError:
        return
    bounds = (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, bound in bounds:
        with contextlib.suppress(ValueError, OSError):  # macOS does not bound the address space
            resource.setrlimit(kind, (bound, bound))


def _forbid_calls() -> None:
    """Refuse what no reader needs, so that a library can't follow what a file asks it to fetch."""
    places = [Path(place) for place in (*sys.path, sys.base_prefix) if place]
    # A library is opened by its path as it stands, which may lead through links.
    named = {str(path) for place in places for path in (place.absolute(), place.resolve())}
    roots = tuple(os.path.join(name, "") for name in named)  # noqa: PTH118 - Path drops the end

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            is_ours = isinstance(path, str) and os.path.normpath(path).startswith(roots)
            if not is_ours or (isinstance(flags, int) and flags & _WRITES):
                raise PermissionError("a file may not be opened here")
        elif event.startswith(_FORBIDDEN):
            raise PermissionError(f"{event} may not be called here")

    sys.addaudithook(refuse)


def _source() -> BinaryIO:
    file = sys.stdin.buffer
    return file if file.seekable() else io.BytesIO(file.read())


def _send(header: dict[str, object], content: bytes = b"") -> None:
    line = json.dumps(header | {"size": len(content)})
    sys.stdout.buffer.write(line.encode() + b"\n" + content)


def main() -> None:
    """Run the worker that the command line names."""
    script = Path(sys.argv[1])
    sys.path[:0] = [str(script.parent), str(Path(__file__).parent)]
    parse = importlib.import_module(script.stem).parse
    logging.disable()
    limit_self()
    try:
        for header, content in parse(_source(), json.loads(sys.argv[2])):
            _send(header, content)
    except MemoryError:
        _send({"error": "limits"})


if __name__ == "__main__":
    main()
