"""A web site on this machine, with a log of who asked for what."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import web
from multidict import CIMultiDict

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Page = web.Response | Handler | str


@dataclass
class Site:
    """Pages by their path; a missing one is answered with 404."""

    port: int = 0
    pages: dict[str, Page] = field(default_factory=dict[str, Page])
    asked: list[web.Request] = field(default_factory=list[web.Request])
    otherwise: Handler | None = None

    @property
    def host(self) -> str:
        """As it may stand in ``knowledge.allow_hosts``."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        """The address of a page."""
        return f"http://{self.host}{path}"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in their order."""
        return [request.path for request in self.asked]

    def sitemap(self, *paths: str, path: str = "/sitemap.xml") -> str:
        """Put a sitemap of these pages on the site, and return its address."""
        self.pages[path] = xml(urlset(*(p if "://" in p else self.url(p) for p in paths)))
        return self.url(path)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request and note it."""
        self.asked.append(request)
        page = self.pages.get(request.path)
        if page is None:
            return await self.otherwise(request) if self.otherwise else web.Response(status=404)
        if isinstance(page, str):
            return html(page)
        if isinstance(page, web.Response):
            return web.Response(
                status=page.status, body=page.body, headers=_without_length(page.headers)
            )
        return await page(request)


def _without_length(headers: CIMultiDict[str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name.lower() != "content-length"]


def page(body: bytes | str, content_type: str = "text/html", **headers: str) -> web.Response:
    """A page of any content."""
    data = body.encode() if isinstance(body, str) else body
    return web.Response(
        body=data,
        content_type=content_type,
        headers={k.replace("_", "-"): v for k, v in headers.items()},
    )


def html(text: str, **headers: str) -> web.Response:
    """A page with a heading."""
    body = f"<html><body><main><h1>{text}</h1><p>{text} in other words.</p></main></body></html>"
    return web.Response(text=body, content_type="text/html", headers=headers)


def xml(text: str) -> web.Response:
    """A sitemap as servers send it."""
    return web.Response(text=text, content_type="application/xml")


def urlset(*addresses: str) -> str:
    """The text of a sitemap."""
    named = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{space}">{named}</urlset>'


def redirect(target: str, status: int = 302) -> web.Response:
    """A redirect to anywhere."""
    return web.Response(status=status, headers={"Location": target})


@contextmanager
def running_site(host: str = "127.0.0.1") -> Generator[Site]:
    """Serve a site in a thread of its own: what is tested blocks."""
    site, loop = Site(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(_start(site, host), loop).result(10)
    yield site
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


async def _start(site: Site, host: str) -> web.AppRunner:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(
        application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True
    )
    await runner.setup()
    await web.TCPSite(runner, host, 0).start()
    site.port = int(runner.addresses[0][1])
    return runner
