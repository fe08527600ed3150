import pytest

from bot.conversation.understanding import LanguageDetector


@pytest.fixture(scope="session")
def detector() -> LanguageDetector:
    """Six languages, as by default; the model takes a second to load, so it is loaded once."""
    detector = LanguageDetector(["en", "es", "fr", "de", "it", "pt"])
    detector.load()
    return detector
