"""The files in ``concern_phrases/``, compiled: how people say a concern in one language.

Each concern has a table ``[concern.NAME]`` with these lists, in the notation of ``notation.py``:

- ``plain``: heard wherever it stands, unless a denial stands before it;
- ``with_no``: has a "no" of its own, so nothing takes it back;
- ``other``: sayings and other matters: what touches one of them is not this concern.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.conversation.understanding.notation import Groups, read_phrase
from bot.conversation.understanding.patterns import Phrase, PhraseTable
from bot.conversation.understanding.typos import TypoIndex
from bot.conversation.understanding.words import fold
from bot.vocabulary.mood import Concern

LETTERS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernBook:
    """Everything that is known of how people say a concern in one language.

    ``noise`` is left out before anything is looked for; ``denied`` stands before what is denied.
    """

    language: str
    typos: TypoIndex
    noise: PhraseTable[None]
    denied: PhraseTable[None]
    plain: PhraseTable[Concern]
    with_no: PhraseTable[Concern]
    other: PhraseTable[Concern]


@cache
def concern_books() -> Mapping[str, ConcernBook]:
    """Read every file of phrases for concerns, by its language (ISO 639-1)."""
    return {
        language: _read_book(language, file.read_text(encoding="utf-8"))
        for file in (files("bot.conversation.understanding") / "concern_phrases").iterdir()
        if (language := file.name.removesuffix(".toml")) != file.name
    }


def concern_books_for(language: str) -> tuple[ConcernBook, ...]:
    """Return all books, the one of ``language`` first: people mix languages."""
    books = concern_books().values()
    return tuple(sorted(books, key=lambda book: (book.language != language, book.language)))


def _read_book(language: str, file_text: str) -> ConcernBook:
    content = tomllib.loads(file_text)
    groups: Groups = content["groups"]
    return ConcernBook(
        language=language,
        typos=TypoIndex(
            key_words=map(fold, content["typos"]["words"]),
            known_words=map(fold, LETTERS.findall(file_text)),
        ),
        noise=_unlabelled(content["noise"], groups),
        denied=_unlabelled(content["denied"], groups),
        plain=_by_concern(content["concern"], "plain", groups),
        with_no=_by_concern(content["concern"], "with_no", groups),
        other=_by_concern(content["concern"], "other", groups),
    )


def _unlabelled(lines: Sequence[str], groups: Groups) -> PhraseTable[None]:
    return PhraseTable((phrase, None) for phrase in _phrases(lines, groups))


def _by_concern(sections: Mapping[str, Any], name: str, groups: Groups) -> PhraseTable[Concern]:
    return PhraseTable(
        (phrase, Concern(concern))
        for concern, section in sections.items()
        for phrase in _phrases(section.get(name, ()), groups)
    )


def _phrases(lines: Sequence[str], groups: Groups) -> Iterator[Phrase]:
    return (read_phrase(line, groups) for line in lines)
