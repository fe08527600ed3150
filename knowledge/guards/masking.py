"""Personal data stays here: what goes to a language model carries placeholders in its place.

Found is what has a form: addresses of mail and network, cards (Luhn), accounts (IBAN, modulo 97),
phones, national ids, passwords and keys. Names and postal addresses have none and are left.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count
from unicodedata import normalize

from bot.texts.personal import KINDS, Found, find_personal
from knowledge.guards.hidden import seen

MARK = "MARK"
"""Kind of what was written like a placeholder, so that it is never taken for one of ours."""

_PLACEHOLDER = re.compile(rf"<(?:{'|'.join((*KINDS, MARK))})_[0-9]{{1,9}}>")

_HYPHENS = frozenset("\u2010\u2012\u2013\u2212")


class Masking:
    """The placeholders of one request: ``mask`` all that the model reads, ``restore`` what it wrote.

    One value has one placeholder (``<EMAIL_1>``) throughout. Not for use by several requests: what
    one customer typed must not come back in the answer to another.
    """

    def __init__(self) -> None:
        self._placeholders: dict[tuple[str, str], str] = {}
        self._own: dict[str, str] = {}
        self._numbers: defaultdict[str, count[int]] = defaultdict(lambda: count(1))

    def mask(self, text: str, *, own: bool) -> str:
        """Put placeholders in the place of personal data.

        ``own`` says that the customer who asks wrote it: only such values come back.
        """
        pieces: list[str] = []
        end = 0
        for found in _in_order(text):
            pieces += (text[end : found.start], self._placeholder(found, text, own=own))
            end = found.end
        return "".join((*pieces, text[end:]))

    def restore(self, text: str) -> str:
        """Put back what the customer typed; any other placeholder stays as the model wrote it."""
        return _PLACEHOLDER.sub(lambda found: self._own.get(found[0], found[0]), text)

    def without_own(self, text: str) -> str:
        """Leave out what ``restore`` would put back: no document can say whether it is right."""
        return _PLACEHOLDER.sub(lambda found: "" if found[0] in self._own else found[0], text)

    @property
    def own_mail(self) -> frozenset[str]:
        """Addresses of mail that the customer typed: they need no permission to be shown."""
        return frozenset(
            value for placeholder, value in self._own.items() if placeholder.startswith("<EMAIL_")
        )

    def _placeholder(self, found: Found, text: str, *, own: bool) -> str:
        value = text[found.start : found.end]
        key = (found.kind, value)
        if key not in self._placeholders:
            number = next(self._numbers[found.kind])
            self._placeholders[key] = f"<{found.kind}_{number}>"
        placeholder = self._placeholders[key]
        if own:
            self._own[placeholder] = value
        return placeholder


def has_placeholder(text: str) -> bool:
    """Whether a text holds a placeholder, such as one that a model has invented."""
    return _PLACEHOLDER.search(text) is not None


def _in_order(text: str) -> Iterator[Found]:
    read, places = _as_read(text)
    marks = [Found(hit.start(), hit.end(), MARK) for hit in _PLACEHOLDER.finditer(read)]
    end = 0
    for found in sorted((*marks, *find_personal(read))):
        if found.start >= end:
            yield Found(places[found.start], places[found.end - 1] + 1, found.kind)
            end = found.end


def _as_read(text: str) -> tuple[str, Sequence[int]]:
    """A text as people and models read it, and the place of each of its characters.

    Numbers are copied with wide digits, tabs, fixed blanks and hyphens, and marks of direction in them.
    """
    if text.isascii() and text.isprintable():
        return text, range(len(text))
    plain = {one: _plain(one) for one in set(text)}
    read = "".join(map(plain.__getitem__, text))
    if len(read) == len(text):
        return read, range(len(text))
    return read, [at for at, one in enumerate(text) if plain[one]]


def _plain(character: str) -> str:
    """A character as it is read; nothing for one that nobody sees."""
    read = seen(character)
    plain = normalize("NFKC", read)
    if plain in _HYPHENS:
        return "-"
    return plain if len(plain) == 1 else read
