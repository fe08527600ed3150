"""What an origin is, and what it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from bot.vocabulary.errors import DocumentError

Note = tuple[str, str]
"""(what, one sentence about it)"""
OnProgress = Callable[[int, int, str], None]
"""Told (done, in all, name of what is fetched or read now)."""


class OriginKind(StrEnum):
    """The kinds of places that documents come from."""

    FILE = "file"
    FOLDER = "folder"
    PATTERN = "pattern"
    WEB = "web"
    GIT = "git"


class OriginError(DocumentError):
    """Raised when an origin can't be read now; what it gave before stays."""


class OriginGoneError(OriginError):
    """Raised when an origin says, or shows, that what it held is no more."""


class OriginAwayError(OriginError):
    """Raised when the server of an origin can't answer now; it may later."""


class OriginUnfitError(OriginError):
    """Raised when an origin gives something of a kind that is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a web server wants to be shown to tell whether a page has changed."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file for the readers.

    ``path`` is where its bytes lie now, ``source`` where they come from: a path or an address that
    stays the same from run to run. ``place`` (``help/en/returns.md``) names documents that do not
    name themselves and may tell their language. ``url`` is set for web pages alone.
    """

    path: Path
    source: str
    place: str
    url: str | None = None
    validators: Validators = field(default_factory=Validators)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What an origin gave.

    ``kept`` are sources that have not changed since they were read; ``failed`` those that could not
    be fetched: both keep their documents. ``skipped`` says what was left out, and why.
    """

    items: tuple[Item, ...] = ()
    kept: frozenset[str] = frozenset()
    failed: tuple[Note, ...] = ()
    skipped: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """What an origin may use: an empty folder, what it was told before, whom to tell."""

    folder: Path
    validators: Mapping[str, Validators] = field(default_factory=dict[str, Validators])
    on_progress: OnProgress = lambda done, total, name: None  # noqa: ARG005


class Origin(Protocol):
    """A place that documents come from; ``address`` is how it is remembered."""

    @property
    def kind(self) -> OriginKind:
        """Of which kind it is."""
        ...

    @property
    def address(self) -> str:
        """An absolute path, a pattern with one, or a web address."""
        ...

    def gather(self, gathering: Gathering) -> Gathered:
        """Give everything that it holds.

        Raises:
            OriginError: It can't be read at all.
        """
        ...

    def covers(self, source: str) -> bool:
        """Whether a source lies in this origin, also when it is no more."""
        ...
