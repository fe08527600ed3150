"""The core's tools for adapters over a real Redis."""

from redis.asyncio import Redis

from bot.engine.tools import build_tools
from bot.vocabulary.messages import Platform
from bot.vocabulary.tools import AdapterTools


def adapter_tools(redis: Redis, platform: Platform) -> AdapterTools:
    """Build the tools of one platform's adapter as the app does."""
    return build_tools(redis, platform, deadline=5.0)
