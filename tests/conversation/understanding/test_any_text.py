"""What must hold for every text that anyone can send."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.understanding import LanguageDetector, Understanding, understand
from tests.linear_time import takes_linear_time

LANGUAGES = st.sampled_from(["en", "es", "fr", "xx", ""])
PIECES = st.sampled_from(
    [
        "hi", "Hola", "thanks", "gracias", "no", "sí", "yes please", "I want", "quiero", "talk to",
        "hablar con", "a human", "un agente", "agent", "don't", "that didn't help", "no es eso", "and",
        "where is my order", "¿cuánto tarda?", ",", ".", "!", "?", "\n", "😡", "12345", "are you a bot",
        "I will sue you", "cancel my account", "quiero poner una queja", "kill myself", "dont want to",
        "é", "e\u0301", "'", "-", "@", "\x00", "\ud800", "\u200b",
    ]
)  # fmt: skip
TEXTS = st.text() | st.lists(PIECES, max_size=12).map(" ".join) | st.lists(PIECES).map("".join)
ANY_TEXTS = TEXTS | st.text(st.characters(codec=None, categories=None))


@given(text=ANY_TEXTS, language=LANGUAGES)
def test_any_text_is_understood(text: str, language: str) -> None:
    meaning = understand(text, language)
    assert 0 <= meaning.wants_human_score <= 1
    assert meaning.wants_human == (meaning.wants_human_score >= 0.5)
    assert meaning.rest in text
    assert meaning.matched is None or meaning.matched in text
    assert meaning.concern is None or meaning.concern.words in text
    assert (meaning.matched is None) == (meaning.wants_human_score == 0)


@given(text=TEXTS.filter(lambda text: any(map(str.isalnum, text))), language=LANGUAGES)
def test_space_and_emoji_around_a_text_change_nothing(text: str, language: str) -> None:
    plain = understand(text, language)
    assert understand(f" \n\t{text} \r\n ", language) == plain
    assert understand(f"😡 {text} 🙃✨", language) == plain


@given(text=st.lists(PIECES, max_size=12).map(" ".join), language=LANGUAGES)
def test_case_changes_nothing(text: str, language: str) -> None:
    plain, loud = understand(text, language), understand(text.upper(), language)
    assert _decisions(loud) == _decisions(plain)
    assert loud.rest.casefold() == plain.rest.casefold()
    assert (loud.concern and loud.concern.concern) == (plain.concern and plain.concern.concern)


@given(text=st.lists(PIECES, max_size=12).map(" ".join), language=LANGUAGES)
def test_what_is_left_has_nothing_left_to_take_off_its_front(text: str, language: str) -> None:
    rest = understand(text, language).rest
    if rest:
        assert understand(rest, language).rest


@given(text=ANY_TEXTS, previous=st.none() | LANGUAGES, locale=st.none() | st.text(max_size=8))
@settings(deadline=None)
def test_any_text_has_a_language(
    detector: LanguageDetector, text: str, previous: str | None, locale: str | None
) -> None:
    language = detector.detect(text, previous=previous, locale=locale)
    assert language in {"en", "es", "fr", "de", "it", "pt"}


HOSTILE = {
    "one letter": "a",
    "one word": "talk ",
    "greetings": "hi ",
    "noes": "no ",
    "commas": "no, ",
    "beginnings of a wish": "i want to talk to a real ",
    "denials": "i dont want to need to get ",
    "wishes": "quiero hablar con una persona ",
    "apostrophes": "'",
    "words with apostrophes": "a'",
    "combining marks": "e\u0301\u0301\u0301",
    "bare marks": "\u0301",
    "hyphens": "a-",
    "fillers": "a the some any real ",
    "beginnings of a concern": "i want to kill the my all your ",
    "concerns": "me voy a dar de baja de la cuenta ",
    "denied concerns": "no quiero poner una queja ",
    "tried it": "i already tried that ",
    "surrogates": "\ud800",
    "emoji": "😡",
    "line breaks": "\n",
    "capital sharp s": "ẞ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_linear_time(detector: LanguageDetector, piece: str) -> None:
    def read(text: str) -> None:
        understand(text, "en")
        detector.detect(text, previous=None, locale=None)

    assert takes_linear_time(read, piece, length=5_000)


@pytest.mark.parametrize("pattern", [r"\s+$", r"(?=.*x) "])
def test_a_quadratic_pattern_is_seen(pattern: str) -> None:
    """Also beside the work that the reading of a text is anyway."""

    def read(text: str) -> None:
        understand(text, "en")
        re.findall(pattern, f"{text}.")

    assert not takes_linear_time(read, " ", length=1_000)


def test_linear_work_is_not_taken_for_more() -> None:
    assert takes_linear_time(lambda text: re.findall(r"\s", text), " ", length=2_000)


def _decisions(meaning: Understanding) -> Understanding:
    return replace(meaning, rest="", matched=None, concern=None)
