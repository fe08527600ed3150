"""Opens one platform's adapter by itself, without Redis and without serving anyone."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.app.opening import open_redis
from bot.app.platforms import build_adapter
from bot.app.standin import tools_without_redis
from bot.vocabulary.messages import Platform
from bot.vocabulary.platforms import ChatAdapter
from config.settings import Settings

NOWHERE = "redis://127.0.0.1:1/0"
"""The address of no server, for what can't be built without one."""


@asynccontextmanager
async def opened_alone(platform: Platform, settings: Settings) -> AsyncGenerator[ChatAdapter]:
    """Give an adapter with which the platform can be looked at; nothing is sent and kept by it.

    Raises:
        ConfigurationError: It lacks a setting.
    """
    async with open_redis(settings, NOWHERE) as nobody:
        adapter = build_adapter(platform, settings, nobody, tools_without_redis())
        try:
            yield adapter
        finally:
            await adapter.close()
