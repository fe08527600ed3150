"""The way to Redis: one try, in time, with a clear word, and never a password."""

import asyncio
import random
import time
import traceback
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from bot.engine.client.address import safe_address
from bot.engine.client.connection import check_server, connect, guarded
from bot.engine.client.durability import refuse_data_loss
from bot.vocabulary.errors import ConfigurationError, RelevoError, StateUnavailableError
from tests.proxy import FaultProxy
from tests.servers import RealServer, running_server

DEADLINE = 0.3
SLACK = 0.5
"""What a busy machine may add to a deadline of 0.3 s; the library's own retries took 14 s."""
PLANTED = "hunter2-Tr0ub4dor"


@asynccontextmanager
async def client_to(
    url: str, *, pool_size: int = 4, deadline: float = DEADLINE
) -> AsyncGenerator[Redis]:
    client = connect(url, pool_size=pool_size, deadline_seconds=deadline)
    try:
        yield client
    finally:
        await client.aclose()


@asynccontextmanager
async def proxied(server: RealServer) -> AsyncGenerator[tuple[FaultProxy, str]]:
    async with FaultProxy(server.folder.socket) as proxy:
        yield proxy, f"redis://127.0.0.1:{proxy.port}/0"


async def failure_of(client: Redis, *, deadline: float = DEADLINE) -> tuple[str, float]:
    """Count up once; return the sentence of the failure, and after how many seconds it came."""
    start = time.monotonic()
    with pytest.raises(StateUnavailableError) as failed:
        async with guarded(deadline):
            await client.incr("counter")
    return str(failed.value), time.monotonic() - start


async def test_replies_are_text_in_one_shape(any_redis_server: RealServer) -> None:
    async with client_to(any_redis_server.url, deadline=5) as client:
        await client.delete("stream")
        await client.xadd("stream", {"word": "ñandú"}, id="1-1")
        assert await client.xread({"stream": "0"}) == [["stream", [("1-1", {"word": "ñandú"})]]]


async def test_a_frozen_server_costs_one_deadline(private_redis_server: RealServer) -> None:
    async with client_to(private_redis_server.url) as client:
        await client.set("counter", 0)
        private_redis_server.freeze()
        sentence, seconds = await failure_of(client)
        private_redis_server.thaw()
        assert DEADLINE <= seconds < DEADLINE + SLACK
        assert "did not answer within 0.3 s" in sentence
        async with guarded(5):
            assert int(await client.get("counter") or 0) <= 1


async def test_a_frozen_server_that_is_connected_anew_costs_one_deadline(
    private_redis_server: RealServer,
) -> None:
    private_redis_server.freeze()
    async with client_to(private_redis_server.url) as client:
        _, seconds = await failure_of(client)
        assert seconds < DEADLINE + SLACK
    private_redis_server.thaw()


async def test_a_lost_reply_never_applies_a_write_twice(
    redis_server: RealServer, redis_client: Redis
) -> None:
    async with proxied(redis_server) as (proxy, url), client_to(url) as client:
        proxy.drop_replies(2, to=b"INCR")
        sentence, _ = await failure_of(client)
        assert proxy.dropped == 1
        assert "can't be reached" in sentence
        assert await redis_client.get("counter") == "1"


async def test_the_librarys_own_retries_would_apply_it_again(
    redis_server: RealServer, redis_client: Redis
) -> None:
    """Why ours are off; when this fails, the library has changed its mind."""
    async with proxied(redis_server) as (proxy, _):
        proxy.drop_replies(2, to=b"INCR")
        async with Redis(port=proxy.port) as client:
            await client.incr("counter")
    assert await redis_client.get("counter") == "3"


async def test_a_black_hole_costs_one_deadline_and_heals(
    redis_server: RealServer, redis_client: Redis
) -> None:
    async with proxied(redis_server) as (proxy, url), client_to(url) as client:
        await client.get("counter")
        proxy.blackhole()
        _, seconds = await failure_of(client)
        assert seconds < DEADLINE + SLACK
        proxy.heal()
        async with guarded(5):
            await client.set("after", "healed")
        assert await redis_client.get("after") == "healed"


async def test_a_late_reply_is_never_taken_for_another_one(redis_server: RealServer) -> None:
    async with proxied(redis_server) as (proxy, url), client_to(url, pool_size=1) as client:
        await client.mset({"first": "1", "second": "2"})
        proxy.delay(DEADLINE * 2)
        with pytest.raises(StateUnavailableError):
            async with guarded(DEADLINE):
                await client.get("first")
        proxy.heal()
        async with guarded(5):
            assert await client.get("second") == "2"


async def test_a_server_that_is_down_is_named_with_the_cure(redis_server: RealServer) -> None:
    async with proxied(redis_server) as (proxy, url), client_to(url) as client:
        await proxy.refuse()
        sentence, _ = await failure_of(client)
        assert sentence.startswith("Redis can't be reached")
        assert "correct redis.url" in sentence


async def test_a_full_pool_makes_wait(redis_url: str) -> None:
    async with client_to(redis_url, pool_size=2, deadline=5) as client, guarded(5):
        await asyncio.gather(*(client.incr("busy") for _ in range(50)))
        assert await client.getdel("busy") == "50"


async def test_an_exhausted_pool_fails_clearly_after_waiting(redis_url: str) -> None:
    """The deadline is long enough for a busy machine to tell the end of the two waits apart."""
    deadline = 4 * DEADLINE
    async with client_to(redis_url, pool_size=1, deadline=deadline) as client:
        async with PubSub(client.connection_pool) as holder:
            await holder.subscribe("anything")
            sentence, seconds = await failure_of(client, deadline=deadline)
        assert deadline / 2 < seconds < deadline + SLACK
        assert "no free connection" in sentence
        assert "redis.pool_size" in sentence
        async with guarded(5):
            await client.incr("counter")


async def test_hurried_callers_take_nothing_from_patient_ones(redis_url: str, seed: int) -> None:
    """Deadlines that strike at any point of an operation leave the pool whole."""
    dice = random.Random(seed)
    async with client_to(redis_url, pool_size=2, deadline=20) as client:

        async def count(seconds: float) -> bool:
            try:
                async with guarded(seconds):
                    await client.incr("hurried")
            except StateUnavailableError:
                return False
            return True

        # each fourth is patient; the first has no time at all
        patience = [20 if n % 4 == 3 else 0.02 * dice.random() * (n > 0) for n in range(400)]
        done = await asyncio.gather(*(count(seconds) for seconds in patience))
        assert all(done[3::4])
        assert not done[0]
        assert int(await client.getdel("hurried") or 0) >= sum(done)


async def test_a_cancelled_task_stays_cancelled(redis_client: Redis, seed: int) -> None:
    """The client library loses a cancellation that meets a reply; a loop would never end."""
    dice = random.Random(seed)

    async def loop_for_ever() -> None:
        while True:
            async with guarded(5):
                await redis_client.incr("loops")

    for _ in range(200):
        async with asyncio.timeout(2), asyncio.TaskGroup() as tasks:
            loop = tasks.create_task(loop_for_ever())
            await asyncio.sleep(dice.random() * 0.002)
            loop.cancel()


async def test_the_servers_words_stay_out_of_the_sentence(redis_client: Redis) -> None:
    with pytest.raises(StateUnavailableError) as failed:
        async with guarded(5):
            await redis_client.eval("return redis.error_reply(ARGV[1])", 0, "a customer's words")
    assert "customer" not in str(failed.value)
    assert "customer" in str(failed.value.__cause__)


REFUSED = {
    "maxmemory-policy": ("allkeys-lru", "set maxmemory-policy noeviction"),
    "appendonly": ("no", "set appendonly yes"),
    "appendfsync": ("no", "set appendfsync always"),
}
RIGHT = {"maxmemory-policy": "noeviction", "appendonly": "yes", "appendfsync": "everysec"}


@pytest.mark.parametrize("setting", REFUSED)
async def test_a_server_that_would_lose_data_is_refused(
    any_redis_server: RealServer, setting: str
) -> None:
    wrong, cure = REFUSED[setting]
    any_redis_server.command("CONFIG", "SET", setting, wrong)
    try:
        async with client_to(any_redis_server.url, deadline=5) as client:
            with pytest.raises(ConfigurationError, match=cure):
                await check_server(client)
    finally:
        any_redis_server.command("CONFIG", "SET", setting, RIGHT[setting])


async def test_writing_each_second_is_said_and_always_is_silent(
    any_redis_server: RealServer,
) -> None:
    async with client_to(any_redis_server.url, deadline=5) as client:
        (warning,) = await check_server(client)
        assert "appendfsync everysec" in warning
        any_redis_server.command("CONFIG", "SET", "appendfsync", "always")
        try:
            assert await check_server(client) == []
        finally:
            any_redis_server.command("CONFIG", "SET", "appendfsync", "everysec")


async def test_a_replica_is_refused(any_redis_server: RealServer) -> None:
    any_redis_server.command("REPLICAOF", "127.0.0.1", "1")
    try:
        async with client_to(any_redis_server.url, deadline=5) as client:
            with pytest.raises(ConfigurationError, match="names a replica"):
                await check_server(client)
    finally:
        any_redis_server.command("REPLICAOF", "NO", "ONE")


@pytest.mark.parametrize("version", ["2.8.24", "5.0.14", "6.0.20", "6.1.99"])
def test_an_old_server_is_refused(version: str) -> None:
    facts = {"redis_version": version, "role": "master", "maxmemory_policy": "noeviction"}
    with pytest.raises(ConfigurationError, match="use Redis 6.2 or newer"):
        refuse_data_loss(facts)
    refuse_data_loss(facts | {"redis_version": "6.2.14"})


@pytest.mark.parametrize(
    ("rights", "word"), [("-config", "CONFIG"), ("-info", "INFO")], ids=["config", "info"]
)
async def test_what_a_service_forbids_to_look_at_is_a_warning(
    private_redis_server: RealServer, rights: str, word: str
) -> None:
    private_redis_server.command("CONFIG", "SET", "appendonly", "no")
    private_redis_server.command("ACL", "SETUSER", "guest", "on", ">pw", "~*", "+@all", rights)
    managed = private_redis_server.url.replace("unix://", "unix://guest:pw@")
    async with client_to(managed, deadline=5) as client:
        (warning,) = await check_server(client)
        assert f"does not allow {word}" in warning


def with_password(server: RealServer, kind: str, password: str, port: int) -> str:
    secret = quote(password, safe="")
    if kind == "unix":
        return f"unix://:{secret}@{server.folder.socket}"
    return f"redis://:{secret}@127.0.0.1:{port}/0"


@pytest.mark.parametrize("kind", ["unix", "tcp"])
async def test_passwords_work_and_wrong_ones_are_refused(
    tmp_path: Path, kind: str, unused_tcp_port: int
) -> None:
    password = f"{PLANTED}/?#@ñ"
    extra = ("--requirepass", password, "--port", str(unused_tcp_port), "--bind", "127.0.0.1")
    with running_server(tmp_path / "redis", extra=extra) as server:
        async with client_to(with_password(server, kind, password, unused_tcp_port)) as client:
            assert len(await check_server(client)) == 1
        for wrong in ("", "wrong"):
            url = with_password(server, kind, wrong, unused_tcp_port)
            async with client_to(url) as client:
                with pytest.raises(ConfigurationError, match="password"):
                    await check_server(client)


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
async def test_a_password_is_never_shown(unused_tcp_port: int, scheme: str) -> None:
    url = f"{scheme}://relevo:{PLANTED}@127.0.0.1:{unused_tcp_port}/0"
    async with client_to(url) as client:
        with pytest.raises(StateUnavailableError) as failed:
            await check_server(client, deadline_seconds=1)
        shown = "".join(traceback.format_exception(failed.value)) + repr(client) + str(client)
        assert PLANTED not in shown
        assert "127.0.0.1" in shown
    assert safe_address(url) == f"{scheme}://127.0.0.1:{unused_tcp_port}/0"


UNREADABLE = [
    "",
    "embedded",
    "localhost:6379",
    f"http://:{PLANTED}@host",
    f"redis://:{PLANTED}@",
    f"redis://host:{PLANTED}",
    f"redis://:12/{PLANTED}@host",
    f"redis://:{PLANTED}/x@host",
    f"redis://:12?{PLANTED}=x@host",
    f"redis://:12#{PLANTED}@host",
    f"redis://host/{PLANTED}",
    f"redis://host/0?db={PLANTED}",
    f"redis://host/0?{PLANTED}=1",
    "redis://host/0?socket_timeout=60",
    "redis://host/0?retry_on_timeout=true",
    f"redis://[::1/{PLANTED}",
    f"unix://:{PLANTED}@",
]


@pytest.mark.parametrize("url", UNREADABLE)
def test_a_wrong_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ConfigurationError, match="redis.url") as failed:
        connect(url, pool_size=1, deadline_seconds=1)
    assert PLANTED not in "".join(traceback.format_exception(failed.value))


@given(
    password=st.text(min_size=6), place=st.sampled_from(["redis://:{}@host/0", "{}", "redis://{}"])
)
def test_no_address_leaks_what_looks_like_a_password(password: str, place: str) -> None:
    secret = f"s3cr3t{password}s3cr3t"
    try:
        shown = repr(connect(place.format(secret), pool_size=1, deadline_seconds=1))
    except RelevoError as error:
        shown = "".join(traceback.format_exception(error))
    if place != "redis://{}":  # there it may be the host's name, which is shown
        assert secret not in shown
