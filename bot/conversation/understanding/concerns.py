"""Hears what a person should know of: danger, despair, threats, law, need, complaints, leaving."""

from collections.abc import Iterator, Sequence
from itertools import chain

from bot.conversation.understanding.concernbook import ConcernBook
from bot.conversation.understanding.patterns import Forms, Hit, PhraseTable
from bot.conversation.understanding.words import Word, by_sentence
from bot.vocabulary.mood import Concern, Heard

GRAVITY = {concern: place for place, concern in enumerate(Concern)}
"""The gravest first: the order in which the vocabulary names them."""


def hear_concern(text: str, words: Sequence[Word], books: Sequence[ConcernBook]) -> Heard | None:
    """Return the gravest concern among a text's words, None when there is none."""
    hits = (
        (GRAVITY[hit.label], start, end)
        for sentence in by_sentence(words)
        for book in books
        for hit, start, end in _concerns_of(sentence, book)
    )
    found = min(hits, key=lambda hit: (hit[0], hit[1], -hit[2]), default=None)
    if found is None:
        return None
    gravity, start, end = found
    return Heard(concern=list(Concern)[gravity], words=text[start:end])


def _concerns_of(
    sentence: Sequence[Word], book: ConcernBook
) -> Iterator[tuple[Hit[Concern], int, int]]:
    """Find concerns in a sentence, with their place in the text."""
    forms = Forms.of(book.typos.correct(word.form) for word in sentence)
    kept = _without_noise(forms, book.noise)
    words = [sentence[place] for place in kept]
    for hit in _hits(Forms.of(forms.words[place] for place in kept), words, book):
        yield hit, words[hit.start].start, words[hit.end - 1].end


def _without_noise(forms: Forms, noise: PhraseTable[None]) -> list[int]:
    noisy = {place for hit in noise.hits(forms) for place in range(hit.start, hit.end)}
    return [place for place in range(len(forms)) if place not in noisy]


def _hits(forms: Forms, words: Sequence[Word], book: ConcernBook) -> Iterator[Hit[Concern]]:
    """Find what is neither said with a no nor part of a saying or of another matter."""
    plain, with_no = list(book.plain.hits(forms)), list(book.with_no.hits(forms))
    if not plain and not with_no:
        return
    denied = _denied_places(forms, words, book.denied)
    other = _places(book.other.hits(forms))
    said = (hit for hit in plain if hit.start not in denied)
    for hit in chain(said, with_no):
        if other[hit.label].isdisjoint(range(hit.start, hit.end)):
            yield hit


def _places(hits: Iterator[Hit[Concern]]) -> dict[Concern, set[int]]:
    """Collect for each concern the places whose words mean something else."""
    places: dict[Concern, set[int]] = {concern: set() for concern in Concern}
    for hit in hits:
        places[hit.label].update(range(hit.start, hit.end))
    return places


def _denied_places(forms: Forms, words: Sequence[Word], denials: PhraseTable[None]) -> set[int]:
    """Collect the places inside and directly behind a denial, within its own clause.

    Its first word is left out: a phrase that begins with it says that "no" itself.
    """
    return {
        place
        for hit in denials.hits(forms)
        for place in range(hit.start + 1, min(hit.end + 1, len(forms)))
        if words[place].clause == words[hit.start].clause
    }
