"""A worker that goes wrong, or does what a file wants, takes nothing and reaches nobody."""

import socket
import sys
from pathlib import Path

import pytest

from knowledge.readers.sandbox import Frame, WorkerError, run_worker

HEAD = "def parse(file, options):\n"


def worker(folder: Path, body: str) -> Path:
    path = folder / "crafted.py"
    path.write_text(HEAD + "".join(f"    {line}\n" for line in body.splitlines()))
    return path


def outcome(folder: Path, body: str, *, data: bytes = b"x", seconds: float = 30.0) -> list[Frame]:
    return list(run_worker(worker(folder, body), data, seconds=seconds, output_bytes=1_000_000))


def failure(folder: Path, body: str, *, data: bytes = b"x", seconds: float = 30.0) -> str:
    with pytest.raises(WorkerError) as caught:
        outcome(folder, body, data=data, seconds=seconds)
    return str(caught.value)


def test_frames_carry_headers_and_bytes(tmp_path: Path) -> None:
    body = 'data = file.read()\nyield {"n": 1}, data\nyield {"n": 2}, b""'
    first, second = outcome(tmp_path, body, data=b"a\nb\0")
    assert (first.header["n"], first.content) == (1, b"a\nb\0")
    assert (second.header["n"], second.content) == (2, b"")


def test_an_opened_file_is_read_in_place(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"0123456789")
    body = 'file.seek(-3, 2)\nyield {"of": options["of"]}, file.read()'
    with path.open("rb") as file:
        (found,) = run_worker(worker(tmp_path, body), file, seconds=30, options={"of": "file"})
    assert (found.header["of"], found.content) == ("file", b"789")


def test_what_the_worker_says_is_wrong_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="password") as caught:
        outcome(tmp_path, 'yield {"error": "password", "name": "a"}, b""')
    assert caught.value.details["name"] == "a"


def test_a_worker_that_fails_is_damage(tmp_path: Path) -> None:
    assert failure(tmp_path, "yield 1 / 0") == "damaged"


@pytest.mark.parametrize(
    "line",
    [
        b'{"size": -5}', b'{"size": 1.5}', b'{"size": true}', b'{"size": "1"}', b"{}", b"[]", b"5",
        b"x", b"\xff", b"[" * 100_000, b'{"size": ' + b"9" * 5_000 + b"}",
    ],
    ids=lambda line: line[:14],
)  # fmt: skip
def test_what_is_no_frame_is_damage(line: bytes, tmp_path: Path) -> None:
    said = line + b"\n" + b"x" * 99
    body = f"import sys\nsys.stdout.buffer.write({said!r})\nyield {{}}, b''"
    assert failure(tmp_path, body) == "damaged"


@pytest.mark.skipif(sys.platform != "linux", reason="bounds of the kernel")
@pytest.mark.parametrize(
    "body",
    [
        "yield {}, b'x' * 2**40",
        "rows = []\nwhile True: rows.append(b'x' * 10**7)",
        "yield {}, b'x' * 2_000_000",
        "while True: yield {}, b'x'",
        "yield {'x': 'y' * 2_000_000}, b''",
    ],
)
def test_memory_and_output_are_bounded(body: str, tmp_path: Path) -> None:
    assert failure(tmp_path, body) == "limits"


@pytest.mark.parametrize(
    "body", ["while True: pass", "import time\ntime.sleep(60)", "import os, signal\nos.abort()"]
)
def test_time_is_bounded(body: str, tmp_path: Path) -> None:
    assert failure(tmp_path, body, seconds=1.0) == "limits"


def test_a_worker_that_does_not_read_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "deaf.py"
    path.write_text("import time\ntime.sleep(60)\n")
    with pytest.raises(WorkerError, match="limits"):
        list(run_worker(path, b"x" * 5_000_000, seconds=1.0))


@pytest.mark.parametrize(
    "call",
    [
        'open("/etc/passwd").read()',
        'open(options["folder"] + "/new", "w").write("x")',
        'os.open(options["folder"] + "/new", os.O_CREAT)',
        'os.mkdir(options["folder"] + "/new")',
        'os.symlink("/etc", options["folder"] + "/new")',
        'os.system("true")',
        'os.execv("/bin/true", ["true"])',
        "os.fork()",
        'subprocess.run(["true"])',
        'socket.create_connection(("127.0.0.1", options["port"]), timeout=2)',
        'urllib.request.urlopen("http://127.0.0.1:%d/" % options["port"], timeout=2)',
    ],
)
def test_no_file_process_or_connection_is_made(call: str, tmp_path: Path) -> None:
    body = f"try:\n    {call}\nexcept OSError as error:\n    yield {{}}, str(error).encode()"
    place = tmp_path / "place"
    place.mkdir()
    script = worker(tmp_path, body)
    script.write_text("import os, socket, subprocess, urllib.request\n" + script.read_text())
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        options = {"folder": str(place), "port": server.getsockname()[1]}
        (refused,) = run_worker(script, b"x", seconds=30, options=options)
        with pytest.raises(TimeoutError):
            server.accept()
    assert b"here" in refused.content
    assert not list(place.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
def test_the_environment_is_empty(tmp_path: Path) -> None:
    body = 'import os\nyield {"names": sorted(os.environ)}, b""'
    (found,) = outcome(tmp_path, body)
    names = found.header["names"]
    assert isinstance(names, list)
    assert set(names) <= {"LC_CTYPE"}  # pyright: ignore[reportUnknownArgumentType]
