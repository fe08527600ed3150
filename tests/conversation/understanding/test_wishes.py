"""Requests for a human, in wordings written for these tests, and messages that only look so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation.understanding import understand

FOLDER = Path(__file__).parent


def wordings(language: str) -> Iterator[tuple[str, str, bool]]:
    wanted = False
    for line in (FOLDER / f"wishes_{language}.txt").read_text(encoding="utf-8").splitlines():
        if line in {"[yes]", "[no]"}:
            wanted = line == "[yes]"
        elif not line.startswith("#"):
            yield language, line, wanted


WORDINGS = [*wordings("en"), *wordings("es")]


@pytest.mark.parametrize(("language", "text", "wanted"), WORDINGS)
def test_hears_who_wants_a_human(language: str, text: str, *, wanted: bool) -> None:
    meaning = understand(text, language)
    assert meaning.wants_human is wanted
    assert (meaning.wants_human_score >= 0.5) is wanted


@pytest.mark.parametrize("language", ["en", "es"])
def test_has_enough_wordings(language: str) -> None:
    wanted = [row[2] for row in WORDINGS if row[0] == language]
    assert wanted.count(True) >= 80
    assert wanted.count(False) >= 60


@pytest.mark.parametrize("guessed", ["en", "es", "de"])
def test_the_guessed_language_does_not_decide(guessed: str) -> None:
    wrong = [
        text for _, text, wanted in WORDINGS if understand(text, guessed).wants_human != wanted
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("Hi! Can I please talk to a real person?", "talk to a real person"),
        ("Bueno, PÁSAME con un agente ya", "PÁSAME con un agente"),
        ("agent", "agent"),
        ("where is my order?", None),
    ],
)
def test_shows_the_words_that_it_rests_on(text: str, matched: str | None) -> None:
    assert understand(text, "en").matched == matched


def test_a_mere_hint_is_scored_but_does_not_count() -> None:
    meaning = understand("how do I contact customer support", "en")
    assert 0 < meaning.wants_human_score < 0.5
    assert not meaning.wants_human


def test_a_refusal_in_one_sentence_leaves_the_next_alone() -> None:
    assert understand("I don't want a refund. I want to talk to an agent.", "en").wants_human
    assert not understand("I want a refund. I don't want to talk to an agent.", "en").wants_human
