"""A translation server over a real socket, and what counts when it fails."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from knowledge.wording import ServiceOptions, TranslationService
from tests.knowledge.origins.site import Site

KEY = "key-very-secret"


class Interpreter:
    """Answers as LibreTranslate does."""

    def __init__(self, site: Site) -> None:
        self.asked: list[dict[str, Any]] = []
        self.says: object = {"translatedText": "Hola, son 25 €."}
        self.status = 200
        self.seconds = 0.0
        site.pages["/translate"] = self.answer

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        await asyncio.sleep(self.seconds)
        moved = {"Location": "/elsewhere"} if self.status == 307 else {}
        return web.json_response(self.says, status=self.status, headers=moved)


@pytest.fixture
def interpreter(site: Site) -> Interpreter:
    return Interpreter(site)


def service_at(site: Site, seconds: float = 5.0) -> TranslationService:
    options = ServiceOptions(url=site.url("/translate"), api_key=SecretStr(KEY), seconds=seconds)
    return TranslationService(options)


async def test_a_text_is_translated(site: Site, interpreter: Interpreter) -> None:
    said = await service_at(site).translate("Hello, it is 25 €.", source="en", target="es")
    assert said == "Hola, son 25 €."
    body = interpreter.asked[0]
    assert (body["source"], body["target"], body["api_key"]) == ("en", "es", KEY)


async def test_personal_data_does_not_leave(site: Site, interpreter: Interpreter) -> None:
    interpreter.says = {"translatedText": "Escribe a <EMAIL_1>."}
    said = await service_at(site).translate("Write to a@b.example.", source="en", target="es")
    assert said is not None
    assert "a@b.example" not in str(interpreter.asked)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (500, {}),
        (307, {}),
        (200, []),
        (200, {"translatedText": ""}),
        (200, {"translatedText": "Hola, son 52 €."}),
        (200, {"translatedText": "x" * 300_000}),
    ],
)
async def test_anything_else_is_no_translation(
    site: Site, interpreter: Interpreter, status: int, says: object
) -> None:
    interpreter.status, interpreter.says = status, says
    said = await service_at(site).translate("Hello, it is 25 €.", source="en", target="es")
    assert said is None


async def test_a_server_that_hangs_is_left_alone_after_some_tries(
    site: Site, interpreter: Interpreter
) -> None:
    interpreter.seconds = 30
    service = service_at(site, seconds=0.05)
    for _ in range(8):
        assert await service.translate("Hello.", source="en", target="es") is None
    assert len(interpreter.asked) <= 5


def test_the_key_is_in_no_repr(site: Site) -> None:
    assert KEY not in repr(ServiceOptions(url=site.url(), api_key=SecretStr(KEY)))
