"""Opens Redis as the settings say, and the embedded server when they ask for it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.engine.client.connection import connect
from bot.engine.server.embedded import AlreadyRunningError, EmbeddedServer
from config.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The Redis of this process, and what raises ``StateUnavailableError`` when it ends by itself."""

    url: str
    watch: Callable[[], Awaitable[object]]


@asynccontextmanager
async def open_state(settings: Settings) -> AsyncGenerator[State]:
    """Give the address of Redis, starting the embedded server when that is asked for."""
    url = settings.redis.url.get_secret_value()
    if url != "embedded":
        yield State(url=url, watch=asyncio.Event().wait)
        return
    folder = settings.data_dir / "redis"
    async with EmbeddedServer(folder=folder, fsync=settings.redis.fsync) as server:
        yield State(url=server.url, watch=server.wait_dead)


@asynccontextmanager
async def find_state(settings: Settings) -> AsyncGenerator[str]:
    """Give the address of Redis; the embedded server of a Relevo that runs beside us is that one's."""
    async with AsyncExitStack() as stack:
        try:
            url = (await stack.enter_async_context(open_state(settings))).url
        except AlreadyRunningError as running:
            url = running.url
        yield url


@asynccontextmanager
async def open_redis(settings: Settings, url: str) -> AsyncGenerator[Redis]:
    """Give a client, which connects when it is first used."""
    redis = connect(
        url,
        pool_size=settings.redis.pool_size,
        deadline_seconds=settings.redis.deadline_seconds,
    )
    try:
        yield redis
    finally:
        await redis.aclose()
