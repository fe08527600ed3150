"""Which language a customer writes, from a few words and what was known before.

Three kinds of evidence are added up, as logarithms: py3langid (a naive Bayes over byte n-grams,
restricted to the configured languages), cue words that give a language away (``cues.toml``), and
what is known already: the language of the conversation, else the locale that the platform reports.
``docs/decisions.md`` tells why this library; ``benchmarks/language.py`` compares it with another.
"""
# py3langid ships no types; _Identifier states what is used of it.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from importlib.resources import files
from typing import Protocol, cast

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.conversation.understanding.words import fold, split_words
from bot.vocabulary.errors import ConfigurationError

READ_AT_MOST = 2_000
"""Characters that are looked at: a language shows in far fewer, and the time stays bounded."""

FEWEST_WORDS_TO_SWITCH = 3
FEWEST_LETTERS_TO_SWITCH = 12
"""A message with fewer words and letters than these keeps the language of its conversation."""

WORDS_TO_SWITCH_WITHOUT_CUE = 6
"""Fewer words than these need a cue of the new language: names and addresses have none."""

CUE_WEIGHT = 1.5
"""Log-odds of one cue, word or sign, that only one of the configured languages has."""

LETTERS_TO_TRUST = 12
"""Below this many letters the model counts for less, in proportion."""

PREVIOUS_WEIGHT = 2.0
LOCALE_WEIGHT = 1.0
FIRST_WEIGHT = 0.1
"""Log-odds of the conversation's language, the platform's locale, and the first one configured."""

LEAST_PROBABILITY = 1e-4


class _Identifier(Protocol):
    """What is used of py3langid's identifier."""

    @property
    def labels(self) -> Sequence[str]: ...

    def set_languages(self, langs: Sequence[str]) -> None: ...

    def rank(self, instance: str) -> Sequence[tuple[str, float]]: ...


class LanguageDetector:
    """Tells the language of each message among those that are configured."""

    def __init__(self, languages: Sequence[str]) -> None:
        """Prepare detection; the model (about 100 MiB) is loaded when first needed.

        Args:
            languages: ISO 639-1 codes, the house language first; ``pt-BR`` counts as ``pt``.

        Raises:
            ConfigurationError: There is no language to choose from.
        """
        self._languages = tuple(dict.fromkeys(map(_primary, languages)))
        if not self._languages:
            raise ConfigurationError(
                'conversation.languages is empty: name at least one language, such as ["en"].'
            )
        self._cues = _cues_among(self._languages)

    def load(self) -> None:
        """Load the model now (1 to 2 s), so that no customer waits for it.

        Raises:
            ConfigurationError: A configured language is none that the model knows.
        """
        unknown = set(self._languages) - set(self._model.labels)
        if unknown:
            raise ConfigurationError(
                f"conversation.languages names {', '.join(sorted(unknown))}, which can't be "
                "detected: use ISO 639-1 codes such as en, es or fr."
            )

    def detect(self, text: str, *, previous: str | None, locale: str | None) -> str:
        """Return the language of ``text``, one of the configured ones.

        Args:
            text: The message; only its first 2,000 characters count.
            previous: The language of the conversation so far, if any.
            locale: What the platform reports for the person (``es``, ``pt-BR``), if anything.
        """
        known = self._configured(previous)
        telling = " ".join(filter(_is_telling, text[:READ_AT_MOST].split()))
        forms = [word.form for word in split_words(telling)]
        if len(self._languages) == 1:
            return self._languages[0]
        if known is not None and _is_short(forms):
            return known
        signs = (sign for sign in telling.casefold() if not sign.isascii())
        cues = self._cue_evidence({*forms, *signs})
        scores = Counter(self._prior(known, self._configured(locale)))
        scores.update(cues)
        if forms:
            scores.update(self._model_evidence(telling, letters=sum(map(len, forms))))
        best = max(self._languages, key=lambda language: scores[language])
        is_noise = len(forms) < WORDS_TO_SWITCH_WITHOUT_CUE and best not in cues
        return known if known is not None and is_noise else best

    @property
    def _model(self) -> _Identifier:
        return _model_among(self._languages)

    def _configured(self, code: str | None) -> str | None:
        language = _primary(code or "")
        return language if language in self._languages else None

    def _prior(self, known: str | None, locale: str | None) -> dict[str, float]:
        prior = {self._languages[0]: FIRST_WEIGHT}
        if known is not None:
            prior[known] = PREVIOUS_WEIGHT
        elif locale is not None:
            prior[locale] = LOCALE_WEIGHT
        return prior

    def _cue_evidence(self, found: AbstractSet[str]) -> dict[str, float]:
        evidence: defaultdict[str, float] = defaultdict(float)
        for cue in found:
            languages = self._cues.get(cue, ())
            for language in languages:
                evidence[language] += CUE_WEIGHT / len(languages)
        return evidence

    def _model_evidence(self, text: str, *, letters: int) -> dict[str, float]:
        probabilities = dict(self._model.rank(text.casefold()))
        trust = min(1.0, letters / LETTERS_TO_TRUST)
        return {
            language: trust * math.log(max(probabilities.get(language, 0.0), LEAST_PROBABILITY))
            for language in self._languages
        }


def _primary(code: str) -> str:
    """Reduce a locale to its language: ``pt-BR`` and ``pt_BR`` are ``pt``."""
    return code.replace("_", "-").split("-")[0].strip().lower()


def _is_telling(chunk: str) -> bool:
    """Whether a piece of text shows a language; addresses, numbers and handles do not."""
    return not (
        chunk.startswith(("http", "www.", "#", "`"))
        or "@" in chunk
        or any(sign.isdigit() for sign in chunk)
    )


def _is_short(forms: Sequence[str]) -> bool:
    """Whether these words are too few to change the language of a conversation."""
    return len(forms) < FEWEST_WORDS_TO_SWITCH and sum(map(len, forms)) < FEWEST_LETTERS_TO_SWITCH


@cache
def _model_among(languages: tuple[str, ...]) -> _Identifier:
    """Load the model once for all who choose among these languages: it is large."""
    model = cast("_Identifier", LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True))
    model.set_languages([code for code in languages if code in model.labels])
    return model


@cache
def _all_cues() -> Mapping[str, frozenset[str]]:
    """Read which cues, folded words and signs, give each language away."""
    file = files("bot.conversation.understanding") / "cues.toml"
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        language: frozenset([*map(fold, words), *content["signs"].get(language, "")])
        for language, words in content["words"].items()
    }


def _cues_among(languages: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Tell for each cue which of these languages have it."""
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for language in languages:
        for cue in _all_cues().get(language, ()):
            owners[cue].append(language)
    return owners
