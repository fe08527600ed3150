"""Files, folders and patterns of this machine."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.origins.values import (
    Gathered,
    Gathering,
    Item,
    Note,
    OriginError,
    OriginGoneError,
    OriginKind,
)
from knowledge.readers import SUFFIXES
from knowledge.readers.shown import can_be_shown

WILDCARDS = "*?["
NO_DOCUMENTS = (
    f"it holds no documents ({', '.join(SUFFIXES)}), and nothing was removed: check the path, "
    "or remove documents by their ids"
)
"""An empty folder is more often a disk that is not mounted than a wish to forget everything."""
UNSHOWN = "its name has characters that can't be shown"
_NOTHING_THERE = "there is no such file or folder: check the path"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOrigin:
    """One file, whatever its suffix."""

    path: Path
    kind: OriginKind = OriginKind.FILE

    @property
    def address(self) -> str:
        """The absolute path."""
        return str(self.path)

    def gather(self, gathering: Gathering) -> Gathered:
        """Give the file; it is gone when its folder is there without it."""
        del gathering
        if self.path.is_file():
            return Gathered(items=(item_of(self.path, self.path.parent),))
        if self.path.parent.is_dir():
            raise OriginGoneError("the file is no longer in its folder: check the path")
        raise OriginError(_NOTHING_THERE)

    def covers(self, source: str) -> bool:
        """Whether it is this file."""
        return source == self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOrigin:
    """A folder with all below it; hidden files and links to folders are left out."""

    path: Path
    kind: OriginKind = OriginKind.FOLDER

    @property
    def address(self) -> str:
        """The absolute path."""
        return str(self.path)

    def gather(self, gathering: Gathering) -> Gathered:
        """Give the files of known formats, in a fixed order."""
        del gathering
        if not self.path.is_dir():
            raise OriginError(_NOTHING_THERE)
        files, skipped = sort_files(walk(self.path))
        if not files:
            raise OriginError(NO_DOCUMENTS)
        return Gathered(items=tuple(item_of(file, self.path) for file in files), skipped=skipped)

    def covers(self, source: str) -> bool:
        """Whether a file lies, or lay, somewhere in this folder."""
        return Path(source).is_relative_to(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternOrigin:
    """The files that a pattern such as ``/srv/docs/**/*.md`` names."""

    pattern: str
    kind: OriginKind = OriginKind.PATTERN

    @property
    def address(self) -> str:
        """The pattern with an absolute path."""
        return self.pattern

    def gather(self, gathering: Gathering) -> Gathered:
        """Give the files that the pattern names now."""
        del gathering
        path = Path(self.pattern)
        found = Path(path.anchor).glob(str(path.relative_to(path.anchor)))
        matches = sorted({match.resolve() for match in found if match.is_file()})
        files, skipped = _sort_names(matches)
        if not files:
            raise OriginError(_NOTHING_THERE)
        return Gathered(items=tuple(item_of(file, file.parent) for file in files), skipped=skipped)

    def covers(self, source: str) -> bool:
        """Whether the pattern names that file."""
        return Path(source).match(self.pattern)


def item_of(file: Path, root: Path) -> Item:
    """Describe a file below ``root``; the folder's own name begins its place."""
    return Item(path=file, source=str(file), place=place_of(file, root))


def place_of(file: Path, root: Path) -> str:
    """Where a file lies, from the name of its root on: ``help/en/returns.md``."""
    return f"{root.name}/{file.relative_to(root).as_posix()}"


def walk(folder: Path) -> Iterator[Path]:
    """All files in a fixed order, without hidden ones and links to folders."""
    for place, subfolders, names in os.walk(folder):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(place) / name


def sort_files(files: Iterable[Path]) -> tuple[list[Path], tuple[Note, ...]]:
    """Take the files of known formats; of the others one note for each suffix."""
    known: list[Path] = []
    others: Counter[str] = Counter()
    named, skipped = _sort_names(files)
    for file in named:
        if file.suffix.lower() in SUFFIXES:
            known.append(file)
        else:
            others[file.suffix.lower()] += 1
    notes = (_note(suffix, count) for suffix, count in sorted(others.items()))
    return known, (*notes, *skipped)


def _sort_names(files: Iterable[Path]) -> tuple[list[Path], tuple[Note, ...]]:
    """Take the files whose names can be shown; of the others one note."""
    shown: list[Path] = []
    others: list[Path] = []
    for file in files:
        (shown if can_be_shown(str(file)) else others).append(file)
    if not others:
        return shown, ()
    more = f" (as {len(others) - 1} more)" if len(others) > 1 else ""
    return shown, ((repr(others[0].name), f"{UNSHOWN}{more}: rename it"),)


def _note(suffix: str, count: int) -> Note:
    what = f"*{suffix}" if suffix else "files without a suffix"
    return what, f"{count} of a format that a folder is not searched for"
