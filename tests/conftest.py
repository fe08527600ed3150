"""What every test may ask for: real servers, a seed, a locked network, a clean environment."""

import os
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from redis.asyncio import Redis

from bot.engine.client.connection import connect
from tests.network import NetworkLock
from tests.servers import SERVERS_HERE, RealServer, running_server

SEED_VARIABLE = "RELEVO_TEST_SEED"
SEED = int(os.environ.get(SEED_VARIABLE) or random.SystemRandom().randrange(2**32))

settings.register_profile("default", print_blob=True, deadline=None)
settings.register_profile("thorough", print_blob=True, deadline=None, max_examples=2000)

network_lock = NetworkLock()


def pytest_configure() -> None:
    """Clear our settings from the environment, lock the network, set Hypothesis's profile."""
    for name in [name for name in os.environ if name.upper().startswith("RELEVO_")]:
        del os.environ[name]
    _refuse_own_settings()
    network_lock.install()


def _refuse_own_settings() -> None:
    """Tests read the settings of this folder: somebody's own tokens have no place in them."""
    here = Path(".env")
    lines = here.read_text(encoding="utf-8").splitlines() if here.is_file() else []
    if any(line.removeprefix("export ").startswith("RELEVO_") for line in lines):
        raise pytest.UsageError("The file .env has settings of Relevo: move it away for the tests.")


def pytest_report_header() -> list[str]:
    """Say how to repeat this run, and on what it runs."""
    servers = ", ".join(map(str, SERVERS_HERE)) or "none"
    return [f"seed: {SEED} (repeat with {SEED_VARIABLE}={SEED})", f"servers: {servers}"]


@pytest.fixture(autouse=True)
def stay_on_this_machine() -> Iterator[None]:
    """Fail a test that called another machine, even when it swallowed the error."""
    network_lock.attempts.clear()
    yield
    assert not network_lock.attempts, f"called other machines: {network_lock.attempts}"


@pytest.fixture(scope="session")
def seed() -> int:
    """The number from which a test draws everything random."""
    return SEED


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """One server for the whole run; do not kill or freeze it (see ``private_redis_server``)."""
    with running_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def redis_url(redis_server: RealServer) -> str:
    """The address of ``redis_server``."""
    return redis_server.url


@pytest.fixture
async def redis_client(redis_url: str) -> AsyncIterator[Redis]:
    """A client as Relevo makes it, on an empty database."""
    client = connect(redis_url, pool_size=32, deadline_seconds=5)
    await client.flushall()  # pyright: ignore[reportUnknownMemberType]
    yield client
    await client.aclose()


@pytest.fixture
def private_redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A server of one test alone, which may kill, freeze and configure it."""
    with running_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session", params=SERVERS_HERE, ids=str)
def any_redis_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealServer]:
    """Each distinct server of this machine in turn, for suites that must hold on all."""
    with running_server(tmp_path_factory.mktemp("redis"), binary=request.param) as server:
        yield server
