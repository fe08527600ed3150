"""Which language a customer writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation.understanding import LanguageDetector
from bot.vocabulary.errors import ConfigurationError

SNIPPETS = Path(__file__).parents[3] / "benchmarks" / "language_snippets.tsv"
LANGUAGES = ("en", "es", "fr", "de", "it", "pt")


def snippets() -> Iterator[tuple[str, str]]:
    for line in SNIPPETS.read_text(encoding="utf-8").splitlines():
        language, text = line.split("\t")
        yield language, text


def test_tells_short_support_texts_apart(detector: LanguageDetector) -> None:
    rows = [row for row in snippets() if row[0] != "-"]
    right = [
        detector.detect(text, previous=None, locale=None) == language for language, text in rows
    ]
    assert len(rows) >= 120
    assert sum(right) / len(rows) >= 0.95


@pytest.mark.parametrize("text", [text for language, text in snippets() if language == "-"])
@pytest.mark.parametrize("previous", LANGUAGES)
def test_what_shows_no_language_keeps_the_conversations(
    detector: LanguageDetector, text: str, previous: str
) -> None:
    assert detector.detect(text, previous=previous, locale="en") == previous


@pytest.mark.parametrize("text", ["ok", "gracias", "thanks", "merci !", "danke", "grazie", "hola"])
def test_a_courtesy_does_not_turn_a_conversation(detector: LanguageDetector, text: str) -> None:
    for previous in LANGUAGES:
        assert detector.detect(text, previous=previous, locale=None) == previous


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hola", "es"),
        ("gracias", "es"),
        ("thanks", "en"),
        ("please", "en"),
        ("bitte", "de"),
        ("merci", "fr"),
        ("obrigado", "pt"),
        ("grazie", "it"),
        ("¿Madrid?", "es"),
    ],
)
def test_cue_words_open_a_conversation(
    detector: LanguageDetector, text: str, language: str
) -> None:
    assert detector.detect(text, previous=None, locale=None) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("os voy a denunciar", "es"),
        ("os denunciaré", "es"),
        ("os juro que voy a matar a alguien", "es"),
        ("huele a gas", "es"),
        ("os produtos vão chegar?", "pt"),
        ("vou a casa amanhã", "pt"),
        ("a encomenda não chegou", "pt"),
        ("vou apresentar queixa contra vocês", "pt"),
    ],
)
def test_what_cannot_wait_is_not_taken_for_the_language_next_door(
    detector: LanguageDetector, text: str, language: str
) -> None:
    assert detector.detect(text, previous=None, locale=None) == language


@pytest.mark.parametrize(
    ("previous", "text", "language"),
    [
        ("en", "ahora quiero saber dónde está mi pedido", "es"),
        ("es", "sorry, can we switch to English please?", "en"),
        ("en", "ich möchte lieber auf Deutsch schreiben", "de"),
        ("es", "peut-on parler en français s'il vous plaît", "fr"),
        ("es", "iPhone 15 Pro Max", "es"),
        ("es", "USB-C PD 65W", "es"),
        ("en", "calle Alcalá 45, Madrid", "en"),
        ("es", "It says: error 403", "en"),
        ("de", "https://shop.example/where-is-my-order", "de"),
    ],
)
def test_follows_a_clear_switch_and_no_noise(
    detector: LanguageDetector, previous: str, text: str, language: str
) -> None:
    assert detector.detect(text, previous=previous, locale=None) == language


def test_returns_after_a_switch_for_one_turn(detector: LanguageDetector) -> None:
    turns = ["where is my parcel?", "¿dónde está mi paquete?", "ok", "and how do I return it?"]
    heard: list[str] = []
    for text in turns:
        heard.append(detector.detect(text, previous=heard[-1] if heard else None, locale=None))
    assert heard == ["en", "es", "es", "en"]


def test_the_platforms_locale_decides_when_nothing_else_does(detector: LanguageDetector) -> None:
    assert detector.detect("12345", previous=None, locale="pt-BR") == "pt"
    assert detector.detect("ok", previous=None, locale="es_ES") == "es"
    assert detector.detect("12345", previous=None, locale="ja") == "en"
    assert detector.detect("where is my order?", previous=None, locale="es") == "en"


def test_a_previous_language_that_is_no_longer_configured_is_forgotten() -> None:
    detector = LanguageDetector(["es", "en"])
    assert detector.detect("12345", previous="fr", locale=None) == "es"


def test_one_language_needs_no_model() -> None:
    detector = LanguageDetector(["pt-BR"])
    assert detector.detect("where is my order?", previous=None, locale="en") == "pt"


def test_refuses_to_choose_among_none() -> None:
    with pytest.raises(ConfigurationError, match=r"conversation\.languages is empty"):
        LanguageDetector([])


def test_names_a_language_that_cannot_be_detected() -> None:
    with pytest.raises(ConfigurationError, match="names klingon"):
        LanguageDetector(["en", "klingon"]).load()
