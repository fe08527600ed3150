"""How phrase files write phrases, compiled to regular expressions over folded text.

A phrase is a row of elements, separated by spaces:

- ``word`` is that word; ``one|two`` is either; ``two_words`` are two in a row; ``_`` is any word, ``_*`` up to
  four of them, ``#`` a time of day.
- ``{group}`` is any entry of a named group; ``<kind>`` is the value, one of ``values.KINDS``.
- ``element?`` may be absent; the last one can't.
- ``^`` in front: only where a part of a sentence begins; ``$`` at its end: only where one ends.

Between elements stands a blank or a colon. Each element has a bounded length, so a phrase costs a
bounded amount of work at each place of a text, whatever the text is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

from bot.memory.extraction.values import KINDS
from bot.memory.folded import fold

GAP = r"(?:\s{1,3}|\s?:\s{0,2})"
_CLAUSE_END = r"(?=\s{0,3}(?:[.!?…,;:()\n]|$))"
_WORD_START, _WORD_END = r"(?<![\w'-])", r"(?![\w'])"
_WORD = re.compile(r"\w+")
_TIME = r"\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|h|hs|horas)?"
_ANY_WORD = r"\w[\w'-]{0,30}"
_WE_ARE = "we're"
_ANY_SIGNS = {"_": _ANY_WORD, "#": _TIME}

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where a phrase was found in a text, and its value between ``value_start`` and ``value_end``."""

    start: int
    end: int
    value_start: int = 0
    value_end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A compiled phrase: the words before its value and behind it; only those before when it has none.

    ``is_open`` says that any words may stand in it, ``words`` are those that it spells out. Of each set of
    ``needs`` it has a word, as ``word_starts`` finds them.
    """

    before: re.Pattern[str] | None
    kind: str | None
    after: re.Pattern[str]
    is_opening: bool
    is_open: bool
    words: frozenset[str]
    needs: tuple[frozenset[str], ...]

    def may_stand_in(self, starts: AbstractSet[str]) -> bool:
        """Whether a text with these words can hold the phrase; most phrases can be passed over so."""
        return not any(need.isdisjoint(starts) for need in self.needs)

    def hits(self, text: str) -> Iterator[Hit]:
        """Find the phrase in a folded text."""
        if self.kind is None or self.before is None:
            yield from self._hits_without_lead(text)
            return
        value = value_pattern(self.kind)
        for lead in self.before.finditer(text):
            if found := value.match(text, lead.end()):
                yield from self._hit(text, lead.start(), found)

    def _hits_without_lead(self, text: str) -> Iterator[Hit]:
        if self.before is not None:
            for found in self.before.finditer(text):
                yield Hit(start=found.start(), end=found.end())
        elif self.kind is not None:
            for found in value_pattern(self.kind).finditer(text):
                yield from self._hit(text, found.start(), found)

    def _hit(self, text: str, start: int, value: re.Match[str]) -> Iterator[Hit]:
        if rest := self.after.match(text, value.end()):
            yield Hit(start=start, end=rest.end(), value_start=value.start(), value_end=value.end())


@cache
def value_pattern(kind: str) -> re.Pattern[str]:
    """Compile a kind of values, once for all phrases."""
    return re.compile(rf"(?<![\w'-])(?:{KINDS[kind].pattern()}){KINDS[kind].end}")


def read_phrase(text: str, groups: Groups) -> Phrase:
    """Compile one phrase.

    Raises:
        ValueError: It names a group or kind that does not exist, has two values, or ends with ``?``.
    """
    elements = text.removeprefix("^ ").removesuffix(" $").split()
    end = _CLAUSE_END if text.endswith(" $") else _WORD_END
    held = [place for place, element in enumerate(elements) if element.startswith("<")]
    if len(held) > 1 or elements[-1].endswith("?"):
        raise ValueError(f"The phrase {text!r} has two values, or may leave out its last word.")
    is_opening = text.startswith("^ ")
    is_open = any(element.rstrip("?*") == "_" for element in elements)
    words = frozenset(word for element in elements for word in _words(element, groups))
    needs = tuple(filter(None, (_needed(element, groups) for element in elements)))
    if not held:
        before = re.compile(f"{_WORD_START}{_row(elements, groups).removesuffix(GAP)}{end}")
        return Phrase(
            before=before,
            kind=None,
            after=before,
            is_opening=is_opening,
            is_open=is_open,
            words=words,
            needs=needs,
        )
    lead, rest = elements[: held[0]], elements[held[0] + 1 :]
    behind = f"{GAP}{_row(rest, groups).removesuffix(GAP)}" if rest else ""
    return Phrase(
        before=re.compile(f"{_WORD_START}{_row(lead, groups)}") if lead else None,
        kind=_kind(elements[held[0]]),
        after=re.compile(f"{behind}{end}"),
        is_opening=is_opening,
        is_open=is_open,
        words=words,
        needs=needs,
    )


def word_starts(text: str) -> frozenset[str]:
    """Return the words of a folded text, those with signs in them up to the first sign."""
    return frozenset(_WORD.findall(text))


def _needed(element: str, groups: Groups) -> frozenset[str]:
    """Return the words that one of must be there for an element; none where it can do without."""
    if element.endswith("?") or any(choice in _ANY_SIGNS for choice in element.split("|")):
        return frozenset()
    firsts = [fold(words).split()[0] for words in _words(element, groups)]
    starts = [_WORD.match(form) for first in firsts for form in (first, first.replace("'", ""))]
    return frozenset(start.group() for start in starts if start) if all(starts) else frozenset()


def _kind(element: str) -> str:
    kind = element.strip("<>")
    if kind not in KINDS:
        raise ValueError(f"There is no kind {kind!r} of values.")
    return kind


def _row(elements: Sequence[str], groups: Groups) -> str:
    return "".join(_compile(element, groups) for element in elements)


def _compile(element: str, groups: Groups) -> str:
    if element == "_*":
        return f"(?:{_ANY_WORD}{GAP}){{0,4}}"
    words = _alternatives(element.rstrip("?"), groups)
    return f"(?:(?:{words}){GAP})?" if element.endswith("?") else f"(?:{words}){GAP}"


def _alternatives(body: str, groups: Groups) -> str:
    free = [_ANY_SIGNS[choice] for choice in body.split("|") if choice in _ANY_SIGNS]
    choices = (*free, *map(_spelt, _words(body, groups)))
    return "|".join(sorted(choices, key=len, reverse=True))


def _words(element: str, groups: Groups) -> Iterator[str]:
    """Spell out which words an element may be."""
    for choice in element.rstrip("?*").split("|"):
        if choice.startswith("{"):
            yield from _group(choice.strip("{}"), groups)
        elif choice not in _ANY_SIGNS and not choice.startswith("<"):
            yield choice.replace("_", " ")


def _group(name: str, groups: Groups) -> Sequence[str]:
    if name not in groups:
        raise ValueError(f"There is no group {name!r} of words.")
    return groups[name]


def _spelt(words: str) -> str:
    """Write words as an expression; people leave apostrophes out, where that makes no other word."""
    spelt = (
        re.escape(word) if word == _WE_ARE else re.escape(word).replace("'", "'?")
        for word in fold(words).split()
    )
    return r"\s{1,3}".join(spelt)
