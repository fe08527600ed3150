"""Takes the courtesies off a message: what is left is what the customer is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.conversation.understanding.patterns import Forms, PhraseTable
from bot.conversation.understanding.phrasebook import Courtesy, CourtesyPhrases, Phrasebook
from bot.conversation.understanding.words import Word, by_clause

SAYS_NO = frozenset({Courtesy.NO, Courtesy.REJECTION})

LONGEST_CLOSING = 7
"""How many words from its end a clause is searched for a courtesy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peeled:
    """A message without its courtesies: what they were, and the words that are left."""

    kinds: frozenset[Courtesy]
    rest: tuple[Word, ...]


@dataclass(slots=True, kw_only=True)
class _Clause:
    """A clause while it is peeled: ``[start, end)`` of its words is what is left."""

    words: Sequence[Word]
    forms: Forms
    start: int
    end: int
    may_reject: bool
    kinds: set[Courtesy] = field(default_factory=set[Courtesy])


def peel(words: Sequence[Word], books: Sequence[Phrasebook]) -> Peeled:
    """Take greetings, thanks, small talk and their like off each clause, at both of its ends.

    A no comes first: behind a question, "it doesn't work" is part of that question.
    """
    kinds: set[Courtesy] = set()
    rest: list[Word] = []
    sentence = -1
    for words_of_clause in by_clause(words):
        clause = _Clause(
            words=words_of_clause,
            forms=Forms.of(word.form for word in words_of_clause),
            start=0,
            end=len(words_of_clause),
            may_reject=not rest,
        )
        if sentence == words_of_clause[0].sentence and not rest:
            _skip_connectors(clause, books)
        _peel_clause(clause, books)
        kinds |= clause.kinds
        rest += words_of_clause[clause.start : clause.end]
        sentence = words_of_clause[0].sentence
    return Peeled(kinds=frozenset(kinds - {Courtesy.FILLER}), rest=tuple(rest))


def without_outbursts(words: Sequence[Word], books: Sequence[Phrasebook]) -> tuple[Word, ...]:
    """Leave out clauses that only vent, unless there is nothing else."""
    telling = [clause for clause in by_clause(words) if not _vents(clause, books)]
    return tuple(word for clause in telling for word in clause) or tuple(words)


def _vents(clause: Sequence[Word], books: Sequence[Phrasebook]) -> bool:
    forms = Forms.of(word.form for word in clause)
    hits = (hit for book in books for hit in book.outbursts.hits_at(forms, 0))
    return any(hit.end == len(forms) for hit in hits)


def _peel_clause(clause: _Clause, books: Sequence[Phrasebook]) -> None:
    while clause.start < clause.end and (_peel_front(clause, books) or _peel_back(clause, books)):
        pass


def _peel_front(clause: _Clause, books: Sequence[Phrasebook]) -> bool:
    """Take the longest courtesy off the front, if the clause begins with one."""
    found = [hit for book in books for hit in _front_hits(clause, book.courtesies)]
    if not found:
        return False
    clause.start = max(end for end, _ in found)
    clause.kinds |= {kind for end, kind in found if end == clause.start}
    _skip_connectors(clause, books)
    return True


def _front_hits(clause: _Clause, phrases: CourtesyPhrases) -> Iterator[tuple[int, Courtesy]]:
    yield from _hits(phrases.opening, clause, clause.start)
    for end, kind in _hits(phrases.whole, clause, clause.start):
        if end == clause.end or clause.forms.words[end] in phrases.connectors:
            yield end, kind


def _peel_back(clause: _Clause, books: Sequence[Phrasebook]) -> bool:
    """Take the longest courtesy off the end, if the clause ends with one."""
    for start in range(max(clause.start + 1, clause.end - LONGEST_CLOSING), clause.end):
        found = [hit for book in books for hit in _hits(book.courtesies.closing, clause, start)]
        kinds = {kind for end, kind in found if end == clause.end}
        if kinds and not clause.words[start].tied:
            clause.end = start
            clause.kinds |= kinds
            return True
    return False


def _hits(
    table: PhraseTable[Courtesy], clause: _Clause, start: int
) -> Iterator[tuple[int, Courtesy]]:
    """Find phrases that begin at ``start`` and do not cut a name such as hi-fi in two."""
    for hit in table.hits_at(clause.forms, start):
        is_cut = hit.end < len(clause.words) and clause.words[hit.end].tied
        may_stand = clause.may_reject or hit.label not in SAYS_NO
        if hit.end <= clause.end and may_stand and not is_cut:
            yield hit.end, hit.label


def _skip_connectors(clause: _Clause, books: Sequence[Phrasebook]) -> None:
    while clause.start < clause.end and any(
        clause.forms.words[clause.start] in book.courtesies.connectors for book in books
    ):
        clause.start += 1
