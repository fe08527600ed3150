"""The way to Redis: a bounded pool, one try for each command, a deadline on everything.

The client library's own defaults are replaced on purpose (measured with redis 8.1): its hidden
retries applied one ``INCR`` three times over a link that lost two replies, and held a caller for
14 s in front of a frozen server; its plain pool raises at once when all connections are busy.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from bot.engine.client.address import parse_address
from bot.engine.client.durability import check_fsync, refuse_data_loss
from bot.engine.client.failures import explain, refusal_code
from bot.engine.client.pool import SteadyPool
from bot.vocabulary.cancellation import keeping_cancellation
from bot.vocabulary.errors import ConfigurationError, StateUnavailableError

_HEALTH_CHECK_SECONDS = 15
_POOL_SHARE = 0.8
"""Part of the deadline for which a connection is waited for: so that the error can say so."""

_UNSEEN = (
    "Redis does not allow INFO to the user of redis.url, so its version, eviction policy and "
    "persistence were not checked: see to maxmemory-policy noeviction and appendonly yes."
)


def connect(url: str, *, pool_size: int, deadline_seconds: float) -> Redis:
    """Return a client that tries each command once; nothing is connected yet.

    Do every operation within ``guarded``: by itself a command may take the deadline for each of
    its steps (a connection from the pool, connecting, reading). A blocking command must block for
    less than the deadline.

    Args:
        url: ``redis://``, ``rediss://`` (TLS) or ``unix://``, with user and password if needed.
        pool_size: Most connections at a time; further commands wait for one.
        deadline_seconds: Longest time for each step.

    Raises:
        ConfigurationError: The address is wrong; its text is not repeated.
    """
    ours: dict[str, Any] = {
        "max_connections": pool_size,
        "timeout": deadline_seconds * _POOL_SHARE,
        "socket_connect_timeout": deadline_seconds,
        "socket_timeout": deadline_seconds,
        "retry": Retry(NoBackoff(), 0),
        "health_check_interval": _HEALTH_CHECK_SECONDS,
        "decode_responses": True,
        "protocol": 2,  # one shape of replies, whatever the server speaks
        "client_name": "relevo",
        "driver_info": None,  # two commands for each connection that nobody reads
    }
    return Redis.from_pool(SteadyPool(**(parse_address(url) | ours)))


@asynccontextmanager
async def guarded(seconds: float) -> AsyncGenerator[None]:
    """Bound an operation on Redis, and turn whatever goes wrong into one sentence.

    An operation that failed may have been done all the same: its reply was lost, or a frozen
    server does it later. Whatever is tried again must not mind that.

    Raises:
        StateUnavailableError: Redis did not do what was asked within ``seconds``.
    """
    try:
        async with keeping_cancellation(), asyncio.timeout(seconds):
            yield
    except (RedisError, OSError) as error:  # TimeoutError is an OSError
        raise StateUnavailableError(explain(error, seconds=seconds)) from error


async def check_server(client: Redis, *, deadline_seconds: float = 5.0) -> list[str]:
    """Refuse a server that would lose data; return what an operator should know of the others.

    Where a managed service forbids a look (``INFO``, ``CONFIG``), that is a warning.

    Raises:
        ConfigurationError: The server is too old, a replica, evicts keys, keeps nothing on disk or
            refuses our user.
        StateUnavailableError: The server can't be reached.
    """
    try:
        async with guarded(deadline_seconds):
            await run_command(client, "PING")
            facts = await _run_if_allowed(client, "INFO")
            fsync = await _run_if_allowed(client, "CONFIG GET", "appendfsync")
    except StateUnavailableError as error:
        if refusal_code(error.__cause__) in {"NOAUTH", "WRONGPASS", "NOPERM"}:
            raise ConfigurationError(str(error)) from error
        raise
    if facts is None:
        return [_UNSEEN]
    refuse_data_loss(facts)
    return [] if (warning := check_fsync(facts, fsync)) is None else [warning]


async def _run_if_allowed(client: Redis, *command: str) -> dict[str, Any] | None:
    """Run a command that a managed service may have forbidden, renamed or removed."""
    try:
        return await run_command(client, *command)
    except ResponseError:
        return None


async def run_command(client: Redis, *command: str | float) -> Any:
    """Run a command whose typed method of the client leaves its reply untyped."""
    run = cast("Callable[..., Awaitable[Any]]", client.execute_command)  # pyright: ignore[reportUnknownMemberType]
    return await run(*command)
