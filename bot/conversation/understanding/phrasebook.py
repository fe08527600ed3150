"""The phrase files of the package, compiled: one phrasebook for each language."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from bot.conversation.understanding.notation import Groups, read_phrase
from bot.conversation.understanding.patterns import Phrase, PhraseTable
from bot.conversation.understanding.typos import TypoIndex
from bot.conversation.understanding.words import fold

LETTERS = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

SCORES = {
    "certain": 1.0,
    "with_no": 1.0,
    "pleaded": 1.0,
    "alone": 0.9,
    "in_clause": 0.9,
    "likely": 0.8,
    "unreached": 0.7,
    "helpless": 0.55,
    "hinted": 0.4,
}
"""How sure a kind of phrase makes us of a wish for a human; own judgement, in 0..1."""


class Courtesy(StrEnum):
    """What a part of a message can be besides a question."""

    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    AFFIRMATION = "affirmation"
    NO = "no"
    REFUSAL = "refusal"
    REJECTION = "rejection"
    WELLBEING = "wellbeing"
    BOT_QUESTION = "bot_question"
    NAME = "name"
    ABILITIES = "abilities"
    LAUGHTER = "laughter"
    CHAT = "chat"
    FILLER = "filler"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtesyPhrases:
    """Where courtesies may stand: at a clause's start, as all of it, at its end."""

    opening: PhraseTable[Courtesy]
    whole: PhraseTable[Courtesy]
    closing: PhraseTable[Courtesy]
    connectors: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WishPhrases:
    """How a human is asked for, and what takes it back.

    Those that ask are filed under their score (0..1). ``in_clause`` counts when nothing else is said
    in a clause, ``alone`` in a sentence, ``helpless`` at all. ``pleaded`` is a clause as well, and
    looked for with its politeness.
    ``denied`` stands before a request or around its start, ``undone`` behind it; ``with_no`` has a
    "no" of its own, so nothing takes it back.
    """

    noise: PhraseTable[None]
    anywhere: PhraseTable[float]
    alone: PhraseTable[float]
    in_clause: PhraseTable[float]
    pleaded: PhraseTable[float]
    with_no: PhraseTable[float]
    helpless: PhraseTable[float]
    denied: PhraseTable[None]
    undone: PhraseTable[None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrasebook:
    """Everything that is known of how people say it in one language.

    ``outbursts`` are clauses that vent and say nothing of the matter.
    """

    language: str
    typos: TypoIndex
    courtesies: CourtesyPhrases
    wishes: WishPhrases
    outbursts: PhraseTable[None]


@cache
def phrasebooks() -> Mapping[str, Phrasebook]:
    """Read every phrase file, by its language (ISO 639-1)."""
    return {
        language: _read_book(language, file.read_text(encoding="utf-8"))
        for file in (files("bot.conversation.understanding") / "phrases").iterdir()
        if (language := file.name.removesuffix(".toml")) != file.name
    }


def books_for(language: str) -> tuple[Phrasebook, ...]:
    """Return all phrasebooks, the one of ``language`` first: people mix languages."""
    books = phrasebooks().values()
    return tuple(sorted(books, key=lambda book: (book.language != language, book.language)))


def _read_book(language: str, file_text: str) -> Phrasebook:
    content = tomllib.loads(file_text)
    groups: Groups = content["groups"]
    return Phrasebook(
        language=language,
        typos=_read_typos(file_text, content),
        courtesies=_read_courtesies(content, groups),
        wishes=_read_wishes(content, groups),
        outbursts=PhraseTable((phrase, None) for phrase in _phrases(content["outburst"], groups)),
    )


def _read_typos(file_text: str, content: Mapping[str, Any]) -> TypoIndex:
    """Index the key words; whatever the phrase file spells out anywhere is right as it stands."""
    section, groups = content["typos"], content["groups"]
    entries = [*section["words"], *(entry for name in section["groups"] for entry in groups[name])]
    return TypoIndex(
        key_words=(fold(word) for entry in entries for word in entry.split()),
        known_words=map(fold, LETTERS.findall(file_text)),
    )


def _read_courtesies(content: Mapping[str, Any], groups: Groups) -> CourtesyPhrases:
    sections = {**content["courtesy"], **content["small_talk"], "filler": content["filler"]}

    def table(place: str) -> PhraseTable[Courtesy]:
        return PhraseTable(
            (phrase, Courtesy(kind))
            for kind, section in sections.items()
            for phrase in _phrases(section.get(place, ()), groups)
        )

    return CourtesyPhrases(
        opening=table("opening"),
        whole=table("whole"),
        closing=table("closing"),
        connectors=frozenset(map(fold, content["connectors"])),
    )


def _read_wishes(content: Mapping[str, Any], groups: Groups) -> WishPhrases:
    section = {**content["wish"], "noise": content["noise"]}

    def scored(*names: str) -> PhraseTable[float]:
        return PhraseTable(
            (phrase, SCORES[name]) for name in names for phrase in _phrases(section[name], groups)
        )

    def unlabelled(*names: str) -> PhraseTable[None]:
        return PhraseTable(
            (phrase, None) for name in names for phrase in _phrases(section[name], groups)
        )

    return WishPhrases(
        noise=unlabelled("noise"),
        anywhere=scored("certain", "likely", "unreached", "hinted"),
        alone=scored("alone"),
        in_clause=scored("in_clause"),
        pleaded=scored("pleaded"),
        with_no=scored("with_no"),
        helpless=scored("helpless"),
        denied=unlabelled("refused", "aside"),
        undone=unlabelled("undone"),
    )


def _phrases(lines: Sequence[str], groups: Groups) -> Iterator[Phrase]:
    return (read_phrase(line, groups) for line in lines)
