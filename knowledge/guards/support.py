"""Which words of a claim a source holds, in its own language or another one, and where (pure)."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from knowledge.embedding.vectors import Vectors
from knowledge.embedding.word_vectors import word_vectors
from knowledge.guards.polarity import clauses, is_denied, is_negation, opposites_of
from knowledge.guards.quantities import is_unit
from knowledge.language.sentences import split_sentences
from knowledge.language.stopwords import filler_words, stop_words
from knowledge.language.synonyms import thesaurus
from knowledge.language.words import fold, spelled_terms, words

_ALIKE = 0.55
_ALIKE_ACROSS = 0.42
"""Cosine from which two words mean the same to us, in one language and across."""
_SAME_MATTER = 0.6
_NEARLY_BEST = 0.6
_FEWEST_WORDS = 2
_LANGUAGES = ("en", "es", "fr", "de", "it", "pt")
_CARRIER_WORDS = """
    last lasts take takes reach reaches arrive arrives open opens choose press click select tap enter
    go find use uses need needs mean means error cost costs come comes give gives let lets offer also
    dura duran tarda tardan entra pulsa abre elige haz selecciona cuesta cuestan usa usar encuentra
    necesitas puedes hay llega llegan significa ofrece tambien
"""
_CARRIERS = frozenset(_CARRIER_WORDS.split())
"""What a sentence is made with, whatever it says: a writer may put one for another."""

_NAME = re.compile(r"(?<=[\w,;] )[A-ZÁÉÍÓÚÑ][\w&+-]*[^\W_]")
_CLEARLY_MORE = 1.3
_REMEMBERED = 32


class Support:
    """What the texts of a claim's sources hold."""

    def __init__(self, source: str, language: str) -> None:
        self.language = language
        self.theirs = language_of(source, language)
        self._words = list(dict.fromkeys(words(source)))
        self._by_term = self._index(source)
        self._vectors = word_vectors()
        self._folded = fold(source)
        self._clauses = [
            (frozenset(words(clause)), is_denied(clause), frozenset(words(sentence)))
            for sentence in split_sentences(source)
            for clause in clauses(sentence)
        ]

    @property
    def is_across(self) -> bool:
        """Whether the sources are in another language than the claim."""
        return self.theirs != self.language

    def missing(self, claim: str) -> tuple[list[str], int]:
        """Return the words of a claim that no source holds, and how many it has in all."""
        wanted = list(self._content(claim))
        return [word for word, terms in wanted if not self._places(word, terms)], len(wanted)

    def missing_name(self, claim: str) -> str | None:
        """Return the first word with a capital letter inside a sentence that no source holds.

        In German every noun has one, so that it says nothing there.
        """
        if self.language == "de":
            return None
        for name in _NAME.findall(claim):
            folded = fold(name)
            if folded in stop_words(self.language) or is_unit(folded) or self._spells(folded):
                continue
            terms = tuple(one for _, found in spelled_terms(name, self.language) for one in found)
            if not self._places(folded, terms):
                return name
        return None

    def _spells(self, folded: str) -> bool:
        """Whether a word stands in the source as it is, and not within another one."""
        return re.search(rf"(?<!\w){re.escape(folded)}(?!\w)", self._folded) is not None

    def contradiction(self, claim: str) -> str | None:
        """Compare each clause with those of the source that speak of the same: yes or no, opposites."""
        parts = clauses(claim)
        for clause in parts:
            near = self._near(clause, fewest=min(_FEWEST_WORDS, len(parts)))
            if near and all(denied != is_denied(clause) for _, denied, _ in near):
                return "a source says the opposite of it"
            heard = {word for _, _, sentence in near for word in sentence}
            for word, opposite in opposites_of(frozenset(words(clause))):
                if opposite in heard and word not in heard and not is_denied(clause):
                    return f"a source says {opposite} where it says {word}"
        return None

    def _near(
        self, clause: str, *, fewest: int
    ) -> Sequence[tuple[frozenset[str], bool, frozenset[str]]]:
        content = list(self._content(clause))
        own = [self._places(word, terms) for word, terms in content if not is_negation(word)]
        if not own or len(content) < fewest:
            return []
        shares = [sum(not theirs.isdisjoint(one) for one in own) for theirs, _, _ in self._clauses]
        best = max(shares, default=0)
        if best < _SAME_MATTER * len(own):
            return []
        pairs = zip(self._clauses, shares, strict=True)
        return [part for part, share in pairs if share >= _NEARLY_BEST * best]

    def _content(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Words that say something, once each, with their index terms."""
        fillers = filler_words(self.language)
        found = dict(spelled_terms(text, self.language))
        for word, terms in found.items():
            is_plain = word in fillers or word in _CARRIERS or is_unit(word) or word[0].isdigit()
            if terms and not is_plain:
                yield word, terms

    def _places(self, word: str, terms: tuple[str, ...]) -> set[str]:
        """The words of the source that a word may stand for: itself, synonyms, translations."""
        related = (
            other
            for term in terms
            for other in thesaurus().related(term, self.language, self.theirs)
        )
        found = {word} & set(self._words)
        for term in (*terms, *related):
            found |= self._by_term.get(term, set())
        return found or self._alike(word)

    def _alike(self, word: str) -> set[str]:
        if not self._words:
            return set()
        needed = _ALIKE_ACROSS if self.is_across else _ALIKE
        cosines = self._embedded @ self._vectors.embed([word])[0]
        return {self._words[place] for place in (cosines >= needed).nonzero()[0]}

    @cached_property
    def _embedded(self) -> Vectors:
        """The vectors of all words; mostly nobody asks."""
        return self._vectors.embed(self._words)

    def _index(self, source: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for word, terms in spelled_terms(source, self.theirs):
            for term in terms:
                found.setdefault(term, set()).update(words(word))
        return found


@lru_cache(maxsize=_REMEMBERED)
def support_of(source: str, language: str) -> Support:
    """Return what a source holds, read once for all sentences of an answer."""
    return Support(source, language)


def language_of(text: str, expected: str) -> str:
    """The language whose short words fill a text; the expected one unless another clearly does."""
    spoken = list(words(text))
    counts = {
        language: sum(word in stop_words(language) for word in spoken) for language in _LANGUAGES
    }
    best = max(counts, key=lambda language: (counts[language], language == expected))
    return best if counts[best] > _CLEARLY_MORE * counts.get(expected, 0) else expected
