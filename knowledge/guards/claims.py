"""Whether a sentence stands in its sources: its facts, its yes or no, and most of its words (pure).

Not a proof but a sieve: what it lets through says nothing hard that no source says. How often it errs
is measured by ``benchmarks.claims`` on labelled pairs.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from knowledge.embedding import WordVectors
from knowledge.embedding.word_vectors import word_vectors
from knowledge.guards.polarity import clauses, is_denied, opposites_of
from knowledge.guards.quantities import Quantity, quantities
from knowledge.language.stopwords import filler_words, stop_words
from knowledge.language.synonyms import thesaurus
from knowledge.language.words import fold, plain_text, spelled_terms, words

ENOUGH = 0.7
"""Share of a claim's words that a source must hold; ``benchmarks.claims`` shows what others give."""
ENOUGH_ACROSS = 0.5
"""The same where the source is in another language, and words are compared by their meaning."""
_ALIKE = 0.55
_ALIKE_ACROSS = 0.42
_SAME_MATTER = 0.6
_NEARLY_BEST = 0.85
_FEWEST_TERMS = 2
_LANGUAGES = ("en", "es", "fr", "de", "it", "pt")
_MONTHS = (
    "january/enero february/febrero march/marzo april/abril may/mayo june/junio july/julio "
    "august/agosto september/septiembre october/octubre november/noviembre december/diciembre"
)
_WEEKDAYS = (
    "monday/lunes tuesday/martes wednesday/miercoles thursday/jueves friday/viernes "
    "saturday/sabado sunday/domingo"
)
_CODE = re.compile(
    r"(?<![\w./-])(?=[\w.-]*\d)(?=[\w.-]*[^\W\d_])[\w]+(?:[.-]\w+)*|(?<!\w)--?[a-z][\w-]+"
)
_VERSION = re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}")
_ADDRESS = re.compile(r"[\w.+-]++@[\w-]++(?:\.[\w-]++)++|(?:https?://|www\.)[^\s<>\"')\]]++")
_NAME = re.compile(r"(?<=[\w,;] )[A-ZÁÉÍÓÚÑ][\w&+-]*[^\W_]")


def unsupported_reason(claim: str, sources: Sequence[str], language: str) -> str | None:
    """Say why a sentence is not supported by its sources; None when it is.

    ``language`` is the claim's (ISO 639-1). Sources may be in another one: then facts must still
    agree, and fewer of the words.
    """
    text, source = plain_text(claim), plain_text("\n".join(sources))
    if not source.strip():
        return "it names no source"
    return (
        _wrong_fact(text, source)
        or _wrong_amount(list(quantities(_without_codes(text))), source)
        or _wrong_words(text, source, language.split("-", maxsplit=1)[0].lower())
    )


def _wrong_fact(claim: str, source: str) -> str | None:
    """Look for what must stand in the source letter by letter: addresses, codes, days, months."""
    known = fold(source)
    for address in _ADDRESS.findall(claim):
        if fold(address).rstrip(".,;:!?/") not in known:
            return f"{address} is in no source"
    squeezed = re.sub(r"[\W_]", "", known)
    for code in (*_CODE.findall(claim), *_VERSION.findall(claim)):
        if not _is_amount(code) and re.sub(r"[\W_]", "", fold(code)) not in squeezed:
            return f"{code} is in no source"
    spoken = set(words(source))
    for names, kind in ((_WEEKDAYS, "day"), (_MONTHS, "month")):
        if wrong := _missing_name(claim, spoken, names, kind, source):
            return f"{wrong} is in no source"
    return None


def _is_amount(code: str) -> bool:
    """``14-day`` and ``6pm`` are written like codes."""
    return any(quantity.dimension for quantity in quantities(code))


def _without_codes(claim: str) -> str:
    text = _VERSION.sub(" ", _ADDRESS.sub(" ", claim))
    return _CODE.sub(lambda code: code[0] if _is_amount(code[0]) else " ", text)


def _missing_name(
    claim: str, spoken: Collection[str], names: str, kind: str, source: str
) -> str | None:
    for number, pair in enumerate(names.split(), start=1):
        for name in set(words(claim)) & set(pair.split("/")):
            is_written = any(other in spoken for other in pair.split("/"))
            is_verb = name in {"may", "march"} and name.capitalize() not in claim
            in_date = kind == "month" and re.search(
                rf"\d[-./]0?{number}[-./]|\b0?{number}[-./]\d", source
            )
            if not is_written and not is_verb and not in_date:
                return name
    return None


def _wrong_amount(claimed: Sequence[Quantity], source: str) -> str | None:
    known = list(quantities(source))
    for quantity in claimed:
        if not any(quantity.equals(other) for other in known):
            return f"{quantity.shown} is in no source"
    return None


def _wrong_words(claim: str, source: str, language: str) -> str | None:
    theirs = _language_of(source, language)
    reader = _Reader(source, language, theirs)
    wanted = list(_content(claim, language))
    missing = [word for word, terms in wanted if not reader.holds(word, terms)]
    held = len(wanted) - len(missing)
    enough = ENOUGH if theirs == language else ENOUGH_ACROSS
    if wanted and held < enough * len(wanted):
        return f"too few of its words are in a source: {', '.join(missing[:4])} are missing"
    if theirs != language:
        return None
    if name := next((name for name in _names(claim) if not reader.names(name)), None):
        return f"{name} is in no source"
    return _flipped(claim, source, language)


def _content(text: str, language: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Words that say something, once each, with their index terms."""
    fillers = filler_words(language)
    found = {
        word: terms
        for word, terms in spelled_terms(text, language)
        if terms and word not in fillers and not word[0].isdigit()
    }
    yield from found.items()


def _names(claim: str) -> Iterator[str]:
    """Words with a capital letter inside a sentence."""
    yield from (name for name in _NAME.findall(claim) if fold(name) not in stop_words("en"))


def _language_of(text: str, expected: str) -> str:
    """The language whose short words fill a text; the expected one where none does so more."""
    spoken = list(words(text))
    counts = {
        language: sum(word in stop_words(language) for word in spoken) for language in _LANGUAGES
    }
    best = max(counts, key=lambda language: (counts[language], language == expected))
    return best if counts[best] > 1.3 * counts.get(expected, 0) else expected


class _Reader:
    """What a source holds: its terms, and what means the same."""

    def __init__(self, source: str, language: str, theirs: str) -> None:
        self._language, self._theirs = language, theirs
        self._words = dict.fromkeys(words(source))
        self._terms = {term for _, terms in spelled_terms(source, theirs) for term in terms}
        self._folded = fold(source)
        self._vectors: WordVectors = word_vectors()
        self._embedded = self._vectors.embed(list(self._words)) if self._words else None

    def holds(self, word: str, terms: tuple[str, ...]) -> bool:
        """Whether the source has a word, a synonym of it or its translation."""
        if word in self._words or self._terms.intersection(terms):
            return True
        related = (
            other
            for term in terms
            for other in thesaurus().related(term, self._language, self._theirs)
        )
        return not self._terms.isdisjoint(related) or self._is_alike(word)

    def names(self, name: str) -> bool:
        """Whether the source has a name, or a word that is spelled so."""
        return fold(name) in self._folded or self.holds(
            fold(name), tuple(t for _, terms in spelled_terms(name, self._language) for t in terms)
        )

    def _is_alike(self, word: str) -> bool:
        if self._embedded is None:
            return False
        needed = _ALIKE if self._language == self._theirs else _ALIKE_ACROSS
        return float((self._embedded @ self._vectors.embed([word])[0]).max()) >= needed


def _flipped(claim: str, source: str, language: str) -> str | None:
    """Compare each clause with those of the source that say most of the same words."""
    theirs = [(part, _terms_of(part, language)) for part in clauses(source)]
    for clause in clauses(claim):
        own = _terms_of(clause, language)
        shares = [len(own & terms) / len(own) if own else 0.0 for _, terms in theirs]
        best = max(shares, default=0.0)
        if best < _SAME_MATTER or len(own) < _FEWEST_TERMS:
            continue
        near = [
            part
            for (part, _), share in zip(theirs, shares, strict=True)
            if share >= _NEARLY_BEST * best
        ]
        if all(is_denied(part) != is_denied(clause) for part in near):
            return "a source says the opposite of it"
        spoken = frozenset(words(clause))
        heard = {word for part in near for word in words(part)}
        for word, opposite in opposites_of(spoken):
            if opposite in heard and word not in heard and not is_denied(clause):
                return f"a source says {opposite} where it says {word}"
    return None


def _terms_of(text: str, language: str) -> set[str]:
    return {term for _, terms in _content(text, language) for term in terms}
