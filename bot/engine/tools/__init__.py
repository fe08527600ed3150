"""What adapters borrow from the core, over Redis; the sockets stand in ``bot.vocabulary.tools``.

- ``sends``: what became of each piece that was sent
- ``limits``: rate limits that all processes share
- ``store``: small durable fields, and leases
- ``budgets``: what language models use, and their caps (``bot.vocabulary.budgets``)
"""

from redis.asyncio import Redis

from bot.engine.tools.limits import SharedLimits
from bot.engine.tools.sends import StoredSends
from bot.engine.tools.store import StoredFields
from bot.vocabulary.messages import Platform
from bot.vocabulary.tools import AdapterTools


def build_tools(redis: Redis, platform: Platform, *, deadline: float) -> AdapterTools:
    """Build the tools of one platform's adapter; each operation has ``deadline`` seconds."""
    return AdapterTools(
        sends=StoredSends(redis, deadline=deadline),
        limits=SharedLimits(redis, platform, deadline=deadline),
        store=StoredFields(redis, platform, deadline=deadline),
    )


__all__ = ["build_tools"]
