"""Sentences of the catalogue as Discord's menu takes them, in all languages (pure)."""

from typing import Any

from bot.texts import LANGUAGES, say

_LOCALES = {"en": ("en-US", "en-GB"), "es": ("es-ES", "es-419")}
"""Discord's names for the languages of the catalogue."""


def described(sentence: str) -> dict[str, Any]:
    """Return the description of a command or an option."""
    words = in_languages(sentence)
    return {"description": words["en-US"], "description_localizations": words}


def in_languages(sentence: str) -> dict[str, str]:
    """Say it in each of Discord's locales that the catalogue covers."""
    return {
        locale: say(sentence, language) for language in LANGUAGES for locale in _LOCALES[language]
    }
