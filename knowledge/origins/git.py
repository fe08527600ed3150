"""Git repositories: copied without their history into a temporary folder, then read like a folder.

Git runs without the settings, hooks and credentials of whoever starts Relevo. It connects to the
addresses that were checked before, follows no redirect, and touches no submodule.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge.origins.addresses import WebRules, parse_address, resolve
from knowledge.origins.git_guard import guarded
from knowledge.origins.local import NO_DOCUMENTS, sort_files
from knowledge.origins.values import (
    Gathered,
    Gathering,
    Item,
    OriginAwayError,
    OriginError,
    OriginKind,
)

SUFFIX = ".git"
_OLDEST = (2, 37)
"""The first one that can be told which addresses a host has."""
_LOOK_SECONDS = 0.2
_LIMITED = 'ulimit -v 4000000; ulimit -c 0; exec "$@"'
_OPTIONS = (
    *("-c", "core.hooksPath=/dev/null", "-c", "core.symlinks=false", "-c", "credential.helper="),
    *("-c", "http.followRedirects=false", "-c", "http.proxy=", "-c", "core.fsmonitor=false"),
    *("-c", "transfer.bundleURI=false", "-c", "protocol.allow=never"),
)
_CLONE = (
    *("clone", "--quiet", "--depth=1", "--single-branch", "--no-tags", "--template="),
    "--no-recurse-submodules",
)
_NEEDS_LOGIN = re.compile(r"could not read Username|Authentication failed|returned error: 40[13]")
_NOT_THERE = re.compile(r"not found|does not appear to be a git repository|does not exist")
_SERVER_ERROR = re.compile(r"returned error: (5\d\d|429)")
_REGULAR = re.compile(r"100\d{3} blob \w+\t(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class GitOrigin:
    """The newest state of a repository; ``address`` is a web address or the path of a bare one."""

    address: str
    rules: WebRules
    kind: OriginKind = OriginKind.GIT

    def gather(self, gathering: Gathering) -> Gathered:
        """Copy the repository and give the files of known formats in it."""
        gathering.on_progress(0, 1, self.address)
        git = _Git(folder=gathering.folder, rules=self.rules)
        git.clone(self.address)
        root = git.copy
        files, skipped = sort_files(root / name for name in git.file_names())
        if not files:
            raise OriginError(NO_DOCUMENTS)
        return Gathered(items=tuple(self._item(file, root) for file in files), skipped=skipped)

    def covers(self, source: str) -> bool:
        """Whether it is the source of a file in this repository."""
        return source.startswith(f"{self.address}/")

    def _item(self, file: Path, root: Path) -> Item:
        inside = file.relative_to(root).as_posix()
        name = PurePosixPath(self.address.rstrip("/")).name.removesuffix(SUFFIX)
        return Item(path=file, source=f"{self.address}/{inside}", place=f"{name}/{inside}")


def is_bare_repository(path: Path) -> bool:
    """Whether a folder is a repository without a checkout; one with a checkout is a folder."""
    return (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Git:
    """The ``git`` command, with its copy in ``folder``."""

    folder: Path
    rules: WebRules

    @property
    def copy(self) -> Path:
        """Where the copy lies."""
        return self.folder / "copy"

    def clone(self, address: str) -> None:
        """Make the copy.

        Raises:
            OriginError: It can't be copied, or is too large.
        """
        if address.startswith("/"):
            target, allowed = f"file://{address}", ("-c", "protocol.file.allow=always")
        else:
            target, allowed = self._checked(address)
        self._run(*_OPTIONS, *allowed, *_CLONE, "--", target, str(self.copy))

    def file_names(self) -> Iterator[str]:
        """The regular files in their order, without links and hidden ones."""
        listed = self._run(
            *_OPTIONS, "-C", str(self.copy), "ls-tree", "-r", "-z", "--full-tree", "HEAD"
        )
        for entry in os.fsdecode(listed).split("\0"):
            found = _REGULAR.fullmatch(entry)
            if found and not any(part.startswith(".") for part in found[1].split("/")):
                yield found[1]

    def _checked(self, text: str) -> tuple[str, Sequence[str]]:
        """Check an address, and give the options that pin git to it."""
        address = parse_address(text, self.rules)
        if address.url.scheme != "https" and not address.is_opened:
            raise OriginError("a repository is read over https alone: use its https address")
        self._check_version()
        numbers = resolve(address, self.rules)
        allowed = ("-c", f"protocol.{address.url.scheme}.allow=always")
        if address.host in numbers:
            return str(address.url), allowed
        pins = ",".join(f"[{number}]" if ":" in number else number for number in numbers)
        pin = f"http.curloptResolve={address.host}:{address.port}:{pins}"
        return str(address.url), (*allowed, "-c", pin)

    def _check_version(self) -> None:
        found = re.search(rb"(\d+)\.(\d+)", self._run("version"))
        if found is None or (int(found[1]), int(found[2])) < _OLDEST:
            oldest = ".".join(map(str, _OLDEST))
            raise OriginError(
                f"git is older than {oldest}: update it, or add a checkout as a folder"
            )

    def _run(self, *arguments: str) -> bytes:
        """Run git within the limits and return what it says."""
        command = shutil.which("git")
        if command is None:
            raise OriginError("git is not installed: install it, or add a checkout as a folder")
        said, complained = self.folder / "said", self.folder / "complained"
        with said.open("wb") as stdout, complained.open("wb") as stderr:
            process = subprocess.Popen(  # noqa: S603 - a list of our own words
                guarded(["/bin/sh", "-c", _LIMITED, "sh", command, *arguments]),
                cwd=self.folder,
                env=self._environment(command),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
            self._wait(process)
        if process.returncode:
            raise _error(complained.read_bytes()[-4_000:].decode(errors="replace"))
        return said.read_bytes()

    def _environment(self, command: str) -> dict[str, str]:
        return {
            "PATH": os.pathsep.join((str(Path(command).parent), os.defpath)),
            "HOME": str(self.folder),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_LFS_SKIP_SMUDGE": "1",
        }

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the end; too long or too much ends it and all that it has started."""
        deadline = time.monotonic() + self.rules.clone_seconds
        try:
            while True:
                try:
                    process.wait(_LOOK_SECONDS)
                except subprocess.TimeoutExpired:
                    if time.monotonic() > deadline:
                        raise OriginAwayError(
                            f"copying took more than {self.rules.clone_seconds:g} seconds: "
                            "try again later"
                        ) from None
                self._check_size()
                if process.returncode is not None:
                    return
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _check_size(self) -> None:
        if _size(self.folder) > self.rules.clone_bytes:
            raise OriginError(
                f"it has more than {self.rules.clone_bytes / 1e6:.0f} MB: "
                "add a checkout of the part with documents as a folder"
            )


def _size(folder: Path) -> int:
    """Bytes below a folder that somebody else is writing to."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(Path(place) / name).st_size
            except FileNotFoundError:
                continue
    return total


def _error(complaint: str) -> OriginError:
    if _NEEDS_LOGIN.search(complaint):
        return OriginError("the repository needs a login: add a checkout of it as a folder")
    if _NOT_THERE.search(complaint):
        return OriginError("there is no such repository: check the address")
    reason = next((line for line in complaint.splitlines() if line.startswith("fatal: ")), "")
    shown = re.sub(r"[^ -~]|[\x1b]", "", reason.removeprefix("fatal: "))[:150] or "no reason given"
    kind = OriginAwayError if _SERVER_ERROR.search(complaint) else OriginError
    return kind(f"git can't copy it ({shown}): check the address, or try again later")
