"""The one clock that all processes share: the server's."""

from redis.asyncio import Redis

from bot.engine.client.connection import run_command


async def server_time(redis: Redis) -> float:
    """Return the server's time in seconds since the epoch."""
    seconds, microseconds = await run_command(redis, "TIME")
    return int(seconds) + int(microseconds) / 1_000_000
