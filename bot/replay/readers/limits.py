"""How much is read of a file that may be hostile, and the sentences that say so."""

from typing import Protocol

from bot.vocabulary.errors import DocumentError

MOST_BYTES = 2_000_000_000
"""Of a file, unpacked."""
MOST_RECORD = 4_000_000
"""Characters of one record: a ticket with all its comments, a line, a message."""
MOST_RATIO = 250
"""How much larger a packed file may become; text rarely shrinks to a hundredth."""
_FREE_BYTES = 10_000_000

MOST_LINES = 400
"""Messages of a conversation; what comes later is left out."""
MOST_TEXT = 8_000
"""Characters of a message; the rest is left out."""


class Source(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Read at most so many bytes, none at the end."""
        ...


class Bounded:
    """Counts what is read from a file, and refuses to read more than is sensible.

    ``packed`` is the size of the file as it lies there, in bytes; ``most`` the largest that is read.
    """

    def __init__(self, file: Source, packed: int, most: int = MOST_BYTES) -> None:
        self._file = file
        self._most = min(most, max(_FREE_BYTES, packed * MOST_RATIO))
        self.read_bytes = 0

    def read(self, size: int, /) -> bytes:
        """Read at most so many bytes.

        Raises:
            DocumentError: It has become too much, or is damaged.
        """
        try:
            content = self._file.read(size)
        except (OSError, EOFError, ValueError) as error:
            raise DocumentError(f"it is damaged ({error}): export it again") from None
        self.read_bytes += len(content)
        if self.read_bytes > self._most:
            megabytes = self._most / 1e6
            raise DocumentError(f"it has more than {megabytes:.0f} MB unpacked: export fewer days")
        return content


def too_long(where: str) -> DocumentError:
    """Say that a record is longer than any real one."""
    return DocumentError(
        f"{where} has more than {MOST_RECORD / 1e6:.0f} million characters: is this an export?"
    )
