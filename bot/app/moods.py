"""Hands on what the settings say of moods, and looks whether it works."""

from collections.abc import Sequence

from bot.vocabulary.errors import ConfigurationError
from bot.vocabulary.mood import MoodReader
from bot.vocabulary.platforms import Finding, Health
from config.settings import Settings
from handoff.mood import DefaultMoodReader, open_local


def build_mood_reader(settings: Settings) -> MoodReader:
    """Build the reader of moods that the settings name.

    Raises:
        ConfigurationError: The model that is set can't be opened.
    """
    return open_local(settings.mood.model) if settings.mood.model else DefaultMoodReader()


def mood_findings(settings: Settings) -> Sequence[Finding]:
    """Have the model that is set read a text; nothing is said of Relevo's own."""
    if not settings.mood.model:
        return ()
    try:
        build_mood_reader(settings)
    except ConfigurationError as error:
        return (Finding(subject="moods", health=Health.BROKEN, text=str(error)),)
    return (
        Finding(subject="moods", health=Health.GOOD, text=f"{settings.mood.model} reads moods."),
    )
