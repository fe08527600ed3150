"""The socket for the library: the documents that answers come from, as admins look after them in chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.vocabulary.knowledge import Audience, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryDocument:
    """A document; ``origins`` are the places that it was read from, ``read_at`` when it was added.

    With ``is_overdue`` nobody has vouched for it since ``review_by``.
    """

    doc_id: str
    title: str
    language: str
    origins: tuple[str, ...] = ()
    audience: Audience = Audience.PUBLIC
    tags: tuple[str, ...] = ()
    review_by: date | None = None
    is_overdue: bool = False
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryReport:
    """What reading sources came to, in numbers of documents.

    ``failed`` names what could not be read and why, ``skipped`` what was left out on purpose;
    ``unpublished`` says why other machines do not have it yet.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    unpublished: tuple[str, ...] = ()

    @property
    def loaded(self) -> int:
        """How many documents of what was read the knowledge now has."""
        return self.added + self.changed + self.unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryRemoval:
    """What was taken out: ``forgotten`` says that it was a place, with all of its documents.

    A document of ``origins`` comes back when these are read again.
    """

    removed: tuple[str, ...]
    forgotten: bool
    origins: tuple[str, ...] = ()
    unpublished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Questions that ask for the same and find no good answer; personal data in them is masked.

    ``count`` is how often it was asked, ``cases`` how many cases came of it, ``minutes`` what it cost.
    """

    question: str
    count: int
    cases: int
    minutes: float
    hint: str


class Library(Protocol):
    """Looks after the documents. What it changes is seen by all processes with their next question.

    Raises ``KnowledgeUnavailableError`` when the index can't be read or written: nothing has changed.
    """

    async def add(self, address: str) -> LibraryReport:
        """Read a web page, a sitemap or a repository, and remember it.

        Raises:
            DocumentError: It is no web address: what lies on the server's disk is not added from chat.
        """
        ...

    async def sync(self) -> LibraryReport:
        """Read everything again that was ever added."""
        ...

    async def remove(self, name: str) -> LibraryRemoval | None:
        """Take a document out by its id, or forget a place; None where there is no such thing."""
        ...

    async def documents(self) -> Sequence[LibraryDocument]:
        """Return all documents, by their ids."""
        ...

    async def search(self, question: str, limit: int) -> Sequence[Source]:
        """Return the passages that fit best, internal ones as well."""
        ...

    async def lacks(self, days: int, limit: int) -> Sequence[Lack]:
        """Return what was asked in the last days without a good answer, the dearest first.

        Raises:
            StateUnavailableError: The store does not answer.
        """
        ...
