"""The HTTP edge: health, readiness, measures, and the routes of the platforms, on one port."""

import errno
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Self

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.vocabulary.errors import ConfigurationError, RelevoError

BODY_BYTES = 1024 * 1024
CLOSE_SECONDS = 2.0

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "relevo",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""On every response: nothing is loaded from elsewhere, framed, or told to others."""


class HttpEdge:
    """Serves HTTP while it is entered; ``ready`` says whether new messages can be accepted.

    ``routes`` are those of the adapters. Port 0 takes any free port; ``port`` names the real one.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        routes: Iterable[web.AbstractRouteDef],
        ready: Callable[[], Awaitable[bool]],
    ) -> None:
        self._host = host
        self._port = port
        self._ready = ready
        app = web.Application(client_max_size=BODY_BYTES)
        app.on_response_prepare.append(_add_headers)
        app.add_routes(
            [
                web.get("/healthz", _healthz),
                web.get("/readyz", self._readyz),
                web.get("/metrics", _metrics),
                *routes,
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=CLOSE_SECONDS)

    @property
    def host(self) -> str:
        """The address that the edge listens on."""
        return self._host

    @property
    def port(self) -> int:
        """The port that the edge listens on; the wished one before it has started."""
        return self._runner.addresses[0][1] if self._runner.addresses else self._port

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            ConfigurationError: The port is taken, or the address is not one of this machine.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except (OSError, OverflowError) as error:
            await self._runner.cleanup()
            raise ConfigurationError(self._why_not(error)) from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take no more requests and let running ones end."""
        await self._runner.cleanup()

    def _why_not(self, error: Exception) -> str:
        number = getattr(error, "errno", None)
        if number == errno.EADDRINUSE:
            return (
                f"Port {self._port} on {self._host} is in use: stop the other program or "
                "choose another port (http.port, or --port)."
            )
        if number == errno.EACCES:
            return f"Port {self._port} needs privileges: choose one above 1023 (http.port)."
        return (
            f"Relevo can't listen on {self._host}:{self._port}: "
            "set http.host to an address of this machine and http.port to 0–65535."
        )

    async def _readyz(self, _request: web.Request) -> web.Response:
        try:
            ready = await self._ready()
        except RelevoError:
            ready = False
        if ready:
            return web.Response(text="ready\n")
        return web.Response(status=503, text="not ready: messages can't be stored\n")


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _metrics(_request: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
