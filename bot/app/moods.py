"""Hands on what the settings say of moods."""

from bot.vocabulary.mood import MoodReader
from config.settings import Settings
from handoff.mood import DefaultMoodReader, open_local


def build_mood_reader(settings: Settings) -> MoodReader:
    """Build the reader of moods that the settings name.

    Raises:
        ConfigurationError: The model that is set can't be opened.
    """
    return open_local(settings.mood.model) if settings.mood.model else DefaultMoodReader()
