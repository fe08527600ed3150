"""JSON of any size, one value of a list after the other: only one of them is in memory."""

import codecs
import json
import re
from collections.abc import Iterator

from bot.replay.readers.limits import MOST_RECORD, Source, too_long
from bot.vocabulary.errors import DocumentError

_CHUNK = 1 << 16
_BLANK = re.compile(r"[ \t\r\n]*")
_BROKEN = "it is no JSON from {place} on: export it again"


class Text:
    """The text of a source, as far as it was read and not yet taken."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._decode = codecs.getincrementaldecoder("utf-8-sig")(errors="replace").decode
        self._decoder = json.JSONDecoder()
        self.buffer = ""
        self.at_end = False
        self._start = 0
        self._gone = 0

    @property
    def ahead(self) -> str:
        """What was read and not yet taken."""
        return self.buffer[self._start :]

    def more(self) -> None:
        """Read on, twice as much each time that it was not enough."""
        rest = self.ahead
        content = self._source.read(max(_CHUNK, len(rest)))
        self.at_end = not content
        self._gone += self._start
        self.buffer, self._start = rest + self._decode(content, self.at_end), 0

    def peek(self) -> str:
        """Return the next character that is no blank, empty at the end."""
        while True:
            found = _BLANK.match(self.buffer, self._start)
            self._start = found.end() if found else self._start
            if self._start < len(self.buffer) or self.at_end:
                return self.buffer[self._start : self._start + 1]
            self.more()

    def take(self, expected: str) -> None:
        """Take one character that must be there."""
        if self.peek() != expected:
            raise self.broken()
        self._start += 1

    def value(self) -> object:
        """Take the next value, whatever it is."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self.buffer, self._start)
            except json.JSONDecodeError:
                found, end = None, 0
            except (ValueError, RecursionError):  # numbers of thousands of digits, lists in lists
                raise self.broken() from None
            if end and (end < len(self.buffer) or self.at_end):
                self._start = end
                return found
            if self.at_end:
                raise self.broken()
            self._bounded("a record of it")
            self.more()

    def lines(self) -> Iterator[str]:
        """Give the lines that hold something."""
        while True:
            end = self.buffer.find("\n", self._start)
            if end < 0 and not self.at_end:
                self._bounded("a line of it")
                self.more()
                continue
            line = self.ahead if end < 0 else self.buffer[self._start : end]
            self._start = len(self.buffer) if end < 0 else end + 1
            if line.strip():
                yield line
            if end < 0:
                return

    def _bounded(self, what: str) -> None:
        if len(self.buffer) - self._start > MOST_RECORD:
            raise too_long(what)

    def broken(self) -> DocumentError:
        """Say where it stops to be JSON."""
        return DocumentError(_BROKEN.format(place=f"character {self._gone + self._start + 1:,}"))


def items(text: Text) -> Iterator[object]:
    """Give the values of the list that comes next, one by one."""
    text.take("[")
    while text.peek() != "]":
        yield text.value()
        if text.peek() == ",":
            text.take(",")
        elif text.peek() != "]":
            raise text.broken()
    text.take("]")


def fields(text: Text) -> Iterator[str]:
    """Give the names of the object that comes next; whoever asks takes the value of each."""
    text.take("{")
    while text.peek() != "}":
        name = text.value()
        if not isinstance(name, str):
            raise text.broken()
        text.take(":")
        yield name
        if text.peek() == ",":
            text.take(",")
        elif text.peek() != "}":
            raise text.broken()
    text.take("}")
