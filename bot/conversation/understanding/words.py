"""A message as words: folded for comparison, with their places in the text and its clauses."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

APOSTROPHES = "'’‘ʼ`´"
COMBINING = "\u0300-\u036f"
WORD = re.compile(
    rf"[^\W_]+(?:(?:[{COMBINING}]+[{APOSTROPHES}]?|[{APOSTROPHES}])[^\W_]+)*[{COMBINING}]*"
)
"""A run of letters and digits; apostrophes inside belong to it (don't)."""

REPEATED_LETTER = re.compile(r"([^\W\d_])\1+")
SENTENCE_ENDS = frozenset(".!?;…¿¡\n\r\u2028\u2029。！？")
SIGNS_INSIDE = frozenset("-.@/:_+&#=")
"""Signs that tie two words together when no space stands between (hi-fi, a.b, user@host)."""

MARKUP = " \t*_~`\"“”«»'’()[]{}<>\u200b\u200d\ufe0f\xa0"
"""What may stand between two words without any meaning of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a message.

    ``form`` is what is compared (see ``fold``). ``start`` and ``end`` are its place in the text.
    ``clause`` and ``sentence`` count from 0; a new sentence is a new clause. ``tied`` says that it
    hangs on the word before, as ``fi`` in ``hi-fi`` does.
    """

    form: str
    start: int
    end: int
    clause: int
    sentence: int
    tied: bool


def fold(word: str) -> str:
    """Write a word as it is compared: no case, accents, apostrophes or repeated letters.

    ``fold("Nooo") == "no"``, ``fold("don’t") == "dont"``, ``fold("Pásame") == "pasame"``.
    """
    letters = unicodedata.normalize("NFKD", word.casefold()).casefold()
    return REPEATED_LETTER.sub(r"\1", "".join(filter(str.isalnum, letters)))


def split_words(text: str) -> list[Word]:
    """Split a text into its words, in one pass over it."""
    words: list[Word] = []
    clause = sentence = last_end = 0
    for found in WORD.finditer(text):
        gap = text[last_end : found.start()] if words else " "
        tied = len(gap) == 1 and gap in SIGNS_INSIDE
        if not tied and not _is_plain(gap):
            clause += 1
            sentence += not SENTENCE_ENDS.isdisjoint(gap)
        last_end = found.end()
        words.append(
            Word(
                form=fold(found.group()),
                start=found.start(),
                end=last_end,
                clause=clause,
                sentence=sentence,
                tied=tied,
            )
        )
    return words


def by_clause(words: Sequence[Word]) -> list[list[Word]]:
    """Group words by clause, in order."""
    return [list(group) for _, group in groupby(words, key=lambda word: word.clause)]


def by_sentence(words: Sequence[Word]) -> list[list[Word]]:
    """Group words by sentence, in order."""
    return [list(group) for _, group in groupby(words, key=lambda word: word.sentence)]


def _is_plain(gap: str) -> bool:
    """Whether two words with this between them belong to one clause."""
    return not gap.strip(MARKUP)
