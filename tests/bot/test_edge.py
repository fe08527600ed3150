"""The HTTP edge, over real sockets."""

import socket
from collections.abc import Awaitable, Callable
from io import BytesIO

import pytest
from aiohttp import ClientSession, web

from bot.edge import BODY_BYTES, HEADERS, HttpEdge
from bot.vocabulary.errors import ConfigurationError, StateUnavailableError


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


async def broken() -> bool:
    raise StateUnavailableError("Redis can't be reached.")


async def echo(request: web.Request) -> web.Response:
    return web.Response(body=await request.read())


def an_edge(
    *, port: int = 0, host: str = "127.0.0.1", ready: Callable[[], Awaitable[bool]] = yes
) -> HttpEdge:
    return HttpEdge(host, port, routes=[web.post("/echo", echo)], ready=ready)


def base(edge: HttpEdge) -> str:
    return f"http://127.0.0.1:{edge.port}"


async def test_port_zero_takes_a_free_port_and_names_it() -> None:
    edge = an_edge()
    assert edge.port == 0
    async with edge, ClientSession() as session:
        assert edge.port > 0
        answer = await session.get(f"{base(edge)}/healthz")
        assert (answer.status, await answer.text()) == (200, "ok\n")


async def test_nothing_answers_after_the_end() -> None:
    async with an_edge() as edge:
        port = edge.port
    with socket.socket() as free:
        free.bind(("127.0.0.1", port))


@pytest.mark.parametrize(
    ("ready", "status", "word"),
    [(yes, 200, "ready"), (no, 503, "not ready"), (broken, 503, "not ready")],
)
async def test_readiness_says_whether_messages_can_be_stored(
    ready: Callable[[], Awaitable[bool]], status: int, word: str
) -> None:
    async with an_edge(ready=ready) as edge, ClientSession() as session:
        answer = await session.get(f"{base(edge)}/readyz")
        assert answer.status == status
        assert (await answer.text()).startswith(word)


async def test_metrics_are_served_as_prometheus_reads_them() -> None:
    async with an_edge() as edge, ClientSession() as session:
        answer = await session.get(f"{base(edge)}/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        assert "# HELP python_info" in await answer.text()


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/nowhere"])
async def test_every_answer_carries_the_security_headers(path: str) -> None:
    async with an_edge() as edge, ClientSession() as session:
        answer = await session.get(f"{base(edge)}{path}")
        assert HEADERS.items() <= dict(answer.headers).items()


async def test_routes_of_adapters_are_served_up_to_the_body_limit() -> None:
    async with an_edge() as edge, ClientSession() as session:
        fits = await session.post(f"{base(edge)}/echo", data=BytesIO(b"x" * BODY_BYTES))
        assert len(await fits.read()) == BODY_BYTES
        too_long = await session.post(f"{base(edge)}/echo", data=BytesIO(b"x" * (BODY_BYTES + 1)))
        assert too_long.status == 413


async def test_a_port_in_use_is_named_with_its_cure() -> None:
    async with an_edge() as edge:
        with pytest.raises(ConfigurationError, match=rf"Port {edge.port} .* in use: .*--port"):
            await an_edge(port=edge.port).__aenter__()


@pytest.mark.parametrize(("host", "port"), [("203.0.113.7", 0), ("127.0.0.1", 99999)])
async def test_an_address_that_is_not_ours_is_named_with_its_cure(host: str, port: int) -> None:
    with pytest.raises(ConfigurationError, match=r"http\.host"):
        await an_edge(host=host, port=port).__aenter__()
