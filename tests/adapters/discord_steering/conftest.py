"""Discord's stage, and an adapter that is connected to it and knows its desk."""

from tests.platforms.discord.fixtures import platform, stage

__all__ = ["platform", "stage"]
