"""Concerns in wordings written for these tests, and messages that only look so."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation.understanding import understand
from bot.vocabulary.mood import Concern, Heard

FOLDER = Path(__file__).parent


def wordings(part: str, language: str) -> Iterator[tuple[str, str, Concern | None]]:
    wanted: Concern | None = None
    for line in (FOLDER / f"{part}_{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            wanted = None if name.startswith("not ") else Concern(name)
        elif not line.startswith("#"):
            yield language, line, wanted


WORDINGS = [*wordings("concerns", "en"), *wordings("concerns", "es")]
BLIND = [*wordings("concerns_blind", "en"), *wordings("concerns_blind", "es")]


def concern_of(text: str, language: str) -> Concern | None:
    heard = understand(text, language).concern
    return heard.concern if heard else None


@pytest.mark.parametrize(("language", "text", "wanted"), WORDINGS)
def test_hears_what_a_message_is_about(language: str, text: str, wanted: Concern | None) -> None:
    assert concern_of(text, language) is wanted


@pytest.mark.parametrize("language", ["en", "es"])
def test_some_of_what_no_phrase_was_written_for_is_heard_too(language: str) -> None:
    """A floor: benchmarks/concerns.py measures, and docs/mood.md says what these lines are."""
    rows = [(concern_of(text, lang), wanted) for lang, text, wanted in BLIND if lang == language]
    heard = [found is wanted for found, wanted in rows if wanted]
    alarms = [found is not wanted for found, wanted in rows if found]
    assert sum(heard) / len(heard) >= 0.45
    assert sum(alarms) / len(alarms) <= 0.15


@pytest.mark.parametrize("language", ["en", "es"])
def test_there_are_enough_wordings(language: str) -> None:
    rows = [row for row in WORDINGS + BLIND if row[0] == language]
    counts = Counter(wanted for *_, wanted in rows)
    assert len(rows) >= 400
    assert all(counts[concern] >= 40 for concern in Concern)
    assert counts[None] >= 20 * len(Concern)


def test_the_guessed_language_does_not_decide() -> None:
    for language, text, wanted in WORDINGS:
        other = "es" if language == "en" else "en"
        assert concern_of(text, other) is wanted, text


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Hi! I WANT TO SUE you.", Heard(concern=Concern.LEGAL, words="WANT TO SUE")),
        ("Hola, quiero poner una queja", Heard(concern=Concern.COMPLAINT, words="poner una queja")),
        ("Where is my order?", None),
        ("", None),
    ],
)
def test_shows_the_words_that_it_rests_on(text: str, heard: Heard | None) -> None:
    found = understand(text, "en").concern
    assert (found and found.concern) == (heard and heard.concern)
    assert heard is None or (found is not None and heard.words in found.words)


@pytest.mark.parametrize(
    ("text", "gravest"),
    [
        ("Cancel my account. I will sue you. I want to kill myself.", Concern.SELF_HARM),
        ("I want to file a complaint and cancel my subscription", Concern.COMPLAINT),
        ("Mi madre ha fallecido y quiero cancelar su contrato", Concern.VULNERABLE),
        ("Your charger caught fire, my lawyer will call you", Concern.DANGER),
    ],
)
def test_the_gravest_is_named(text: str, gravest: Concern) -> None:
    assert concern_of(text, "en") is gravest


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("hola, I want to cancel my account por favor", Concern.CANCELLATION),
        ("Sorry, mi inglés es malo: quiero poner una queja", Concern.COMPLAINT),
        ("el cargador caught fire en mi casa", Concern.DANGER),
        ("quiero un refund or I will sue you", Concern.LEGAL),
    ],
)
def test_languages_may_be_mixed(text: str, concern: Concern) -> None:
    assert concern_of(text, "es") is concern


def test_a_no_in_one_sentence_leaves_the_next_alone() -> None:
    assert concern_of("I don't want a refund. I want to file a complaint.", "en")
    assert not concern_of("I want a refund. I don't want to file a complaint.", "en")
