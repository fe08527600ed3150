"""Hears the wish for a human in what a customer writes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.conversation.understanding.patterns import Forms, Hit, PhraseTable
from bot.conversation.understanding.phrasebook import SCORES, Phrasebook, WishPhrases
from bot.conversation.understanding.words import Word, by_clause, by_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A request for a human: how sure (0..1), and its place ``[start, end)`` in the text."""

    score: float
    start: int
    end: int


def hear_wish(words: Sequence[Word], books: Sequence[Phrasebook]) -> Wish | None:
    """Return the clearest request for a human among these words, None when there is none."""
    sentences = by_sentence(words)
    wishes = [
        wish for sentence in sentences for book in books for wish in _wishes_of(sentence, book)
    ]
    if not wishes and sentences and all(_is_helpless(sentence, books) for sentence in sentences):
        wishes.append(Wish(score=SCORES["helpless"], start=words[0].start, end=words[-1].end))
    return max(wishes, key=lambda wish: (wish.score, wish.start - wish.end), default=None)


def hear_plea(words: Sequence[Word], books: Sequence[Phrasebook]) -> Wish | None:
    """Return the first clause that is a plain plea for a human ("agent please, ..."), if any."""
    pleas = (
        Wish(score=hit.label, start=clause[0].start, end=clause[-1].end)
        for clause in by_clause(words)
        for book in books
        for hit in book.wishes.pleaded.hits_at(_forms(clause, book), 0)
        if hit.end == len(clause)
    )
    return next(pleas, None)


def _forms(words: Sequence[Word], book: Phrasebook) -> Forms:
    return Forms.of(book.typos.correct(word.form) for word in words)


def _wishes_of(sentence: Sequence[Word], book: Phrasebook) -> Iterator[Wish]:
    forms = _forms(sentence, book)
    kept = _without_noise(forms, book.wishes.noise)
    words = [sentence[place] for place in kept]
    for hit in _hits(Forms.of(forms.words[place] for place in kept), words, book.wishes):
        yield Wish(score=hit.label, start=words[hit.start].start, end=words[hit.end - 1].end)


def _is_helpless(sentence: Sequence[Word], books: Sequence[Phrasebook]) -> bool:
    """Whether a sentence says nothing but how urgent or how bad it is."""
    for book in books:
        forms = _forms(sentence, book)
        hits = book.wishes.helpless.hits_at(forms, 0)
        if any(hit.end == len(forms) for hit in hits):
            return True
    return False


def _without_noise(forms: Forms, noise: PhraseTable[None]) -> list[int]:
    """Tell which places hold more than politeness, hurry or anger."""
    noisy = {place for hit in noise.hits(forms) for place in range(hit.start, hit.end)}
    return [place for place in range(len(forms)) if place not in noisy]


def _hits(forms: Forms, words: Sequence[Word], phrases: WishPhrases) -> Iterator[Hit[float]]:
    denied = _denied_places(forms, words, phrases.denied)
    undone = {hit.start for hit in phrases.undone.hits(forms)}
    for hit in phrases.anywhere.hits(forms):
        if hit.start in denied:
            denied |= set(range(hit.start, hit.end))
        elif hit.end not in undone:
            yield hit
    yield from phrases.with_no.hits(forms)
    if words:
        yield from (hit for hit in phrases.alone.hits_at(forms, 0) if hit.end == len(forms))
    for start, end in _clauses(words):
        yield from (hit for hit in phrases.in_clause.hits_at(forms, start) if hit.end == end)


def _clauses(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Return the place ``[start, end)`` of each clause."""
    start = 0
    for end in range(1, len(words) + 1):
        if end == len(words) or words[end].clause != words[start].clause:
            yield start, end
            start = end


def _denied_places(forms: Forms, words: Sequence[Word], denials: PhraseTable[None]) -> set[int]:
    """Collect the places inside and directly behind a denial, within its own clause."""
    return {
        place
        for hit in denials.hits(forms)
        for place in range(hit.start, min(hit.end + 1, len(forms)))
        if words[place].clause == words[hit.start].clause
    }
