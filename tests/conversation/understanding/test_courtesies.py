"""Greetings, thanks, small talk, yes and no, and what is left of a message without them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation.understanding import SmallTalk, Understanding, understand

TABLE = Path(__file__).parent / "courtesies.txt"
FLAGS = ("affirmation", "goodbye", "greeting", "refusal", "rejection", "thanks")


def rows() -> Iterator[tuple[str, str, str]]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            text, kinds, rest = line.split("|")
            yield text.removesuffix(" ").replace(r"\n", "\n"), kinds.strip(), rest.strip()


def kinds_of(meaning: Understanding) -> str:
    kinds = [flag for flag in FLAGS if getattr(meaning, flag)]
    return ", ".join(sorted(kinds + ([meaning.small_talk.value] if meaning.small_talk else [])))


@pytest.mark.parametrize(("text", "kinds", "rest"), [*rows()])
def test_takes_courtesies_off(text: str, kinds: str, rest: str) -> None:
    for language in ("en", "es", "fr"):
        meaning = understand(text, language)
        assert (kinds_of(meaning), meaning.rest) == (kinds, rest), language
        assert not meaning.wants_human


@pytest.mark.parametrize(
    ("text", "is_social"),
    [
        ("hola", True),
        ("thanks, bye", True),
        ("yes please", True),
        ("are you a bot?", True),
        ("hola, ¿cuánto tarda?", False),
        ("that didn't help", False),
        ("hi, agent please", False),
    ],
)
def test_knows_when_there_is_nothing_to_look_up(text: str, *, is_social: bool) -> None:
    assert understand(text, "es").is_social is is_social


def test_names_the_kind_of_small_talk() -> None:
    assert understand("¿eres un robot?", "es").small_talk is SmallTalk.BOT_QUESTION
    assert understand("is this coat warm?", "en").small_talk is None
