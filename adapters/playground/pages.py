"""The routes of the page itself: its document, its sentences, its scripts and styles."""

from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from bot.texts import catalogue

WEB = Path(__file__).parent / "web"


def page_routes() -> tuple[web.AbstractRouteDef, ...]:
    """Return what the browser loads before it opens its socket."""
    return (
        web.get("/", _to_page),
        web.get("/playground", _page),
        web.get("/playground/texts", _texts),
        web.static("/playground/static", WEB),
    )


async def _to_page(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/playground")


async def _page(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(WEB / "index.html", headers={"Cache-Control": "no-cache"})


async def _texts(_request: web.Request) -> web.StreamResponse:
    """Serve the page's sentences: language → name → text."""
    sentences: dict[str, dict[str, str]] = {}
    for key, texts in catalogue().items():
        room, _, name = key.partition(".")
        if room == "playground":
            for language, text in texts.items():
                sentences.setdefault(language, {})[name] = text
    return web.json_response(sentences, status=HTTPStatus.OK, headers={"Cache-Control": "no-cache"})
